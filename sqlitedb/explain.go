package sqlitedb

import (
	"context"
	"database/sql/driver"
	"errors"

	"github.com/mattn/go-sqlite3"
)

// explain gives the error of a step its form, with what PostgreSQL says of the
// row that failed.
func (s *Session) explain(ctx context.Context, p *prepared, step int, binds []driver.NamedValue, err error) error {
	var lite sqlite3.Error
	if !errors.As(err, &lite) || lite.Code != sqlite3.ErrConstraint {
		return err
	}
	return s.mapError(ctx, err, p.plan)
}

// commitError explains a COMMIT that failed, before the transaction is rolled
// back.
func (s *Session) commitError(ctx context.Context, err error) error {
	return s.mapError(ctx, err, nil)
}
