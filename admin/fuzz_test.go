package admin_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/admin"
)

// FuzzRequest: whatever is sent, the answer is one of those that are described,
// says nothing of a credential, and touches no file but the fallback's.
func FuzzRequest(f *testing.F) {
	dir := f.TempDir()
	cfg, err := failoversql.ParseDSN("postgres://app:hunter2@127.0.0.1:1/app?fallback_path=" + filepath.Join(dir, "app.db"))
	require.NoError(f, err)
	cfg.Guest, cfg.Logger = true, slog.New(slog.DiscardHandler)
	c, err := failoversql.NewConnector(cfg)
	require.NoError(f, err)
	h, err := admin.New(c, admin.Authorize(admin.BearerToken(token)), admin.Logger(slog.New(slog.DiscardHandler)))
	require.NoError(f, err)
	f.Cleanup(func() {
		require.NoError(f, h.Close())
		require.NoError(f, c.Close())
	})
	for _, seed := range []struct{ method, path, kind, body string }{
		{"GET", "/status", "", ""}, {"GET", "/", "", ""}, {"GET", "/openapi.json", "", ""},
		{"POST", "/check", "application/json", `{"sql":"SELECT 1"}`},
		{"POST", "/check", "application/json; charset=x", `{"sql":"` + "\x00" + `"}`},
		{"POST", "/check", "text/plain", `{"sql":1}`},
		{"POST", "/conflicts/1/resolve", "application/json", `{"action":"apply_edited","row":{"a":null}}`},
		{"POST", "/conflicts/99999999999999999999/resolve", "application/json", `{}`},
		{"POST", "/migrate-from-primary", "application/json", `{"exclude":["../../etc/passwd"],"leave_out":true}`},
		{"POST", "/verify", "application/json", `{"tables":["t"],"rate":-1}`},
		{"POST", "/drill", "application/json", `{"seconds":1e308,"journal":true}`},
		{"DELETE", "/cleanup", "application/json", `{"force":true}`},
		{"DELETE", "/jobs/..%2f..", "", ""}, {"PUT", "/status", "", "x"}, {"POST", "/backup", "application/json", strings.Repeat("[", 10000)},
		{"GET", "/%2e%2e/%2e%2e/etc/passwd", "", ""}, {"POST", "//sync-to-primary", "application/json", `{"dry_run":true}{}`},
	} {
		f.Add(seed.method, seed.path, seed.kind, []byte(seed.body))
	}
	f.Fuzz(func(t *testing.T, method, path, kind string, body []byte) {
		if strings.HasSuffix(path, "events") {
			return // a stream, which ends with its reader
		}
		req, err := http.NewRequest(method, "http://h"+path, strings.NewReader(string(body)))
		if err != nil || !strings.HasPrefix(path, "/") {
			return
		}
		for _, authorised := range []bool{false, true} {
			req := req.Clone(t.Context())
			req.Body = http.NoBody
			if len(body) > 0 {
				req, _ = http.NewRequestWithContext(t.Context(), method, "http://h"+path, strings.NewReader(string(body)))
			}
			if kind != "" {
				req.Header["Content-Type"] = []string{kind}
			}
			if authorised {
				req.Header.Set("Authorization", "Bearer "+token)
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, req)
			text := w.Body.String()
			require.NotContains(t, text, "hunter2")
			require.NotContains(t, text, token)
			if !authorised {
				require.Equal(t, http.StatusUnauthorized, w.Code)
			}
			require.NotEqual(t, http.StatusInternalServerError, w.Code, "%s", text)
			if w.Code >= 400 {
				require.Equal(t, "application/problem+json", w.Header().Get("Content-Type"))
				require.True(t, json.Valid([]byte(text)))
			}
		}
		entries, err := os.ReadDir(dir)
		require.NoError(t, err)
		for _, e := range entries { // a new copy makes the file, at its own place; a forced cleanup a backup beside it
			require.Regexp(t, `^app(\.db.*|-\d{8}T\d{6}\.\d{3}Z(-\d+)?\.db)$`, e.Name())
		}
	})
}
