package sqlitedb

import "testing"

// TestCloseLater: what a session holds is free at once; SQLite's connection stays
// open until its time has come, at the latest until the file is closed, which
// waits for it.
func TestCloseLater(t *testing.T) {
	f := plain(t, "")
	a, b := session(t, f), session(t, f)
	mustExec(t, a, `INSERT INTO t VALUES (1, 1)`)
	key := lockKey{}
	if ok, err := f.advisory.try(a, key, lockExclusive, false); !ok || err != nil {
		t.Fatal(ok, err)
	}
	mustExec(t, a, `BEGIN`)
	mustExec(t, a, `INSERT INTO t VALUES (2, 2)`)
	open := references(f)
	a.CloseLater()
	a.CloseLater()
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := a.ExecContext(ctx, `INSERT INTO t VALUES (2, 2)`, nil); err == nil {
		t.Fatal("the session lives on")
	}
	mustExec(t, b, `INSERT INTO t VALUES (3, 3)`)
	if v := one(t, b, `SELECT sum(id) FROM t`); v != int64(4) {
		t.Fatal(v)
	}
	if ok, err := f.advisory.try(b, key, lockExclusive, false); !ok || err != nil {
		t.Fatal("its advisory lock is held", ok, err)
	}
	if n := references(f); n != open {
		t.Fatalf("%d references, %d before: it was closed already", n, open)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if n := references(f); n != 1 { // b's
		t.Fatalf("%d references to the closed file", n)
	}
	b.CloseLater() // of a closed file: at once
	if n := references(f); n != 0 {
		t.Fatalf("%d references", n)
	}
}

// TestRetired: the connection is closed also where the file stays open.
func TestRetired(t *testing.T) {
	f := plain(t, "")
	before := references(f)
	session(t, f).CloseLater()
	f.work.Wait()
	if n := references(f); n != before {
		t.Fatalf("%d references, %d before", n, before)
	}
}

func references(f *File) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.refs
}
