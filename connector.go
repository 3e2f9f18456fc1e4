package failoversql

import (
	"context"
	"database/sql/driver"
	"errors"
	"sync"

	"github.com/jackc/pgx/v5/stdlib"
)

// Connector opens connections to whichever side serves, and is the handle for
// watching and steering that. Safe for concurrent use. sql.DB.Close closes it.
type Connector struct {
	cfg   *Config
	plain driver.Connector // fallback_enabled=false
	inst  *instance

	mu     sync.Mutex
	closed bool
}

var _ driver.Connector = (*Connector)(nil)

// NewConnector prepares a Connector for sql.OpenDB. It touches neither
// PostgreSQL nor the file: the first connection does. The Config must not be
// changed afterwards; connectors of one Config share one instance.
func NewConnector(cfg *Config) (*Connector, error) {
	if err := cfg.complete(); err != nil {
		return nil, err
	}
	return newConnector(cfg, cfg), nil
}

func newConnector(cfg *Config, key any) *Connector {
	if !cfg.Enabled {
		return &Connector{cfg: cfg, plain: stdlib.GetConnector(*cfg.Primary)}
	}
	return &Connector{cfg: cfg, inst: acquire(key, cfg)}
}

// Connect opens a connection to the side that serves. While a route is being
// decided it waits, at most fallback_timeout or until ctx ends; a primary known
// to be down is never dialled. Where neither side can serve the error wraps
// ErrUnavailable. A refused login is the primary's own error: it is no outage.
func (c *Connector) Connect(ctx context.Context) (driver.Conn, error) {
	if c.plain != nil {
		return c.plain.Connect(ctx)
	}
	err := c.ready(ctx)
	if errors.Is(err, ErrRemoved) {
		return c.inst.connectAlone(ctx)
	}
	if err != nil {
		return nil, err
	}
	return c.inst.connect(ctx)
}

// Driver returns a Driver through which FromDB finds this Connector.
func (c *Connector) Driver() driver.Driver { return &Driver{connector: c} }

// Close releases the monitor, the follower and the file, if no other Connector
// of this process shares them, and waits for their goroutines. Connections that
// are still open break. Calling it again does nothing.
func (c *Connector) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed || c.inst == nil {
		return nil
	}
	c.closed = true
	return release(c.inst)
}

// ready starts the instance at the first call that needs it.
func (c *Connector) ready(ctx context.Context) error { return c.begin(ctx, false) }

// readyToMake is ready for what makes the file also where this is a guest.
func (c *Connector) readyToMake(ctx context.Context) error { return c.begin(ctx, true) }

func (c *Connector) begin(ctx context.Context, mayMake bool) error {
	if c.inst == nil {
		return ErrDisabled
	}
	c.mu.Lock()
	closed := c.closed
	c.mu.Unlock()
	if closed {
		return ErrClosed
	}
	return c.inst.start(ctx, mayMake)
}
