package dialect_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect"
)

// TestForeignKeyActionsRandom makes random webs of foreign keys with random
// actions, changes them step by step, writes to them at random, and compares
// every outcome and every row with PostgreSQL's.
func TestForeignKeyActionsRandom(t *testing.T) {
	conn := oracle(t)
	seed := rand.Uint64()
	const rounds, statements = 6, 120
	for i := range rounds {
		t.Run(fmt.Sprintf("%d/%d", seed, i), func(t *testing.T) {
			(&foreignWeb{t: t, r: rand.New(rand.NewPCG(seed, uint64(i))), conn: conn}).run(statements)
		})
	}
}

type foreignWeb struct {
	t    *testing.T
	r    *rand.Rand
	conn *pgx.Conn
	cat  *catalog.Catalog
	lite *sqliteDB
	log  []string
}

const webTables = 4

func (w *foreignWeb) run(statements int) {
	ctx := w.t.Context()
	var err error
	defer func() {
		if _, err := w.conn.Exec(context.Background(), "DROP SCHEMA public CASCADE; CREATE SCHEMA public"); err != nil {
			w.t.Error(err)
		}
	}()
	if w.cat, err = catalog.Load(ctx, w.conn, catalog.LoadOptions{}); err != nil {
		w.t.Fatal(err)
	}
	w.lite = newSQLite(w.t)
	for i := range webTables {
		w.both(fmt.Sprintf("CREATE TABLE t%d (id int PRIMARY KEY, x int DEFAULT 0, y int DEFAULT 1, z int)", i))
	}
	for range 5 {
		w.both(w.key())
	}
	for range statements {
		switch {
		case w.r.IntN(40) == 0:
			w.both(w.key())
		case w.r.IntN(60) == 0:
			w.both(fmt.Sprintf("ALTER TABLE t%d ADD COLUMN c%d int DEFAULT %d", w.r.IntN(webTables), w.r.IntN(100), w.r.IntN(5)))
		default:
			w.both(w.write())
		}
		if w.t.Failed() {
			w.t.Logf("%s", strings.Join(w.log, ";\n"))
			return
		}
	}
}

// key adds a foreign key. A second one of the same columns would be refused if
// its actions were others.
func (w *foreignWeb) key() string {
	actions := []string{"NO ACTION", "RESTRICT", "CASCADE", "SET NULL", "SET DEFAULT"}
	for {
		table, column, parent := w.r.IntN(webTables), []string{"x", "y", "z"}[w.r.IntN(3)], w.r.IntN(webTables)
		key := fmt.Sprintf("ALTER TABLE t%d ADD FOREIGN KEY (%s) REFERENCES t%d ", table, column, parent)
		if !slices.ContainsFunc(w.log, func(sql string) bool { return strings.HasPrefix(sql, key) }) {
			return key + fmt.Sprintf("ON DELETE %s ON UPDATE %s", actions[w.r.IntN(5)], actions[w.r.IntN(5)])
		}
	}
}

func (w *foreignWeb) value() string {
	if w.r.IntN(4) == 0 {
		return "NULL"
	}
	return fmt.Sprint(w.r.IntN(7))
}

func (w *foreignWeb) write() string {
	table := w.r.IntN(webTables)
	where := fmt.Sprintf(" WHERE id = %d", w.r.IntN(8))
	switch w.r.IntN(8) {
	case 0, 1, 2, 3:
		return fmt.Sprintf("INSERT INTO t%d (id, x, y, z) VALUES (%d, %s, %s, %s)", table, w.r.IntN(8), w.value(), w.value(), w.value())
	case 4:
		return fmt.Sprintf("UPDATE t%d SET %s = %s", table, []string{"x", "y", "z"}[w.r.IntN(3)], w.value()) + where
	case 5:
		return fmt.Sprintf("UPDATE t%d SET id = %d", table, w.r.IntN(8)) + where
	case 6:
		return fmt.Sprintf("DELETE FROM t%d", table) + where
	}
	return fmt.Sprintf("DELETE FROM t%d WHERE id %% 2 = %d", table, w.r.IntN(2))
}

// both runs a statement on both sides, each in a transaction of its own: where a
// row was inserted in the same one PostgreSQL judges a key of it again when an
// action sets another, and may do so before a further action deletes the row.
func (w *foreignWeb) both(sql string) {
	w.t.Helper()
	w.log = append(w.log, sql)
	tx, err := w.conn.Begin(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() {
		if err := tx.Commit(context.Background()); err != nil {
			w.t.Error(err)
		}
	}()
	_, want := inSavepoint(w.t.Context(), tx, sql)
	plan, got := dialect.Translate(w.cat, sql)
	if got == nil {
		got = w.lite.run(plan)
	}
	var a, b *pgconn.PgError
	errors.As(want, &a)
	errors.As(got, &b)
	if (want == nil) != (got == nil) || want != nil && (b == nil || a.Code != b.Code) {
		w.t.Errorf("%s\nPostgreSQL: %s\nfallback:   %s", sql, describe(want), describe(got))
		return
	}
	if want != nil {
		return
	}
	if plan.DDL != nil {
		w.cat = plan.DDL.Catalog
		w.lite.check(w.cat)
	}
	for _, t := range w.cat.Tables {
		if p, l := rowsOf(w.t, tx, t), w.lite.rowsOf(w.cat, t); p != l {
			w.t.Errorf("%s\nrows of %s differ\n%s", sql, t.Name, lineDiff(p, l))
		}
	}
}
