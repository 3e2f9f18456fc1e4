package dbsync

import (
	"context"
	"errors"
	"fmt"

	"github.com/failoversql/failoversql/sqlitedb"
)

// putInPlace makes the new file's content that of the live file, in one
// transaction of the live file (sqlitedb.File.Replace): a crash at any moment
// leaves the old copy or the new, and connections go on.
//
// It says whether the new content is in place, which it may be although an
// error is returned.
func (s *Sync) putInPlace(ctx context.Context, b *build) (placed bool, err error) {
	b.progress.phase("replace")
	b.close()
	err = s.cfg.File.Replace(ctx, b.path, func(ctx context.Context, fresh *sqlitedb.Conn) error {
		// The file may have begun to serve since the snapshot was begun.
		if err := s.mayReplace(ctx); err != nil {
			return err
		}
		if err := at("snapshot.replacing"); err != nil {
			return err
		}
		return b.carryOver(ctx, fresh)
	})
	if err == nil {
		return true, nil
	}
	if errors.Is(err, sqlitedb.ErrServing) {
		err = fmt.Errorf("%w: %w", ErrDiverged, err)
	}
	if b.src.plain {
		return false, fmt.Errorf("dbsync: put the new copy in place: %w", err)
	}
	slot, serr := s.cfg.File.Meta(context.WithoutCancel(ctx), metaSlot)
	return serr == nil && slot == b.src.slot, fmt.Errorf("dbsync: put the new copy in place: %w", err)
}
