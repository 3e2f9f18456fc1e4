package dbsync

import (
	"errors"
	"strings"
	"testing"
)

// parkedInsert parks an insert of customer 3 with two dependents, and cuts over.
func parkedInsert(t *testing.T) *outage {
	o := newOutage(t, shopSchema)
	o.diverge()
	o.write(`INSERT INTO customer(id, name, email, balance) VALUES (3, 'Local', 'l@x', 1)`, `UPDATE customer SET name='Rob' WHERE id=2`)
	o.write(`INSERT INTO item(id, customer, note) VALUES (9, 3, 'dep')`)
	o.write(`UPDATE customer SET name='Local2' WHERE id=3`)
	o.primary(`INSERT INTO customer(id, name) VALUES (3, 'Remote')`)
	o.replay()
	o.cutover()
	return o
}

func (o *outage) conflictID() int64 {
	o.t.Helper()
	list, err := o.s.Conflicts(o.ctx)
	if err != nil {
		o.t.Fatal(err)
	}
	for _, c := range list {
		if c.Kind != Member && c.Kind != Dependent {
			return c.ID
		}
	}
	o.t.Fatal("no conflict")
	return 0
}

func TestResolve(t *testing.T) {
	edited := func(s string) *string { return &s }
	for _, c := range []struct {
		name      string
		res       Resolution
		customers string
		items     string
		left      string
	}{
		{"apply local", Resolution{Action: ApplyLocal, By: "op"}, "1 Ann 10.50, 2 Rob 0.00, 3 Local2 1.00", "1 2 9", ""},
		{"keep remote", Resolution{Action: KeepRemote}, "1 Ann 10.50, 2 Rob 0.00, 3 Remote 0.00", "1 2 9", "customer:UPDATE:update_origin_change"},
		{"discard", Resolution{Action: Discard}, "1 Ann 10.50, 2 Bob 0.00, 3 Remote 0.00", "1 2 9", "customer:UPDATE:update_origin_change"},
		{"edited row", Resolution{Action: EditedRow, Row: map[string]*string{"id": edited("30"), "name": edited("E"), "email": edited("l@x")}},
			"1 Ann 10.50, 2 Rob 0.00, 3 Remote 0.00, 30 E 0.00", "1 2 9", "customer:UPDATE:update_origin_change"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := parkedInsert(t)
			id := o.conflictID()
			if err := o.s.ResolveConflict(o.ctx, id, c.res); err != nil {
				t.Fatal(err)
			}
			check := func() {
				t.Helper()
				o.expect(`SELECT string_agg(concat_ws(' ', id, name, balance), ', ' ORDER BY id) FROM customer`, c.customers)
				o.expect(`SELECT string_agg(id::text, ' ' ORDER BY id) FROM item`, c.items)
				o.expect(`SELECT coalesce(string_agg(table_name || ':' || op || ':' || kind, ' ' ORDER BY tx, seq), '') FROM failoversql.conflict WHERE resolved_at IS NULL`, c.left)
			}
			check()
			if st, err := o.s.Journal(o.ctx); err != nil || st.Conflicts != int64(strings.Count(c.left, ":")/2) {
				t.Errorf("the file knows of %d parked transactions: %v", st.Conflicts, err)
			}
			if err := o.s.ResolveConflict(o.ctx, id, c.res); !errors.Is(err, ErrResolved) {
				t.Errorf("a second decision: %v", err)
			}
			check()
		})
	}
}

// A decision that the primary refuses changes nothing and can be made again.
func TestResolveRefused(t *testing.T) {
	o := parkedInsert(t)
	id := o.conflictID()
	bad := "not a number"
	err := o.s.ResolveConflict(o.ctx, id, Resolution{Action: EditedRow, Row: map[string]*string{"id": &bad, "name": &bad}})
	if !errors.Is(err, ErrResolution) {
		t.Fatalf("got %v", err)
	}
	o.expect(`SELECT count(*) FROM failoversql.conflict WHERE resolution IS NOT NULL`, `0`)
	if err := o.s.ResolveConflict(o.ctx, 9999, Resolution{Action: Discard}); !errors.Is(err, ErrNoConflict) {
		t.Errorf("got %v", err)
	}
	if err := o.s.ResolveConflict(o.ctx, id, Resolution{Action: ApplyLocal}); err != nil {
		t.Fatal(err)
	}
	o.expect(`SELECT name FROM customer WHERE id = 3`, `Local2`)
}

// Policies of a table settle conflicts without anybody, and are recorded.
func TestPolicies(t *testing.T) {
	for _, c := range []struct {
		policy    Policy
		customers string
		recorded  string
	}{
		{KeepRemote, "1 Ann 99.00, 2 Bobby 0.00, 3 Remote 0.00", "keep_remote keep_remote keep_remote"},
		{ApplyLocal, "1 Anna 99.00, 3 Local 1.00", "apply_local apply_local apply_local"},
		{Merge, "1 Anna 99.00, 2 Bobby 0.00, 3 Remote 0.00", "merge open open"},
		{Park, "1 Ann 99.00, 2 Bobby 0.00, 3 Remote 0.00", "open open open"},
	} {
		t.Run(string(c.policy), func(t *testing.T) {
			o := newOutage(t, shopSchema)
			o.s.cfg.Conflict = map[string]Policy{"public.customer": c.policy}
			o.diverge()
			o.write(`UPDATE customer SET name='Anna' WHERE id=1`)
			o.write(`DELETE FROM customer WHERE id=2`)
			o.write(`INSERT INTO customer(id, name, balance) VALUES (3, 'Local', 1)`)
			o.primary(`UPDATE customer SET balance = 99 WHERE id = 1; UPDATE customer SET name = 'Bobby' WHERE id = 2; INSERT INTO customer(id, name) VALUES (3, 'Remote')`)
			o.replay()
			o.cutover()
			o.expect(`SELECT string_agg(concat_ws(' ', id, name, balance), ', ' ORDER BY id) FROM customer`, c.customers)
			o.expect(`SELECT string_agg(CASE WHEN resolved_at IS NULL THEN 'open' ELSE resolution END, ' ' ORDER BY tx) FROM failoversql.conflict`, c.recorded)
		})
	}
}

// Policies that look at values: the newer row stands, counters get the
// difference.
func TestPoliciesByColumn(t *testing.T) {
	const schema = `CREATE TABLE stock (sku text PRIMARY KEY, qty int NOT NULL, held numeric(8,2), note text, changed timestamptz);
		INSERT INTO stock VALUES ('a', 10, 1.50, 'n', '2026-01-01'), ('b', 10, NULL, 'n', '2026-01-01'), ('c', 10, 1.50, 'n', NULL), ('d', 10, 1.50, 'n', '2026-01-01')`
	local := []string{
		`UPDATE stock SET qty = qty - 3, held = held + 0.25, changed = '2026-01-02' WHERE sku = 'a'`,
		`UPDATE stock SET qty = qty - 1, note = 'local', changed = '2026-01-02' WHERE sku = 'b'`,
		`UPDATE stock SET qty = qty + 5 WHERE sku = 'c'`,
		`DELETE FROM stock WHERE sku = 'd'`,
		`INSERT INTO stock VALUES ('e', 1, 0, 'local', '2026-01-05')`,
		`INSERT INTO stock VALUES ('f', 1, 0, 'local', '2026-01-03')`,
	}
	const remote = `UPDATE stock SET qty = qty - 4, changed = '2026-01-03' WHERE sku = 'a'; UPDATE stock SET note = 'remote', qty = 0, changed = '2026-01-01 12:00' WHERE sku = 'b';
		UPDATE stock SET qty = 100 WHERE sku = 'c'; UPDATE stock SET qty = 7 WHERE sku = 'd';
		INSERT INTO stock VALUES ('e', 2, 0, 'remote', '2026-01-04'), ('f', 2, 0, 'remote', '2026-01-04')`
	for _, c := range []struct {
		policy   Policy
		rows     string
		recorded string
	}{
		{"newer:changed", "a 6 1.50 n 01-03, b 9 local 01-02, c 100 1.50 n, d 7 1.50 n 01-01, e 1 0.00 local 01-05, f 2 0.00 remote 01-04",
			"newer:changed newer:changed newer:changed open newer:changed newer:changed"},
		{"delta:qty", "a 6 1.50 n 01-03, b 0 remote 01-01, c 105 1.50 n, d 7 1.50 n 01-01, e 2 0.00 remote 01-04, f 2 0.00 remote 01-04",
			"open open delta:qty open open open"},
		{"newer:nothing", "a 6 1.50 n 01-03, b 0 remote 01-01, c 100 1.50 n, d 7 1.50 n 01-01, e 2 0.00 remote 01-04, f 2 0.00 remote 01-04",
			"open open open open open open"},
	} {
		t.Run(string(c.policy), func(t *testing.T) {
			o := newOutage(t, schema)
			o.s.cfg.Conflict = map[string]Policy{"stock": c.policy}
			o.diverge()
			for _, q := range local {
				o.write(q)
			}
			o.primary(remote)
			o.replay()
			o.cutover()
			o.expect(`SELECT string_agg(concat_ws(' ', sku, qty, held, note, to_char(changed, 'MM-DD')), ', ' ORDER BY sku) FROM stock`, c.rows)
			o.expect(`SELECT string_agg(CASE WHEN resolved_at IS NULL THEN 'open' ELSE resolution END, ' ' ORDER BY tx) FROM failoversql.conflict`, c.recorded)
		})
	}
	o := newOutage(t, schema)
	o.s.cfg.Conflict = map[string]Policy{"stock": "delta:qty+held"}
	o.diverge()
	o.write(`UPDATE stock SET qty = qty - 3, held = held + 0.25 WHERE sku = 'a'`)
	o.primary(`UPDATE stock SET qty = qty - 4, held = held * 2, note = 'remote' WHERE sku = 'a'`)
	o.replay()
	o.cutover()
	o.expect(`SELECT concat_ws(' ', qty, held, note) FROM stock WHERE sku = 'a'`, "3 3.25 remote")
}
