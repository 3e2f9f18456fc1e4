package dbsync

import "testing"

// TestReplayThroughViews writes through views, over tables and over views: the
// journal holds the rows of the tables, and only those that were taken.
func TestReplayThroughViews(t *testing.T) {
	o := newOutage(t, shopSchema+`
CREATE VIEW rich AS SELECT id, name AS who, balance FROM customer WHERE balance >= 1 WITH CHECK OPTION;
CREATE VIEW named AS SELECT id, who FROM rich WHERE who <> '';
CREATE VIEW notes AS SELECT id, customer, note FROM item;
`)
	o.diverge()
	o.write(`INSERT INTO rich VALUES (10, 'Ten', 5), (11, 'Eleven', 6)`, `UPDATE named SET who = who || '!' WHERE id = 10`, `DELETE FROM named WHERE id = 11`)
	if err := o.tryWrite(`INSERT INTO rich VALUES (12, 'Twelve', 5), (13, 'Poor', 0)`); err == nil {
		t.Error("the CHECK OPTION took a row that the view does not show")
	}
	if err := o.tryWrite(`UPDATE rich SET balance = 0 WHERE id = 1`); err == nil {
		t.Error("the CHECK OPTION took a row that leaves the view")
	}
	o.write(`SAVEPOINT a`, `INSERT INTO notes VALUES (90, 10, 'kept')`, `SAVEPOINT b`, `INSERT INTO notes VALUES (91, 10, 'undone')`, `ROLLBACK TO b`, `UPDATE notes SET note = 'seen' WHERE id = 1`)
	o.write(`UPDATE rich SET id = 20 WHERE id = 10`) // cascades
	o.replay()
	if r := o.cutover(); r.Backlog != 0 || r.Parked != 0 {
		t.Errorf("%+v: %s", r, o.rows(`SELECT kind, message FROM failoversql.conflict`))
	}
	o.sameRows()
	o.expect(`SELECT id, name, balance FROM customer ORDER BY id`, `1,Ann,10.50 2,Bob,0.00 20,Ten!,5.00`)
	o.expect(`SELECT id, customer, note FROM item ORDER BY id`, `1,1,seen 2,1,NULL 90,20,kept`)
	o.rejoin()
	o.sameRows()
}
