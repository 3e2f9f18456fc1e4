package failoversql

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/sqlitedb"
)

// slotInterval is how often the slots on the primary are looked after.
const slotInterval = 30 * time.Second

// tendSlots looks after what our slots hold back of the primary's log, whichever
// side serves, while the primary answers and is not to be left alone. Only the
// owner of the file does.
func (i *instance) tendSlots(ctx context.Context, r *running) {
	tick := time.NewTicker(slotInterval)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		st := r.monitor.Status()
		if i.cfg.Sync == SyncOff || !r.file.Owned() || st.Resting || st.ProbeErr != nil || st.LastProbe.IsZero() {
			continue
		}
		if err := i.tendSlotsOnce(ctx, r); err != nil && ctx.Err() == nil {
			i.log.Debug("looking after replication slots", "error", err)
		}
	}
}

func (i *instance) tendSlotsOnce(ctx context.Context, r *running) error {
	st, err := r.file.State(ctx)
	if err != nil || st.State == sqlitedb.Empty {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, slotInterval)
	defer cancel()
	cfg := i.cfg.Replication.Copy()
	cfg.RuntimeParams["application_name"] = "failoversql upkeep"
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return err
	}
	held, err := r.sync.TendSlots(ctx, conn, i.cfg.WALBudget)
	r.held.Store(held.Bytes)
	return errors.Join(err, conn.Close(ctx))
}
