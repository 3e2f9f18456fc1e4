package dbsync

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/internal/pgerr"
)

// DryTransaction is what replay would do with one transaction of the journal.
type DryTransaction struct {
	Tx      int64       `json:"tx"`
	Rows    int         `json:"rows"`   // changes in it
	Parked  bool        `json:"parked"` // whole; else it is applied
	Changes []DryChange `json:"changes"`
}

// DryChange is a change of such a transaction. Kind is empty for one that fits;
// Resolution says what settles a conflict, and By who.
type DryChange struct {
	Op         string `json:"op"`
	Schema     string `json:"schema,omitempty"`
	Table      string `json:"table,omitempty"`
	Statement  string `json:"statement,omitempty"` // of DDL
	Kind       Kind   `json:"kind,omitempty"`
	Message    string `json:"message,omitempty"`
	Resolution Policy `json:"resolution,omitempty"`
	By         string `json:"by,omitempty"`
}

// DryRun finds out what Replay would do, and changes nothing on either side:
// everything is done in one transaction of the primary that is rolled back.
// Until that ends it holds the locks of what it would write, and the place of
// replay (ErrReplayBusy where another has it); but nobody waits for it: where
// somebody would, it ends at once with ErrGaveWay, and may be tried again. Values
// that triggers and defaults of the primary take from sequences meanwhile are
// lost. each, where it is not nil, is told of every transaction in order. It
// refuses what Replay refuses.
func (s *Sync) DryRun(ctx context.Context, each func(DryTransaction)) (report ReplayReport, err error) {
	s.back.mu.Lock()
	defer s.back.mu.Unlock()
	s.endReplay() // its lock would be waited for
	start := time.Now()
	r, err := s.beginReplay(ctx, replayDry)
	if err != nil {
		return report, err
	}
	defer r.close()
	defer func() { _ = r.dry.Rollback(context.WithoutCancel(ctx)) }()
	ctx, stop, err := s.giveWay(ctx, r.conn.PgConn().PID())
	if err != nil {
		return report, err
	}
	defer func() {
		if stop(); context.Cause(ctx) == ErrGaveWay {
			err = ErrGaveWay
		}
	}()
	report.Journal = r.marker.journal
	defer func() { report.LastTx, report.Took = r.last, time.Since(start) }()
	for {
		txs, err := r.reader.next(ctx, replayBatch)
		if err != nil || len(txs) == 0 {
			return report, err
		}
		for i := range txs {
			if err := ctx.Err(); err != nil {
				return report, err
			}
			a, err := r.careful(ctx, &txs[i])
			if err != nil {
				return report, err
			}
			r.last = txs[i].id
			report.count(a)
			if each != nil {
				each(a.dry())
			}
		}
	}
}

// ErrGaveWay: somebody waited on the primary for what a dry run had locked.
var ErrGaveWay = errors.New("dbsync: the dry run was in somebody's way on the primary, and was ended")

// giveWayInterval is how often it is looked for somebody who waits.
const giveWayInterval = 100 * time.Millisecond

// giveWay ends a backend of ours, and the context that it returns, when somebody
// waits for a lock of it.
func (s *Sync) giveWay(ctx context.Context, pid uint32) (_ context.Context, stop func(), err error) {
	conn, err := pgx.ConnectConfig(ctx, s.cfg.Primary.Copy())
	if err != nil {
		return nil, nil, pgerr.Attempts(err)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		defer closeConn(conn.PgConn())
		tick := time.NewTicker(giveWayInterval)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-done:
				return
			case <-tick.C:
			}
			var ended bool
			err := conn.QueryRow(ctx, `SELECT bool_or(pg_terminate_backend($1)) FROM (SELECT FROM pg_locks
				WHERE NOT granted AND $1 = ANY (pg_blocking_pids(pid)) LIMIT 1) waiting HAVING count(*) > 0`, int32(pid)).Scan(&ended)
			if err != pgx.ErrNoRows {
				if err == nil {
					err = ErrGaveWay
				}
				cancel(err)
				return
			}
		}
	})
	return ctx, func() {
		close(done)
		wg.Wait() // what the dry run met may be that its backend was ended
		cancel(nil)
	}, nil
}

// beginDry begins the transaction that is rolled back.
func (r *replayer) beginDry(ctx context.Context) (err error) {
	if r.dry, err = r.conn.Begin(ctx); err != nil {
		return err
	}
	some, err := primarySchemaMissing(ctx, r.conn)
	if err == nil && some {
		_, err = r.dry.Exec(ctx, primarySchema, pgx.QueryExecModeSimpleProtocol)
	}
	return err
}

// dry tells what became of the transaction.
func (a *attempt) dry() DryTransaction {
	d := DryTransaction{Tx: a.source.id, Rows: len(a.changes), Parked: a.parked}
	for i := range a.changes {
		c := &a.changes[i]
		k := DryChange{Op: opNames[c.op], Statement: c.ddl}
		if c.table != nil {
			k.Schema, k.Table = c.table.Schema, c.table.Name
		}
		if f := a.findings[i]; f != nil {
			k.Kind, k.Message, k.Resolution, k.By = f.kind, f.message, f.resolution, f.by
		}
		d.Changes = append(d.Changes, k)
	}
	return d
}
