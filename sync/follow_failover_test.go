package dbsync

import (
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/internal/pgtest"
)

// failover is a replica whose primary has a standby; both are in its DSN.
func failover(t *testing.T) (r *replica, primary, standby *pgtest.Server) {
	t.Helper()
	primary = pgtest.New(t)
	r = newReplica(t, primary, pairs)
	standby, err := primary.Standby()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := standby.Close(); err != nil {
			t.Error(err)
		}
	})
	r.cfg, err = pgx.ParseConfig(fmt.Sprintf("host=127.0.0.1,127.0.0.1 port=%d,%d user=postgres dbname=%s sslmode=disable target_session_attrs=read-write",
		primary.Port(), standby.Port(), r.cfg.Database))
	if err != nil {
		t.Fatal(err)
	}
	_ = r.file.Close()
	r.open()
	return r, primary, standby
}

// received waits until a standby has all that is in the primary's log.
func (r *replica) received(standby *pgtest.Server) {
	r.t.Helper()
	var lsn string
	if err := r.pg.QueryRow(r.ctx, "SELECT pg_current_wal_insert_lsn()::text").Scan(&lsn); err != nil {
		r.t.Fatal(err)
	}
	conn, err := pgx.Connect(r.ctx, standby.DSN())
	if err != nil {
		r.t.Fatal(err)
	}
	defer conn.Close(r.ctx)
	for done := false; !done; {
		if err := conn.QueryRow(r.ctx, "SELECT coalesce(pg_last_wal_replay_lsn() >= $1::pg_lsn, false)", lsn).Scan(&done); err != nil {
			r.t.Fatal(err)
		}
	}
}

// TestFailoverToAStandby: the standby that is promoted has no slot of ours, so
// the file is copied anew, from it.
func TestFailoverToAStandby(t *testing.T) {
	rnd := seed(t)
	r, primary, standby := failover(t)
	r.snapshot()
	r.run()
	r.equal()
	r.underLoad(rnd, func() {
		r.received(standby)
		if err := primary.Kill9(); err != nil {
			t.Error(err)
		}
		if err := standby.Promote(); err != nil {
			t.Error(err)
		}
		r.connect()
		r.exec("UPDATE debit SET n = n + 7; UPDATE credit SET n = n + 7")
		r.caughtUp()
	})
	r.equal()
	if !strings.Contains(r.log.String(), "is gone from the primary") {
		t.Error("nothing was said of the slot")
	}
	if timeline, _ := r.file.Meta(r.ctx, metaTimeline); timeline != "2" {
		t.Errorf("the file follows timeline %q", timeline)
	}
}

// TestFailoverToAStandbyThatLagged: what the file has and the new primary never
// had is gone from both, even where a slot of the same name continues from a
// position that the new primary's log has passed since.
func TestFailoverToAStandbyThatLagged(t *testing.T) {
	r, primary, standby := failover(t)
	r.snapshot()
	r.run()
	r.equal()
	r.received(standby)
	if err := standby.Stop(pgtest.Fast); err != nil {
		t.Fatal(err)
	}
	for range 50 { // more than a promotion writes
		r.exec("UPDATE debit SET n = n + 20; UPDATE credit SET n = n + 20")
	}
	r.caughtUp()
	r.stop()
	if n := r.local("SELECT min(n) FROM debit"); n != 1000 {
		t.Fatalf("the file has %d", n)
	}
	if err := primary.Kill9(); err != nil {
		t.Fatal(err)
	}
	if err := standby.Restart(); err != nil {
		t.Fatal(err)
	}
	if err := standby.Promote(); err != nil {
		t.Fatal(err)
	}
	r.connect()
	slot, _ := r.file.Meta(r.ctx, metaSlot)
	r.exec("SELECT pg_create_logical_replication_slot($1, 'pgoutput')", slot)
	left := LSN(r.local("SELECT lsn FROM failoversql_state"))
	for beyond := false; !beyond; {
		r.exec("SELECT pg_logical_emit_message(false, 'noise', repeat('x', 100000))")
		if err := r.pg.QueryRow(r.ctx, "SELECT pg_current_wal_flush_lsn() > $1::pg_lsn", left.String()).Scan(&beyond); err != nil {
			t.Fatal(err)
		}
	}
	r.exec("UPDATE debit SET n = n + 1; UPDATE credit SET n = n + 1")
	r.run()
	r.equal()
	if n := r.local("SELECT min(n) FROM debit"); n != 1 {
		t.Errorf("the file has %d", n)
	}
	if !strings.Contains(r.log.String(), "was promoted at") {
		t.Error("nothing was said of the promotion")
	}
}
