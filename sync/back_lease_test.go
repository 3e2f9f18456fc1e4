package dbsync

import (
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/failoversql/failoversql/sqlitedb"
)

// second is another instance on the same primary, with a file of its own.
func (o *outage) second() *outage {
	o.t.Helper()
	file, err := sqlitedb.Open(o.ctx, filepath.Join(o.t.TempDir(), "app.db"), sqlitedb.Options{Capture: CaptureTriggers, JournalDDL: JournalDDL})
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(func() { file.Close() })
	s := New(Config{File: file, Primary: o.s.cfg.Primary, Logger: slog.New(slog.DiscardHandler)})
	o.t.Cleanup(s.EndReplay)
	other := &outage{t: o.t, ctx: o.ctx, s: s, file: file, pg: o.pg}
	other.snapshot()
	return other
}

// Two instances spend their leases to the end while the primary goes on giving
// out values: no value is given out twice. What is used up is told by name, also
// for identity columns and sequences that count down, and more is there after
// the next lease.
func TestLeasesUsedUp(t *testing.T) {
	o := newOutage(t, `CREATE TABLE s(id serial PRIMARY KEY, who text); CREATE TABLE i(id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, who text);
		CREATE SEQUENCE down INCREMENT -3; CREATE TABLE d(id bigint PRIMARY KEY DEFAULT nextval('down'), who text);`)
	sides := []*outage{o, o.second()}
	refill := func() {
		for _, side := range sides {
			if _, err := side.s.RefillLeases(o.ctx, o.pg); err != nil {
				t.Fatal(err)
			}
			o.primary(`INSERT INTO s(who) SELECT 'primary' FROM generate_series(1, 7); INSERT INTO i(who) SELECT 'primary' FROM generate_series(1, 7);
				INSERT INTO d(who) SELECT 'primary' FROM generate_series(1, 7)`)
		}
	}
	refill()
	written := 0
	for round := range 2 {
		for n, side := range sides {
			side.diverge()
			for _, table := range []struct{ name, sequence string }{{"s", "s_id_seq"}, {"i", "i_id_seq"}, {"d", "down"}} {
				for {
					err := side.tryWrite(fmt.Sprintf(`INSERT INTO %s(who) SELECT 'side %d' FROM generate_series(1, 200) g`, table.name, n))
					if err == nil {
						written += 200
						continue
					}
					var pg *pgconn.PgError
					if !errors.As(err, &pg) || pg.Code != "2200H" || !strings.Contains(pg.Message, `"public.`+table.sequence+`"`) {
						t.Fatalf("%s: %v", table.name, err)
					}
					break
				}
			}
		}
		for _, side := range sides {
			o.primary(`INSERT INTO s(who) VALUES ('primary'); INSERT INTO i(who) VALUES ('primary'); INSERT INTO d(who) VALUES ('primary')`)
			side.replay()
			if r := side.cutover(); r.Parked != 0 {
				t.Fatalf("%+v", r)
			}
		}
		o.expect(`SELECT count(*) FROM (SELECT who FROM s UNION ALL SELECT who FROM i UNION ALL SELECT who FROM d) x WHERE who <> 'primary'`, fmt.Sprint(written))
		o.expect(`SELECT count(*) FROM failoversql.conflict`, "0")
		if least := (round + 1) * len(sides) * 3 * leaseFloor; written < least {
			t.Errorf("%d values were had of leases, less than %d", written, least)
		}
		for _, side := range sides {
			side.rejoin()
		}
		refill()
	}
}
