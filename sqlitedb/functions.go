package sqlitedb

import (
	"context"
	"database/sql/driver"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/failoversql/failoversql/dialect/pgfunc"
	"github.com/mattn/go-sqlite3"
)

// registered are the Go functions and collations that a connection has so far.
// Most connections need few of the thousand that there are, and registering
// costs time, so they are added when a plan first asks for them.
type registered struct {
	file    *File
	db      *sqlite3.SQLiteConn
	session map[string]any // functions of the connection's own session
	have    map[string]bool
}

func (r *registered) init(f *File, db *sqlite3.SQLiteConn, session map[string]any) {
	r.file, r.db, r.session = f, db, session
	r.have = make(map[string]bool)
}

// need registers what a plan names.
func (r *registered) need(functions, collations []string) error {
	for _, name := range functions {
		if !r.have[name] {
			if err := r.function(name); err != nil {
				return err
			}
		}
	}
	for _, name := range collations {
		if !r.have["collate "+name] {
			if err := r.collation(name); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *registered) function(name string) error {
	if impl, ok := r.session[name]; ok {
		if err := r.db.RegisterFunc(name, impl, false); err != nil {
			return fmt.Errorf("sqlitedb: function %s: %w", name, err)
		}
		r.have[name] = true
		return nil
	}
	def, ok := pgfunc.Func(name)
	if !ok {
		return fmt.Errorf("sqlitedb: no function %s", name)
	}
	var err error
	if def.Aggregate {
		err = r.db.RegisterAggregator(name, def.Impl, def.Pure)
	} else {
		err = r.db.RegisterFunc(name, def.Impl, def.Pure)
	}
	if err != nil {
		return fmt.Errorf("sqlitedb: function %s: %w", name, err)
	}
	r.have[name] = true
	return nil
}

func (r *registered) collation(name string) error {
	compare := r.file.compareText(name)
	if compare == nil {
		compare = pgfunc.Collations()[name]
	}
	if compare == nil {
		compare = pgfunc.RowCollation(name)
	}
	if compare == nil {
		return fmt.Errorf("sqlitedb: no collation %s", name)
	}
	if err := r.db.RegisterCollation(name, compare); err != nil {
		return fmt.Errorf("sqlitedb: collation %s: %w", name, err)
	}
	r.have["collate "+name] = true
	return nil
}

// resolve registers the function or collation that a statement failed to find
// (in a CHECK, a trigger or an index of a table it uses, which its plan does
// not name), and says whether trying again makes sense.
func (r *registered) resolve(err error) bool {
	if err == nil {
		return false
	}
	msg := err.Error()
	for _, text := range []string{"no such function: ", "unknown function: "} { // the latter in generated columns
		if _, name, ok := strings.Cut(msg, text); ok {
			name = strings.TrimSuffix(name, "()")
			return !r.have[name] && r.function(name) == nil
		}
	}
	if _, name, ok := strings.Cut(msg, "no such collation sequence: "); ok && !r.have["collate "+name] {
		return r.collation(name) == nil
	}
	return false
}

// prepare compiles a statement, registering what it turns out to need.
func (r *registered) prepare(query string) (*sqlite3.SQLiteStmt, error) {
	for {
		st, err := r.db.PrepareContext(context.Background(), query)
		if err == nil {
			return st.(*sqlite3.SQLiteStmt), nil
		}
		if !r.resolve(err) {
			return nil, err
		}
	}
}

// allCollations registers every collation: an index or a column of any table
// may need one.
func (r *registered) allCollations() error {
	for name := range pgfunc.Collations() {
		if !r.have["collate "+name] {
			if err := r.collation(name); err != nil {
				return err
			}
		}
	}
	for _, name := range textCollations {
		if !r.have["collate "+name] {
			if err := r.collation(name); err != nil {
				return err
			}
		}
	}
	return nil
}

var functionName = regexp.MustCompile(`\bpg_[a-z0-9_]+\b`)

// usedBySchema registers the functions that tables, triggers and indexes of the
// file name, for connections whose statements nobody translates.
func (r *registered) usedBySchema(ctx context.Context) error {
	rows, err := r.db.QueryContext(ctx, `SELECT sql FROM sqlite_schema WHERE sql LIKE '%pg\_%' ESCAPE '\'`, nil)
	if err != nil {
		return err
	}
	defer rows.Close()
	row := make([]driver.Value, 1)
	for {
		if err := rows.Next(row); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		text, _ := row[0].(string)
		for _, name := range functionName.FindAllString(text, -1) {
			if _, ok := pgfunc.Func(name); ok && !r.have[name] {
				if err := r.function(name); err != nil {
					return err
				}
			}
		}
	}
}
