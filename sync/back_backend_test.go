package dbsync

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// A connection of ours that is left behind with a lock is ended before replay;
// anybody else's is left alone.
func TestReplayEndsOldBackends(t *testing.T) {
	o := newOutage(t, shopSchema)
	ours, err := pgx.ConnectConfig(o.ctx, o.s.cfg.Primary)
	if err != nil {
		t.Fatal(err)
	}
	defer ours.Close(o.ctx)
	others, err := pgx.ConnectConfig(o.ctx, o.s.cfg.Primary)
	if err != nil {
		t.Fatal(err)
	}
	defer others.Close(o.ctx)
	if err := o.s.RecordBackends(o.ctx, o.pg, []uint32{ours.PgConn().PID()}); err != nil {
		t.Fatal(err)
	}
	if _, err := ours.Exec(o.ctx, `BEGIN; UPDATE customer SET name = 'held' WHERE id = 1`, pgx.QueryExecModeSimpleProtocol); err != nil {
		t.Fatal(err)
	}
	o.diverge()
	o.write(`UPDATE customer SET name='Anna' WHERE id=1`)
	o.replay()
	o.cutover()
	o.expect(`SELECT name FROM customer WHERE id = 1`, `Anna`)
	if err := others.Ping(o.ctx); err != nil {
		t.Errorf("another's connection was ended: %v", err)
	}
	if err := ours.Ping(o.ctx); err == nil {
		t.Error("the old connection still lives")
	}
}

// A lock that is not ours ends the attempt and loses nothing.
func TestReplayLockTimeout(t *testing.T) {
	o := newOutage(t, shopSchema)
	o.diverge()
	o.write(`UPDATE customer SET name='Rob' WHERE id=2`)
	o.write(`UPDATE customer SET name='Anna' WHERE id=1`)
	defer func(d time.Duration) { replayLockTimeout = d }(replayLockTimeout)
	replayLockTimeout = 50 * time.Millisecond
	tx, err := o.pg.Begin(o.ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(o.ctx, `UPDATE customer SET balance = 1 WHERE id = 1`); err != nil {
		t.Fatal(err)
	}
	if _, err := o.s.Replay(o.ctx); err == nil {
		t.Fatal("replay went past a lock")
	}
	if err := tx.Rollback(o.ctx); err != nil {
		t.Fatal(err)
	}
	o.replay()
	o.cutover()
	o.expect(`SELECT string_agg(concat_ws(' ', id, name, balance), ', ' ORDER BY id) FROM customer`, "1 Anna 10.50, 2 Rob 0.00")
	o.expect(`SELECT count(*) FROM failoversql.conflict`, "0")
}
