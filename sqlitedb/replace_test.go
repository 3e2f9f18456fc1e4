package sqlitedb

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/failoversql/failoversql/catalog"
)

// storeNew makes a file that is to take another's place.
func storeNew(t *testing.T, path string, version int64) {
	t.Helper()
	n := open(t, path, Options{})
	c, err := n.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	defer c.Close()
	if err := c.Begin(ctx); err != nil {
		t.Fatal(err)
	}
	if err := c.StoreCatalog(ctx, &catalog.Catalog{Version: version, Schemas: []string{"new"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Exec(ctx, `CREATE TABLE t(id INTEGER PRIMARY KEY, n INTEGER, more INTEGER) STRICT; INSERT INTO t VALUES (7, 7, 7), (8, 8, 8);
		UPDATE failoversql_state SET lsn = 77, state = 'following', snapshot_complete = 1`); err != nil {
		t.Fatal(err)
	}
	if err := c.Commit(ctx); err != nil {
		t.Fatal(err)
	}
}

func TestReplace(t *testing.T) {
	f := plain(t, "")
	other := open(t, f.Path(), Options{}) // stands for another process
	other.translate = sqliteTranslate
	s, o := session(t, f), session(t, other)
	mustExec(t, s, `INSERT INTO t VALUES (1, 1)`)
	if _, err := f.UpdateState(ctx, func(st *State) error { st.Mode, st.Generation, st.Pin = "fallback", 9, "fallback"; return nil }); err != nil {
		t.Fatal(err)
	}
	id, _ := f.Meta(ctx, "file_id")
	st, _ := f.State(ctx)

	next := filepath.Join(filepath.Dir(f.Path()), "next.db")
	storeNew(t, next, 1)
	if err := f.Replace(ctx, next, nil); !errors.Is(err, ErrServing) {
		t.Fatal("a serving file was replaced:", err)
	}
	serve(t, f, false)
	order, err := f.PutOrder(ctx, "auto")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := o.QueryContext(ctx, `SELECT id FROM t`, nil) // a reader in the other process
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	if err := f.Replace(ctx, next, nil); err != nil {
		t.Fatal(err)
	}
	for _, s := range []*Session{s, o} {
		if v := one(t, s, `SELECT sum(more) FROM t`); v != int64(15) {
			t.Fatal("the old content is still seen", v)
		}
	}
	if f.Catalog().Version != 1 || other.Catalog().Schemas[0] != "new" {
		t.Fatal("the old catalog is still seen")
	}
	got, err := f.State(ctx)
	if err != nil || got.Mode != "fallback" || got.Generation != 9 || got.Pin != "fallback" || got.Tx != st.Tx || got.LSN != 77 || got.State != Following || got.Serving {
		t.Fatalf("%+v %v", got, err)
	}
	if again, _ := f.Meta(ctx, "file_id"); again != id {
		t.Fatal("the identity was lost")
	}
	if o, err := other.Order(ctx); err != nil || o.ID != order || o.Want != "auto" {
		t.Fatal("the order was lost", o, err)
	}
	left, _ := filepath.Glob(next + "*")
	if len(left) > 0 {
		t.Fatal("left behind:", left)
	}
	if err := f.Integrity(ctx); err != nil {
		t.Fatal(err)
	}
	storeNew(t, next, 1)
	if err := f.Replace(ctx, next, nil); err != nil {
		t.Fatal(err)
	}
	if f.Catalog().Version != 2 || other.Catalog().Schemas[0] != "new" {
		t.Fatal("a catalog version was given twice")
	}
	none := open(t, next, Options{})
	none.Close()
	if err := f.Replace(ctx, next, nil); err == nil || !strings.Contains(err.Error(), "version 0 is not above 2") {
		t.Fatal("a file without a catalog was taken:", err)
	}
	serve(t, f, true)
	mustExec(t, s, `INSERT INTO t VALUES (9, 9, 9)`)
}

// TestReplaceWhileOrdersCome: what another process gives in the last moment is
// kept, and the new content comes all the same.
func TestReplaceWhileOrdersCome(t *testing.T) {
	f := plain(t, "")
	other := open(t, f.Path(), Options{})
	serve(t, f, false)
	stop, last := make(chan struct{}), make(chan string)
	go func() {
		var id string
		for {
			select {
			case <-stop:
				last <- id
				return
			default:
			}
			if got, err := other.PutOrder(ctx, "auto"); err == nil {
				id = got
			}
		}
	}()
	next := filepath.Join(filepath.Dir(f.Path()), "next.db")
	var err error
	for i := int64(1); err == nil && i <= 8; i++ {
		storeNew(t, next, i)
		err = f.Replace(ctx, next, nil)
	}
	close(stop)
	id := <-last
	if err != nil {
		t.Fatal(err)
	}
	if o, err := f.Order(ctx); err != nil || o.ID != id {
		t.Fatal("an order was lost:", o, id, err)
	}
}

func TestBackup(t *testing.T) {
	f := plain(t, "")
	s := session(t, f)
	mustExec(t, s, `INSERT INTO t VALUES (1, 1)`)
	dir := t.TempDir()
	a, err := f.Backup(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	b, err := f.Backup(ctx, dir)
	if err != nil || a == b {
		t.Fatal(a, b, err)
	}
	info, err := os.Stat(a)
	if err != nil || info.Mode() != 0o600 {
		t.Fatal(info.Mode(), err)
	}
	copied := plain(t, a)
	if v := one(t, session(t, copied), `SELECT count(*) FROM t`); v != int64(1) {
		t.Fatal(v)
	}
	if p, err := f.Backup(ctx, filepath.Join(dir, "none")); err == nil {
		t.Fatal("a backup in no directory", p)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) > 6 { // two backups, and what lies beside the one that is open
		t.Fatal(left)
	}
}

func TestIntegrityFindsDamage(t *testing.T) {
	f := plain(t, "")
	s := session(t, f)
	mustExec(t, s, `BEGIN`)
	for i := range 2000 {
		mustExec(t, s, `INSERT INTO t VALUES (?1, 0)`, i)
	}
	mustExec(t, s, `COMMIT`)
	path, err := f.Backup(ctx, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	info, _ := raw.Stat()
	if _, err := raw.WriteAt(make([]byte, 4096), info.Size()-4096); err != nil {
		t.Fatal(err)
	}
	raw.Close()
	g := open(t, path, Options{})
	if err := g.Integrity(ctx); err == nil {
		t.Fatal("damage was not found")
	}
}
