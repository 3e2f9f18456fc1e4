package failoversql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
)

func init() {
	sql.Register("failoversql", &Driver{})
}

// Driver is what sql.Open("failoversql", dsn) uses; see ParseDSN for the DSN.
// All databases opened with one DSN in a process share one monitor, one follower
// and one fallback file, released by the last Close.
type Driver struct {
	connector *Connector // of the database it was taken from; nil where registered
}

var (
	_ driver.Driver        = (*Driver)(nil)
	_ driver.DriverContext = (*Driver)(nil)
)

// OpenConnector reads the DSN. It touches neither PostgreSQL nor the file: the
// first connection does.
func (d *Driver) OpenConnector(dsn string) (driver.Connector, error) {
	cfg, err := ParseDSN(dsn)
	if err != nil {
		return nil, err
	}
	return newConnector(cfg, dsn), nil
}

// Open opens one connection. database/sql does not call it, for there is
// OpenConnector; who does gets a connection that keeps its monitor and file for
// as long as it is open.
func (d *Driver) Open(dsn string) (driver.Conn, error) {
	c, err := d.OpenConnector(dsn)
	if err != nil {
		return nil, err
	}
	conn, err := c.Connect(context.Background())
	if err != nil {
		return nil, errors.Join(err, c.(*Connector).Close())
	}
	sole, ok := conn.(*Conn)
	if !ok {
		return conn, nil // fallback_enabled=false: nothing to release
	}
	return &soleConn{sole, c.(*Connector)}, nil
}

// soleConn closes its connector with itself.
type soleConn struct {
	*Conn
	connector *Connector
}

func (c *soleConn) Close() error { return errors.Join(c.Conn.Close(), c.connector.Close()) }

// FromDB gives the Connector of a database opened with this driver, for Status,
// switching and the rest. It opens no connection. Closing the database closes
// the Connector.
func FromDB(_ context.Context, db *sql.DB) (*Connector, error) {
	if d, ok := db.Driver().(*Driver); ok && d.connector != nil {
		return d.connector, nil
	}
	return nil, errors.New("failoversql: the database was not opened with this driver")
}
