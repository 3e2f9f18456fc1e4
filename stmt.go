package failoversql

import (
	"context"
	"database/sql/driver"

	"github.com/jackc/pgx/v5/stdlib"

	"github.com/failoversql/failoversql/sqlitedb"
)

type stmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// primaryStmt is a statement prepared on PostgreSQL. pgx names it by its text,
// so that running the text on its connection runs it.
type primaryStmt struct {
	*stdlib.Stmt
	conn  *primaryConn
	query string
}

func (s *primaryStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	return s.conn.ExecContext(ctx, s.query, args)
}

func (s *primaryStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	return s.conn.QueryContext(ctx, s.query, args)
}

// Close is quiet on a connection that is gone, and the statement with it.
func (s *primaryStmt) Close() error {
	err := s.Stmt.Close()
	if s.conn.closed() {
		return nil
	}
	return err
}

// fallbackStmt is a statement prepared on the fallback.
type fallbackStmt struct {
	prepared *sqlitedb.Stmt
	conn     *fallbackConn
	query    string
}

func (s *fallbackStmt) Close() error  { return s.prepared.Close() }
func (s *fallbackStmt) NumInput() int { return s.prepared.NumInput() }

func (s *fallbackStmt) Exec([]driver.Value) (driver.Result, error) { return nil, errNoContext }
func (s *fallbackStmt) Query([]driver.Value) (driver.Rows, error)  { return nil, errNoContext }

func (s *fallbackStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	res, err := run(ctx, s.conn, func() (driver.Result, error) { return s.prepared.ExecContext(ctx, args) })
	s.conn.inst.counters.fell(s.query, err)
	return res, err
}

func (s *fallbackStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	r, err := run(ctx, s.conn, func() (driver.Rows, error) { return s.prepared.QueryContext(ctx, args) })
	s.conn.inst.counters.fell(s.query, err)
	return r, err
}
