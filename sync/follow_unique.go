package dbsync

import (
	"context"
	"errors"
	"fmt"

	"github.com/mattn/go-sqlite3"
)

// setAside is a unique index that was dropped for the rest of a transaction of
// the file, because rows arrived in an order that it forbids.
type setAside struct {
	name string
	sql  string
}

// brokeUnique says whether a statement failed on a unique index. PostgreSQL
// judges DEFERRABLE ones when the statement or the transaction ends, so that on
// the way there two rows may hold one value; SQLite judges every row.
func brokeUnique(err error) bool {
	var serr sqlite3.Error
	return errors.As(err, &serr) && (serr.ExtendedCode == sqlite3.ErrConstraintUnique || serr.ExtendedCode == sqlite3.ErrConstraintPrimaryKey)
}

// withoutUnique repeats a change after setting aside the unique indexes of its
// table. They come back before anything is committed, and judge then.
func (a *applier) withoutUnique(ctx context.Context, r *relation, change func() error) error {
	rows, err := a.conn.Query(ctx, "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ?1 AND sql LIKE 'CREATE UNIQUE %'", r.file)
	if err != nil {
		return fmt.Errorf("dbsync: %w", err)
	}
	indexes, err := collectPairs(rows)
	_ = rows.Close()
	if err != nil {
		return fmt.Errorf("dbsync: %w", err)
	}
	for name, sql := range indexes {
		if _, err := a.conn.Exec(ctx, "DROP INDEX "+quoteIdent(name)); err != nil {
			return fmt.Errorf("dbsync: set aside a unique index: %w", err)
		}
		a.aside = append(a.aside, setAside{name, sql})
	}
	return change()
}

// restoreUnique makes the indexes anew that were set aside.
func (a *applier) restoreUnique(ctx context.Context) error {
	for _, x := range a.aside {
		_, err := a.conn.Exec(ctx, x.sql)
		if brokeUnique(err) {
			return fmt.Errorf("%w: rows of the copy break the unique index %s", ErrResync, x.name)
		}
		if err != nil {
			return fmt.Errorf("dbsync: restore a unique index: %w", err)
		}
	}
	a.aside = nil
	return nil
}
