package dialect_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/mattn/go-sqlite3"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect"
	"github.com/failoversql/failoversql/dialect/pgfunc"
)

// FuzzPrepare: every step of a plan is one statement, which SQLite takes.
func FuzzPrepare(f *testing.F) {
	for _, sql := range conformanceStatements(f) {
		f.Add(sql)
	}
	cat := fuzzCatalog()
	db := newFuzzDB(f, cat)
	f.Fuzz(func(t *testing.T, sql string) {
		plan, err := dialect.Translate(cat, sql)
		if err != nil || plan.DDL != nil {
			return
		}
		db.t = t
		if plan.Inner != nil {
			plan = plan.Inner
		}
		db.prepares(plan, sql)
	})
}

// newFuzzDB is an empty database with the tables of a catalog and stand-ins for
// the functions of a session.
func newFuzzDB(tb testing.TB, cat *catalog.Catalog) *sqliteDB {
	db := newSQLite(tb)
	db.must(db.conn.RegisterCollation(dialect.TextOrder, strings.Compare))
	for name, f := range map[string]any{
		dialect.FuncCurrval:        func(string) int64 { return 0 },
		dialect.FuncLastval:        func() int64 { return 0 },
		dialect.FuncSetval:         func(string, int64, int64) int64 { return 0 },
		dialect.FuncCurrentSetting: func(any, any) any { return nil },
		dialect.FuncSetConfig:      func(any, any, any) any { return nil },
		dialect.FuncAdvisory:       func(...any) any { return nil },
		dialect.FuncSleep:          func(any) any { return nil },
		dialect.FuncSleepUntil:     func(any) any { return nil },
		dialect.FuncObject:         func(string, ...any) any { return nil },
		dialect.FuncSequenceAt:     func(string) any { return nil },
		dialect.FuncTxID:           func() int64 { return 0 },
	} {
		db.must(db.conn.RegisterFunc(name, f, false))
	}
	for _, table := range cat.Tables {
		for _, make := range []func(*catalog.Catalog, *catalog.Table) ([]string, error){dialect.TableSQL, dialect.TriggerSQL} {
			list, err := make(cat, table)
			db.must(err)
			for _, q := range list {
				db.must(db.exec(q))
			}
		}
		list, _, err := dialect.IndexSQL(cat, table)
		db.must(err)
		for _, q := range list {
			db.must(db.exec(q))
		}
	}
	return db
}

// prepares prepares the steps of a plan. The tables that a step makes for those
// after it are made.
func (db *sqliteDB) prepares(plan *dialect.Plan, sql string) {
	db.t.Helper()
	db.must(db.exec("BEGIN"))
	defer func() { db.must(db.exec("ROLLBACK")) }()
	for _, step := range plan.Steps {
		if err := oneStatement(step.SQL); err != nil {
			db.t.Fatalf("%q\nbecomes %q: %v", sql, step.SQL, err)
		}
		if err := db.prepare(step.SQL); err != nil {
			db.t.Fatalf("%q\nbecomes %q: %v", sql, step.SQL, err)
		}
		if strings.HasPrefix(step.SQL, "CREATE ") {
			db.must(db.exec(step.SQL))
		}
	}
}

// prepare prepares a statement with the functions that it needs. What is too
// large for SQLite is no error of the text.
func (db *sqliteDB) prepare(sql string) error {
	for {
		s, err := db.conn.Prepare(sql)
		if err == nil {
			return s.Close()
		}
		var lite sqlite3.Error
		if errors.As(err, &lite) {
			for _, limit := range []string{"too large", "too many", "parser stack overflow", "too big", "at most 64 tables", "exceeds the size limit"} {
				if strings.Contains(lite.Error(), limit) {
					return nil
				}
			}
		}
		if _, name, found := strings.Cut(err.Error(), "no such collation sequence: "); found {
			compare := pgfunc.RowCollation(name)
			if compare == nil {
				return err
			}
			if err := db.conn.RegisterCollation(name, compare); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			continue
		}
		m := missingFunction.FindStringSubmatch(err.Error())
		if m == nil {
			return err
		}
		def, ok := pgfunc.Func(m[1])
		if !ok {
			return err
		}
		register := db.conn.RegisterFunc
		if def.Aggregate {
			register = db.conn.RegisterAggregator
		}
		if err := register(m[1], def.Impl, def.Pure); err != nil {
			return fmt.Errorf("%s: %w", m[1], err)
		}
	}
}

// oneStatement reports what in SQLite's text ends a statement, or hides what
// follows: a semicolon or a comment outside of literals and quoted names.
func oneStatement(sql string) error {
	for i := 0; i < len(sql); i++ {
		switch c := sql[i]; {
		case c == '\'' || c == '"':
			end := strings.IndexByte(sql[i+1:], c)
			if end < 0 {
				return fmt.Errorf("a quote at %d has no end", i)
			}
			i += 1 + end // a doubled one begins another literal, which ends the same
		case c == 0, c == ';', c == '`', strings.HasPrefix(sql[i:], "--"), strings.HasPrefix(sql[i:], "/*"):
			return fmt.Errorf("%q at %d", sql[i:min(i+2, len(sql))], i)
		}
	}
	return nil
}
