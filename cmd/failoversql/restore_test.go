package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/internal/pgtest"
)

// TestRestore backs a file up, loses it, puts it back, rehearses an outage on it,
// and removes it.
func TestRestore(t *testing.T) {
	server := pgtest.New(t)
	dir := t.TempDir()
	backups := filepath.Join(t.TempDir())
	path := filepath.Join(dir, "app.db")
	dsn := server.URL() + "&fallback_path=" + path + "&fallback_min_dwell=50ms&fallback_probe_interval=50ms&fallback_rise=1" + patient + "&fallback_backup_dir=" + backups
	verb := func(want int, args ...string) (out, errOut string) {
		t.Helper()
		status, out, errOut := run(t, nil, append(args, "--dsn", dsn)...)
		require.Equal(t, want, status, "%q: %s%s", args, out, errOut)
		return out, errOut
	}
	db, c := application(t, dsn)
	_, err := db.Exec(`CREATE TABLE t (a int PRIMARY KEY)`)
	require.NoError(t, err)
	await(t, c, "following", func(s failoversql.Status) bool { return s.Fallback.Following })
	out, _ := verb(exitDone, "backup")
	backup := strings.TrimSpace(out)
	require.Equal(t, backups, filepath.Dir(backup), "fallback_backup_dir")
	_, errOut := verb(exitFailed, "restore", backup)
	require.Contains(t, errOut, "in use")
	verb(exitDone, "switch", "fallback")
	_, err = db.Exec(`INSERT INTO t VALUES (1)`)
	require.NoError(t, err)
	require.NoError(t, db.Close())

	_, errOut = verb(exitNotWell, "restore", backup)
	require.Contains(t, errOut, "1 transactions that PostgreSQL does not have yet")
	_, errOut = verb(exitNotWell, "cleanup")
	require.Contains(t, errOut, "1 transactions that PostgreSQL does not have yet")
	verb(exitDone, "sync")
	verb(exitDone, "switch", "auto")
	out, _ = verb(exitDone, "restore", backup)
	require.Regexp(t, `(?m)^restored +`+regexpQuote(path)+`$`, out)
	require.Regexp(t, `(?m)^kept +\S+-replaced-\S+\.db, the file that was there$`, out)
	out, _ = verb(exitDone, "restore", backup, "--json")
	require.Equal(t, "following", document(t, out)["state"])

	out, _ = verb(exitDone, "drill", "--duration", "1s", "--json")
	require.Equal(t, true, document(t, out)["ok"])
	require.Positive(t, document(t, out)["statements"])

	out, _ = verb(exitDone, "cleanup")
	require.Equal(t, "removed    "+path+"\n", out)
	_, errOut = verb(exitFailed, "cleanup")
	require.Contains(t, errOut, "no application has made")
	verb(exitUsage, "restore")
	verb(exitFailed, "restore", filepath.Join(dir, "none"))
	verb(exitDone, "restore", backup)
	out, _ = verb(exitDone, "cleanup", "--force", "--json")
	require.FileExists(t, document(t, out)["backup"].(string))
}

func regexpQuote(s string) string { return strings.ReplaceAll(s, ".", `\.`) }
