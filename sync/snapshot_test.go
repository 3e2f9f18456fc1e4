package dbsync

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/internal/pgtest"
	"github.com/failoversql/failoversql/sqlitedb"
)

// leftovers lists files beside the fallback file that a finished or failed
// snapshot should not leave.
func (r *replica) leftovers() []string {
	names, err := filepath.Glob(r.path + buildInfix + "*")
	if err != nil {
		r.t.Fatal(err)
	}
	return names
}

func (r *replica) slots() int {
	r.t.Helper()
	var n int
	if err := r.pg.QueryRow(r.ctx, "SELECT count(*) FROM pg_replication_slots WHERE database = current_database() AND NOT temporary").Scan(&n); err != nil {
		r.t.Fatal(err)
	}
	return n
}

func TestSnapshotAgainKeepsWhatIsTheFiles(t *testing.T) {
	r := newReplica(t, outPrimary(t), common)
	r.snapshot()
	id, _ := r.file.Meta(r.ctx, "file_id")
	c, err := r.file.Conn(r.ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Exec(r.ctx, `UPDATE failoversql_state SET mode = 'primary', generation = 7, tx = 12;
		INSERT INTO failoversql_lease(sequence, start, finish, next) VALUES ('public.s', 1, 10, 5);
		INSERT INTO failoversql_journal(tx, tbl, ver, op, cascaded, c1) VALUES (1, 2, 1, 'I', 0, 'kept');
		CREATE TABLE failoversql_later(a, b); CREATE INDEX failoversql_later_a ON failoversql_later(a); INSERT INTO failoversql_later VALUES (1, x'00')`); err != nil {
		t.Fatal(err)
	}
	c.Close()
	before := r.file.Catalog().Version
	r.exec("UPDATE customer SET name = 'x' WHERE id = 1")
	r.snapshot()
	if got, _ := r.file.Meta(r.ctx, "file_id"); got != id {
		t.Errorf("the file's identity is %s, was %s", got, id)
	}
	st, err := r.file.State(r.ctx)
	if err != nil || st.Mode != "primary" || st.Generation != 7 || st.Tx != 12 || st.State != sqlitedb.Following || !st.SnapshotComplete || st.Serving || !st.Capture {
		t.Errorf("state %+v, %v", st, err)
	}
	for _, q := range []string{
		"SELECT count(*) FROM failoversql_lease WHERE next = 5", "SELECT count(*) FROM failoversql_journal WHERE c1 = 'kept'",
		"SELECT count(*) FROM failoversql_later WHERE b = x'00'", "SELECT count(*) FROM customer WHERE name = 'x'",
		"SELECT count(*) FROM sqlite_schema WHERE name = 'failoversql_later_a'",
	} {
		if r.local(q) != 1 {
			t.Errorf("%s: not 1", q)
		}
	}
	if r.local("SELECT count(*) FROM failoversql_catalog WHERE version <= ?1", before) == 0 || r.file.Catalog().Version <= before {
		t.Error("catalog versions were lost")
	}
	if r.slots() != 1 || len(r.leftovers()) != 0 {
		t.Errorf("%d slots, left: %v", r.slots(), r.leftovers())
	}
	r.run()
	r.equal()
}

// TestOpenReadersSeeOldThenNew: a connection that is open while the copy is
// replaced goes on, in its own transaction with the old rows, then with the new.
func TestOpenReadersSeeOldThenNew(t *testing.T) {
	r := newReplica(t, outPrimary(t), "CREATE TABLE a (id int PRIMARY KEY, n int); INSERT INTO a VALUES (1, 1)")
	r.snapshot()
	other, err := sqlitedb.Open(r.ctx, r.path, sqlitedb.Options{}) // as another process
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	c, err := other.Conn(r.ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	read := func() (n int64) {
		if err := c.QueryRow(r.ctx, "SELECT n FROM a", nil, &n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if _, err := c.Exec(r.ctx, "BEGIN"); err != nil {
		t.Fatal(err)
	}
	if read() != 1 {
		t.Fatal("wrong row")
	}
	r.exec("ALTER TABLE a ADD COLUMN m int; UPDATE a SET n = 2")
	r.snapshot()
	if read() != 1 {
		t.Error("the row changed inside a transaction")
	}
	if _, err := c.Exec(r.ctx, "COMMIT"); err != nil {
		t.Fatal(err)
	}
	if read() != 2 {
		t.Error("the old row is still seen")
	}
	if other.Catalog().Table("public", "a").Column("m") == nil {
		t.Error("the other process has the old catalog")
	}
}

// TestSnapshotStoppedAtRandom: whenever a snapshot ends early, the old copy is
// whole and follows on from where it was.
func TestSnapshotStoppedAtRandom(t *testing.T) {
	rnd := seed(t)
	r := newReplica(t, outPrimary(t), pairs+"CREATE TABLE filler AS SELECT i AS id, repeat('x', 500) AS s FROM generate_series(1, 5000) i; ALTER TABLE filler ADD PRIMARY KEY (id);")
	r.snapshot()
	r.underLoad(rnd, func() {
		for range 25 {
			ctx, cancel := context.WithTimeout(r.ctx, time.Duration(rnd.IntN(200))*time.Millisecond)
			_, err := r.s.Snapshot(ctx)
			cancel()
			if err != nil && ctx.Err() == nil {
				t.Error(err)
			}
		}
	})
	r.run()
	r.equal()
	r.neverResynced()
	r.stop()
	r.snapshot()
	if r.slots() != 1 || len(r.leftovers()) != 0 {
		t.Errorf("%d slots, left: %v", r.slots(), r.leftovers())
	}
}

// TestSnapshotKilledAtRandom kills a process that makes snapshots, with SIGKILL.
func TestSnapshotKilledAtRandom(t *testing.T) {
	rnd := seed(t)
	r := newReplica(t, outPrimary(t), pairs+"CREATE TABLE filler AS SELECT i AS id, repeat('x', 500) AS s FROM generate_series(1, 5000) i; ALTER TABLE filler ADD PRIMARY KEY (id);")
	r.snapshot()
	r.underLoad(rnd, func() {
		for range 10 {
			cmd := exec.Command(os.Args[0], "-test.run=^TestSnapshotChild$")
			cmd.Env = append(os.Environ(), "SNAPSHOT_PATH="+r.path, "FOLLOW_DSN="+r.cfg.ConnString())
			if err := cmd.Start(); err != nil {
				t.Error(err)
				return
			}
			<-time.After(time.Duration(20+rnd.IntN(400)) * time.Millisecond)
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
	})
	if err := r.file.Integrity(r.ctx); err != nil {
		t.Error(err)
	}
	r.run()
	r.equal()
	r.neverResynced()
	r.stop()
	r.snapshot()
	if r.slots() != 1 || len(r.leftovers()) != 0 {
		t.Errorf("%d slots, left: %v", r.slots(), r.leftovers())
	}
}

// TestSnapshotChild is the process that the test above kills.
func TestSnapshotChild(t *testing.T) {
	path := os.Getenv("SNAPSHOT_PATH")
	if path == "" {
		return // only as a child
	}
	cfg, err := pgx.ParseConfig(os.Getenv("FOLLOW_DSN"))
	if err != nil {
		t.Fatal(err)
	}
	file, err := sqlitedb.Open(context.Background(), path, sqlitedb.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := New(Config{File: file, Primary: cfg})
	for {
		if _, err := s.Snapshot(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
}

func TestSnapshotRefusesAFileWithWritesOfItsOwn(t *testing.T) {
	r := newReplica(t, outPrimary(t), common)
	r.snapshot()
	if err := r.s.Diverge(r.ctx, "test"); err != nil {
		t.Fatal(err)
	}
	if _, err := r.s.Snapshot(r.ctx); !errors.Is(err, ErrDiverged) {
		t.Errorf("serving: %v", err)
	}
	if err := r.s.Follow(r.ctx); !errors.Is(err, ErrDiverged) {
		t.Errorf("follow: %v", err)
	}
	if err := r.s.Seal(r.ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := r.s.Snapshot(r.ctx); !errors.Is(err, ErrDiverged) {
		t.Errorf("sealed, not replayed: %v", err)
	}
	if r.local("SELECT count(*) FROM customer") != 500 || r.slots() != 1 {
		t.Error("something was changed")
	}
}

func TestWhatThePrimaryLacksIsNamed(t *testing.T) {
	server := pgtest.New(t, pgtest.Options{Settings: map[string]string{"wal_level": "replica"}})
	r := newReplica(t, server, "CREATE ROLE weak LOGIN; CREATE TABLE a (id int PRIMARY KEY)")
	name := r.cfg.Database
	r.cfg.User = "weak"
	r.s = New(Config{File: r.file, Primary: r.cfg})
	_, err := r.s.Snapshot(r.ctx)
	if !errors.Is(err, ErrSetup) {
		t.Fatal(err)
	}
	for _, want := range []string{
		"ALTER SYSTEM SET wal_level = 'logical'", `ALTER ROLE "weak" REPLICATION`, `GRANT CREATE ON DATABASE "` + name + `" TO "weak"`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v\ndoes not say: %s", err, want)
		}
	}
	if err := server.SetConfig(map[string]string{"wal_level": "logical"}); err != nil {
		t.Fatal(err)
	}
	r.exec(`ALTER ROLE weak REPLICATION; GRANT CREATE ON DATABASE ` + name + ` TO weak; CREATE TABLE mine (id int PRIMARY KEY); ALTER TABLE mine OWNER TO weak; INSERT INTO mine VALUES (1)`)
	if err := server.Stop(pgtest.Fast); err != nil {
		t.Fatal(err)
	}
	if err := server.Restart(); err != nil {
		t.Fatal(err)
	}
	report := r.snapshot()
	if report.Tables != 1 || len(report.Absent) != 1 || !strings.Contains(report.Absent[0].Reason, `ALTER TABLE "public"."a" OWNER TO "weak"`) {
		t.Errorf("%+v", report)
	}
}

// TestManyTables: a snapshot of many tables, read several at a time, with
// progress that adds up.
func TestManyTables(t *testing.T) {
	r := newReplica(t, outPrimary(t), `DO $$ BEGIN FOR i IN 1..300 LOOP
		EXECUTE format('CREATE TABLE t%s (id int PRIMARY KEY, s text); INSERT INTO t%1$s SELECT g, repeat(''y'', g) FROM generate_series(1, %1$s) g', i);
		END LOOP; END $$`)
	var last Progress
	phases := map[string]bool{}
	r.s.cfg.Progress = func(p Progress) { last = p; phases[p.Phase] = true }
	r.s.cfg.CopyWorkers = 4
	report := r.snapshot()
	if report.Tables != 300 || report.Rows != 300*301/2 || last.Rows != report.Rows || last.Bytes == 0 {
		t.Errorf("%+v\n%+v", report, last)
	}
	for _, p := range []string{"copy", "index", "verify", "replace", "done"} {
		if !phases[p] {
			t.Errorf("phase %s was not reported", p)
		}
	}
	r.run()
	r.equal()
}
