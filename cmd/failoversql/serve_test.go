package main

import (
	"bufio"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/health"
	"github.com/failoversql/failoversql/internal/pgtest"
)

// TestServe has a sidecar steer a live application, and the other verbs look at it.
func TestServe(t *testing.T) {
	server := pgtest.New(t)
	dir := t.TempDir()
	dsn := strings.Replace(server.URL(), "postgres://postgres@", "postgres://postgres:hunter2@", 1) + "&fallback_path=" + filepath.Join(dir, "app.db") +
		"&fallback_min_dwell=50ms&fallback_probe_interval=50ms&fallback_rise=1" + patient
	require.NoError(t, server.Exec(t.Context(), "postgres", `CREATE TABLE goods (id int PRIMARY KEY)`))
	db, c := application(t, dsn)
	await(t, c, "following", func(s failoversql.Status) bool { return s.Fallback.Following })
	for _, sql := range []string{`SELECT 'secret' FROM goods`, `LISTEN goods_changed`} {
		_, err := db.Exec(sql)
		require.NoError(t, err)
	}
	var seen string
	require.Eventually(t, func() bool {
		_, seen, _ = run(t, nil, "check", "--dsn", dsn)
		return strings.Contains(seen, "50 % of 2 shapes")
	}, 30*time.Second, 50*time.Millisecond, "%s", seen)
	require.Contains(t, seen, "refused  1 calls  LISTEN goods_changed\n         0A000 ")
	status, out, errOut := run(t, nil, "check", "--dsn", dsn, "--json")
	require.Equal(t, exitNotWell, status, out+errOut)
	require.Contains(t, out, `"refused_shapes": 1`)
	require.NotContains(t, out, "secret")
	_, out, _ = run(t, nil, "status", "--dsn", dsn)
	require.Contains(t, out, "statements 50 % of 2 shapes, 50 % of 2 calls would run\n")

	status, out, errOut = run(t, nil, "test", "--dsn", dsn)
	require.Equal(t, exitDone, status, out+errOut)
	require.Equal(t, 6, strings.Count(out, "ok  "), out)
	status, out, _ = run(t, nil, "check", "--dsn", dsn, "SELECT * FROM goods", "SELECT nothing FROM goods")
	require.Equal(t, exitNotWell, status)
	require.Contains(t, out, "runs     \"SELECT * FROM goods\"")
	require.Contains(t, out, "42703")
	backups := filepath.Join(dir, "backups")
	require.NoError(t, os.Mkdir(backups, 0o700))
	for range 3 {
		status, out, errOut = run(t, nil, "backup", "--dsn", dsn, "--dir", backups, "--keep", "2")
		require.Equal(t, exitDone, status, out+errOut)
	}
	kept, err := os.ReadDir(backups)
	require.NoError(t, err)
	require.Len(t, kept, 2)

	token := filepath.Join(dir, "token")
	require.NoError(t, os.WriteFile(token, []byte("a-token-long-enough\n"), 0o644))
	status, _, errOut = run(t, nil, "serve", "--dsn", dsn, "--token-file", token)
	require.Equal(t, exitUsage, status)
	require.Contains(t, errOut, "can be read by others")
	require.NoError(t, os.Chmod(token, 0o600))

	cmd := exec.Command(binary(t), "serve", "--dsn", dsn, "--listen", "127.0.0.1:0", "--token-file", token)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH")}
	pipe, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	line, err := bufio.NewReader(pipe).ReadString('\n')
	require.NoError(t, err)
	url := strings.TrimSpace(line)
	require.True(t, strings.HasSuffix(url, adminPath), url)

	post := func(path, token string) int {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+path, nil)
		require.NoError(t, err)
		req.Header.Set("Authorization", "Bearer "+token)
		res, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		defer res.Body.Close()
		return res.StatusCode
	}
	require.Equal(t, http.StatusUnauthorized, post("switch-to-fallback", "wrong"))
	require.Equal(t, health.Primary, c.Status(t.Context()).Mode)
	require.Equal(t, http.StatusOK, post("switch-to-fallback", "a-token-long-enough"))
	require.Equal(t, health.Fallback, c.Status(t.Context()).Mode, "the application has moved")
	require.Equal(t, http.StatusOK, post("switch-to-primary", "a-token-long-enough"))
	require.Equal(t, http.StatusConflict, post("backup", "a-token-long-enough"), "no directory was given")
	http.DefaultClient.CloseIdleConnections()
	require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(t, cmd.Wait(), "it ends by itself")
}

func TestServeUsage(t *testing.T) {
	dir := t.TempDir()
	short := filepath.Join(dir, "short")
	require.NoError(t, os.WriteFile(short, []byte("abc"), 0o600))
	for _, args := range [][]string{{"serve"}, {"serve", "--token-file", filepath.Join(dir, "none")}, {"serve", "--token-file", short}, {"check"}, {"test", "more"}, {"backup", "more"}} {
		status, out, _ := run(t, nil, args...)
		require.Equal(t, exitUsage, status, "%q", args)
		require.Empty(t, out)
	}
}
