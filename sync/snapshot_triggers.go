package dbsync

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect"
	"github.com/failoversql/failoversql/sqlitedb"
)

// trigger is one of the file's: text is what SQLite's schema holds of it.
type trigger struct{ name, text string }

// tableTriggers are the triggers of a table, in the order in which they have to
// be made: those that stand in for PostgreSQL's constraints, then those that fill
// the journal.
func tableTriggers(cat *catalog.Catalog, t *catalog.Table) ([]trigger, error) {
	sql, err := dialect.TriggerSQL(cat, t)
	if err != nil {
		return nil, fmt.Errorf("dbsync: triggers of %s.%s: %w", t.Schema, t.Name, err)
	}
	var out []trigger
	for _, text := range append(sql, captures(t)...) {
		name, err := triggerName(text)
		if err != nil {
			return nil, fmt.Errorf("dbsync: triggers of %s.%s: %w", t.Schema, t.Name, err)
		}
		out = append(out, trigger{name, text})
	}
	return out, nil
}

// triggerName reads the quoted name out of CREATE TRIGGER.
func triggerName(text string) (string, error) {
	rest, ok := strings.CutPrefix(text, `CREATE TRIGGER "`)
	for i := 0; ok && i < len(rest); i++ {
		if rest[i] != '"' {
			continue
		}
		if i+1 == len(rest) || rest[i+1] != '"' {
			return strings.ReplaceAll(rest[:i], `""`, `"`), nil
		}
		i++
	}
	return "", fmt.Errorf("no name in %.60q", text)
}

// makeTriggers makes the triggers of every table of a catalog what they have to
// be. Those of a table that are so already are left alone: each statement costs a
// look through SQLite's whole schema, and a change of the primary's schema seldom
// concerns more than a few tables. What holds them apart is their text alone,
// which names no version of the catalog.
func makeTriggers(ctx context.Context, conn *sqlitedb.Conn, cat *catalog.Catalog) error {
	have, err := storedTriggers(ctx, conn)
	if err != nil {
		return err
	}
	run := func(table, sql string) error {
		if err := ctx.Err(); err != nil {
			return context.Cause(ctx)
		}
		if _, err := conn.Exec(ctx, sql); err != nil {
			return fmt.Errorf("dbsync: triggers of %s: %w", table, err)
		}
		return nil
	}
	type missing struct {
		table string
		trigger
	}
	var create []missing
	for _, t := range cat.Tables {
		file := catalog.SQLiteName(t.Schema, t.Name)
		want, err := tableTriggers(cat, t)
		if err != nil {
			return err
		}
		if slices.Equal(want, have[file]) {
			delete(have, file)
			continue
		}
		for _, w := range want {
			create = append(create, missing{file, w})
		}
	}
	// A name may go from one table to another: all go before any comes.
	for table, old := range have {
		for _, o := range old {
			if err := run(table, "DROP TRIGGER "+quoteIdent(o.name)); err != nil {
				return err
			}
		}
	}
	for _, c := range create {
		if err := run(c.table, c.text); err != nil {
			return err
		}
	}
	return nil
}

// storedTriggers reads the file's triggers by table, the oldest first: SQLite
// fires the newest first.
func storedTriggers(ctx context.Context, conn *sqlitedb.Conn) (map[string][]trigger, error) {
	rows, err := conn.Query(ctx, "SELECT tbl_name, name, sql FROM main.sqlite_schema WHERE type = 'trigger' ORDER BY rowid")
	if err != nil {
		return nil, fmt.Errorf("dbsync: read the triggers: %w", err)
	}
	defer rows.Close()
	have := map[string][]trigger{}
	row := make([]driver.Value, 3)
	for {
		if err := rows.Next(row); errors.Is(err, io.EOF) {
			return have, nil
		} else if err != nil {
			return nil, fmt.Errorf("dbsync: read the triggers: %w", err)
		}
		table, _ := row[0].(string)
		name, _ := row[1].(string)
		text, _ := row[2].(string)
		have[table] = append(have[table], trigger{name, text})
	}
}
