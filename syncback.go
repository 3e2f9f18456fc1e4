package failoversql

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/failoversql/failoversql/sqlitedb"
	dbsync "github.com/failoversql/failoversql/sync"
)

// orderSync is the order to replay now.
const orderSync = "sync"

// SyncOptions says how SyncToPrimary works.
type SyncOptions struct {
	// DryRun only finds out what the replay would do (see dbsync.Sync.DryRun).
	DryRun bool
	// Each, in a dry run, is told of every transaction, in order.
	Each func(dbsync.DryTransaction)
}

// SyncReport says what was, or in a dry run would be, brought to PostgreSQL.
type SyncReport struct {
	Transactions int64 `json:"transactions"` // applied
	Parked       int64 `json:"parked"`       // kept as conflicts
	Left         int64 `json:"left"`         // not brought back yet: they are when traffic returns
}

// SyncToPrimary brings the journal to PostgreSQL now, whatever the pin and
// however young the outage, and returns when that is done. SQLite serves on, and
// what is written meanwhile is brought back when traffic returns. Where another
// process owns the file that one does the work; where no process has it open at
// all, as after an application has ended, the journal is brought back to its
// end. Without a journal there is nothing to do. An error leaves the rest of the
// journal where it was, to be tried again. ctx ends it between transactions.
func (c *Connector) SyncToPrimary(ctx context.Context, opts SyncOptions) (SyncReport, error) {
	if err := c.ready(ctx); err != nil {
		return SyncReport{}, err
	}
	i := c.inst
	r := i.running.Load()
	if opts.DryRun {
		report, err := r.sync.DryRun(ctx, opts.Each)
		return syncReport(report, err)
	}
	if r.file.Owned() {
		report, err := r.sync.ReplayNow(ctx)
		return syncReport(report, err)
	}
	if i.cfg.Guest {
		owned, err := r.file.TryOwn()
		if err != nil {
			return SyncReport{}, fmt.Errorf("failoversql: %w", err)
		}
		if owned {
			report, err := syncAll(ctx, r)
			return report, errors.Join(err, r.file.Release())
		}
	}
	return i.orderSync(ctx, r)
}

func syncReport(report dbsync.ReplayReport, err error) (SyncReport, error) {
	if errors.Is(err, dbsync.ErrNotDiverged) {
		return SyncReport{}, nil
	}
	if err != nil {
		err = fmt.Errorf("failoversql: %w", err)
	}
	return SyncReport{report.Transactions, report.Parked, report.Backlog}, err
}

// syncAll replays a journal that nobody writes any more, and closes it. This
// process owns the file.
func syncAll(ctx context.Context, r *running) (SyncReport, error) {
	defer r.sync.EndReplay()
	first, err := r.sync.Replay(ctx)
	if err != nil {
		return syncReport(first, err)
	}
	if err := r.sync.Seal(ctx); err != nil {
		return syncReport(first, err)
	}
	tail, err := r.sync.Tail(ctx)
	tail.Transactions += first.Transactions
	tail.Parked += first.Parked
	if err != nil { // the file serves on at the next start of the application
		err = errors.Join(err, r.sync.Unseal(context.WithoutCancel(ctx)))
	}
	return syncReport(tail.ReplayReport, err)
}

// Rescue replays what is kept of the journals into a PostgreSQL that came back
// older than it was, as after the restore of a backup: see dbsync.Sync.Rescue.
// Until then the replay stops with dbsync.ErrPrimaryRewound, as Status says.
func (c *Connector) Rescue(ctx context.Context) (dbsync.RescueReport, error) {
	if err := c.ready(ctx); err != nil {
		return dbsync.RescueReport{}, err
	}
	report, err := c.inst.running.Load().sync.Rescue(ctx)
	if err != nil {
		err = fmt.Errorf("failoversql: %w", err)
	}
	return report, err
}

// orderSync has the owner of the file replay.
func (i *instance) orderSync(ctx context.Context, r *running) (report SyncReport, err error) {
	o, err := i.handOver(ctx, r, given{inst: i, r: r}, orderSync)
	if err == nil {
		err = json.Unmarshal([]byte(o.Error), &report)
	}
	return report, err
}

// carryOutSync is the owner's part. Its answer carries the report.
func (o *ownership) carryOutSync(ctx context.Context, order sqlitedb.Order) error {
	o.inst.log.Info("another process orders the journal to be brought back")
	report, err := o.r.sync.ReplayNow(ctx)
	if err != nil && !errors.Is(err, dbsync.ErrNotDiverged) {
		return err
	}
	text, err := json.Marshal(SyncReport{report.Transactions, report.Parked, report.Backlog})
	if err != nil {
		return err
	}
	return o.r.file.AnswerOrder(ctx, order.ID, sqlitedb.OrderDone, string(text))
}
