package sqlitedb

import (
	"context"
	"database/sql/driver"
	"fmt"
	"io"

	"github.com/mattn/go-sqlite3"
)

// queryRow reads the first row of a query into dest; see Conn.QueryRow.
func queryRow(ctx context.Context, db *sqlite3.SQLiteConn, query string, args []any, dest ...any) error {
	rows, err := db.QueryContext(ctx, query, namedArgs(args))
	if err != nil {
		return err
	}
	defer rows.Close()
	vals := make([]driver.Value, len(rows.Columns()))
	if len(vals) != len(dest) {
		return fmt.Errorf("sqlitedb: %d columns for %d destinations", len(vals), len(dest))
	}
	if err := rows.Next(vals); err != nil {
		return err
	}
	for i, v := range vals {
		if err := scan(dest[i], v); err != nil {
			return fmt.Errorf("sqlitedb: column %d: %w", i+1, err)
		}
	}
	return nil
}

// readAll reads a small result into memory.
func readAll(ctx context.Context, db *sqlite3.SQLiteConn, query string, args ...any) ([][]driver.Value, error) {
	rows, err := db.QueryContext(ctx, query, namedArgs(args))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out [][]driver.Value
	for {
		row := make([]driver.Value, len(rows.Columns()))
		if err := rows.Next(row); err == io.EOF {
			return out, nil
		} else if err != nil {
			return nil, err
		}
		out = append(out, row)
	}
}

func scan(dest any, v driver.Value) error {
	switch d := dest.(type) {
	case *any:
		*d = v
		return nil
	case *int64:
		switch v := v.(type) {
		case int64:
			*d = v
			return nil
		case nil:
			*d = 0
			return nil
		}
	case *bool:
		if n, ok := v.(int64); ok {
			*d = n != 0
			return nil
		}
	case *float64:
		if x, ok := v.(float64); ok {
			*d = x
			return nil
		}
	case *string:
		switch v := v.(type) {
		case string:
			*d = v
			return nil
		case []byte:
			*d = string(v)
			return nil
		case nil:
			*d = ""
			return nil
		}
	case *[]byte:
		switch v := v.(type) {
		case []byte:
			*d = v
			return nil
		case string:
			*d = []byte(v)
			return nil
		case nil:
			*d = nil
			return nil
		}
	}
	return fmt.Errorf("a %T does not fit a %T", v, dest)
}

func namedArgs(args []any) []driver.NamedValue {
	if len(args) == 0 {
		return nil
	}
	out := make([]driver.NamedValue, len(args))
	for i, a := range args {
		switch n := a.(type) {
		case int:
			a = int64(n)
		case int32:
			a = int64(n)
		case uint32:
			a = int64(n)
		case uint64:
			a = int64(n)
		case bool:
			a = b2i(n)
		}
		out[i] = driver.NamedValue{Ordinal: i + 1, Value: a}
	}
	return out
}

// noRows says whether an error means that a query had no row.
func noRows(err error) bool { return err == io.EOF }
