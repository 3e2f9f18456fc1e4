package failoversql

import (
	"database/sql/driver"
	"io"

	"github.com/jackc/pgx/v5/stdlib"

	"github.com/failoversql/failoversql/dialect"
	"github.com/failoversql/failoversql/sqlitedb"
)

// rows is what the rows of both sides can do. The fallback's are handed on as
// they are, for they answer as pgx's do.
type rows interface {
	driver.Rows
	driver.RowsColumnTypeDatabaseTypeName
	driver.RowsColumnTypeLength
	driver.RowsColumnTypePrecisionScale
	driver.RowsColumnTypeScanType
}

var (
	_ rows                          = (*stdlib.Rows)(nil)
	_ rows                          = (*primaryRows)(nil)
	_ rows                          = (*markedRows)(nil)
	_ rows                          = (*sqlitedb.Rows)(nil)
	_ driver.RowsColumnTypeNullable = (*sqlitedb.Rows)(nil)
)

// primaryRows are the rows of a PostgreSQL connection, which has one open result
// at a time, so that this part of it is used again. It says the truth about a
// connection that breaks after the first row: an INSERT … RETURNING has then
// shown its row, and is not known to be committed.
type primaryRows struct {
	rows
	conn  *primaryConn
	query string
	inTx  bool

	shadow *shadow // it is to be run again (fallback_shadow_reads), with these
	args   []driver.NamedValue
}

func (r *primaryRows) Next(dest []driver.Value) error {
	err := r.rows.Next(dest)
	if err == nil || err == io.EOF {
		return err
	}
	return r.failed(err)
}

// Close of a result that is of no effect, and of which the caller wants no more,
// is quiet about a connection that broke meanwhile: QueryRow has had its row.
func (r *primaryRows) Close() error {
	err := r.rows.Close()
	if err == nil {
		if r.shadow != nil {
			r.shadow.take(r.query, r.args)
			r.shadow = nil
		}
		return nil
	}
	c := r.conn
	if !r.inTx && c.closed() && dialect.EffectOf(c.inst.catalog(), r.query) == dialect.EffectNone {
		c.inst.observe(err)
		return nil
	}
	return r.failed(err)
}

// failed never asks for a retry: the caller has seen rows.
func (r *primaryRows) failed(err error) error {
	c := r.conn
	c.inst.observe(err)
	switch {
	case !c.closed():
		return err
	case r.inTx:
		if c.tx.lost == nil {
			c.tx.lost = &lostTx{err}
		}
		return c.tx.lost
	case dialect.EffectOf(c.inst.catalog(), r.query) == dialect.EffectNone:
		return err
	}
	return &InDoubtError{Op: "statement", Err: err}
}
