package dbsync

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// A dry run tells of every transaction what replay then does, and changes
// nothing on either side.
func TestDryRun(t *testing.T) {
	o := newOutage(t, shopSchema)
	o.s.cfg.Conflict = map[string]Policy{"item": KeepRemote}
	o.diverge()
	o.crashWrites()
	o.write(`CREATE TABLE tag(id int PRIMARY KEY)`, `INSERT INTO tag VALUES (1)`)
	o.write(`INSERT INTO tag VALUES (2)`)
	o.write(`UPDATE item SET note='mine' WHERE id=50`)
	o.primary(`INSERT INTO customer(id, name, email) VALUES (8, 'Other', 'o@x')`)
	o.write(`UPDATE customer SET email='o@x' WHERE id=2`)
	state := func() string {
		return o.lines(`SELECT 'c ' || c::text FROM customer c UNION ALL SELECT 'i ' || i::text FROM item i
			UNION ALL SELECT 'r ' || r::text FROM failoversql.replayed r UNION ALL SELECT 'k ' || k::text FROM failoversql.conflict k
			UNION ALL SELECT 'q ' || last_value || is_called FROM failoversql.conflict_id_seq UNION ALL SELECT 's ' || nspname FROM pg_namespace
			UNION ALL SELECT 't' WHERE to_regclass('tag') IS NOT NULL`) + o.local(`SELECT * FROM failoversql_journals`) +
			o.local(`SELECT * FROM failoversql_conflict`) + o.local(`SELECT * FROM failoversql_state`) + o.local(`SELECT * FROM failoversql_backend`)
	}
	before := state()
	for range 2 {
		var got []string
		report, err := o.s.DryRun(o.ctx, func(d DryTransaction) {
			if d.Rows != len(d.Changes) {
				t.Errorf("%d rows, %d changes", d.Rows, len(d.Changes))
			}
			for _, c := range d.Changes {
				if c.Kind != "" {
					got = append(got, fmt.Sprintf("%d %s %s %s", d.Tx, c.Op, c.Table, c.Kind))
				}
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		want := "7 INSERT customer insert_exists, 8 INSERT item dependent, 13 UPDATE customer update_pkey_exists"
		if s := strings.Join(got, ", "); s != want || report.Parked != 3 || report.Transactions != 10 {
			t.Errorf("%+v\n got %s\nwant %s", report, s, want)
		}
		if after := state(); after != before {
			t.Errorf("the dry run changed\n%s\nto\n%s", before, after)
		}
	}
	r := o.replay()
	if tail := o.cutover(); r.Parked+tail.Parked != 3 || r.Transactions+tail.Transactions != 10 {
		t.Errorf("replay did something else: %+v %+v", r, tail)
	}
	o.snapshot() // DDL cannot be taken back
	o.sameRows()
}

// Nobody waits for a dry run.
func TestDryRunGivesWay(t *testing.T) {
	o := newOutage(t, shopSchema)
	o.diverge()
	o.crashWrites()
	_, err := o.s.DryRun(o.ctx, func(d DryTransaction) {
		if d.Tx == 1 {
			o.primary(`UPDATE customer SET name='not kept waiting' WHERE id=1`)
		}
	})
	if !errors.Is(err, ErrGaveWay) {
		t.Fatal(err)
	}
	o.primary(`UPDATE customer SET name='Ann' WHERE id=1`) // as it was
	if _, err := o.s.DryRun(o.ctx, nil); err != nil {
		t.Fatal(err)
	}
}

// Nor does a dry run make what replay keeps on the primary.
func TestDryRunOfBarePrimary(t *testing.T) {
	o := newOutage(t, shopSchema)
	o.diverge()
	o.write(`UPDATE customer SET name='x' WHERE id=1`)
	o.primary(`DROP SCHEMA failoversql CASCADE`)
	report, err := o.s.DryRun(o.ctx, nil)
	if err != nil || report.Transactions != 1 {
		t.Fatalf("%+v %v", report, err)
	}
	o.expect(`SELECT count(*) FROM pg_namespace WHERE nspname = 'failoversql'`, "0")
}
