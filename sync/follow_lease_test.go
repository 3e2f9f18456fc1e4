package dbsync

import (
	"testing"
	"time"
)

// A copy that reports itself as following can be fallen back on at once: it
// holds values of every sequence.
func TestFollowingHoldsLeases(t *testing.T) {
	r := newReplica(t, outPrimary(t), `CREATE TABLE t (id bigserial PRIMARY KEY, n int)`)
	r.run()
	for !r.s.Lag().Following {
		select {
		case <-r.ctx.Done():
			t.Fatal("it never followed")
		case <-time.After(time.Millisecond):
		}
	}
	c, err := r.file.Conn(r.ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var left int64
	if err := c.QueryRow(r.ctx, `SELECT coalesce(sum(finish - next + 1), 0) FROM failoversql_lease WHERE sequence = 'public.t_id_seq'`, nil, &left); err != nil {
		t.Fatal(err)
	}
	if left < leaseFloor {
		t.Errorf("%d values are in reserve, want at least %d", left, leaseFloor)
	}
}
