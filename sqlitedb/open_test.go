package sqlitedb

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/failoversql/failoversql/catalog"
)

func TestOpenMakesAPrivateFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "odd ?name%20#.db")
	f := open(t, path, Options{SystemID: "42", Database: "app"})
	st, err := f.State(ctx)
	if err != nil || st.State != Empty || st.Serving || !st.Capture {
		t.Fatal(st, err)
	}
	mode := func(p string) fs.FileMode {
		info, err := os.Lstat(p)
		if err != nil {
			t.Fatal(err)
		}
		return info.Mode()
	}
	c, err := f.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, suffix := range []string{"", "-wal", "-shm", ".lock"} {
		if m := mode(path + suffix); m != 0o600 {
			t.Errorf("%s: mode %v", suffix, m)
		}
	}
	for pragma, want := range map[string]any{"journal_mode": "wal", "synchronous": int64(2), "foreign_keys": int64(1), "recursive_triggers": int64(1)} {
		var got any
		if err := c.QueryRow(ctx, "PRAGMA "+pragma, nil, &got); err != nil || got != want {
			t.Errorf("%s is %v, %v", pragma, got, err)
		}
	}
}

func TestOpenKeepsWhatIsThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.db")
	f := open(t, path, Options{SystemID: "42", Database: "app"})
	id, err := f.Meta(ctx, "file_id")
	if err != nil || len(id) != 36 {
		t.Fatal(id, err)
	}
	serve(t, f, true)
	f.Close()
	g := open(t, path, Options{Database: "app"})
	if again, _ := g.Meta(ctx, "file_id"); again != id {
		t.Fatal("another identity", again, id)
	}
	if st, _ := g.State(ctx); !st.Serving {
		t.Fatal("the state was lost")
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	file := func(name, content string) string {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return p
	}
	// A SQLite database of somebody else.
	foreign := filepath.Join(dir, "foreign.db")
	tmp := open(t, filepath.Join(dir, "tmp.db"), Options{SystemID: "1", Database: "app"})
	c, err := tmp.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Exec(ctx, `ATTACH ?1 AS f`, foreign); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Exec(ctx, `CREATE TABLE f.x(a)`); err != nil {
		t.Fatal(err)
	}
	c.Close()
	newer := open(t, filepath.Join(dir, "newer.db"), Options{})
	c, err = newer.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Exec(ctx, `UPDATE failoversql_meta SET value = value + 1 WHERE key = 'format_version'`); err != nil {
		t.Fatal(err)
	}
	c.Close()
	newer.Close()
	link := filepath.Join(dir, "link.db")
	if err := os.Symlink(tmp.Path(), link); err != nil {
		t.Fatal(err)
	}

	for _, tc := range []struct {
		name, path string
		opt        Options
		is         error
		says       string
	}{
		{"missing directory", filepath.Join(dir, "none", "app.db"), Options{}, nil, "does not exist"},
		{"directory is a file", filepath.Join(file("plain", "x"), "app.db"), Options{}, nil, "directory"},
		{"a directory", dir, Options{}, nil, "is a directory"},
		{"not SQLite", file("text.db", strings.Repeat("hello, this is no database\n", 40)), Options{}, ErrNotSQLite, ""},
		{"a few bytes", file("few.db", "x"), Options{}, ErrNotSQLite, ""},
		{"another SQLite database", foreign, Options{}, ErrForeignFile, ""},
		{"newer format", newer.Path(), Options{}, ErrNewerFormat, "format 3"},
		{"symbolic link", link, Options{}, nil, "symbolic link"},
		{"another cluster", tmp.Path(), Options{SystemID: "2", Database: "app"}, ErrOtherDatabase, "system_id"},
		{"another database", tmp.Path(), Options{SystemID: "1", Database: "other"}, ErrOtherDatabase, `"app"`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			before, _ := os.ReadFile(tc.path)
			f, err := Open(ctx, tc.path, tc.opt)
			if err == nil {
				f.Close()
				t.Fatal("opened")
			}
			var oe *OpenError
			if !errors.As(err, &oe) || !strings.Contains(err.Error(), tc.path) {
				t.Errorf("%T %v", err, err)
			}
			if tc.is != nil && !errors.Is(err, tc.is) || !strings.Contains(err.Error(), tc.says) {
				t.Errorf("got %v", err)
			}
			if after, _ := os.ReadFile(tc.path); string(after) != string(before) {
				t.Error("the file was changed")
			}
		})
	}
}

func TestOwner(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.db")
	a, b := open(t, path, Options{}), open(t, path, Options{})
	for range 2 {
		if ok, err := a.TryOwn(); !ok || err != nil {
			t.Fatal(ok, err)
		}
	}
	if ok, err := b.TryOwn(); ok || err != nil {
		t.Fatal("two owners", err)
	}
	if !a.Owned() || b.Owned() {
		t.Fatal("wrong about the owner")
	}
	if err := a.Release(); err != nil {
		t.Fatal(err)
	}
	if ok, err := b.TryOwn(); !ok || err != nil {
		t.Fatal(ok, err)
	}
	b.Close()
	if ok, err := a.TryOwn(); !ok || err != nil {
		t.Fatal("Close does not release", err)
	}
}

func TestStateSeq(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.db")
	a, b := open(t, path, Options{}), open(t, path, Options{})
	n := b.StateSeq()
	if b.StateSeq() != n {
		t.Fatal("changes by itself")
	}
	since := time.UnixMicro(1700000000000000)
	want, err := a.UpdateState(ctx, func(st *State) error {
		*st = State{Mode: "fallback", Generation: 7, Reason: "why", Since: since, Serving: true, Capture: true,
			LSN: 1 << 63, State: Diverged, DivergedLSN: 5, Journal: "j", SnapshotComplete: true}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if b.StateSeq() == n {
		t.Fatal("does not change")
	}
	if got, err := b.State(ctx); err != nil || got != want {
		t.Fatalf("%+v, want %+v, %v", got, want, err)
	}
	failed := errors.New("no")
	if _, err := a.UpdateState(ctx, func(st *State) error { st.Mode = "x"; return failed }); err != failed {
		t.Fatal(err)
	}
	if got, _ := b.State(ctx); got != want {
		t.Fatal("a refused change was stored")
	}
}

func TestReplacedByHand(t *testing.T) {
	f := open(t, "", Options{})
	if f.Replaced() {
		t.Fatal("replaced at once")
	}
	os.Rename(f.Path(), f.Path()+".old")
	os.WriteFile(f.Path(), nil, 0o600)
	if !f.Replaced() {
		t.Fatal("not noticed")
	}
	if _, err := f.UpdateState(ctx, func(*State) error { return nil }); !errors.Is(err, ErrReplaced) {
		t.Fatal("written to a file that is gone:", err)
	}
}

func TestCatalogOfOtherProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.db")
	a, b := open(t, path, Options{}), open(t, path, Options{})
	if v := b.Catalog().Version; v != 0 {
		t.Fatal(v)
	}
	c, err := a.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	store := func(v int64) error {
		if err := c.Begin(ctx); err != nil {
			return err
		}
		defer c.Rollback()
		if err := c.StoreCatalog(ctx, &catalog.Catalog{Version: v, Schemas: []string{"public"}}); err != nil {
			return err
		}
		if b.Catalog().Version == v {
			t.Fatal("seen before its commit")
		}
		return c.Commit(ctx)
	}
	for _, v := range []int64{3, 4} {
		if err := store(v); err != nil {
			t.Fatal(err)
		}
		if a.Catalog().Version != v || b.Catalog().Version != v {
			t.Fatal(a.Catalog().Version, b.Catalog().Version, "want", v)
		}
	}
	if err := store(4); err == nil {
		t.Fatal("the same version twice")
	}
	if cat, err := c.CatalogVersion(ctx, 3); err != nil || cat.Version != 3 {
		t.Fatal(cat, err)
	}
	// A process died between its commit and the end of its announcement.
	b.shared.schemaChanging()
	if _, err := c.Exec(ctx, `INSERT INTO failoversql_catalog VALUES (5, '{"version":5}')`); err != nil {
		t.Fatal(err)
	}
	if a.Catalog().Version != 5 || b.Catalog().Version != 5 {
		t.Fatal("not seen", a.Catalog().Version, b.Catalog().Version)
	}
	serve(t, a, true) // a writer settles it
	if n := a.shared.schemaSeq(); n%2 != 0 {
		t.Fatal("left unsettled", n)
	}
}

func TestWritersAreServedInOrder(t *testing.T) {
	var w writers
	w.acquire(ctx)
	const n = 20
	order := make(chan int, n)
	for i := range n {
		ready := len(w.queue)
		go func() {
			if i%4 == 3 {
				gone, cancel := context.WithTimeout(ctx, time.Nanosecond)
				defer cancel()
				if w.acquire(gone) == nil {
					w.release()
				}
				order <- -1
				return
			}
			w.acquire(ctx)
			order <- i
			w.release()
		}()
		if i%4 == 3 {
			<-order
			continue
		}
		for {
			w.mu.Lock()
			l := len(w.queue)
			w.mu.Unlock()
			if l > ready {
				break
			}
		}
	}
	w.release()
	last := -1
	for range n - n/4 {
		if i := <-order; i < last {
			t.Fatal("out of order:", i, "after", last)
		} else {
			last = i
		}
	}
}

func TestCloseIsClean(t *testing.T) {
	f := plain(t, "")
	s := session(t, f)
	f.Close()
	if v := one(t, s, `SELECT 1`); v != int64(1) {
		t.Fatal("an open session stopped working", v)
	}
	if _, err := f.NewSession(ctx, SessionOptions{}); !errors.Is(err, ErrClosed) {
		t.Fatal(err)
	}
	if _, err := f.State(ctx); !errors.Is(err, ErrClosed) {
		t.Fatal(err)
	}
	s.Close()
	if s.IsValid() {
		t.Fatal("valid after Close")
	}
}

// TestOpenAndCloseLeaveNothing looks for descriptors left open.
func TestOpenAndCloseLeaveNothing(t *testing.T) {
	f := plain(t, "")
	count := func() int {
		entries, err := os.ReadDir("/dev/fd")
		if err != nil {
			t.Fatal(err)
		}
		return len(entries)
	}
	before := 0
	for i := range 100 {
		if i == 2 {
			before = count() // SQLite keeps a descriptor or two for the next connection
		}
		g, err := Open(ctx, f.Path(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		g.translate = sqliteTranslate
		s, err := g.NewSession(ctx, SessionOptions{})
		if err != nil {
			t.Fatal(err)
		}
		mustExec(t, s, `INSERT INTO t(n) VALUES (1)`)
		if _, err := s.QueryContext(ctx, `SELECT n FROM t`, nil); err != nil { // rows left open
			t.Fatal(err)
		}
		mustExec(t, s, `BEGIN`)
		mustExec(t, s, `INSERT INTO t(n) VALUES (2)`) // and a transaction
		s.Close()
		g.Close()
	}
	if after := count(); after > before {
		t.Fatalf("%d descriptors, %d before", after, before)
	}
	if v := one(t, session(t, f), `SELECT count(*) FROM t`); v != int64(100) {
		t.Fatal(v)
	}
}

func TestDamagedFilesAreRefused(t *testing.T) {
	whole := plain(t, "")
	mustExec(t, session(t, whole), `INSERT INTO t(n) VALUES (1)`)
	path, err := whole.Backup(ctx, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string][]byte{
		"cut short":     good[:5000],
		"only a header": good[:100],
		"zeros inside":  append(append(append([]byte{}, good[:100]...), make([]byte, 8192)...), good[8292:]...),
	} {
		t.Run(name, func(t *testing.T) {
			p := filepath.Join(t.TempDir(), "bad.db")
			if err := os.WriteFile(p, bad, 0o600); err != nil {
				t.Fatal(err)
			}
			f, err := Open(ctx, p, Options{})
			if err == nil {
				f.Close()
				t.Fatal("opened")
			}
		})
	}
}
