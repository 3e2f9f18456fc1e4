package sqlitedb

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/failoversql/failoversql/catalog"
)

func TestDiskFull(t *testing.T) {
	f := plain(t, "")
	s := session(t, f)
	mustExec(t, s, `INSERT INTO t VALUES (1, 1)`)
	var pages int64
	if err := queryRow(ctx, s.db, `PRAGMA page_count`, nil, &pages); err != nil {
		t.Fatal(err)
	}
	limit := func(n int64) {
		var got int64
		if err := queryRow(ctx, s.db, `PRAGMA max_page_count = `+itoa(n), nil, &got); err != nil {
			t.Fatal(err)
		}
	}
	limit(pages)
	const fill = `INSERT INTO t(n) SELECT 1 FROM (WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM r WHERE x < 5000) SELECT x FROM r)`
	_, err := s.ExecContext(ctx, fill, nil)
	code(t, err, "53100")
	if s.TxStatus() != 'I' {
		t.Fatalf("status %c", s.TxStatus())
	}
	mustExec(t, s, `BEGIN`)
	mustExec(t, s, `UPDATE t SET n = 2`)
	mustExec(t, s, `SAVEPOINT a`)
	_, err = s.ExecContext(ctx, fill, nil)
	code(t, err, "53100")
	if _, err = s.ExecContext(ctx, `BACKTO a`, nil); err == nil {
		// SQLite undid the statement alone: the transaction goes on.
		mustExec(t, s, `COMMIT`)
	} else {
		code(t, err, "40001")
		mustExec(t, s, `ROLLBACK`)
	}
	limit(1 << 30)
	if n := mustExec(t, s, fill); n != 5000 {
		t.Fatal(n)
	}
	if v := one(t, s, `SELECT count(*) FROM t`); v != int64(5001) {
		t.Fatal(v)
	}
}

func itoa(n int64) string {
	var b []byte
	for ; n > 0; n /= 10 {
		b = append([]byte{byte('0' + n%10)}, b...)
	}
	return string(b)
}

func TestCancelledWriteIsUndone(t *testing.T) {
	f := plain(t, "")
	s := session(t, f)
	const slow = `INSERT INTO t(n) SELECT x FROM (WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM r) SELECT x FROM r)`
	for _, inside := range []bool{false, true} {
		if inside {
			mustExec(t, s, `BEGIN`)
			mustExec(t, s, `INSERT INTO t VALUES (1000000000, 1)`)
		}
		short, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
		_, err := s.ExecContext(short, slow, nil)
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
		if inside {
			_, err = s.ExecContext(ctx, `SELECT 1`, nil)
			code(t, err, "25P02")
			if err := s.Rollback(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if v := one(t, s, `SELECT count(*) FROM t`); v != int64(0) {
			t.Fatal(v, "rows were left by a cancelled statement")
		}
	}
	other := session(t, f)
	mustExec(t, other, `INSERT INTO t VALUES (1, 1)`)
}

// TestTransfers moves amounts between rows from many sessions, with readers
// that must never see a sum that is not the whole.
func TestTransfers(t *testing.T) {
	f := plain(t, "")
	g := open(t, f.Path(), Options{})
	g.translate = sqliteTranslate
	s := session(t, f)
	const accounts, total = 10, 1000
	for i := range accounts {
		mustExec(t, s, `INSERT INTO t VALUES (?1, ?2)`, i, total/accounts)
	}
	work, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	var wg sync.WaitGroup
	for w := range 8 {
		file := f
		if w%2 == 1 {
			file = g
		}
		s := session(t, file)
		isolation := driver.IsolationLevel(0)
		if w%4 > 1 {
			isolation = 6 // serializable
		}
		wg.Go(func() {
			random := rand.New(rand.NewPCG(uint64(w), 1))
			for work.Err() == nil {
				if err := transfer(work, s, isolation, random.IntN(accounts), random.IntN(accounts), w%3 == 0); err != nil && work.Err() == nil && !strings.Contains(err.Error(), "40001") {
					t.Error(err)
					return
				}
			}
		})
		wg.Go(func() {
			s, err := file.NewSession(ctx, SessionOptions{})
			if err != nil {
				t.Error(err)
				return
			}
			defer s.Close()
			for work.Err() == nil {
				rows, err := query(s, `SELECT sum(n) FROM t`)
				if err != nil || rows[0][0] != int64(total) {
					t.Error("sum", rows, err)
					return
				}
			}
		})
	}
	wg.Wait()
	if v := one(t, s, `SELECT sum(n) FROM t`); v != int64(total) {
		t.Fatal(v)
	}
}

func transfer(ctx context.Context, s *Session, isolation driver.IsolationLevel, from, to int, abandon bool) error {
	if err := s.Begin(ctx, driver.TxOptions{Isolation: isolation}); err != nil {
		return err
	}
	defer s.Rollback(ctx)
	if _, err := s.ExecContext(ctx, `SELECT n FROM t`, nil); err != nil {
		return err
	}
	if _, err := s.ExecContext(ctx, `UPDATE t SET n = n - 1 WHERE id = ?1`, named(from)); err != nil {
		return err
	}
	if _, err := s.ExecContext(ctx, `UPDATE t SET n = n + 1 WHERE id = ?1`, named(to)); err != nil {
		return err
	}
	if abandon {
		return nil
	}
	return s.Commit(ctx)
}

func TestDefineJournalsInTheSameTransaction(t *testing.T) {
	var captured []string
	f := open(t, "", Options{
		Capture: func(cat *catalog.Catalog, tab *catalog.Table) []string {
			captured = append(captured, tab.Name)
			return []string{`DROP TRIGGER IF EXISTS cap_` + tab.Name, `CREATE TRIGGER cap_` + tab.Name + ` AFTER INSERT ON ` + tab.Name + ` BEGIN INSERT INTO j SELECT tx, 'row' FROM failoversql_state; END`}
		},
		JournalDDL: func(text string) (string, []any) {
			return `INSERT INTO j SELECT tx, ?1 FROM failoversql_state`, []any{text}
		},
	})
	serve(t, f, true)
	c, err := f.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Exec(ctx, `CREATE TABLE j(tx INTEGER, what TEXT) STRICT`); err != nil {
		t.Fatal(err)
	}
	a, b := session(t, f), session(t, f)
	const create = `CREATE TABLE things (id int PRIMARY KEY, a text)`
	mustExec(t, a, `BEGIN`)
	mustExec(t, a, create)
	mustExec(t, a, `INSERT INTO things VALUES (1, 'x')`)
	if _, err := query(b, `SELECT * FROM things`); err == nil {
		t.Fatal("a table is seen before its commit")
	}
	mustExec(t, a, `ROLLBACK`)
	journal := func() string {
		rows, err := readAll(ctx, c.db, `SELECT tx, what FROM j ORDER BY rowid`)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, r := range rows {
			out = append(out, itoa(r[0].(int64))+" "+r[1].(string))
		}
		return strings.Join(out, "; ")
	}
	if j := journal(); j != "" {
		t.Fatal("left by a rollback:", j)
	}
	if v := f.Catalog().Version; v != 0 {
		t.Fatal("catalog version", v)
	}
	mustExec(t, a, `BEGIN`)
	mustExec(t, a, create)
	mustExec(t, a, `INSERT INTO things VALUES (1, 'x')`)
	mustExec(t, a, `COMMIT`)
	mustExec(t, b, `INSERT INTO things VALUES (2, 'y')`)
	if j := journal(); j != "1 "+create+"; 1 row; 2 row" {
		t.Fatal(j)
	}
	if got := strings.Join(captured, " "); got != "things things" {
		t.Fatal(got)
	}
	captured = nil
	mustExec(t, b, `CREATE TABLE parts (id int PRIMARY KEY, thing int REFERENCES things(id) ON DELETE CASCADE)`)
	slices.Sort(captured)
	if got := strings.Join(captured, " "); got != "parts things" {
		t.Fatal("the referenced table's triggers must be younger than the key's:", got)
	}
}

func TestPlansFollowTheSchema(t *testing.T) {
	f := open(t, "", Options{})
	g := open(t, f.Path(), Options{}) // another process
	serve(t, f, true)
	a, b := session(t, f), session(t, g)
	mustExec(t, a, `CREATE TABLE t (id int PRIMARY KEY)`)
	mustExec(t, a, `INSERT INTO t VALUES (1)`)
	width := func(s *Session) int {
		rows, err := query(s, `SELECT * FROM t`)
		if err != nil {
			t.Fatal(err)
		}
		return len(rows[0])
	}
	if width(a) != 1 || width(b) != 1 {
		t.Fatal("width")
	}
	st, err := b.PrepareContext(ctx, `SELECT * FROM t`)
	if err != nil {
		t.Fatal(err)
	}
	mustExec(t, a, `ALTER TABLE t ADD COLUMN more text DEFAULT 'm'`)
	if width(a) != 2 || width(b) != 2 {
		t.Fatal("an old plan was used", width(a), width(b))
	}
	rows, err := st.QueryContext(ctx, nil)
	if err != nil || len(rows.Columns()) != 2 {
		t.Fatal(err)
	}
	rows.Close()
	// A snapshot keeps its schema.
	if err := b.Begin(ctx, driver.TxOptions{Isolation: 4}); err != nil {
		t.Fatal(err)
	}
	width(b)
	mustExec(t, a, `ALTER TABLE t ADD COLUMN third int`)
	if width(b) != 2 {
		t.Fatal("the snapshot's schema changed")
	}
	b.Rollback(ctx)
	if width(b) != 3 {
		t.Fatal("width", width(b))
	}
}

// TestReadersDuringDDL replaces a table by one of another type again and again;
// readers, in this process and in another, must always find one row whose value
// is of the type that the row's description says.
func TestReadersDuringDDL(t *testing.T) {
	f := open(t, "", Options{})
	other := open(t, f.Path(), Options{})
	serve(t, f, true)
	w := session(t, f)
	mustExec(t, w, `CREATE TABLE t (v int)`)
	mustExec(t, w, `INSERT INTO t VALUES (1)`)
	done := make(chan struct{})
	var wg sync.WaitGroup
	for i := range 4 {
		s := session(t, []*File{f, other}[i%2])
		wg.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-done:
					return
				default:
				}
				if err := readDescribed(s, i > 1); err != nil {
					t.Errorf("read %d of reader %d: %v", n, i, err)
					return
				}
			}
		})
	}
	for i := range 40 {
		mustExec(t, w, `BEGIN`)
		mustExec(t, w, `DROP TABLE t`)
		if i%2 == 0 {
			mustExec(t, w, `CREATE TABLE t (v text)`)
			mustExec(t, w, `INSERT INTO t VALUES ('x')`)
		} else {
			mustExec(t, w, `CREATE TABLE t (v int)`)
			mustExec(t, w, `INSERT INTO t VALUES (1)`)
		}
		if i%5 == 4 {
			mustExec(t, w, `ROLLBACK`)
		} else {
			mustExec(t, w, `COMMIT`)
		}
	}
	close(done)
	wg.Wait()
}

func readDescribed(s *Session, snapshot bool) error {
	if snapshot {
		if err := s.Begin(ctx, driver.TxOptions{Isolation: 4}); err != nil {
			return err
		}
		defer s.Rollback(ctx)
	}
	rows, err := s.QueryContext(ctx, `SELECT v FROM t`, nil)
	if err != nil {
		return err
	}
	defer rows.Close()
	row := make([]driver.Value, 1)
	if err := rows.Next(row); err != nil {
		return err
	}
	name := rows.(*Rows).ColumnTypeDatabaseTypeName(0)
	switch row[0].(type) {
	case int64:
		if name == "INT4" {
			return nil
		}
	case string:
		if name == "TEXT" {
			return nil
		}
	}
	return fmt.Errorf("%T described as %s", row[0], name)
}
