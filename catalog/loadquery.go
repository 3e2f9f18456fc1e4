package catalog

import (
	"slices"

	"github.com/jackc/pgx/v5"
)

// scanFunc scans the current row.
type scanFunc func(dest ...any) error

// rows runs a query and calls each for every row. Statements are not prepared
// under a name: Load runs rarely, on connections that go on to other work.
//
// No query gives NULL for what is there. But PostgreSQL's functions that print
// definitions look at the present, not at the transaction's snapshot, and give
// NULL for what has been dropped since; such rows are passed over.
func (l *loader) rows(sql string, args []any, each func(scanFunc) error) error {
	rows, err := l.conn.Query(l.ctx, sql, append([]any{pgx.QueryExecModeDescribeExec}, args...)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if slices.ContainsFunc(rows.RawValues(), func(v []byte) bool { return v == nil }) {
			continue
		}
		if err := each(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// stillThere is the condition that a relation (an expression giving its OID) has
// not been dropped since the transaction's snapshot: functions that print
// definitions fail on one that has, where they do not give NULL.
func stillThere(oid string) string { return "has_table_privilege(" + oid + ", 'SELECT') IS NOT NULL" }

// row is rows for a query that gives exactly one.
func (l *loader) row(sql string, args []any, each func(scanFunc) error) error {
	n := 0
	err := l.rows(sql, args, func(scan scanFunc) error {
		n++
		return each(scan)
	})
	if err == nil && n != 1 {
		err = pgx.ErrNoRows
	}
	return err
}

func (l *loader) exec(sql string, args ...any) error {
	return l.rows(sql, args, func(scanFunc) error { return nil })
}
