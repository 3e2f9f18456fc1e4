package dbsync

import (
	"context"
	"testing"
)

// An update that changes nothing meets a row that was changed: no policy writes
// a column of it.
func TestPolicyOfNoChange(t *testing.T) {
	for _, policy := range []Policy{KeepRemote, ApplyLocal, Merge, "newer:balance", "delta:balance"} {
		t.Run(string(policy), func(t *testing.T) {
			o := newOutage(t, shopSchema)
			o.s.cfg.Conflict = map[string]Policy{"customer": policy}
			o.diverge()
			o.write(`UPDATE customer SET name=name WHERE id=2`)
			o.primary(`UPDATE customer SET balance = 7, data = '{"remote": 1}', made = '2024-05-06 00:00:00+00' WHERE id = 2`)
			o.replay()
			o.cutover()
			o.expect(`SELECT name, balance, data, made FROM customer WHERE id = 2`, `Bob,7.00,{"remote": 1},2024-05-06 00:00:00+00`)
			o.expect(`SELECT kind, resolution, resolved_by FROM failoversql.conflict`, "update_origin_change,"+string(policy)+",policy")
		})
	}
}

// The application decides on what no policy settles, with all three images
// before it.
func TestOnConflict(t *testing.T) {
	text := func(s string) *string { return &s }
	for _, c := range []struct {
		name      string
		decide    func(Conflict) Resolution
		customers string
		log       string
	}{
		{"a policy", func(Conflict) Resolution { return Resolution{Action: Merge} }, "1 Anna 99.00, 2 Bob 0.00", "customer:update_origin_change:merge:callback"},
		{"a row of its own", func(k Conflict) Resolution {
			row := k.Remote
			row["name"] = text(*k.Base["name"] + "+" + *k.Local["name"])
			return Resolution{Action: EditedRow, Row: row, By: "shop"}
		}, "1 Ann+Anna 99.00, 2 Bob 0.00", "customer:update_origin_change:apply_edited:shop"},
		{"parked", func(Conflict) Resolution { return Resolution{Action: Park} }, "1 Ann 99.00, 2 Bob 0.00", "customer:update_origin_change::"},
		{"no decision", func(Conflict) Resolution { return Resolution{} }, "1 Ann 99.00, 2 Bob 0.00", "customer:update_origin_change::"},
		{"a row that does not fit", func(Conflict) Resolution {
			return Resolution{Action: EditedRow, Row: map[string]*string{"nothing": nil}}
		},
			"1 Ann 99.00, 2 Bob 0.00", "customer:update_origin_change::"},
		{"a row that is refused", func(Conflict) Resolution {
			return Resolution{Action: EditedRow, Row: map[string]*string{"id": text("1"), "name": nil}}
		}, "1 Ann 99.00, 2 Bob 0.00", "customer:update_origin_change::"},
		{"a panic", func(Conflict) Resolution { panic("no") }, "1 Ann 99.00, 2 Bob 0.00", "customer:update_origin_change::"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := newOutage(t, shopSchema)
			o.s.cfg.OnConflict = func(_ context.Context, k Conflict) Resolution {
				if *k.Base["balance"] != "10.50" || *k.Local["name"] != "Anna" || *k.Remote["balance"] != "99.00" {
					t.Errorf("images %v %v %v", k.Base, k.Local, k.Remote)
				}
				return c.decide(k)
			}
			o.diverge()
			o.write(`UPDATE customer SET name='Anna' WHERE id=1`)
			o.write(`INSERT INTO plain2 VALUES (1)`)
			o.primary(`UPDATE customer SET balance = 99 WHERE id = 1`)
			o.replay()
			o.cutover()
			o.expect(`SELECT string_agg(concat_ws(' ', id, name, balance), ', ' ORDER BY id) FROM customer`, c.customers)
			o.expect(`SELECT concat(table_name, ':', kind, ':', resolution, ':', resolved_by) FROM failoversql.conflict`, c.log)
			o.expect(`SELECT count(*) FROM plain2`, "1")
		})
	}
}
