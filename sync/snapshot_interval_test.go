package dbsync

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/failoversql/failoversql/internal/pgtest"
)

// TestWithoutLogicalDecoding: a primary that cannot be followed is copied at
// intervals, and followed as soon as it can be.
func TestWithoutLogicalDecoding(t *testing.T) {
	server := pgtest.New(t, pgtest.Options{Settings: map[string]string{"wal_level": "replica"}})
	r := newReplica(t, server, pairs+common)
	r.s.cfg.SnapshotInterval = time.Hour
	r.run()
	r.exec("INSERT INTO customer(name) VALUES ('first')")
	r.caughtUp() // has it copied again at once
	if n := r.local("SELECT count(*) FROM customer WHERE name = 'first'"); n != 1 {
		t.Errorf("%d rows", n)
	}
	lag := r.s.Lag()
	if !lag.Following || !lag.Known || lag.Age > time.Minute {
		t.Errorf("%+v", lag)
	}
	m, lacking, err := r.s.Method(r.ctx)
	if err != nil || m != BySnapshots || !strings.Contains(lacking, "wal_level is replica") || !strings.Contains(r.log.String(), "copied whole at intervals") {
		t.Errorf("%s %q %v", m, lacking, err)
	}
	if _, err := r.s.Verify(r.ctx, VerifyOptions{}); err == nil || !strings.Contains(err.Error(), "kept up by snapshots") {
		t.Error(err)
	}
	// A copy on demand, compared, and under load never torn.
	r.underLoad(seed(t), func() {
		for range 3 {
			if _, err := r.s.Renew(r.ctx, SnapshotOptions{Compare: true}); err != nil {
				t.Error(err)
			}
		}
	})
	r.exec("CREATE TABLE late (id int PRIMARY KEY); INSERT INTO late VALUES (1)")
	r.caughtUp()
	if n := r.local("SELECT count(*) FROM late"); n != 1 {
		t.Errorf("%d rows", n)
	}
	r.stop()

	// Writes of an outage go back, and the file is copied anew.
	if err := r.s.Diverge(r.ctx, "test"); err != nil {
		t.Fatal(err)
	}
	if err := r.s.Seal(r.ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := r.s.Tail(r.ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := r.s.Rejoin(r.ctx); !errors.Is(err, ErrResync) {
		t.Fatalf("%v", err)
	}
	r.snapshot()

	_ = r.pg.Close(r.ctx)
	if err := server.SetConfig(map[string]string{"wal_level": "logical"}); err != nil {
		t.Fatal(err)
	}
	if err := server.Stop(pgtest.Fast); err != nil {
		t.Fatal(err)
	}
	if err := server.Restart(); err != nil {
		t.Fatal(err)
	}
	r.connect()
	r.exec("INSERT INTO late VALUES (2)")
	r.run()
	r.caughtUp()
	r.equal()
	if m, _, err := r.s.Method(r.ctx); err != nil || m != ByStream || r.slots() != 1 {
		t.Errorf("%s %v, %d slots", m, err, r.slots())
	}
	r.stop()

	// And back, by choice: the slot goes.
	r.s.cfg.Method = BySnapshots
	r.run()
	r.exec("INSERT INTO late VALUES (3)")
	r.caughtUp()
	if n := r.local("SELECT count(*) FROM late"); n != 3 || r.slots() != 0 {
		t.Errorf("%d rows, %d slots", n, r.slots())
	}
}

// TestSnapshotsAtIntervals: without anybody asking.
func TestSnapshotsAtIntervals(t *testing.T) {
	r := newReplica(t, outPrimary(t), "CREATE TABLE a (id int PRIMARY KEY)")
	r.s.cfg.Method, r.s.cfg.SnapshotInterval = BySnapshots, 10*time.Millisecond
	r.run()
	r.caughtUp()
	r.exec("INSERT INTO a VALUES (1)")
	for r.local("SELECT count(*) FROM a") != 1 {
		if r.ctx.Err() != nil {
			t.Fatal("the row never came")
		}
	}
	if r.slots() != 0 || strings.Contains(r.log.String(), "cannot be followed") {
		t.Error("a slot was made, or something is said to lack")
	}
}
