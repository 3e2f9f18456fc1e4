package failoversql_test

import (
	"database/sql"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/health"
	"github.com/failoversql/failoversql/internal/pgtest"
	"github.com/failoversql/failoversql/sqlitedb"
)

// restoring is an application whose file is restored again and again.
type restoring struct {
	*testing.T
	server *pgtest.Server
	dsn    string
	path   string
	dir    string // of backups
	cfg    *failoversql.Config
	db     *sql.DB
	c      *failoversql.Connector
}

func newRestoring(t *testing.T) *restoring {
	server := pgtest.New(t)
	path := filepath.Join(t.TempDir(), "app.db")
	r := &restoring{T: t, server: server, path: path, dir: t.TempDir(), dsn: server.URL() + "&fallback_path=" + path + fast}
	var err error
	r.cfg, err = failoversql.ParseDSN(r.dsn)
	require.NoError(t, err)
	r.cfg.Logger = slog.New(slog.DiscardHandler)
	r.start()
	execAll(t, testContext(t), r.db, `CREATE TABLE t (id serial PRIMARY KEY, word text)`, `INSERT INTO t (word) VALUES ('first')`)
	awaitFollowing(t, testContext(t), r.c)
	require.Eventually(t, func() bool { return r.c.Status(t.Context()).Fallback.Leases["public.t_id_seq"] > 0 }, 30*time.Second, time.Millisecond)
	awaitCopied(t, testContext(t), r.c, r.db)
	return r
}

func (r *restoring) start() {
	r.Helper()
	r.db, r.c = open(r.T, r.dsn)
	require.NoError(r, r.db.PingContext(testContext(r.T)))
}

func (r *restoring) backup() string {
	r.Helper()
	path, err := r.c.Backup(testContext(r.T), r.dir)
	require.NoError(r, err)
	return path
}

func (r *restoring) write(words ...string) {
	r.Helper()
	for _, w := range words {
		_, err := r.db.ExecContext(testContext(r.T), `INSERT INTO t (word) VALUES ($1)`, w)
		require.NoError(r, err)
	}
}

// words asks PostgreSQL itself.
func (r *restoring) words() (all string) {
	r.Helper()
	db, err := sql.Open("pgx", r.server.URL())
	require.NoError(r, err)
	defer db.Close()
	require.NoError(r, db.QueryRow(`SELECT string_agg(word, ' ' ORDER BY word) FROM t`).Scan(&all))
	return all
}

// same: all of it comes to PostgreSQL, and the file is a copy of that.
func (r *restoring) same(words string) {
	r.Helper()
	ctx := testContext(r.T)
	require.NoError(r, r.c.ResumeAuto(ctx))
	awaitMode(r.T, ctx, r.c, health.Primary)
	awaitFollowing(r.T, ctx, r.c)
	require.Equal(r, words, r.words())
	report, err := r.c.Verify(ctx, failoversql.VerifyOptions{})
	require.NoError(r, err)
	require.True(r, report.Equal(), "%+v", report)
	list, err := r.c.Conflicts(ctx)
	require.NoError(r, err)
	require.Empty(r, list)
}

func TestRestore(t *testing.T) {
	ctx := testContext(t)
	r := newRestoring(t)
	backup := r.backup()
	before, err := os.ReadFile(backup)
	require.NoError(t, err)

	// What the backup does not have: a row, and values of the sequence given out
	// on SQLite.
	r.write("second")
	require.NoError(t, r.c.SwitchToFallback(ctx))
	r.write("third", "fourth")
	_, err = failoversql.Restore(ctx, r.cfg, backup, failoversql.RestoreOptions{})
	require.ErrorIs(t, err, sqlitedb.ErrInUse)
	r.same("first fourth second third")
	require.NoError(t, r.db.Close())

	report, err := failoversql.Restore(ctx, r.cfg, backup, failoversql.RestoreOptions{})
	require.NoError(t, err)
	require.Equal(t, "following", report.State)
	require.True(t, report.Leases)
	require.Empty(t, report.Unread)
	require.FileExists(t, report.Kept)
	after, err := os.ReadFile(backup)
	require.NoError(t, err)
	require.Equal(t, before, after, "the backup stays as it was")

	// It serves, older, in an outage; its ids are new.
	require.NoError(t, r.server.Kill9())
	r.start()
	awaitMode(t, ctx, r.c, health.Fallback)
	require.Equal(t, 1, scalar[int](t, ctx, r.db, `SELECT count(*) FROM t`))
	r.write("fifth")
	require.NoError(t, r.server.Restart())
	r.same("fifth first fourth second third")
}

// A journal in a backup is brought to PostgreSQL once, whatever was brought of it
// already, and in whatever order its descendants come back.
func TestRestoreJournal(t *testing.T) {
	ctx := testContext(t)
	r := newRestoring(t)
	require.NoError(t, r.c.SwitchToFallback(ctx))
	r.write("a", "b")
	early := r.backup()
	r.write("c")
	late := r.backup()
	r.write("d")

	// Stopped in the outage, with four transactions.
	require.NoError(t, r.db.Close())
	var lost *failoversql.UnreturnedError
	_, err := failoversql.Restore(ctx, r.cfg, late, failoversql.RestoreOptions{})
	require.ErrorAs(t, err, &lost)
	require.EqualValues(t, 4, lost.What.Transactions)
	require.NoError(t, r.server.Kill9())
	_, err = failoversql.Restore(ctx, r.cfg, early, failoversql.RestoreOptions{Force: true})
	require.ErrorContains(t, err, "only PostgreSQL knows")
	require.NoError(t, r.server.Restart())
	entries, err := os.ReadDir(filepath.Dir(r.path))
	require.NoError(t, err)
	for _, e := range entries {
		require.NotContains(t, e.Name(), "restore", "a refusal leaves nothing")
		require.NotContains(t, e.Name(), "replaced")
	}

	report, err := failoversql.Restore(ctx, r.cfg, early, failoversql.RestoreOptions{Force: true})
	require.NoError(t, err)
	require.EqualValues(t, 2, report.Replayed.Transactions)
	require.Equal(t, "a b first", r.words())
	whole := report.Kept

	// New transactions, as many as the lost ones: their numbers must not be
	// taken for those.
	require.NoError(t, r.server.Kill9())
	r.start()
	awaitMode(t, ctx, r.c, health.Fallback)
	r.write("e", "f", "g")
	require.NoError(t, r.server.Restart())
	r.same("a b e f first g")
	require.NoError(t, r.db.Close())

	// The file of four comes back: of it c and d were never brought home.
	report, err = failoversql.Restore(ctx, r.cfg, whole, failoversql.RestoreOptions{})
	require.NoError(t, err)
	require.EqualValues(t, 2, report.Replayed.Transactions)
	require.Equal(t, "a b c d e f first g", r.words())

	// And the backups of it once more, of which PostgreSQL has everything.
	for _, b := range []string{late, early} {
		report, err = failoversql.Restore(ctx, r.cfg, b, failoversql.RestoreOptions{})
		require.NoError(t, err)
		require.Zero(t, report.Replayed.Transactions)
		r.start()
		r.same("a b c d e f first g")
		require.NoError(t, r.c.SwitchToFallback(ctx))
		r.write("x")
		require.NoError(t, r.c.SwitchToPrimary(ctx))
		require.NoError(t, r.server.Exec(ctx, "postgres", `DELETE FROM t WHERE word = 'x'`))
		r.same("a b c d e f first g")
		require.NoError(t, r.db.Close())
	}
	ids, err := sql.Open("pgx", r.server.URL())
	require.NoError(t, err)
	defer ids.Close()
	require.Equal(t, 8, scalar[int](t, ctx, ids, `SELECT count(DISTINCT id) FROM t`))
}

func TestRestoreRefuses(t *testing.T) {
	ctx := testContext(t)
	r := newRestoring(t)
	backup := r.backup()
	id := scalar[string](t, ctx, r.db, `SELECT id FROM failoversql.instance`)
	require.NoError(t, r.db.Close())

	bad := filepath.Join(r.dir, "bad.db")
	whole, err := os.ReadFile(backup)
	require.NoError(t, err)
	clear(whole[len(whole)/2:])
	require.NoError(t, os.WriteFile(bad, whole, 0o600))
	link := filepath.Join(r.dir, "link.db")
	require.NoError(t, os.Symlink(backup, link))
	text := filepath.Join(r.dir, "text.db")
	require.NoError(t, os.WriteFile(text, []byte("no database at all, but long enough to be looked at"), 0o600))
	for _, path := range []string{bad, link, text, r.dir, filepath.Join(r.dir, "none.db")} {
		_, err := failoversql.Restore(ctx, r.cfg, path, failoversql.RestoreOptions{})
		require.Error(t, err, path)
	}

	require.NoError(t, r.server.Exec(ctx, "postgres", `UPDATE failoversql.instance SET host = 'elsewhere', file = '/app.db', heartbeat = now() WHERE id = '`+id+`'`))
	_, err = failoversql.Restore(ctx, r.cfg, backup, failoversql.RestoreOptions{})
	require.ErrorContains(t, err, "lives at elsewhere:")
	require.NoError(t, r.server.Exec(ctx, "postgres", `DELETE FROM failoversql.instance`))

	// A file that is damaged is no hindrance, and is kept; its leases are not used.
	require.NoError(t, os.WriteFile(r.path, []byte("overwritten by something else"), 0o600))
	report, err := failoversql.Restore(ctx, r.cfg, backup, failoversql.RestoreOptions{})
	require.NoError(t, err)
	require.NotEmpty(t, report.Unread)
	require.False(t, report.Leases)
	kept, err := os.ReadFile(report.Kept)
	require.NoError(t, err)
	require.Equal(t, "overwritten by something else", string(kept))
	r.start()
	r.same("first")
}

// Backups are taken as configured, counted from the newest, and old ones go.
func TestBackupSchedule(t *testing.T) {
	ctx := testContext(t)
	server := pgtest.New(t)
	dir := t.TempDir()
	dsn := server.URL() + "&fallback_path=" + filepath.Join(t.TempDir(), "app.db") + fast + "&fallback_backup_dir=" + dir
	db, c := open(t, dsn+"&fallback_backup_interval=20ms&fallback_backup_keep=2")
	alarms := make(chan failoversql.Event, 100)
	defer c.Subscribe(func(e failoversql.Event) {
		if e.Alarm {
			alarms <- e
		}
	})()
	require.NoError(t, db.PingContext(ctx))
	awaitFollowing(t, ctx, c)
	names := func() (all []string) {
		entries, err := os.ReadDir(dir)
		require.NoError(t, err)
		for _, e := range entries {
			if !strings.HasPrefix(e.Name(), ".") { // it is being written
				all = append(all, e.Name())
			}
		}
		return all
	}
	var first []string
	require.Eventually(t, func() bool { first = names(); return len(first) > 0 }, 20*time.Second, time.Millisecond)
	require.Eventually(t, func() bool {
		now := names()
		for _, n := range now {
			if n == first[0] {
				return false
			}
		}
		return len(now) > 0
	}, 20*time.Second, time.Millisecond, "the first has gone")
	require.NoError(t, os.Rename(dir, dir+".away"))
	require.Contains(t, (<-alarms).Reason, "the scheduled backup of the fallback file failed")
	require.NoError(t, os.Rename(dir+".away", dir))
	require.NoError(t, db.Close())
	require.LessOrEqual(t, len(names()), 3)

	had := names()
	db, c = open(t, dsn+"&fallback_backup_interval=1h")
	require.NoError(t, db.PingContext(ctx))
	awaitFollowing(t, ctx, c)
	require.Equal(t, had, names(), "the newest is not an hour old")
}

// What is no backup is not put in place, and what a killed restore has left is
// removed by the next.
func TestRestoreOfNothing(t *testing.T) {
	dir := t.TempDir()
	cfg, err := failoversql.ParseDSN("postgres://app@127.0.0.1:1/app?fallback_path=" + filepath.Join(dir, "app.db"))
	require.NoError(t, err)
	empty := filepath.Join(dir, "app-20260102T030405.000Z.db")
	require.NoError(t, os.WriteFile(empty, nil, 0o600))
	left := filepath.Join(dir, ".failoversql-restore-app.db-123")
	other := filepath.Join(dir, ".failoversql-restore-app.db-other.db-123")
	for _, d := range []string{left, other} {
		require.NoError(t, os.Mkdir(d, 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(d, "app.db"), []byte("rows"), 0o600))
	}
	_, err = failoversql.Restore(t.Context(), cfg, empty, failoversql.RestoreOptions{})
	require.ErrorContains(t, err, "is empty")
	require.NoFileExists(t, filepath.Join(dir, "app.db"))
	require.NoDirExists(t, left)
	require.DirExists(t, other, "another file's")

	for _, content := range []string{"x", strings.Repeat("no database\n", 100)} {
		text := filepath.Join(dir, "text.db")
		require.NoError(t, os.WriteFile(text, []byte(content), 0o600))
		_, err = failoversql.Restore(t.Context(), cfg, text, failoversql.RestoreOptions{})
		require.EqualError(t, err, "failoversql: the backup: not a SQLite database")
		require.NoFileExists(t, filepath.Join(dir, "app.db"))
	}
}
