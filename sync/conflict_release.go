package dbsync

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// release tries the transactions that were parked behind a settled one, in
// order, each in a transaction of its own: a crash in between leaves the rest
// parked, to be decided by hand.
func (v *resolver) release(ctx context.Context, head Conflict) error {
	settled := map[int64]bool{head.Tx: true}
	rows, err := v.conn.Query(ctx, `SELECT DISTINCT tx, depends_on FROM failoversql.conflict
		WHERE instance = $1 AND journal = $2 AND tx > $3 AND resolved_at IS NULL AND depends_on IS NOT NULL ORDER BY tx`,
		head.Instance, head.Journal, head.Tx)
	if err != nil {
		return err
	}
	type waiting struct{ tx, on int64 }
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (w waiting, err error) { return w, row.Scan(&w.tx, &w.on) })
	if err != nil {
		return err
	}
	for _, w := range list {
		if !settled[w.on] {
			continue
		}
		next := Conflict{Instance: head.Instance, Journal: head.Journal, Tx: w.tx}
		done, err := v.retry(ctx, next)
		if err != nil {
			return err
		}
		settled[w.tx] = done
	}
	return nil
}

// retry applies a transaction that waited, if it fits now.
func (v *resolver) retry(ctx context.Context, head Conflict) (bool, error) {
	tx, err := v.begin(ctx)
	if err != nil {
		return false, err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	list, err := v.load(ctx, tx, head)
	if err != nil {
		return false, err
	}
	undecided, err := v.carryOut(ctx, tx, list, false)
	if err != nil {
		if errors.Is(err, ErrResolution) {
			return false, nil // stays parked for a decision
		}
		return false, err
	}
	if undecided == 0 {
		if err := v.settle(ctx, tx, head, "applied"); err != nil {
			return false, err
		}
	}
	if err := at("resolve.release"); err != nil {
		return false, err
	}
	var e *pgconn.PgError
	if err := tx.Commit(ctx); errors.As(err, &e) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	return undecided == 0, at("resolve.released")
}
