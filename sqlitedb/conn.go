package sqlitedb

import (
	"context"
	"database/sql/driver"
	"errors"

	"github.com/failoversql/failoversql/catalog"
	"github.com/mattn/go-sqlite3"
)

// Conn is a plain SQLite connection to the file, for synchronisation: no
// translation, no gate, SQLite's own errors. All functions and collations of
// the dialect are there. It belongs to one goroutine at a time.
type Conn struct {
	file  *File
	db    *sqlite3.SQLiteConn
	funcs registered

	writing       bool // holds the writer's place
	stateChanged  bool // this transaction changed the state row
	catalogStored *catalog.Catalog
	closed        bool
	gone          bool // SQLite rolled the transaction back by itself
	sparing       bool // commits do not move the log into the file
}

// Conn opens a plain connection. The caller closes it.
func (f *File) Conn(ctx context.Context) (*Conn, error) {
	if err := f.hold(); err != nil {
		return nil, err
	}
	db, err := f.connect(ctx)
	if err != nil {
		f.drop()
		return nil, err
	}
	c := &Conn{file: f, db: db}
	c.funcs.init(f, db, nil)
	if err = c.funcs.allCollations(); err == nil {
		err = c.funcs.usedBySchema(ctx)
	}
	if err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// Raw gives the go-sqlite3 connection below, for prepared statements and what
// else it can do. Transactions are begun and ended through Conn.
func (c *Conn) Raw() *sqlite3.SQLiteConn { return c.db }

// Close rolls back what is open and closes the connection.
func (c *Conn) Close() error {
	if c.closed {
		return nil
	}
	c.closed = true
	c.Rollback()
	err := c.db.Close()
	c.file.drop()
	return err
}

// Begin waits for the writer's place and begins a writing transaction
// (BEGIN IMMEDIATE). ctx bounds the wait. It does not pass the gate: the
// transaction is synchronisation's, not an application's.
func (c *Conn) Begin(ctx context.Context) error { return c.begin(ctx, c.file.writers.acquire) }

func (c *Conn) begin(ctx context.Context, acquire func(context.Context) error) error {
	if c.writing {
		return errors.New("sqlitedb: a transaction is open already")
	}
	if c.file.Replaced() {
		return ErrReplaced
	}
	if err := c.keepRoom(); err != nil {
		return err
	}
	if err := acquire(ctx); err != nil {
		return err
	}
	if err := beginImmediate(ctx, c.db); err != nil {
		c.file.writers.release()
		return err
	}
	c.writing = true
	c.file.shared.schemaSettle()
	return nil
}

// Commit makes the transaction durable and shows other sessions its catalog and
// state. Once begun it is not cut short by ctx. When it fails the transaction
// has been rolled back.
func (c *Conn) Commit(ctx context.Context) error {
	if !c.writing {
		return errors.New("sqlitedb: no transaction is open")
	}
	if err := ctx.Err(); err != nil {
		c.Rollback()
		return err
	}
	var odd uint64
	if c.catalogStored != nil {
		odd = c.file.shared.schemaChanging()
	}
	_, err := c.db.ExecContext(context.Background(), "COMMIT", nil)
	if c.catalogStored != nil {
		if err == nil {
			c.file.publish(c.catalogStored, odd+1)
		}
		c.file.shared.schemaChanged(odd)
	}
	if err != nil {
		c.Rollback()
		return err
	}
	if c.stateChanged {
		c.file.shared.stateChanged()
	}
	c.end()
	return nil
}

// Rollback undoes the open transaction, if there is one.
func (c *Conn) Rollback() {
	if !c.writing {
		return
	}
	if !c.db.AutoCommit() {
		_, _ = c.db.ExecContext(context.Background(), "ROLLBACK", nil)
	}
	c.end()
}

func (c *Conn) end() {
	c.writing, c.stateChanged, c.catalogStored, c.gone = false, false, nil, false
	c.file.writers.release()
}

// StoreCatalog stores a new version of the catalog inside the connection's
// transaction; its Version must be above the stored one's. At Commit it becomes
// the catalog of every session, in every process.
func (c *Conn) StoreCatalog(ctx context.Context, cat *catalog.Catalog) error {
	if !c.writing {
		return errors.New("sqlitedb: the catalog is stored in a transaction")
	}
	if err := storeCatalog(ctx, c.db, cat); err != nil {
		return err
	}
	c.catalogStored = cat
	return nil
}

// Exec runs one or more statements. Arguments are nil, int64, float64, string,
// []byte (or bool) and bound to ?1, ?2, …. Where an error has made SQLite roll
// back the whole transaction (out of disk, or cut short by ctx in a write),
// every later statement fails until Rollback: it would not be in a transaction.
func (c *Conn) Exec(ctx context.Context, query string, args ...any) (driver.Result, error) {
	for {
		if c.gone {
			return nil, errTxGone
		}
		res, err := c.db.ExecContext(ctx, query, namedArgs(args))
		if !c.funcs.resolve(err) {
			c.look(err)
			return res, err
		}
	}
}

// Query runs one statement and gives its rows, which must be closed.
func (c *Conn) Query(ctx context.Context, query string, args ...any) (driver.Rows, error) {
	for {
		if c.gone {
			return nil, errTxGone
		}
		rows, err := c.db.QueryContext(ctx, query, namedArgs(args))
		if !c.funcs.resolve(err) {
			c.look(err)
			return rows, err
		}
	}
}

var errTxGone = errors.New("sqlitedb: SQLite has rolled the transaction back")

// look finds out whether an error has ended the transaction.
func (c *Conn) look(err error) {
	if err != nil && c.writing && c.db.AutoCommit() {
		c.gone = true
	}
}

// QueryRow scans the first row into dest: *int64, *float64, *string, *[]byte,
// *bool or *any. It returns io.EOF where there is no row.
func (c *Conn) QueryRow(ctx context.Context, query string, args []any, dest ...any) error {
	return queryRow(ctx, c.db, query, args, dest...)
}

// Prepare compiles one statement.
func (c *Conn) Prepare(ctx context.Context, query string) (*sqlite3.SQLiteStmt, error) {
	return c.funcs.prepare(query)
}
