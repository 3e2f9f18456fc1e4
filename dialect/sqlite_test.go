package dialect_test

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/mattn/go-sqlite3"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect"
	"github.com/failoversql/failoversql/dialect/pgfunc"
	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// sqliteDB is a bare SQLite database that runs plans: enough of a session to
// test the SQL that this package makes.
type sqliteDB struct {
	t    testing.TB
	conn *sqlite3.SQLiteConn
	next map[string]int64 // of sequences
}

func newSQLite(t testing.TB) *sqliteDB {
	t.Helper()
	c, err := (&sqlite3.SQLiteDriver{}).Open("file::memory:?_foreign_keys=on&_recursive_triggers=on")
	if err != nil {
		t.Fatal(err)
	}
	db := &sqliteDB{t: t, conn: c.(*sqlite3.SQLiteConn), next: map[string]int64{}}
	t.Cleanup(func() { _ = c.Close() })
	for name, cmp := range pgfunc.Collations() {
		db.must(db.conn.RegisterCollation(name, cmp))
	}
	db.must(db.conn.RegisterFunc(dialect.FuncRaise, func(code, message string) (int64, error) {
		return 0, pgfunc.WrapError(pgvalue.Errorf(code, "%s", message))
	}, false))
	db.must(db.conn.RegisterFunc(dialect.FuncNextval, func(name string) int64 { db.next[name]++; return db.next[name] }, false))
	db.must(db.exec("CREATE TABLE failoversql_state (id INTEGER PRIMARY KEY, capture INTEGER, depth INTEGER, tx INTEGER)"))
	db.must(db.exec("INSERT INTO failoversql_state VALUES (1, 1, 0, 0)"))
	return db
}

func (db *sqliteDB) must(err error) {
	db.t.Helper()
	if err != nil {
		db.t.Fatal(err)
	}
}

var missingFunction = regexp.MustCompile(`(?:no such|unknown) function: (\w+)`)

// exec runs a statement, and registers the functions it turns out to need.
func (db *sqliteDB) exec(sql string, args ...driver.Value) error {
	for {
		_, err := db.conn.Exec(sql, args)
		if err == nil {
			return nil
		}
		if m := missingFunction.FindStringSubmatch(err.Error()); m != nil {
			if def, ok := pgfunc.Func(m[1]); ok {
				db.must(db.conn.RegisterFunc(m[1], def.Impl, def.Pure))
				continue
			}
		}
		return db.pgError(err)
	}
}

func (db *sqliteDB) pgError(err error) error {
	if pe, ok := pgfunc.ParseError(err.Error()); ok {
		return pe
	}
	for text, code := range map[string]string{"NOT NULL": "23502", "UNIQUE": "23505", "CHECK": "23514", "FOREIGN KEY": "23503"} {
		if strings.HasPrefix(err.Error(), text+" constraint failed") {
			return &pgconn.PgError{Code: code, Message: err.Error()}
		}
	}
	return err
}

// run runs a plan without parameters in a transaction.
func (db *sqliteDB) run(p *dialect.Plan) error {
	var sql []string
	args := map[int][]driver.Value{}
	if p.DDL != nil {
		sql = p.DDL.SQL
	}
	for _, s := range p.Steps {
		for _, b := range s.Binds {
			switch b.Source {
			case dialect.FromNow, dialect.FromStmtTime:
				args[len(sql)] = append(args[len(sql)], int64(0))
			case dialect.FromTimeZone:
				args[len(sql)] = append(args[len(sql)], "UTC")
			default:
				return fmt.Errorf("%s needs arguments", s.SQL)
			}
		}
		sql = append(sql, s.SQL)
	}
	db.must(db.exec("BEGIN IMMEDIATE"))
	for i, q := range sql {
		if err := db.exec(q, args[i]...); err != nil {
			db.must(db.exec("ROLLBACK"))
			var pe *pgconn.PgError
			if !errors.As(err, &pe) {
				db.t.Errorf("%s\n%v", q, err)
			}
			return err
		}
	}
	if err := db.exec("COMMIT"); err != nil {
		db.must(db.exec("ROLLBACK"))
		return err
	}
	return nil
}

// rows reads everything a query gives.
func (db *sqliteDB) rows(sql string) [][]driver.Value {
	db.t.Helper()
	rows, err := db.conn.Query(sql, nil)
	db.must(err)
	defer rows.Close()
	var out [][]driver.Value
	for {
		row := make([]driver.Value, len(rows.Columns()))
		if err := rows.Next(row); err == io.EOF {
			return out
		} else if err != nil {
			db.t.Fatal(err)
		}
		for i, v := range row {
			if b, ok := v.([]byte); ok {
				row[i] = string(b)
			}
		}
		out = append(out, row)
	}
}

// rowsOf are a table's rows as sorted text.
func (db *sqliteDB) rowsOf(cat *catalog.Catalog, table *catalog.Table) string {
	db.t.Helper()
	columns := []string{"''"}
	var types []*pgvalue.Type
	for _, c := range timeless(table) {
		columns = append(columns, catalog.QuoteIdent(c.Name))
		typ, ok := pgvalue.TypeOf(cat, c.Type, c.Typmod)
		if !ok {
			db.t.Fatalf("type of %s", c.Name)
		}
		types = append(types, &typ)
	}
	var lines []string
	for _, row := range db.rows("SELECT " + strings.Join(columns, ", ") + " FROM " + catalog.QuoteIdent(catalog.SQLiteName(table.Schema, table.Name))) {
		line := ""
		for i, typ := range types {
			text := "NULL"
			if row[i+1] != nil {
				var err error
				text, err = pgvalue.FormatText(typ, pgvalue.FromColumn(typ, row[i+1]), pgvalue.UTC)
				db.must(err)
				if typ.Underlying().OID == 16 {
					text = map[string]string{"t": "true", "f": "false"}[text]
				}
				if typ.Underlying().OID == 1042 {
					text = strings.TrimRight(text, " ")
				}
			}
			line += " | " + text
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// check compares what SQLite has with what the catalog asks for, and looks for
// damage.
func (db *sqliteDB) check(cat *catalog.Catalog) {
	db.t.Helper()
	notValid := false
	for _, t := range cat.Tables {
		for _, k := range t.Constraints {
			notValid = notValid || k.NotValid
		}
	}
	for _, pragma := range []string{"integrity_check", "foreign_key_check"} {
		for _, r := range db.rows("PRAGMA " + pragma) {
			if r[0] != "ok" && !notValid {
				db.t.Errorf("PRAGMA %s: %v", pragma, r)
			}
		}
	}
	want := map[string]bool{}
	for _, t := range cat.Tables {
		for _, f := range []func(*catalog.Catalog, *catalog.Table) ([]string, error){
			dialect.TableSQL, dialect.TriggerSQL,
			func(c *catalog.Catalog, t *catalog.Table) ([]string, error) {
				sql, _, err := dialect.IndexSQL(c, t)
				return sql, err
			},
		} {
			sql, err := f(cat, t)
			db.must(err)
			for _, s := range sql {
				want[s] = true
			}
		}
	}
	for _, r := range db.rows("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND tbl_name <> 'failoversql_state'") {
		s := r[0].(string)
		if !want[s] {
			db.t.Errorf("SQLite has\n%s", s)
		}
		delete(want, s)
	}
	for s := range want {
		db.t.Errorf("SQLite lacks\n%s", s)
	}
}
