package failoversql

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/jackc/pgx/v5/stdlib"

	"github.com/failoversql/failoversql/health"
	"github.com/failoversql/failoversql/internal/pgerr"
	"github.com/failoversql/failoversql/sqlitedb"
)

// connect opens a connection on the route of the day.
func (i *instance) connect(ctx context.Context) (driver.Conn, error) {
	r := i.running.Load()
	i.sockets.stir() // somebody asks for something
	wait, cancel := context.WithTimeout(ctx, i.patience())
	defer cancel()
	pause := time.Millisecond
	for {
		route, err := r.monitor.WaitDecided(wait)
		if i.removed.Load() {
			return i.connectAlone(ctx)
		}
		if err != nil {
			return nil, i.undecided(ctx, err)
		}
		var conn driver.Conn
		switch {
		case route.Mode == health.Primary:
			conn, err = i.connectPrimary(wait, r, route.Generation)
		case route.Mode.OnFallback():
			conn, err = i.connectFallback(wait, r, route.Generation)
		default:
			return nil, fmt.Errorf("%w: %s", ErrUnavailable, route.Reason)
		}
		if err == nil {
			return conn, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if !i.worthAnother(wait, r, route, err) {
			return nil, err
		}
		// The monitor now confirms or refutes; where it refutes, the next
		// attempt must not be a tight loop.
		select {
		case <-time.After(pause):
			pause = min(2*pause, 100*time.Millisecond)
		case <-wait.Done():
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			return nil, fmt.Errorf("%w: PostgreSQL: %w; the fallback does not serve: %s", ErrUnavailable, err, r.monitor.Route().Reason)
		}
	}
}

// worthAnother: the route changed meanwhile, or the failure is evidence of an
// outage, which the monitor is told and decides on.
func (i *instance) worthAnother(ctx context.Context, r *running, route health.Route, err error) bool {
	if !i.gate.current(route.Generation) || errors.Is(err, driver.ErrBadConn) {
		return true
	}
	if route.Mode != health.Primary {
		return false
	}
	m := pgerr.Classify(context.Background(), err)
	if m.Class != pgerr.Neutral {
		r.probe.renew()
	}
	r.monitor.Report(evidence(m))
	return m.Class == pgerr.Outage
}

func (i *instance) undecided(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if errors.Is(err, health.ErrStopped) {
		return ErrClosed
	}
	return fmt.Errorf("%w: no route was decided within %v", ErrUnavailable, i.patience())
}

// connectAlone opens a connection to PostgreSQL where there is no fallback any
// more.
func (i *instance) connectAlone(ctx context.Context) (driver.Conn, error) {
	c, err := i.dialPrimary(ctx, i.gate.generation())
	if err != nil {
		return nil, err
	}
	return &Conn{backend: c, inst: i}, nil
}

func (i *instance) connectPrimary(ctx context.Context, r *running, generation uint64) (driver.Conn, error) {
	if c := i.takeWarm(r, generation); c != nil {
		return &Conn{backend: c, inst: i}, nil
	}
	c, err := i.dialPrimary(ctx, generation)
	if err != nil {
		return nil, err
	}
	if !i.gate.current(generation) {
		return nil, errors.Join(errStale, c.Close())
	}
	return &Conn{backend: c, inst: i}, nil
}

// dialPrimary opens a connection for a generation, within fallback_timeout.
func (i *instance) dialPrimary(ctx context.Context, generation uint64) (*primaryConn, error) {
	ctx, cancel := context.WithTimeout(ctx, i.cfg.Timeout)
	defer cancel()
	if i.tokens != nil && !i.removed.Load() {
		if err := i.tokens.prepare(ctx, generation); err != nil {
			return nil, err
		}
	}
	d := &dialing{set: i.sockets, generation: generation}
	c, err := i.primary.Connect(context.WithValue(ctx, dialingKey{}, d))
	if err != nil {
		if errors.Is(err, errDeadGeneration) {
			return nil, errStale
		}
		return nil, err
	}
	d.made.Store(true)
	std := c.(*stdlib.Conn)
	conn := &primaryConn{std: std, pg: std.Conn().PgConn(), sock: d.sock, inst: i, gen: generation}
	conn.tx.conn = conn
	d.sock.pid.Store(pidOf(conn.pg))
	i.remember(conn)
	return conn, nil
}

func (i *instance) connectFallback(ctx context.Context, r *running, generation uint64) (driver.Conn, error) {
	reject, err := r.rejecting(ctx)
	if err != nil {
		return nil, err
	}
	pages, err := i.journalPages(ctx, r)
	if err != nil {
		return nil, err
	}
	session, err := r.file.NewSession(ctx, sqlitedb.SessionOptions{
		User:          i.cfg.Primary.User,
		RuntimeParams: maps.Clone(i.cfg.Primary.RuntimeParams),
		RejectWrites:  reject,
		MaxPages:      pages,
	})
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	r.lites++
	r.mu.Unlock()
	c := &fallbackConn{session: session, inst: i, gen: generation, closed: func() {
		r.mu.Lock()
		r.lites--
		r.mu.Unlock()
	}}
	c.tx.conn = c
	if !i.gate.current(generation) {
		return nil, errors.Join(errStale, c.Close())
	}
	return &Conn{backend: c, inst: i}, nil
}

// rejecting: the fallback takes no writes this time. The owner has decided so;
// another process sees it by the file not having been opened for writes.
func (r *running) rejecting(ctx context.Context) (bool, error) {
	if r.file.Owned() {
		return r.rejects.Load(), nil
	}
	st, err := r.file.State(ctx)
	return st.State != sqlitedb.Diverged, err
}

// backends are the server processes of this process's connections.
func (r *running) backends() []uint32 {
	r.mu.Lock()
	defer r.mu.Unlock()
	var pids []uint32
	for c := range r.conns {
		if pid := pidOf(c.pg); pid != 0 {
			pids = append(pids, pid)
		}
	}
	return pids
}
