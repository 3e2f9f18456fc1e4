package sqlitedb

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/failoversql/failoversql/catalog"
)

// childVar names the work that a second process is to do, and on which file.
const childVar = "FAILOVERSQL_TEST_CHILD"

// runChild does what a test asks of a second process, and does not return from
// it.
func runChild() {
	work, path, ok := strings.Cut(os.Getenv(childVar), ":")
	if !ok {
		return
	}
	if err := child(work, path); err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func child(work, path string) error {
	f, err := Open(ctx, path, Options{Logger: slog.New(slog.NewTextHandler(os.Stderr, nil))})
	if err != nil {
		return err
	}
	if work == "open" {
		return f.Close()
	}
	if work == "ddl" {
		return defineForever(f)
	}
	f.translate = sqliteTranslate
	if work == "own" {
		ok, err := f.TryOwn()
		fmt.Println("owned", ok, err)
		select {}
	}
	if work == "replace" {
		return replaceForever(f)
	}
	s, err := f.NewSession(ctx, SessionOptions{})
	if err != nil {
		return err
	}
	// Each transaction writes one number in two tables; what is printed was
	// acknowledged.
	for i := 0; ; i++ {
		err := write(s, i)
		switch {
		case errors.Is(err, ErrNotServing):
			fmt.Println("closed", i)
			return nil
		case err != nil:
			return err
		}
		fmt.Println("ok", i)
	}
}

func write(s *Session, i int) error {
	for _, q := range []string{`BEGIN`, `INSERT INTO t(n) VALUES (?1)`, `INSERT INTO u(n) VALUES (?1)`, `COMMIT`} {
		args := named(i)
		if !strings.Contains(q, "?") {
			args = nil
		}
		if _, err := s.ExecContext(ctx, q, args); err != nil {
			s.Rollback(ctx)
			return err
		}
	}
	return nil
}

// replaceForever puts content after content into the file; version v has v in
// every one of its rows.
func replaceForever(f *File) error {
	for v := f.Catalog().Version + 1; ; v++ {
		next := f.Path() + ".next"
		if err := remove(next); err != nil {
			return err
		}
		n, err := Open(ctx, next, Options{})
		if err != nil {
			return err
		}
		c, err := n.Conn(ctx)
		if err != nil {
			return err
		}
		if err := c.Begin(ctx); err != nil {
			return err
		}
		if err := c.StoreCatalog(ctx, &catalog.Catalog{Version: v}); err != nil {
			return err
		}
		if _, err := c.Exec(ctx, `CREATE TABLE t(id INTEGER PRIMARY KEY, n INTEGER, pad TEXT) STRICT`); err != nil {
			return err
		}
		if _, err := c.Exec(ctx, `INSERT INTO t(n, pad) SELECT ?1, hex(zeroblob(300)) FROM (WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM r WHERE x < 1000) SELECT x FROM r)`, v); err != nil {
			return err
		}
		if err := c.Commit(ctx); err != nil {
			return err
		}
		c.Close()
		n.Close()
		if err := f.Replace(ctx, next, nil); err != nil {
			return err
		}
		fmt.Println("ok", v)
	}
}

// defineForever makes and drops tables.
func defineForever(f *File) error {
	s, err := f.NewSession(ctx, SessionOptions{})
	if err != nil {
		return err
	}
	for i := int(f.Catalog().Version) + 3; ; i++ {
		for _, q := range []string{
			fmt.Sprintf(`CREATE TABLE t%d (id serial PRIMARY KEY, a text UNIQUE)`, i),
			fmt.Sprintf(`INSERT INTO t%d (a) VALUES ('x')`, i),
			fmt.Sprintf(`ALTER TABLE t%d ADD COLUMN b int`, i),
			fmt.Sprintf(`DROP TABLE IF EXISTS t%d`, i-3),
		} {
			if _, err := s.ExecContext(ctx, q, nil); err != nil {
				return fmt.Errorf("%s: %w", q, err)
			}
		}
		fmt.Println("ok", i)
	}
}

func startChild(t *testing.T, work, path string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childVar+"="+work+":"+path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	return cmd, bufio.NewScanner(out)
}

// twoTables is a file for the children's work, with a second table that a
// trigger of a journal's kind follows.
func twoTables(t *testing.T) *File {
	f := plain(t, filepath.Join(t.TempDir(), "app.db"))
	c, err := f.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_, err = c.Exec(ctx, `CREATE TABLE u(n INTEGER) STRICT;
		CREATE TABLE j(tx INTEGER, n INTEGER) STRICT;
		CREATE TRIGGER failoversql_k AFTER INSERT ON t BEGIN INSERT INTO j SELECT tx, NEW.n FROM failoversql_state; END`)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestKilledInTheMiddleOfWrites(t *testing.T) {
	f := twoTables(t)
	seed := uint64(time.Now().UnixNano())
	t.Log("seed", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	s := session(t, f)
	for range 5 {
		mustExec(t, s, `DELETE FROM t`)
		mustExec(t, s, `DELETE FROM u`)
		mustExec(t, s, `DELETE FROM j`)
		cmd, out := startChild(t, "write", f.Path())
		last := -1
		read := make(chan struct{})
		first := make(chan struct{}, 1)
		go func() {
			defer close(read)
			for out.Scan() {
				if n, ok := strings.CutPrefix(out.Text(), "ok "); ok {
					last, _ = strconv.Atoi(n)
					select {
					case first <- struct{}{}:
					default:
					}
				} else {
					t.Error(out.Text())
				}
			}
		}()
		<-first
		time.Sleep(time.Duration(random.IntN(40_000)) * time.Microsecond)
		cmd.Process.Kill()
		<-read
		cmd.Wait()

		if err := f.Integrity(ctx); err != nil {
			t.Fatal(err)
		}
		n := one(t, s, `SELECT count(*) FROM t`).(int64)
		if n < int64(last+1) || n > int64(last+2) {
			t.Fatalf("%d rows, %d acknowledged", n, last+1)
		}
		for _, q := range []string{`SELECT count(*) FROM u`, `SELECT count(*) FROM j`, `SELECT count(DISTINCT tx) FROM j`} {
			if m := one(t, s, q); m != n {
				t.Fatalf("%s: %v, but %v in t", q, m, n)
			}
		}
		mustExec(t, s, `INSERT INTO t(n) VALUES (0)`)
	}
}

// TestKilledWhileReplacing kills a process that replaces the content, while a
// reader of this process looks on: it must see one content or the next.
func TestKilledWhileReplacing(t *testing.T) {
	f := plain(t, "")
	serve(t, f, false)
	s := session(t, f)
	seed := uint64(time.Now().UnixNano())
	t.Log("seed", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for range 5 {
		cmd, out := startChild(t, "replace", f.Path())
		if !out.Scan() || !strings.HasPrefix(out.Text(), "ok ") {
			t.Fatal(out.Text())
		}
		go func() {
			for out.Scan() {
			}
		}()
		stop := time.Now().Add(time.Duration(50+random.IntN(100)) * time.Millisecond)
		last := int64(0)
		whole := func() {
			rows, err := query(s, `SELECT min(n), max(n), count(*) FROM t`)
			if err != nil {
				t.Fatal(err)
			}
			r := rows[0]
			if r[0] != r[1] || r[2] != int64(1000) || r[0].(int64) < last {
				t.Fatal("content is mixed:", r, "after", last)
			}
			last = r[0].(int64)
		}
		for time.Now().Before(stop) {
			whole()
		}
		cmd.Process.Kill()
		cmd.Wait()
		whole()
		if err := f.Integrity(ctx); err != nil {
			t.Fatal(err)
		}
		if v := f.Catalog().Version; v != last {
			t.Fatal("catalog", v, "content", last)
		}
	}
}

// TestKilledWhileDefining kills a process that changes the schema: catalog and
// tables must agree, here and in the file.
func TestKilledWhileDefining(t *testing.T) {
	f := open(t, "", Options{})
	serve(t, f, true)
	s := session(t, f)
	seed := uint64(time.Now().UnixNano())
	t.Log("seed", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for range 8 {
		cmd, out := startChild(t, "ddl", f.Path())
		if !out.Scan() || !strings.HasPrefix(out.Text(), "ok ") {
			t.Fatal(out.Text())
		}
		go func() {
			for out.Scan() {
			}
		}()
		time.Sleep(time.Duration(random.IntN(30_000)) * time.Microsecond)
		cmd.Process.Kill()
		cmd.Wait()

		var version int64
		if err := queryRow(ctx, s.db, `SELECT max(version) FROM failoversql_catalog`, nil, &version); err != nil {
			t.Fatal(err)
		}
		cat := f.Catalog()
		if cat.Version != version {
			t.Fatalf("catalog %d here, %d in the file", cat.Version, version)
		}
		var tables int64
		if err := queryRow(ctx, s.db, `SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name GLOB 't[0-9]*'`, nil, &tables); err != nil {
			t.Fatal(err)
		}
		if int(tables) != len(cat.Tables) {
			t.Fatalf("%d tables in the file, %d in the catalog", tables, len(cat.Tables))
		}
		for _, tab := range cat.Tables {
			rows, err := s.QueryContext(ctx, `SELECT * FROM `+tab.Name, nil)
			if err != nil {
				t.Fatal(err)
			}
			if len(rows.Columns()) != len(tab.Columns) {
				t.Fatal(tab.Name, rows.Columns())
			}
			rows.Close()
		}
		mustExec(t, s, `CREATE TABLE IF NOT EXISTS t1000000 (id int)`)
	}
}

func TestOwnerKilled(t *testing.T) {
	f := plain(t, "")
	cmd, out := startChild(t, "own", f.Path())
	if !out.Scan() || out.Text() != "owned true <nil>" {
		t.Fatal(out.Text())
	}
	if ok, err := f.TryOwn(); ok || err != nil {
		t.Fatal("two owners", err)
	}
	cmd.Process.Kill()
	cmd.Wait()
	if ok, err := f.TryOwn(); !ok || err != nil {
		t.Fatal("the lock outlives its owner", err)
	}
}

// TestSealedInEveryProcess closes the gate under load from two processes: what
// was there when UpdateState returned is all there ever is.
func TestSealedInEveryProcess(t *testing.T) {
	f := twoTables(t)
	_, out := startChild(t, "write", f.Path())
	if !out.Scan() {
		t.Fatal("no write")
	}
	s := session(t, f)
	own := make(chan error, 1)
	go func() {
		for i := 0; ; i++ {
			if err := write(s, i); err != nil {
				own <- err
				return
			}
		}
	}()
	time.Sleep(30 * time.Millisecond)
	serve(t, f, false)
	c, err := f.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var sealed, later, tx int64
	if err := c.QueryRow(ctx, `SELECT count(*), max(tx) FROM j`, nil, &sealed, &tx); err != nil {
		t.Fatal(err)
	}
	if err := <-own; !errors.Is(err, ErrNotServing) {
		t.Fatal(err)
	}
	closed := false
	for out.Scan() {
		closed = closed || strings.HasPrefix(out.Text(), "closed")
	}
	if !closed {
		t.Fatal("the other process was not turned away")
	}
	if err := c.QueryRow(ctx, `SELECT count(*) FROM j`, nil, &later); err != nil || later != sealed {
		t.Fatalf("%d writes after the gate was closed, %v", later-sealed, err)
	}
	if st, err := f.State(ctx); err != nil || st.Tx != tx || sealed != tx {
		t.Fatalf("transactions %d, journaled %d in %d, %v", st.Tx, sealed, tx, err)
	}
}

func TestWriterOfOtherProcessIsWaitedFor(t *testing.T) {
	f := plain(t, "")
	g := open(t, f.Path(), Options{WriterWait: 50 * time.Millisecond})
	g.translate = sqliteTranslate
	a, b := session(t, f), session(t, g)
	mustExec(t, a, `BEGIN`)
	mustExec(t, a, `INSERT INTO t VALUES (1, 1)`)
	_, err := b.ExecContext(ctx, `INSERT INTO t VALUES (2, 2)`, nil)
	code(t, err, "55P03")
	short, cancel := context.WithCancel(ctx)
	time.AfterFunc(10*time.Millisecond, cancel)
	if _, err = b.ExecContext(short, `INSERT INTO t VALUES (2, 2)`, nil); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	mustExec(t, a, `COMMIT`)
	mustExec(t, b, `INSERT INTO t VALUES (2, 2)`)
}
