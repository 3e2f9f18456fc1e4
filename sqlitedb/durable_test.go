//go:build unix

package sqlitedb

import (
	"os"
	"sync"
	"testing"
)

// A commit is acknowledged only when the log is on the disk. Where that fails
// once, nothing is acknowledged or begun any more until the file is opened again.
func TestCommitWithoutDisk(t *testing.T) {
	path := t.TempDir() + "/app.db"
	f := plain(t, path)
	s := session(t, f)
	mustExec(t, s, `INSERT INTO t VALUES (1, 1)`)
	if err := os.Rename(path+"-wal", path+"-away"); err != nil {
		t.Fatal(err)
	}
	_, err := s.ExecContext(ctx, `INSERT INTO t VALUES (2, 1)`, nil)
	code(t, err, "58030")
	if s.TxStatus() != 'I' {
		t.Errorf("status %c", s.TxStatus())
	}
	if err := os.Rename(path+"-away", path+"-wal"); err != nil {
		t.Fatal(err)
	}
	_, err = s.ExecContext(ctx, `INSERT INTO t VALUES (3, 1)`, nil)
	code(t, err, "58030")
	code(t, f.Durable(), "58030")
	if v := one(t, s, `SELECT count(*) FROM t WHERE id = 3`); v != int64(0) {
		t.Errorf("%v", v)
	}
	s.Close()
	f.Close()
	s = session(t, plain(t, path))
	mustExec(t, s, `INSERT INTO t VALUES (3, 1)`)
}

// Commits that come while the log is synced are on the disk with the next sync,
// all of them.
func TestCommitsTogether(t *testing.T) {
	f := plain(t, t.TempDir()+"/app.db")
	const writers, each = 16, 20
	var wg sync.WaitGroup
	for range writers {
		s := session(t, f)
		wg.Go(func() {
			for range each {
				if _, err := s.ExecContext(ctx, `INSERT INTO t(n) VALUES (1)`, nil); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	if v := one(t, session(t, f), `SELECT count(*) FROM t`); v != int64(writers*each) {
		t.Error(v)
	}
}
