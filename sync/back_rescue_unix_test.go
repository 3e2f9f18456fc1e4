//go:build unix

package dbsync

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/internal/pgtest"
)

// backup keeps a server's files as they are now, for restore.
func (o *outage) backup(server *pgtest.Server) (dir string) {
	o.t.Helper()
	dir = filepath.Join(o.t.TempDir(), "backup")
	o.must(server.Kill9())
	o.must(os.CopyFS(dir, os.DirFS(server.DataDir())))
	o.must(server.Restart())
	o.reconnect()
	return dir
}

func (o *outage) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

// restore puts a server back to what it was.
func (o *outage) restore(server *pgtest.Server, dir string) {
	o.t.Helper()
	o.must(server.Kill9())
	info, err := os.Stat(server.DataDir())
	o.must(err)
	owner := ownerOf(info)
	o.must(os.RemoveAll(server.DataDir()))
	o.must(os.CopyFS(server.DataDir(), os.DirFS(dir)))
	o.must(filepath.WalkDir(server.DataDir(), func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		mode := os.FileMode(0o600)
		if d.IsDir() {
			mode = 0o700
		}
		return errors.Join(os.Chmod(path, mode), owner.give(path))
	}))
	_ = os.Remove(filepath.Join(server.DataDir(), "postmaster.pid"))
	o.must(server.Restart())
	o.reconnect()
}

// beyond has the primary's log grow past a position.
func (o *outage) beyond(lsn string) {
	o.t.Helper()
	for o.rows(fmt.Sprintf(`SELECT pg_current_wal_insert_lsn() <= '%s'`, lsn)) == "t" {
		o.primary(`SELECT pg_logical_emit_message(true, 'test', repeat('x', 100000))`)
	}
}

// rewinds are ways in which a primary comes back older, once it was restored from
// a backup or its standby is to take over.
var rewinds = []struct {
	name    string
	after   func(o *outage, server *pgtest.Server, followed string)
	message string
}{
	{"restored, shorter log", func(*outage, *pgtest.Server, string) {}, "its log ends at"},
	{"restored, and written to since", func(o *outage, _ *pgtest.Server, followed string) { o.beyond(followed) }, "were replayed and are not there"},
	{"promoted behind", func(o *outage, server *pgtest.Server, followed string) {
		o.must(server.EnterRecovery())
		o.must(server.Promote())
		o.reconnect()
		o.beyond(followed)
	}, "it was promoted at"},
}

// A primary that was restored from a backup, or promoted from a standby that
// lagged, lacks what had been brought to it. Nothing is replayed into it, by
// whatever it is found out, until Rescue has brought that back from the journals
// that are kept.
func TestRescue(t *testing.T) {
	for i, c := range rewinds {
		journals := []bool{true, true, false}[i] // that were replayed after the backup
		t.Run(c.name, func(t *testing.T) {
			server := pgtest.New(t)
			o := newOutageOn(t, server, shopSchema)
			o.must(o.s.noteTimeline(o.ctx, o.pg))
			dir := o.backup(server)
			if journals {
				o.diverge()
				o.write(`INSERT INTO customer(id, name, balance) VALUES (3, 'first outage', 1)`)
				o.write(`UPDATE customer SET name='Anna' WHERE id=1`)
				o.write(`INSERT INTO plain VALUES (7, 'p')`, `INSERT INTO plain VALUES (7, 'p')`)
				o.replay()
				o.cutover()
				o.rejoin()
			} else {
				o.primary(`INSERT INTO customer(id, name) VALUES (3, 'lost with the old primary')`)
				o.snapshot()
			}
			st, err := o.file.State(o.ctx)
			o.must(err)
			o.diverge()
			o.write(`INSERT INTO customer(id, name, balance) VALUES (4, 'second outage', 1)`)
			o.restore(server, dir)
			c.after(o, server, LSN(st.LSN).String())

			for range 2 {
				if _, err := o.s.Replay(o.ctx); !errors.Is(err, ErrPrimaryRewound) || !strings.Contains(err.Error(), c.message) {
					t.Fatalf("replay: %v", err)
				}
			}
			o.expect(`SELECT count(*) FROM customer`, "2")
			report, err := o.s.Rescue(o.ctx)
			o.must(err)
			want := RescueReport{Journals: 1, Transactions: 1}
			if journals {
				want = RescueReport{Journals: 2, Transactions: 4}
			}
			if report != want {
				t.Errorf("%+v, not %+v", report, want)
			}
			if report, err = o.s.Rescue(o.ctx); err != nil || report != (RescueReport{}) {
				t.Errorf("once more: %+v %v", report, err)
			}
			o.write(`UPDATE customer SET balance=2 WHERE id=4`)
			o.replay()
			o.cutover()
			if journals {
				o.expect(`SELECT string_agg(concat_ws(' ', id, name, balance), ', ' ORDER BY id) FROM customer`,
					"1 Anna 10.50, 2 Bob 0.00, 3 first outage 1.00, 4 second outage 2.00")
				o.expect(`SELECT count(*) FROM plain WHERE a = 7`, "2")
			} else {
				o.expect(`SELECT string_agg(concat_ws(' ', id, name, balance), ', ' ORDER BY id) FROM customer`,
					"1 Ann 10.50, 2 Bob 0.00, 4 second outage 2.00")
			}
			o.expect(`SELECT count(*) FROM failoversql.conflict`, "0")
			o.snapshot()
			o.sameRows()
		})
	}
}

// Our own tables gone from a primary that had begun to take the journal: what
// was taken cannot be told any more, and nothing is taken twice.
func TestMarkerGone(t *testing.T) {
	o := newOutage(t, shopSchema)
	o.diverge()
	o.write(`INSERT INTO plain VALUES (7, 'once')`)
	o.replay()
	o.s.EndReplay()
	o.primary(`DROP SCHEMA failoversql CASCADE`)
	if _, err := o.s.Replay(o.ctx); !errors.Is(err, ErrPrimaryRewound) {
		t.Errorf("replay: %v", err)
	}
	o.expect(`SELECT count(*) FROM plain WHERE a = 7`, "1")
}

// Into another server at the same address nothing is replayed, nor into a
// database that holds nothing of what was copied.
func TestOtherPrimary(t *testing.T) {
	o := newOutage(t, shopSchema)
	o.diverge()
	o.write(`INSERT INTO customer(id, name, balance) VALUES (3, 'mine', 0)`)
	o.primary(`DROP SCHEMA public CASCADE; CREATE SCHEMA public`)
	refused := func(message string) {
		t.Helper()
		for _, f := range []func() error{
			func() error { _, err := o.s.Replay(o.ctx); return err },
			func() error { _, err := o.s.DryRun(o.ctx, nil); return err },
			func() error { _, err := o.s.Rescue(o.ctx); return err },
		} {
			if err := f(); !errors.Is(err, ErrOtherPrimary) || !strings.Contains(err.Error(), message) {
				t.Errorf("got %v", err)
			}
		}
	}
	refused("none of the")

	server := pgtest.New(t)
	name := o.s.cfg.Primary.Database
	o.must(server.CreateDatabase(name))
	o.must(server.Exec(o.ctx, name, shopSchema))
	cfg, err := pgx.ParseConfig(server.DSN(name))
	o.must(err)
	o.s.cfg.Primary = cfg
	refused("system identifier")
	o.reconnect()
	o.expect(`SELECT count(*) FROM customer`, "2")
}

// A journal whose transactions changed nothing has no marker beyond its
// beginning, and is not missed.
func TestJournalOfNothing(t *testing.T) {
	o := newOutage(t, shopSchema)
	for range 3 {
		o.diverge()
		o.write(`UPDATE customer SET name='nobody' WHERE id=99`)
		o.replay()
		o.cutover()
	}
}
