package dbsync

import (
	"context"
	"errors"
	"fmt"
	"testing"
)

func (o *outage) rejoin() RejoinReport {
	o.t.Helper()
	r, err := o.s.Rejoin(o.ctx)
	if err != nil {
		o.t.Fatal(err)
	}
	return r
}

// After the fail back the file is the primary's copy again: replayed rows, rows
// written by others meanwhile, and rows of parked transactions as the primary
// has them.
func TestRejoin(t *testing.T) {
	o := newOutage(t, shopSchema)
	for round := range 3 {
		o.diverge()
		o.write(fmt.Sprintf(`UPDATE customer SET name='round %d', data='{"r": %d}' WHERE id=1`, round, round))
		o.write(fmt.Sprintf(`INSERT INTO customer(id, name, balance) VALUES (%d, 'Local', 1.25)`, 100+round),
			fmt.Sprintf(`INSERT INTO item(id, customer, note) VALUES (%d, %d, 'i')`, 100+round, 100+round))
		o.write(fmt.Sprintf(`UPDATE customer SET id=%d WHERE id=%d`, 200+round, 100+round)) // cascades
		o.write(`INSERT INTO plain VALUES (7, 'p')`, `INSERT INTO plain VALUES (7, 'p')`, `DELETE FROM plain WHERE a=2`)
		o.write(fmt.Sprintf(`INSERT INTO customer(id, name) VALUES (%d, 'to be parked')`, 300+round))
		o.primary(fmt.Sprintf(`INSERT INTO customer(id, name) VALUES (%d, 'Remote'), (%d, 'Other'); UPDATE item SET note = 'remote %d' WHERE id = 2`, 300+round, 400+round, round))
		o.replay()
		o.cutover()
		o.primary(fmt.Sprintf(`UPDATE customer SET balance = balance + 1 WHERE id = %d`, 200+round)) // after the flip
		r := o.rejoin()
		if r.Undone == 0 {
			t.Error("nothing was undone")
		}
		o.sameRows()
		if got := o.local(`SELECT state, serving, capture FROM failoversql_state`); got != "following,0,1" {
			t.Errorf("state %s", got)
		}
		o.expect(fmt.Sprintf(`SELECT count(*) FROM customer WHERE id IN (1, %d, %d, %d)`, 200+round, 300+round, 400+round), "4")
		if _, err := o.s.Rejoin(o.ctx); !errors.Is(err, ErrNotDiverged) {
			t.Errorf("rejoining a follower: %v", err)
		}
	}
	o.expect(`SELECT count(*) FROM failoversql.conflict WHERE kind = 'insert_exists'`, "3")
}

// A second outage between fail back and rejoin: its journal goes on top of the
// first one, and both are taken back together.
func TestSecondOutageBeforeRejoin(t *testing.T) {
	o := newOutage(t, shopSchema)
	o.diverge()
	o.write(`UPDATE customer SET name='first' WHERE id=1`)
	o.write(`INSERT INTO customer(id, name) VALUES (3, 'parked')`)
	o.primary(`INSERT INTO customer(id, name) VALUES (3, 'Remote')`)
	o.replay()
	o.cutover()
	o.primary(`UPDATE customer SET name = 'by the application after the flip' WHERE id = 2`)
	o.diverge()
	o.write(`UPDATE customer SET name='second' WHERE id=1`)
	o.write(`UPDATE customer SET name='conflict' WHERE id=2`)
	o.write(`UPDATE customer SET name='depends on the first journal' WHERE id=3`)
	o.replay()
	o.cutover()
	o.expect(`SELECT string_agg(concat_ws(' ', id, name), ', ' ORDER BY id) FROM customer`, "1 second, 2 by the application after the flip, 3 Remote")
	o.expect(`SELECT string_agg(kind, ' ' ORDER BY tx) FROM failoversql.conflict`, "insert_exists update_origin_change dependent")
	o.rejoin()
	o.sameRows()
}

// Rejoin ends with its context and leaves the file ready to serve again.
func TestRejoinCancelled(t *testing.T) {
	o := newOutage(t, shopSchema)
	o.diverge()
	o.write(`UPDATE customer SET name='first' WHERE id=1`)
	o.replay()
	o.cutover()
	ctx, cancel := context.WithCancel(o.ctx)
	failpoint = func(name string) error {
		if name == "rejoin.undone" {
			cancel()
		}
		return nil
	}
	_, err := o.s.Rejoin(ctx)
	failpoint = nil
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	o.diverge()
	o.write(`UPDATE customer SET name='second' WHERE id=1`)
	o.replay()
	o.cutover()
	o.rejoin()
	o.sameRows()
	o.expect(`SELECT name FROM customer WHERE id = 1`, "second")
}
