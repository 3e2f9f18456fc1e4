package main

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/admin"
	"github.com/failoversql/failoversql/health"
	"github.com/failoversql/failoversql/internal/pgtest"
)

// mount serves an application's admin API, and gives the flags that lead there.
func mount(t *testing.T, c *failoversql.Connector) (flags []string, backups string) {
	t.Helper()
	dir := t.TempDir()
	token := filepath.Join(dir, "token")
	require.NoError(t, os.WriteFile(token, []byte("a-token-of-the-test\n"), 0o600))
	backups = t.TempDir()
	h, err := admin.New(c, admin.Authorize(admin.BearerToken("a-token-of-the-test")), admin.Logger(slog.New(slog.DiscardHandler)), admin.Backups(backups, failoversql.Retention{Keep: 1}))
	require.NoError(t, err)
	mux := http.NewServeMux()
	mux.Handle(adminPath, http.StripPrefix(strings.TrimSuffix(adminPath, "/"), h))
	server := httptest.NewServer(mux)
	t.Cleanup(func() {
		require.NoError(t, h.Close())
		server.Close()
	})
	return []string{"--admin", server.URL, "--token-file", token}, backups
}

// vary is what is different between two looks at the same thing.
var vary = regexp.MustCompile(`\([0-9hms.]+\)|in [0-9.]+[a-zµ]+|[0-9A-F]+/[0-9A-F]+|"(latency|took|elapsed|age)(_seconds)?": [0-9.e-]+,?|"last_probe": "[^"]*",?|"(owner|up|following|lag_bytes|held_bytes|size_bytes|resting|instances)": [a-z0-9]+,?|, [0-9.]+ [kMG]?B\b|(?m)^statements .*$|"readiness": \{[^}]*\},?`)

// TestRemote has every verb act through the admin API of a running application,
// and say the same as on its file.
func TestRemote(t *testing.T) {
	server := pgtest.New(t)
	path := filepath.Join(t.TempDir(), "app.db")
	dsn := strings.Replace(server.URL(), "postgres://postgres@", "postgres://postgres:hunter2@", 1) + "&fallback_path=" + path +
		"&fallback_min_dwell=50ms&fallback_probe_interval=50ms&fallback_rise=1" + patient
	db, c := application(t, dsn)
	_, err := db.Exec(`CREATE TABLE t (a int PRIMARY KEY, b text NOT NULL)`)
	require.NoError(t, err)
	_, err = db.Exec(`INSERT INTO t VALUES (1, 'one')`)
	require.NoError(t, err)
	await(t, c, "following", func(s failoversql.Status) bool { return s.Fallback.Following })
	on, backups := mount(t, c)

	both := func(want int, args ...string) string {
		t.Helper()
		status, out, errOut := run(t, nil, append(args, "--dsn", dsn)...)
		require.Equal(t, want, status, "%q on the file: %s%s", args, out, errOut)
		status, outRemote, errRemote := run(t, nil, append(args, on...)...)
		require.Equal(t, want, status, "%q by the API: %s%s", args, outRemote, errRemote)
		require.Equal(t, vary.ReplaceAllString(out, ""), vary.ReplaceAllString(outRemote, ""), "%q", args)
		require.Equal(t, errOut == "", errRemote == "", "%q: %s / %s", args, errOut, errRemote)
		return outRemote
	}
	remote := func(want int, args ...string) (out, errOut string) {
		t.Helper()
		status, out, errOut := run(t, nil, append(args, on...)...)
		require.Equal(t, want, status, "%q: %s%s", args, out, errOut)
		return out, errOut
	}
	both(exitDone, "status")
	both(exitDone, "test")
	both(exitDone, "check", "SELECT b FROM t")
	both(exitNotWell, "check", "SELECT c FROM t", "SELECT b FROM t", "--json")
	both(exitDone, "verify")
	both(exitDone, "verify", "--table", "t", "--rate", "1000", "--json")
	both(exitDone, "sync")
	both(exitDone, "conflicts", "list", "--json")
	both(exitDone, "rescue")
	require.NoError(t, server.Exec(t.Context(), "postgres", `CREATE UNLOGGED TABLE u (a int)`))
	both(exitNotWell, "migrate", "--json")
	both(exitDone, "migrate", "--leave-out")
	require.NoError(t, server.Exec(t.Context(), "postgres", `DROP TABLE u`))
	await(t, c, "following", func(s failoversql.Status) bool { return s.Fallback.Following })

	out, _ := remote(exitDone, "backup", "--json")
	require.FileExists(t, filepath.Join(backups, document(t, out)["path"].(string)))
	remote(exitUsage, "backup", "--dir", "/tmp")
	out, _ = remote(exitDone, "switch", "fallback")
	require.Equal(t, "SQLite serves, and is kept until failoversql switch auto\n", out)
	require.Equal(t, health.Fallback, c.Status(t.Context()).Mode)
	both(exitNotWell, "status")
	_, errOut := remote(exitFailed, "cleanup")
	require.Contains(t, errOut, "SQLite serves")
	_, err = db.Exec(`UPDATE t SET b = 'mine'`)
	require.NoError(t, err)
	require.NoError(t, server.Exec(t.Context(), "postgres", `UPDATE t SET b = 'theirs'`))
	both(exitNotWell, "sync", "--dry-run")
	both(exitNotWell, "sync", "--dry-run", "--json")
	out, _ = remote(exitNotWell, "sync")
	require.Equal(t, "0 transactions applied, 1 parked\n", out)
	var list []map[string]any
	require.NoError(t, json.Unmarshal([]byte(both(exitNotWell, "conflicts", "list", "--json")), &list))
	id := fmt.Sprint(list[0]["id"])
	both(exitNotWell, "conflicts", "list")
	both(exitDone, "conflicts", "show", id)
	both(exitFailed, "conflicts", "resolve", "999", "discard")
	out, _ = remote(exitDone, "conflicts", "resolve", id, "apply-edited", "--row", `{"a": "1", "b": "ours"}`)
	require.Equal(t, "conflict "+id+" is settled: apply-edited\n", out)
	remote(exitDone, "switch", "primary")
	remote(exitDone, "switch", "auto")

	await(t, c, "following", func(s failoversql.Status) bool { return s.Fallback.Following })
	_, errOut = remote(exitUsage, "drill", "--duration", "soon")
	require.Contains(t, errOut, "duration")
	remote(exitFailed, "drill", "--duration", "1h")
	out, _ = remote(exitDone, "drill", "--duration", "1s")
	require.Regexp(t, `(?m)^failover +\S+ until SQLite served$`, out)
	require.Regexp(t, `(?m)^fail back +\S+ until PostgreSQL served`, out)
	status, _, errOut := run(t, nil, "drill", "--dsn", dsn)
	require.Equal(t, exitFailed, status)
	require.Contains(t, errOut, "--admin")
	await(t, c, "following", func(s failoversql.Status) bool { return s.Fallback.Following })

	status, _, errOut = run(t, nil, "cleanup", "--dsn", dsn)
	require.Equal(t, exitFailed, status)
	require.Contains(t, errOut, "in use")
	out, _ = remote(exitDone, "cleanup")
	require.Equal(t, "removed    "+path+"\n", out)
	require.NoFileExists(t, path)
	require.NoError(t, db.Ping())
	remote(exitNotWell, "status")
}

// What cannot be reached, or may not be, is said, and the token goes nowhere else.
func TestRemoteRefuses(t *testing.T) {
	token := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(token, []byte("a-token-of-the-test"), 0o600))
	var seen []string
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) {
		seen = append(seen, req.Header.Get("Authorization"))
	}))
	defer elsewhere.Close()
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		switch {
		case strings.HasPrefix(req.URL.Path, "/moved/"):
			http.Redirect(w, req, elsewhere.URL, http.StatusTemporaryRedirect)
		case strings.HasPrefix(req.URL.Path, "/html/"):
			w.Header().Set("Content-Type", "text/html")
		default:
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprint(w, `{"detail":"no credential that is accepted"}`)
		}
	}))
	defer other.Close()
	t.Setenv("DATABASE_URL", "")
	for _, c := range []struct {
		args []string
		want int
		says string
	}{
		{[]string{"--admin", other.URL, "--token-file", token}, exitFailed, "no credential that is accepted"},
		{[]string{"--admin", other.URL + "/html", "--token-file", token}, exitFailed, "no admin API"},
		{[]string{"--admin", other.URL + "/moved/", "--token-file", token}, exitFailed, "not sent"},
		{[]string{"--admin", "http://127.0.0.1:1", "--token-file", token}, exitFailed, "does not answer"},
		{[]string{"--admin", other.URL}, exitUsage, "--token-file"},
		{[]string{"--admin", other.URL, "--token-file", token, "--dsn", "postgres://h/d?fallback_path=x"}, exitUsage, "one or the other"},
		{[]string{"--admin", "http://db.example", "--token-file", token}, exitUsage, "unencrypted"},
		{[]string{"--admin", "http://u:p@127.0.0.1:1", "--token-file", token}, exitUsage, "address alone"},
		{[]string{"--admin", "ftp://x", "--token-file", token}, exitUsage, "http or https"},
		{[]string{"--token-file", token, "--dsn", "postgres://h/d?fallback_path=x"}, exitUsage, "go with --admin"},
	} {
		var out, errOut strings.Builder
		require.Equal(t, c.want, execute(t.Context(), append([]string{"status"}, c.args...), &out, &errOut), "%q: %s", c.args, errOut.String())
		require.Contains(t, errOut.String(), c.says)
		require.NotContains(t, errOut.String(), "a-token-of-the-test")
	}
	require.Empty(t, seen)
}
