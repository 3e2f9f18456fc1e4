package dbsync

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// markPrefix names our own messages in the primary's log.
const markPrefix = "failoversql"

// primaryLSN writes a mark into the primary's log and returns its position:
// every transaction whose commit was acknowledged before the call lies before
// it, those of synchronous_commit=off too, and once the call has returned the
// stream will pass it without further traffic.
func (s *Sync) primaryLSN(ctx context.Context, conn *pgx.Conn) (LSN, error) {
	// A transaction of its own is flushed at once and decoded at its commit,
	// where a message outside one would lie in the log's buffers for a while.
	// Its commit must be a durable one whatever the role's default is.
	var text string
	batch := &pgx.Batch{}
	batch.Queue("BEGIN")
	batch.Queue("SET LOCAL synchronous_commit = local")
	batch.Queue("SELECT pg_logical_emit_message(true, '" + markPrefix + "', '')::text").QueryRow(func(row pgx.Row) error {
		return row.Scan(&text)
	})
	batch.Queue("COMMIT")
	if err := conn.SendBatch(ctx, batch).Close(); err != nil {
		return 0, fmt.Errorf("dbsync: mark the primary's log: %w", err)
	}
	return ParseLSN(text)
}

// heart marks the primary's log at intervals. That keeps an idle database's log
// moving past our slot, which would hold it back for ever, and measures the
// copy's age; and it looks whether the schema is still the copy's.
type heart struct {
	s      *Sync
	conn   *pgx.Conn
	schema *schemaWatch
	kick   chan struct{} // asks for a beat now, schema included
	wanted chan struct{} // the follower waits for a look, perhaps with the file in its hands
}

func (s *Sync) newHeart(conn *pgx.Conn) *heart {
	wanted := make(chan struct{}, 1)
	return &heart{s: s, conn: conn, schema: &schemaWatch{s: s, wanted: wanted}, kick: make(chan struct{}, 1), wanted: wanted}
}

// hurry has the next beat come at once.
func (h *heart) hurry() {
	select {
	case h.kick <- struct{}{}:
	default:
	}
}

// look waits until a look at the primary's schema, begun from now on, has found
// that it stores rows as the copy does. Where it does not, heart.run ends, and
// with it ctx.
func (h *heart) look(ctx context.Context) error {
	asked := time.Now()
	tick := time.NewTicker(askInterval)
	defer tick.Stop()
	for {
		begun, changed := h.s.position.lastLook()
		if begun.After(asked) {
			return nil
		}
		select {
		case h.wanted <- struct{}{}:
		default:
		}
		h.hurry()
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-changed:
		case <-tick.C:
		}
	}
}

// run beats until ctx ends or the connection fails, or the schema cannot be
// followed (ErrResync).
func (h *heart) run(ctx context.Context) error {
	tick := time.NewTicker(h.s.cfg.Heartbeat)
	defer tick.Stop()
	for {
		asked := false
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-h.kick:
			asked = true
		case <-tick.C:
		}
		if err := h.beat(ctx, asked); err != nil {
			return err
		}
	}
}

// beat marks the log, then looks at the schema where that is due or asked for:
// what is unchanged after the mark was so at the mark.
func (h *heart) beat(ctx context.Context, asked bool) error {
	sent := time.Now()
	lsn, err := h.s.primaryLSN(ctx, h.conn)
	if err != nil {
		return err
	}
	checked, err := h.schema.check(ctx, h.conn, asked)
	if err != nil {
		return err
	}
	h.s.position.sent(beat{lsn: lsn, sent: sent}, checked)
	return nil
}
