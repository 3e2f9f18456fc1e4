//go:build unix

package dbsync

import (
	"context"
	"testing"

	"github.com/failoversql/failoversql/internal/pgtest"
)

// The journals that a file keeps outlive new copies of the primary, and are read by
// the schema that they were written under: also where the schema has changed since,
// once before the new copy and once while it was made.
func TestRescueAfterNewCopies(t *testing.T) {
	server := pgtest.New(t)
	o := newOutageOn(t, server, shopSchema)
	o.must(o.s.noteTimeline(o.ctx, o.pg))
	dir := o.backup(server)
	o.diverge()
	o.write(`INSERT INTO customer(id, name, balance) VALUES (3, 'in the outage', 1)`)
	o.write(`UPDATE customer SET name='Anna' WHERE id=1`)
	o.replay()
	o.cutover()
	o.rejoin()
	o.primary(`ALTER TABLE customer DROP COLUMN email, ADD COLUMN before_name text DEFAULT 'x'`)
	o.snapshot()

	for _, view := range []string{"rich", "poor"} {
		ctx, stop := context.WithCancel(o.ctx)
		ended := make(chan error, 1)
		go func() { ended <- o.s.Run(ctx) }()
		taken := false
		_, err := o.s.Renew(o.ctx, SnapshotOptions{Progress: func(p Progress) {
			if p.Phase != "copy" || taken {
				return
			}
			taken = true
			version := o.file.Catalog().Version
			o.primary(`CREATE VIEW ` + view + ` AS SELECT id, balance FROM customer`)
			for o.file.Catalog().Version == version && o.ctx.Err() == nil {
				o.s.lookAtSchema()
			}
		}})
		stop()
		<-ended
		o.must(err)
		if !taken {
			t.Fatal("the schema did not change amid the copy")
		}
	}

	o.diverge()
	o.write(`INSERT INTO customer(id, name, balance) VALUES (4, 'second outage', 1)`)
	o.restore(server, dir)
	report, err := o.s.Rescue(o.ctx)
	o.must(err)
	// The row of the second outage has a column that the restored primary lacks.
	if want := (RescueReport{Journals: 2, Transactions: 2, Parked: 1}); report != want {
		t.Errorf("%+v, not %+v", report, want)
	}
	o.expect(`SELECT string_agg(concat_ws(' ', id, name, balance), ', ' ORDER BY id) FROM customer`,
		"1 Anna 10.50, 2 Bob 0.00, 3 in the outage 1.00")
	if got := o.conflicts(); got != "customer:INSERT:target_column_missing" {
		t.Error(got)
	}
}
