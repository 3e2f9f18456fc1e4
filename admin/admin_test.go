package admin_test

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/admin"
	"github.com/failoversql/failoversql/health"
	"github.com/failoversql/failoversql/internal/pgtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const token = "a-token-of-the-test"

// logged collects the audit log.
type logged struct {
	mu sync.Mutex
	bytes.Buffer
}

func (l *logged) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Buffer.Write(b)
}

func (l *logged) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.String()
}

// world is an application with its admin API.
type world struct {
	t       *testing.T
	pg      *pgtest.Server
	db      *sql.DB
	c       *failoversql.Connector
	h       *admin.Handler
	server  *httptest.Server
	log     *logged
	backups string
}

func newWorld(t *testing.T, change ...func(*failoversql.Config)) *world {
	pg := pgtest.New(t)
	require.NoError(t, pg.Exec(t.Context(), "postgres", `CREATE TABLE goods (id int PRIMARY KEY, name text, stock int)`,
		`INSERT INTO goods VALUES (1, '<b>nails</b>', 100), (2, 'screws', 50)`))
	w := worldOn(t, pg, change...)
	w.await(func(s failoversql.Status) bool { return s.Fallback.Following })
	return w
}

// worldOn is an application of a server, whose copy may not be there yet.
func worldOn(t *testing.T, pg *pgtest.Server, change ...func(*failoversql.Config)) *world {
	w := &world{t: t, pg: pg, log: &logged{}, backups: t.TempDir()}
	cfg, err := failoversql.ParseDSN(strings.Replace(w.pg.URL(), "postgres://postgres@", "postgres://postgres:hunter2@", 1) +
		"&fallback_probe_interval=50ms&fallback_min_dwell=50ms&fallback_rise=1&fallback_probe_timeout=4s&fallback_path=" + filepath.Join(t.TempDir(), "app.db"))
	require.NoError(t, err)
	cfg.Logger = slog.New(slog.DiscardHandler)
	for _, f := range change {
		f(cfg)
	}
	w.c, err = failoversql.NewConnector(cfg)
	require.NoError(t, err)
	w.db = sql.OpenDB(w.c)
	t.Cleanup(func() { require.NoError(t, w.db.Close()) })
	require.NoError(t, w.db.PingContext(t.Context()))
	h, err := admin.New(w.c, admin.Authorize(admin.BearerToken(token)), admin.Logger(slog.New(slog.NewTextHandler(w.log, nil))),
		admin.Backups(w.backups, failoversql.Retention{Keep: 2}))
	require.NoError(t, err)
	w.h = h
	mux := http.NewServeMux()
	mux.Handle("/api/v1/sqlite-fallback/", http.StripPrefix("/api/v1/sqlite-fallback", h))
	w.server = httptest.NewServer(mux)
	t.Cleanup(func() {
		require.NoError(t, h.Close())
		w.server.Close()
		http.DefaultClient.CloseIdleConnections()
	})
	return w
}

func (w *world) onPrimary(sql string) {
	w.t.Helper()
	require.NoError(w.t, w.pg.Exec(w.t.Context(), "postgres", sql))
}

// count asks PostgreSQL itself.
func (w *world) count(q string) (n string) {
	w.t.Helper()
	db, err := sql.Open("pgx", w.pg.URL())
	require.NoError(w.t, err)
	defer db.Close()
	require.NoError(w.t, db.QueryRow(q).Scan(&n))
	return n
}

func (w *world) await(holds func(failoversql.Status) bool) {
	w.t.Helper()
	require.Eventually(w.t, func() bool { return holds(w.c.Status(w.t.Context())) }, 30*time.Second, 2*time.Millisecond)
}

// conflict has one row changed on both sides.
func (w *world) conflict() {
	w.t.Helper()
	require.NoError(w.t, w.c.SwitchToFallback(w.t.Context()))
	_, err := w.db.Exec(`UPDATE goods SET stock = 90 WHERE id = 1`)
	require.NoError(w.t, err)
	w.onPrimary(`UPDATE goods SET stock = 70 WHERE id = 1`)
	require.NoError(w.t, w.c.SwitchToPrimary(w.t.Context()))
	require.NoError(w.t, w.c.ResumeAuto(w.t.Context()))
	w.await(func(s failoversql.Status) bool { return s.Mode == health.Primary })
}

type reply struct {
	status int
	head   http.Header
	doc    map[string]any
	text   string
}

func (w *world) send(method, path, body, credential string, head ...string) reply {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), method, w.server.URL+"/api/v1/sqlite-fallback"+path, strings.NewReader(body))
	require.NoError(w.t, err)
	if credential != "" {
		req.Header.Set("Authorization", credential)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for n := 0; n < len(head); n += 2 {
		req.Header.Set(head[n], head[n+1])
	}
	res, err := http.DefaultClient.Do(req)
	require.NoError(w.t, err)
	defer res.Body.Close()
	if path == "/events" && res.StatusCode == http.StatusOK {
		first := make([]byte, 12)
		_, err := io.ReadFull(res.Body, first)
		require.NoError(w.t, err)
		return reply{status: res.StatusCode, head: res.Header, text: string(first)}
	}
	text, err := io.ReadAll(res.Body)
	require.NoError(w.t, err)
	require.NotContains(w.t, string(text), "hunter2")
	require.NotContains(w.t, string(text), token)
	r := reply{status: res.StatusCode, head: res.Header, text: string(text)}
	if strings.Contains(res.Header.Get("Content-Type"), "json") {
		require.NoError(w.t, json.Unmarshal(text, &r.doc), "%s", text)
	}
	return r
}

func (w *world) do(method, path, body string) reply {
	w.t.Helper()
	return w.send(method, path, body, "Bearer "+token)
}

// ended waits for a job.
func (w *world) ended(begun reply) (job map[string]any) {
	w.t.Helper()
	require.Equal(w.t, http.StatusAccepted, begun.status, begun.text)
	require.Eventually(w.t, func() bool {
		job = w.do("GET", "/jobs/"+begun.doc["id"].(string), "").doc
		return job["state"] != "running"
	}, 30*time.Second, 5*time.Millisecond)
	return job
}

func TestNoAuthorizer(t *testing.T) {
	c, err := failoversql.ParseDSN("postgres://h/d?fallback_enabled=false")
	require.NoError(t, err)
	connector, err := failoversql.NewConnector(c)
	require.NoError(t, err)
	_, err = admin.New(connector)
	require.ErrorIs(t, err, admin.ErrNoAuthorizer)
}

// Every endpoint that openapi.json names is refused without a credential and with
// a wrong one, and with the right one answers as it is described there.
func TestEveryEndpoint(t *testing.T) {
	w := newWorld(t)
	w.conflict()
	id := regexp.MustCompile(`"id":(\d+)`).FindStringSubmatch(w.do("GET", "/conflicts", "").text)
	require.NotNil(t, id)
	doc := w.do("GET", "/openapi.json", "").doc
	schemas := doc["components"].(map[string]any)["schemas"].(map[string]any)
	backup := w.do("POST", "/backup", "")
	require.Equal(t, "done", w.ended(backup)["state"])
	bodies := map[string]string{"/check": `{"sql":"SELECT 1"}`, "/conflicts/{id}/resolve": `{"action":"keep_remote"}`, "/drill": `{"seconds":0.2}`}
	var seen int
	paths := doc["paths"].(map[string]any)
	order := slices.DeleteFunc(slices.Sorted(maps.Keys(paths)), func(path string) bool { return path == "/cleanup" })
	for _, path := range append(order, "/cleanup") { // after which there is nothing left to ask
		for method, op := range paths[path].(map[string]any) {
			seen++
			method, target := strings.ToUpper(method), strings.ReplaceAll(path, "{id}", id[1])
			if strings.HasPrefix(path, "/jobs/") {
				target = "/jobs/" + backup.doc["id"].(string)
			}
			for _, credential := range []string{"", "Bearer wrong", "Bearer ", "Basic d3Jvbmc6d3Jvbmc=", "Bearer " + token + "x", "nonsense"} {
				r := w.send(method, target, bodies[path], credential)
				require.Equal(t, http.StatusUnauthorized, r.status, "%s %s", method, path)
				require.Equal(t, "application/problem+json", r.head.Get("Content-Type"))
				require.Len(t, r.head.Values("WWW-Authenticate"), 2)
				require.EqualValues(t, 401, r.doc["status"])
			}
			r := w.do(method, target, bodies[path])
			responses := op.(map[string]any)["responses"].(map[string]any)
			delete(responses, "default")
			require.Len(t, responses, 1)
			for status, response := range responses {
				require.Equal(t, status, itoa(r.status), "%s %s: %s", method, path, r.text)
				for media, content := range response.(map[string]any)["content"].(map[string]any) {
					require.True(t, strings.HasPrefix(r.head.Get("Content-Type"), media), "%s %s", method, path)
					ref, _ := content.(map[string]any)["schema"].(map[string]any)["$ref"].(string)
					if ref == "" {
						continue
					}
					schema := schemas[filepath.Base(ref)].(map[string]any)
					for _, key := range schema["required"].([]any) {
						require.Contains(t, r.doc, key, "%s %s: %s", method, path, r.text)
					}
				}
			}
			if r.status == http.StatusAccepted {
				w.ended(r) // so that it is in nobody's way
			}
			for _, name := range []string{"Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy"} {
				require.NotEmpty(t, r.head.Get(name))
			}
			require.Equal(t, "no-store", r.head.Get("Cache-Control"))
		}
	}
	require.GreaterOrEqual(t, seen, 18)
	require.Equal(t, "event: parts", w.do("GET", "/events", "").text)
	audit := w.log.text()
	for _, want := range []string{"action=switch-to-fallback", "action=resolve-conflict", "action=backup-ended", `by="admin API"`, "failoversql admin: refused"} {
		require.Contains(t, audit, want)
	}
	require.NotContains(t, audit, token)
}

func itoa(n int) string { b, _ := json.Marshal(n); return string(b) }

// What cannot be done is told as a problem, and does nothing.
func TestProblems(t *testing.T) {
	w := newWorld(t)
	generation := w.c.Status(t.Context()).Generation
	for _, c := range []struct {
		method, path, body string
		want               int
	}{
		{"GET", "/nothing", "", 404},
		{"GET", "/test", "", 405},
		{"DELETE", "/status", "", 405},
		{"GET", "/jobs/none", "", 404},
		{"DELETE", "/jobs/none", "", 404},
		{"POST", "/check", "", 400},
		{"POST", "/migrate-from-primary", `{"path":"/etc/passwd"}`, 400},
		{"POST", "/sync-to-primary", `[]`, 400},
		{"POST", "/check", `{"sql":1}`, 400},
		{"POST", "/check", `{"sql":"SELECT 1","path":"/etc/passwd"}`, 400},
		{"POST", "/check", `{"sql":"SELECT 1"} {}`, 400},
		{"POST", "/check", `{"sql":"` + strings.Repeat("x", 70<<10) + `"}`, 413},
		{"POST", "/conflicts/x/resolve", `{"action":"discard"}`, 400},
		{"POST", "/conflicts/1/resolve", `{"action":"delete it all"}`, 400},
	} {
		r := w.do(c.method, c.path, c.body)
		require.Equal(t, c.want, r.status, "%s %s: %s", c.method, c.path, r.text)
		require.Equal(t, "application/problem+json", r.head.Get("Content-Type"))
		require.NotEmpty(t, r.doc["detail"])
	}
	for _, head := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://evil.example"}} {
		require.Equal(t, 403, w.send("POST", "/switch-to-fallback", "", "Bearer "+token, head...).status)
	}
	require.Equal(t, generation, w.c.Status(t.Context()).Generation)
}

func TestWork(t *testing.T) {
	w := newWorld(t)
	r := w.do("POST", "/switch-to-fallback", "")
	require.Equal(t, "fallback", r.doc["mode"], r.text)
	require.Equal(t, health.Fallback, w.c.Status(t.Context()).Mode)
	require.Equal(t, "primary", w.do("POST", "/switch-to-primary", "").doc["mode"])
	require.Equal(t, "auto", w.do("POST", "/resume-auto", "").doc["pin"])
	require.Equal(t, true, w.do("POST", "/test", "").doc["ok"])
	require.Equal(t, true, w.do("POST", "/check", `{"sql":"SELECT name FROM goods"}`).doc["runs"])
	r = w.do("POST", "/check", `{"sql":"SELECT nme FROM goods"}`)
	require.Equal(t, false, r.doc["runs"])
	require.Equal(t, "42703", r.doc["code"])

	for n := range 3 {
		job := w.ended(w.do("POST", "/backup", ""))
		require.Equal(t, "done", job["state"], job)
		name := job["result"].(map[string]any)["name"].(string)
		require.NotContains(t, name, "/")
		info, err := os.Stat(filepath.Join(w.backups, name))
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
		require.Len(t, job["result"].(map[string]any)["removed"], max(0, n-1))
	}
	w.await(func(s failoversql.Status) bool { return s.Fallback.Following })
	job := w.ended(w.do("POST", "/verify", ""))
	require.Equal(t, "done", job["state"], job)
	require.Equal(t, true, job["result"].(map[string]any)["equal"], job)

	w.onPrimary(`CREATE TABLE late (id int PRIMARY KEY)`)
	w.onPrimary(`INSERT INTO late SELECT generate_series(1, 10)`)
	job = w.ended(w.do("POST", "/migrate-from-primary", `{"leave_out":true}`))
	require.Equal(t, "done", job["state"], job)
	require.EqualValues(t, 2, job["result"].(map[string]any)["tables"], job)
	require.EqualValues(t, 12, job["result"].(map[string]any)["rows"], job)
	require.NotNil(t, job["progress"])

	w.await(func(s failoversql.Status) bool { return s.Fallback.Following })
	require.NoError(t, w.c.SwitchToFallback(t.Context()))
	_, err := w.db.Exec(`INSERT INTO late VALUES (11)`)
	require.NoError(t, err)
	job = w.ended(w.do("POST", "/sync-to-primary", `{"dry_run":true}`))
	require.Equal(t, "done", job["state"], job)
	require.Len(t, job["result"].(map[string]any)["would"], 1, job)
	require.Equal(t, "10", w.count(`SELECT count(*) FROM late`), "a dry run")
	job = w.ended(w.do("POST", "/sync-to-primary", ""))
	require.Equal(t, "done", job["state"], job)
	require.EqualValues(t, 1, job["result"].(map[string]any)["transactions"], job)
	require.Equal(t, "11", w.count(`SELECT count(*) FROM late`))
	require.Equal(t, "primary", w.do("POST", "/switch-to-primary", "").doc["mode"])
	require.Equal(t, "auto", w.do("POST", "/resume-auto", "").doc["pin"])
	w.await(func(s failoversql.Status) bool { return s.Fallback.Following })

	w.conflict()
	list := w.do("GET", "/conflicts", "")
	conflicts := list.doc["conflicts"].([]any)
	require.Len(t, conflicts, 1, list.text)
	c := conflicts[0].(map[string]any)
	require.Equal(t, "90", c["local"].(map[string]any)["stock"])
	require.Equal(t, "70", c["remote"].(map[string]any)["stock"])
	path := "/conflicts/" + itoa(int(c["id"].(float64))) + "/resolve"
	require.Equal(t, true, w.do("POST", path, `{"action":"apply_local"}`).doc["settled"])
	var stock int
	require.NoError(t, w.db.QueryRow(`SELECT stock FROM goods WHERE id = 1`).Scan(&stock))
	require.Equal(t, 90, stock)
	require.Contains(t, []int{404, 409}, w.do("POST", path, `{"action":"apply_local"}`).status, "it is settled once")
	require.Equal(t, 404, w.do("POST", "/conflicts/999999/resolve", `{"action":"discard"}`).status)
}

func TestAuthorizers(t *testing.T) {
	request := func(set func(*http.Request)) *http.Request {
		req := httptest.NewRequest("GET", "/", nil)
		set(req)
		return req
	}
	basic := func(user, password string) *http.Request {
		return request(func(r *http.Request) { r.SetBasicAuth(user, password) })
	}
	bearer := func(s string) *http.Request {
		return request(func(r *http.Request) { r.Header.Set("Authorization", s) })
	}
	b := admin.BearerToken(token)
	require.NoError(t, b(bearer("Bearer "+token)))
	require.NoError(t, b(bearer("bearer "+token)))
	require.NoError(t, b(basic("anybody", token)), "for browsers")
	for _, req := range []*http.Request{bearer("Bearer"), bearer(token), basic(token, ""), bearer("Bearer " + token[1:])} {
		require.Error(t, b(req))
	}
	require.Error(t, admin.BearerToken("")(bearer("Bearer ")), "no token is no credential")
	require.Error(t, admin.BasicAuth("u", "")(basic("u", "")))
	require.NoError(t, admin.BasicAuth("u", "p")(basic("u", "p")))
	for _, req := range []*http.Request{basic("u", "x"), basic("x", "p"), bearer("Bearer p")} {
		require.True(t, errors.Is(admin.BasicAuth("u", "p")(req), admin.ErrUnauthorized))
	}
}

// The API and the page tell of the statements that SQLite would not run.
func TestReadiness(t *testing.T) {
	w := newWorld(t)
	for _, sql := range []string{`SELECT '<secret>' FROM goods`, `LISTEN "<goods>"`} {
		_, err := w.db.Exec(sql)
		require.NoError(t, err)
	}
	var r reply
	require.Eventually(t, func() bool {
		r = w.do("GET", "/readiness", "")
		return r.doc["shapes"].(float64) == 2 && r.doc["unchecked_shapes"].(float64) == 0
	}, 30*time.Second, 5*time.Millisecond)
	require.EqualValues(t, 1, r.doc["refused_calls"])
	first := r.doc["statements"].([]any)[0].(map[string]any)
	require.Equal(t, `LISTEN "<goods>"`, first["sql"])
	require.Equal(t, "0A000", first["code"])
	page := w.do("GET", "/", "").text
	require.Contains(t, page, "50 % of 2 shapes, 50 % of 2 calls would run")
	require.Contains(t, page, "<code>LISTEN &#34;&lt;goods&gt;&#34;</code>")
	require.NotContains(t, page, "secret")
	require.EqualValues(t, 1, w.do("GET", "/status", "").doc["readiness"].(map[string]any)["refused_shapes"])
}
