//go:build unix

package dbsync

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/failoversql/failoversql/internal/pgtest"
	"github.com/failoversql/failoversql/sqlitedb"
)

// A file that followed a primary which then came back older is all that has the
// last rows. It is brought to the primary, but kept as it was, once, and the
// operator is told. Where it cannot be kept it stays.
func TestFollowedPrimaryRewound(t *testing.T) {
	for i, c := range rewinds {
		journal := []bool{false, true, false}[i] // one was replayed after the backup
		t.Run(c.name, func(t *testing.T) {
			server := pgtest.New(t)
			o := newOutageOn(t, server, `CREATE TABLE a(id int PRIMARY KEY, x text); INSERT INTO a VALUES (1, 'old');`)
			var told []string
			o.s.cfg.OnRewound = func(kept string, cause error) {
				if !errors.Is(cause, ErrPrimaryRewound) || !strings.Contains(cause.Error(), c.message) {
					t.Errorf("cause: %v", cause)
				}
				told = append(told, kept)
			}
			dir := o.backup(server)
			if journal {
				o.diverge()
				o.write(`INSERT INTO a VALUES (2, 'lost')`)
				o.replay()
				o.cutover()
				o.rejoin()
			} else {
				o.primary(`INSERT INTO a VALUES (2, 'lost')`)
				o.snapshot()
			}
			st, err := o.file.State(o.ctx)
			o.must(err)
			o.snapshot()
			if len(told) > 0 {
				t.Fatalf("told of a primary that lost nothing: %v", told)
			}
			if st, err = o.file.State(o.ctx); err != nil {
				t.Fatal(err)
			}
			o.restore(server, dir)
			c.after(o, server, LSN(st.LSN).String())

			const query = `SELECT id, x FROM "a" ORDER BY id`
			kept := keptName(o.file.Path(), st.LSN)
			o.must(os.Mkdir(kept, 0o700)) // it cannot be kept
			if _, err := o.s.Snapshot(o.ctx); !errors.Is(err, ErrPrimaryRewound) {
				t.Fatalf("snapshot: %v", err)
			}
			if got := o.local(query); got != "1,old 2,lost" || len(told) > 0 {
				t.Fatalf("%s, told %v", got, told)
			}
			o.must(os.Remove(kept))
			for range 2 {
				o.snapshot()
				o.sameRows()
			}
			if len(told) != 1 || told[0] != kept {
				t.Fatalf("told of %v, want %s", told, kept)
			}
			file, err := sqlitedb.Open(o.ctx, kept, sqlitedb.Options{})
			o.must(err)
			defer file.Close()
			if got := (&outage{t: t, ctx: o.ctx, file: file}).local(query); got != "1,old 2,lost" {
				t.Errorf("kept: %s", got)
			}
			left, err := filepath.Glob(filepath.Join(filepath.Dir(kept), "app-*.db"))
			if err != nil || len(left) != 1 {
				t.Errorf("%v %v", left, err)
			}
		})
	}
}
