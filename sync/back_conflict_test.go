package dbsync

import (
	"strings"
	"testing"
)

// conflicts lists the conflict table in order.
func (o *outage) conflicts() string {
	o.t.Helper()
	return o.rows(`SELECT table_name || ':' || op || ':' || kind FROM failoversql.conflict ORDER BY tx, seq`)
}

// Each kind is parked whole, with its images, and everything else goes on.
func TestConflictKinds(t *testing.T) {
	for _, c := range []struct {
		name, remote string
		local        []string
		want         string // conflicts
		images       string // base, local, remote of the first row with a kind of its own
		after        string // customers afterwards
	}{{
		name:   "insert_exists by primary key",
		remote: `INSERT INTO customer(id, name) VALUES (3, 'Remote')`,
		local:  []string{`INSERT INTO customer(id, name, balance) VALUES (3, 'Local', 0)`},
		want:   "customer:INSERT:insert_exists",
		images: `base NULL local Local remote Remote`,
		after:  `1 Ann 10.50, 2 Bob 0.00, 3 Remote 0.00`,
	}, {
		name:   "insert_exists by another unique key",
		remote: `INSERT INTO customer(id, name, email) VALUES (9, 'Remote', 'new@x')`,
		local:  []string{`INSERT INTO customer(id, name, email, balance) VALUES (3, 'Local', 'new@x', 0)`, `UPDATE customer SET name='B' WHERE id=2`},
		want:   "customer:INSERT:insert_exists customer:UPDATE:member",
		images: `base NULL local Local remote Remote`,
		after:  `1 Ann 10.50, 2 Bob 0.00, 9 Remote 0.00`,
	}, {
		name:   "multiple_unique_conflicts",
		remote: `INSERT INTO customer(id, name, email) VALUES (9, 'Remote', 'new@x'), (3, 'R3', 'r3@x')`,
		local:  []string{`INSERT INTO customer(id, name, email, balance) VALUES (3, 'Local', 'new@x', 0)`},
		want:   "customer:INSERT:multiple_unique_conflicts",
		images: `base NULL local Local remote R3`,
		after:  `1 Ann 10.50, 2 Bob 0.00, 3 R3 0.00, 9 Remote 0.00`,
	}, {
		name:   "update_origin_change",
		remote: `UPDATE customer SET balance = 99 WHERE id = 1`,
		local:  []string{`UPDATE customer SET name='Anna' WHERE id=1`},
		want:   "customer:UPDATE:update_origin_change",
		images: `base Ann local Anna remote Ann`,
		after:  `1 Ann 99.00, 2 Bob 0.00`,
	}, {
		name:   "update_missing",
		remote: `DELETE FROM customer WHERE id = 2`,
		local:  []string{`UPDATE customer SET name='Rob' WHERE id=2`},
		want:   "customer:UPDATE:update_missing",
		images: `base Bob local Rob remote NULL`,
		after:  `1 Ann 10.50`,
	}, {
		name:   "update_pkey_exists",
		remote: `INSERT INTO customer(id, name) VALUES (7, 'Remote')`,
		local:  []string{`UPDATE customer SET id=7 WHERE id=2`},
		want:   "customer:UPDATE:update_pkey_exists",
		images: `base Bob local Bob remote Remote`,
		after:  `1 Ann 10.50, 2 Bob 0.00, 7 Remote 0.00`,
	}, {
		name:   "delete_missing",
		remote: `DELETE FROM customer WHERE id = 2`,
		local:  []string{`DELETE FROM customer WHERE id=2`},
		want:   "customer:DELETE:delete_missing",
		images: `base Bob local NULL remote NULL`,
		after:  `1 Ann 10.50`,
	}, {
		name:   "delete_recently_updated",
		remote: `UPDATE customer SET name = 'Bobby' WHERE id = 2`,
		local:  []string{`DELETE FROM customer WHERE id=2`},
		want:   "customer:DELETE:delete_recently_updated",
		images: `base Bob local NULL remote Bobby`,
		after:  `1 Ann 10.50, 2 Bobby 0.00`,
	}, {
		name:   "target_column_missing",
		remote: `ALTER TABLE customer DROP COLUMN made`,
		local:  []string{`INSERT INTO customer(id, name, balance, made) VALUES (3, 'Local', 0, now())`},
		want:   "customer:INSERT:target_column_missing",
		images: `base NULL local Local remote NULL`,
		after:  `1 Ann 10.50, 2 Bob 0.00`,
	}, {
		name:   "target_table_missing",
		remote: `DROP TABLE plain`,
		local:  []string{`INSERT INTO plain VALUES (5, 'x')`},
		want:   "plain:INSERT:target_table_missing",
		after:  `1 Ann 10.50, 2 Bob 0.00`,
	}, {
		name:   "apply_error for a check",
		remote: `ALTER TABLE customer ADD CONSTRAINT poor CHECK (balance < 50)`,
		local:  []string{`UPDATE customer SET balance=100 WHERE id=2`},
		want:   "customer:UPDATE:apply_error",
		images: `base Bob local Bob remote NULL`,
		after:  `1 Ann 10.50, 2 Bob 0.00`,
	}, {
		name:   "apply_error for a foreign key",
		remote: `DELETE FROM customer WHERE id = 2`,
		local:  []string{`INSERT INTO item(id, customer, note) VALUES (9, 2, 'lost parent')`},
		want:   "item:INSERT:apply_error",
		after:  `1 Ann 10.50`,
	}, {
		name:   "a cascaded row that was changed on the primary",
		remote: `UPDATE item SET note = 'remote' WHERE id = 2`,
		local:  []string{`DELETE FROM customer WHERE id=1`},
		want:   "customer:DELETE:member item:DELETE:member item:DELETE:delete_recently_updated",
		after:  `1 Ann 10.50, 2 Bob 0.00`,
	}, {
		name:   "dependents are parked behind, others go on",
		remote: `INSERT INTO customer(id, name) VALUES (3, 'Remote')`,
		local: []string{
			`INSERT INTO customer(id, name, email, balance) VALUES (3, 'Local', 'l@x', 0)`, ``, // ends a transaction
			`INSERT INTO item(id, customer) VALUES (9, 3)`, ``,
			`UPDATE item SET note='z' WHERE id=9`, ``,
			`UPDATE customer SET name='Rob' WHERE id=2`, ``,
			`UPDATE customer SET name='Local2' WHERE id=3`, ``,
			`INSERT INTO item(id, customer) VALUES (10, 2)`, ``,
		},
		want:  "customer:INSERT:insert_exists item:INSERT:dependent item:UPDATE:dependent customer:UPDATE:dependent",
		after: `1 Ann 10.50, 2 Rob 0.00, 3 Remote 0.00`,
	}} {
		t.Run(c.name, func(t *testing.T) {
			o := newOutage(t, shopSchema)
			o.diverge()
			var tx []string
			for _, q := range c.local {
				if q == "" {
					o.write(tx...)
					tx = nil
					continue
				}
				tx = append(tx, q)
			}
			if tx != nil {
				o.write(tx...)
			}
			o.write(`INSERT INTO plain2 VALUES (1)`)
			o.primary(c.remote)
			o.replay()
			report := o.cutover()
			if report.Backlog != 0 {
				t.Errorf("backlog %d", report.Backlog)
			}
			if got := o.conflicts(); got != c.want {
				t.Errorf("conflicts\n got %s\nwant %s", got, c.want)
			}
			if c.images != "" {
				o.expect(`SELECT concat('base ', coalesce(base->>'name', 'NULL'), ' local ', coalesce(local->>'name', 'NULL'), ' remote ', coalesce(remote->>'name', 'NULL'))
					FROM failoversql.conflict WHERE kind NOT IN ('member', 'dependent') ORDER BY seq LIMIT 1`, c.images)
			}
			o.expect(`SELECT string_agg(concat_ws(' ', id, name, balance), ', ' ORDER BY id) FROM customer`, c.after)
			o.expect(`SELECT count(*) FROM plain2`, `1`)
			if n := strings.Count(o.local(`SELECT kind FROM failoversql_conflict`), " "); n != strings.Count(c.want, " ") {
				t.Errorf("%d conflicts copied into the file", n+1)
			}
			// Again: nothing changes.
			before := o.rows(`SELECT string_agg(c::text, ' ' ORDER BY c::text) FROM customer c`) + o.conflicts()
			if err := o.s.Unseal(o.ctx); err != nil {
				t.Fatal(err)
			}
			o.cutover()
			if after := o.rows(`SELECT string_agg(c::text, ' ' ORDER BY c::text) FROM customer c`) + o.conflicts(); after != before {
				t.Errorf("a second replay changed\n%s\nto\n%s", before, after)
			}
		})
	}
}

// A row that somebody added to what a delete cascades to is not deleted unseen.
func TestCascadeToStrangers(t *testing.T) {
	o := newOutage(t, shopSchema)
	o.diverge()
	o.write(`DELETE FROM customer WHERE id=1`)
	o.write(`UPDATE customer SET name='Rob' WHERE id=2`)
	o.primary(`INSERT INTO item(id, customer, note) VALUES (77, 1, 'remote')`)
	o.replay()
	o.cutover()
	o.expect(`SELECT string_agg(table_name || ':' || op || ':' || kind, ' ' ORDER BY tx, seq) FROM failoversql.conflict`,
		"customer:DELETE:delete_recently_updated item:DELETE:member item:DELETE:member")
	o.expect(`SELECT string_agg(concat_ws(' ', id, name), ', ' ORDER BY id) FROM customer`, "1 Ann, 2 Rob")
	o.expect(`SELECT count(*) FROM item`, "3")
}

// Triggers of the primary that change rows on their way in make no conflicts.
func TestTriggersThatRewrite(t *testing.T) {
	o := newOutage(t, `CREATE TABLE doc(id int PRIMARY KEY, body text, version int NOT NULL DEFAULT 1, touched timestamptz);
		INSERT INTO doc VALUES (1, 'a', 1, NULL), (2, 'b', 1, NULL)`)
	o.diverge()
	o.write(`UPDATE doc SET body='a1' WHERE id=1`)
	o.write(`INSERT INTO doc VALUES (3, 'c', 1, NULL)`)
	o.write(`UPDATE doc SET body='a2' WHERE id=1`, `UPDATE doc SET body='c1' WHERE id=3`)
	o.write(`UPDATE doc SET id=10 WHERE id=1`)
	o.write(`UPDATE doc SET body='a3', version=50 WHERE id=10`)
	o.write(`UPDATE doc SET body='b1' WHERE id=2`)
	o.write(`DELETE FROM doc WHERE id=2`)
	// The copy was made without the triggers, as if the user had declared them
	// safe.
	o.primary(`CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.touched := clock_timestamp(); NEW.version := NEW.version + 1; RETURN NEW; END $$;
		CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON doc FOR EACH ROW EXECUTE FUNCTION touch()`)
	o.replay()
	o.cutover()
	o.expect(`SELECT string_agg(concat_ws(' ', kind, message, columns::text), '; ' ORDER BY seq) FROM failoversql.conflict`, "NULL")
	o.expect(`SELECT string_agg(concat_ws(' ', id, body, version, touched IS NOT NULL), ', ' ORDER BY id) FROM doc`, "3 c1 3 t, 10 a3 51 t")
	o.rejoin()
	o.sameRows()
}
