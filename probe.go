package failoversql

import (
	"context"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/internal/pgerr"
	dbsync "github.com/failoversql/failoversql/sync"
)

// probe asks the primary whether it serves, over connections of its own. It is
// safe for concurrent use: overlapping calls open a second connection, for the
// first may be the one that hangs.
type probe struct {
	cfg     *pgx.ConnConfig
	sockets *sockets

	mu     sync.Mutex
	idle   *probeConn
	era    uint64 // raised by renew
	closed bool
}

type probeConn struct {
	pg   *pgx.Conn
	sock *socket
	era  uint64
}

// renew makes the next probe open a connection: the application's own could not
// be made, and one that was made earlier says nothing about that.
func (p *probe) renew() {
	p.mu.Lock()
	c := p.idle
	p.idle = nil
	p.era++
	p.mu.Unlock()
	if c != nil {
		c.close()
	}
}

// close closes the socket first: pgx then has nothing left to wait for.
func (c *probeConn) close() {
	_ = c.sock.Close()
	_ = c.pg.Close(context.Background())
}

func newProbe(cfg *Config) *probe {
	pg := cfg.Primary.Copy()
	pg.RuntimeParams["application_name"] = "failoversql probe"
	pg.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	p := &probe{cfg: pg, sockets: newSockets(func(error) {})}
	return p
}

// ask returns nil where the primary answers and takes writes. A kept connection
// that fails is replaced within the same call: it may have been closed while it
// was idle, which says nothing about now.
func (p *probe) ask(ctx context.Context) error {
	if c := p.take(); c != nil {
		if err := p.use(ctx, c); err == nil || ctx.Err() != nil || err == pgerr.ErrReadOnly {
			return err
		}
	}
	c, err := p.connect(ctx)
	if err != nil {
		return err
	}
	return p.use(ctx, c)
}

func (p *probe) connect(ctx context.Context) (*probeConn, error) {
	p.mu.Lock()
	era := p.era
	p.mu.Unlock()
	d := &dialing{set: p.sockets}
	cfg := p.cfg.Copy()
	cfg.DialFunc = d.dial
	c, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return nil, pgerr.Attempts(err)
	}
	d.made.Store(true)
	return &probeConn{c, d.sock, era}, nil
}

// with lends the kept connection, which has the application's role, or a new
// one.
func (p *probe) with(ctx context.Context, f func(*pgx.Conn) error) (err error) {
	c := p.take()
	if c == nil {
		if c, err = p.connect(ctx); err != nil {
			return err
		}
	}
	if err = f(c.pg); err != nil {
		c.close()
		return err
	}
	p.keep(c)
	return nil
}

func (p *probe) use(ctx context.Context, c *probeConn) error {
	var readOnly bool
	err := c.pg.QueryRow(ctx, `SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::bool`).Scan(&readOnly)
	if err != nil {
		c.close()
		return err
	}
	p.keep(c)
	if readOnly {
		return pgerr.ErrReadOnly
	}
	return nil
}

// quiet waits until these backends have nothing under way, and returns the
// position of the primary's log after that.
func (p *probe) quiet(ctx context.Context, pids []uint32) (dbsync.LSN, error) {
	c, err := p.connect(ctx)
	if err != nil {
		return 0, err
	}
	defer c.close()
	list := make([]int32, len(pids))
	for i, pid := range pids {
		list[i] = int32(pid)
	}
	for {
		var active int
		var lsn string
		err := c.pg.QueryRow(ctx, `SELECT count(*), pg_current_wal_lsn()::text FROM pg_stat_activity WHERE pid = ANY($1) AND state <> 'idle'`, list).Scan(&active, &lsn)
		if err != nil {
			return 0, err
		}
		if active == 0 {
			return dbsync.ParseLSN(lsn)
		}
		select {
		case <-time.After(2 * time.Millisecond):
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

func (p *probe) take() *probeConn {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.idle
	p.idle = nil
	return c
}

func (p *probe) keep(c *probeConn) {
	p.mu.Lock()
	spare := p.idle != nil || p.closed || c.era != p.era
	if !spare {
		p.idle = c
	}
	p.mu.Unlock()
	if spare {
		c.close()
	}
}

// stop closes every connection; calls under way fail.
func (p *probe) stop() {
	p.mu.Lock()
	p.closed = true
	c := p.idle
	p.idle = nil
	p.mu.Unlock()
	if c != nil {
		c.close()
	}
	p.sockets.shutdown()
}
