package dbsync

import (
	"testing"
	"time"
)

// A slot that holds back more of the log than it may is dropped, unless its
// reader is catching up; the file is copied anew and goes on.
func TestSlotBudget(t *testing.T) {
	r := newReplica(t, outPrimary(t), "CREATE TABLE t (a int PRIMARY KEY, b text)")
	r.snapshot()
	const budget = 1 << 20
	tend := func() HeldLog {
		t.Helper()
		held, err := r.s.TendSlots(r.ctx, r.pg, budget)
		if err != nil {
			t.Fatal(err)
		}
		return held
	}
	slots := func() (n int) {
		t.Helper()
		if err := r.pg.QueryRow(r.ctx, "SELECT count(*) FROM pg_replication_slots WHERE NOT temporary AND database = current_database()").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	write := func() {
		r.exec("INSERT INTO t SELECT max(a) + i, repeat(md5(i::text), 30) FROM generate_series(1, 4000) i, (SELECT coalesce(max(a), 0) AS a FROM t) m GROUP BY i")
	}
	if held := tend(); held.Dropped || held.Bytes > budget {
		t.Fatalf("idle: %+v", held)
	}
	write()
	if held := tend(); held.Dropped || held.Bytes <= budget {
		t.Fatalf("over it for the first time: %+v", held)
	}

	// Nobody reads it.
	if held := tend(); !held.Dropped || slots() != 0 {
		t.Fatalf("over it for long: %+v, %d slots", held, slots())
	}
	r.run()
	r.equal()
	if slots() != 1 {
		t.Errorf("%d slots", slots())
	}

	// Its reader is there, but does not get on: it is ended as well.
	conn, err := r.file.Conn(r.ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.Begin(r.ctx); err != nil { // the file's writer is held up
		t.Fatal(err)
	}
	write()
	tend()
	if held := tend(); !held.Dropped {
		t.Errorf("stuck: %+v", held)
	}
	conn.Rollback()
	r.equal()
}

// The slot of a copy that no application ever opened is cleared away as well, as
// is that of one that was closed and never opened again.
func TestNeverOpened(t *testing.T) {
	r := newReplica(t, outPrimary(t), "CREATE TABLE t (a int PRIMARY KEY)")
	r.snapshot()
	if _, err := r.s.Heartbeat(r.ctx, r.pg, "auto"); err != nil {
		t.Fatal(err)
	}
	for _, opened := range []bool{false, true} {
		other := r.another()
		other.snapshot()
		if opened {
			if live, err := other.s.Heartbeat(r.ctx, r.pg, "auto"); err != nil || live != 2 {
				t.Fatalf("%d live, %v", live, err)
			}
			if err := other.s.Part(r.ctx, r.pg); err != nil {
				t.Fatal(err)
			}
		}
		other.file.Close()
		if live, err := r.s.Heartbeat(r.ctx, r.pg, "auto"); err != nil || live != 1 {
			t.Fatalf("%d live, %v", live, err)
		}
		slots := func() (n int) {
			t.Helper()
			if _, err := r.s.TendSlots(r.ctx, r.pg, 0); err != nil {
				t.Fatal(err)
			}
			if err := r.pg.QueryRow(r.ctx, "SELECT count(*) FROM pg_replication_slots WHERE database = current_database()").Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		if n := slots(); n != 2 {
			t.Fatalf("opened %v: %d slots at once", opened, n)
		}
		r.exec("UPDATE failoversql.instance SET heartbeat = heartbeat - interval '1 day'")
		if _, err := r.s.Heartbeat(r.ctx, r.pg, "auto"); err != nil {
			t.Fatal(err)
		}
		if n := slots(); n != 1 {
			t.Fatalf("opened %v: %d slots after a day", opened, n)
		}
	}
}

// What an instance has left that is gone for good is cleared away by another.
func TestExpiredInstance(t *testing.T) {
	r := newReplica(t, outPrimary(t), "CREATE TABLE t (a int PRIMARY KEY)")
	r.snapshot()
	if _, err := r.s.Heartbeat(r.ctx, r.pg, "auto"); err != nil {
		t.Fatal(err)
	}
	other := r.another()
	other.snapshot()
	if live, err := other.s.Heartbeat(r.ctx, r.pg, "auto"); err != nil || live != 2 {
		t.Fatalf("%d instances, %v", live, err)
	}
	left := func() (slots, publications, instances int) {
		t.Helper()
		err := r.pg.QueryRow(r.ctx, `SELECT (SELECT count(*) FROM pg_replication_slots WHERE NOT temporary AND database = current_database()),
			(SELECT count(*) FROM pg_publication), (SELECT count(*) FROM failoversql.instance)`).Scan(&slots, &publications, &instances)
		if err != nil {
			t.Fatal(err)
		}
		return slots, publications, instances
	}
	tend := func() {
		t.Helper()
		if _, err := r.s.TendSlots(r.ctx, r.pg, 0); err != nil {
			t.Fatal(err)
		}
	}
	tend()
	if s, p, i := left(); s != 2 || p != 2 || i != 2 {
		t.Fatalf("a live one was cleared away: %d %d %d", s, p, i)
	}
	id, err := other.s.instanceID(r.ctx)
	if err != nil {
		t.Fatal(err)
	}
	r.exec("UPDATE failoversql.instance SET heartbeat = now() - interval '25 hours' WHERE id = $1", id)
	tend()
	if s, p, i := left(); s != 1 || p != 1 || i != 1 {
		t.Fatalf("left: %d slots, %d publications, %d instances", s, p, i)
	}

	// It comes back, and is copied anew.
	other.run()
	other.equal()
	other.stop()
	r.run()
	r.equal()
}

// A copy may take longer than a day, and nobody renews the registration of a file
// that no application has: its slot is left alone while the copy is made.
func TestExpiredWhileItIsCopied(t *testing.T) {
	r := newReplica(t, outPrimary(t), "CREATE TABLE t (a int PRIMARY KEY); INSERT INTO t SELECT generate_series(1, 1000)")
	r.snapshot()
	if _, err := r.s.Heartbeat(r.ctx, r.pg, "auto"); err != nil {
		t.Fatal(err)
	}
	other := r.another()
	tends := 0
	other.s = New(Config{File: other.file, Primary: r.cfg, Heartbeat: time.Second, Progress: func(p Progress) {
		if p.Phase != "copy" {
			return
		}
		tends++
		r.exec("UPDATE failoversql.instance SET heartbeat = now() - interval '2 days' WHERE file = $1", other.path)
		if _, err := r.s.TendSlots(r.ctx, r.pg, 0); err != nil {
			t.Error(err)
		}
	}})
	other.snapshot()
	if tends == 0 {
		t.Fatal("the copy told of no progress")
	}
	var slots int
	if err := r.pg.QueryRow(r.ctx, "SELECT count(*) FROM pg_replication_slots WHERE database = current_database()").Scan(&slots); err != nil || slots != 2 {
		t.Fatalf("%d slots of two files, %v", slots, err)
	}
	other.run()
	r.exec("INSERT INTO t VALUES (1001)")
	other.equal()
	other.neverResynced()
	other.stop()
}
