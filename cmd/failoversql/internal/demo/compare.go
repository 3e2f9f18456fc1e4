package demo

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/sqlitedb"
)

// comparison is what the two sides hold.
type comparison struct {
	tables  int
	rows    int64
	equal   bool
	details []string
}

// compareSides reads every row of every table from PostgreSQL, by bare pgx, and
// from the file, and compares the values. The application has closed the file.
func compareSides(ctx context.Context, pg *sql.DB, path string) (c *comparison, err error) {
	file, err := sqlitedb.Open(ctx, path, sqlitedb.Options{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	session, err := file.NewSession(ctx, sqlitedb.SessionOptions{User: "postgres"})
	if err != nil {
		return nil, err
	}
	defer session.Close()

	tables, err := tableNames(ctx, pg)
	if err != nil {
		return nil, err
	}
	c = &comparison{equal: true}
	for _, table := range tables {
		query := `SELECT * FROM ` + catalog.QuoteIdent(table)
		there, err := readPostgres(ctx, pg, query)
		if err != nil {
			return nil, err
		}
		here, err := readFile(ctx, session, query)
		if err != nil {
			return nil, err
		}
		c.tables++
		c.compare(table, there, here)
	}
	return c, nil
}

// compare compares the rows of a table, as bags of texts.
func (c *comparison) compare(table string, there, here map[string]int) {
	var missing, extra int
	for row, n := range there {
		c.rows += int64(n)
		if d := n - here[row]; d > 0 {
			missing += d
			c.note("%s: in PostgreSQL only: %s", table, row)
		}
	}
	for row, n := range here {
		if d := n - there[row]; d > 0 {
			extra += d
			c.note("%s: in the file only: %s", table, row)
		}
	}
	if missing+extra > 0 {
		c.equal = false
		c.details = append([]string{fmt.Sprintf("%s: %d rows in PostgreSQL only, %d in the file only", table, missing, extra)}, c.details...)
	}
}

func (c *comparison) note(format string, args ...any) {
	if len(c.details) < 10 {
		c.details = append(c.details, fmt.Sprintf(format, args...))
	}
}

func tableNames(ctx context.Context, pg *sql.DB) ([]string, error) {
	rows, err := pg.QueryContext(ctx, `SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}

func readPostgres(ctx context.Context, pg *sql.DB, query string) (map[string]int, error) {
	rows, err := pg.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	bag := map[string]int{}
	values, dest := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		dest[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return nil, err
		}
		bag[rowText(columns, values)]++
	}
	return bag, rows.Err()
}

func readFile(ctx context.Context, session *sqlitedb.Session, query string) (map[string]int, error) {
	rows, err := session.QueryContext(ctx, query, nil)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns := rows.Columns()
	bag := map[string]int{}
	values, row := make([]driver.Value, len(columns)), make([]any, len(columns))
	for {
		switch err := rows.Next(values); {
		case errors.Is(err, io.EOF):
			return bag, nil
		case err != nil:
			return nil, err
		}
		for i, v := range values {
			row[i] = v
		}
		bag[rowText(columns, row)]++
	}
}

// rowText writes a row with the Go type of every value, so that neither a
// different type nor a different value goes unseen.
func rowText(columns []string, row []any) string {
	var text []byte
	for i, v := range row {
		if t, ok := v.(time.Time); ok {
			v = t.UTC().Format(time.RFC3339Nano)
		}
		text = fmt.Appendf(text, "%s=%T(%s) ", columns[i], row[i], plainText(v))
	}
	return string(text)
}

func plainText(v any) string {
	if b, ok := v.([]byte); ok {
		return string(b)
	}
	return fmt.Sprint(v)
}
