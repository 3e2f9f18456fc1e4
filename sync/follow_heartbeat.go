package dbsync

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// markPrefix names our own messages in the primary's log.
const markPrefix = "failoversql"

// leaseInterval is how often the follower sees to it that values of the
// primary's sequences are in reserve.
const leaseInterval = 5 * time.Second

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

// heartbeat marks the primary's log at intervals until ctx ends or the
// connection fails. It keeps an idle database's log moving past our slot, which
// would hold it back for ever, and measures the copy's age.
func (s *Sync) heartbeat(ctx context.Context, conn *pgx.Conn, every func(context.Context, *pgx.Conn) error) error {
	tick := time.NewTicker(s.cfg.Heartbeat)
	defer tick.Stop()
	var refilled time.Time
	for {
		sent := time.Now()
		lsn, err := s.primaryLSN(ctx, conn)
		if err != nil {
			return err
		}
		s.position.sent(beat{lsn: lsn, sent: sent})
		if err := every(ctx, conn); err != nil {
			return err
		}
		if sent.Sub(refilled) >= leaseInterval {
			// Without them new rows need the primary's sequences, no less and
			// no more: following goes on.
			if n, err := s.RefillLeases(ctx, conn); err != nil && ctx.Err() == nil {
				s.log.Warn("values of the primary's sequences could not be reserved", "error", err)
			} else if n > 0 {
				s.log.Debug("values of the primary's sequences reserved", "values", n)
			}
			refilled = sent
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}
