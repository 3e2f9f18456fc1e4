package failoversql

import (
	"context"
	"errors"
	"maps"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/failoversql/failoversql/health"
	"github.com/failoversql/failoversql/sqlitedb"
	dbsync "github.com/failoversql/failoversql/sync"
)

// lsnText writes a position as PostgreSQL does; "" for none.
func lsnText(lsn uint64) string {
	if lsn == 0 {
		return ""
	}
	return dbsync.LSN(lsn).String()
}

// Subscribe has f called for every later change of mode, for alarms, and while a
// copy of PostgreSQL is made, in order, from a goroutine of its own. f may call the Connector, but not Close. After cancel
// has returned no new call begins.
func (c *Connector) Subscribe(f func(Event)) (cancel func()) {
	if c.inst == nil {
		return func() {}
	}
	return c.inst.events.subscribe(f)
}

// SwitchToPrimary moves traffic to PostgreSQL, replaying the journal first, and
// pins it there until ResumeAuto. It returns when PostgreSQL serves; an error,
// such as that PostgreSQL does not answer, leaves all as it was.
//
// An order (this, SwitchToFallback or ResumeAuto) moves every process on the
// file: one that does not own it hands the order to the one that does, and waits
// for the answer. It is withdrawn when ctx ends. While another order is under
// way the error wraps health.ErrBusy. The pin is in the file before the order
// returns, and outlasts the process, whatever becomes of it; at a start a
// fallback_mode other than auto wins over it.
func (c *Connector) SwitchToPrimary(ctx context.Context) error {
	if err := c.ready(ctx); err != nil {
		return err
	}
	return c.inst.order(ctx, health.PinPrimary)
}

// SwitchToFallback moves traffic to the fallback and pins it there until
// ResumeAuto. While PostgreSQL answers, its transactions may finish first and
// the file catches up with them; new ones wait meanwhile, and where that lasts
// longer than fallback_timeout the switch fails. It returns when the fallback serves; an error
// leaves all as it was.
func (c *Connector) SwitchToFallback(ctx context.Context) error {
	if err := c.ready(ctx); err != nil {
		return err
	}
	return c.inst.order(ctx, health.PinFallback)
}

// ResumeAuto takes a manual switch back: health decides again. It does not wait
// for what follows from that.
func (c *Connector) ResumeAuto(ctx context.Context) error {
	if err := c.ready(ctx); err != nil {
		return err
	}
	return c.inst.order(ctx, health.Auto)
}

// Conflicts lists the changes that replay could not apply and that wait for a
// decision. They are rows on PostgreSQL; while that is away, the copies in the
// file are given.
func (c *Connector) Conflicts(ctx context.Context) ([]dbsync.Conflict, error) {
	if err := c.ready(ctx); err != nil {
		return nil, err
	}
	return c.inst.running.Load().sync.Conflicts(ctx)
}

// ResolveConflict carries out a decision on one conflict, exactly once.
func (c *Connector) ResolveConflict(ctx context.Context, id int64, how dbsync.Resolution) error {
	if err := c.ready(ctx); err != nil {
		return err
	}
	return c.inst.running.Load().sync.ResolveConflict(ctx, id, how)
}

// A Verdict says whether the fallback would run a statement.
type Verdict struct {
	Runs bool
	// Code, Message and Position say why not: 0A000 and the construct, or the
	// error that PostgreSQL gives too.
	Code     string
	Message  string
	Position int
}

// Check answers, without running anything, whether a text would run on the
// fallback as its schema is now. Of several statements each is judged by that
// schema, and the first that would not run is told of.
func (c *Connector) Check(ctx context.Context, sql string) Verdict {
	if err := c.ready(ctx); err != nil {
		return Verdict{Message: err.Error()}
	}
	session, err := c.inst.judging(ctx)
	if err != nil {
		return Verdict{Message: err.Error()}
	}
	defer session.Close()
	if _, err = session.Check(ctx, sql); err == nil {
		return Verdict{Runs: true}
	}
	v := Verdict{Message: err.Error()}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		v.Code, v.Message, v.Position = pg.Code, pg.Message, int(pg.Position)
	}
	return v
}

// judging opens a session of the application's kind to judge statements by.
func (i *instance) judging(ctx context.Context) (*sqlitedb.Session, error) {
	pg := i.cfg.Primary
	return i.running.Load().file.NewSession(ctx, sqlitedb.SessionOptions{User: pg.User, RuntimeParams: maps.Clone(pg.RuntimeParams)})
}
