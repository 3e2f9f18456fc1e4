package dbsync

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/sqlitedb"
)

// A primary that was restored from a backup, or promoted from a standby that
// lagged, lacks transactions that it had confirmed. A file that followed it may
// be all that still has them. It is brought to the primary all the same, for it
// has to be fit to serve; but first it is kept as it was, and the operator told.

// keepRewound keeps the file beside itself, if the primary is older than it. An
// error leaves the file to be kept later: it must not be replaced.
func (s *Sync) keepRewound(ctx context.Context, conn *pgx.Conn) error {
	c, err := s.cfg.File.Conn(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	st, err := c.State(ctx)
	if err != nil || !st.SnapshotComplete {
		return err
	}
	cause := s.notRewound(ctx, c, conn, st)
	if cause == nil {
		return nil
	}
	if !errors.Is(cause, ErrPrimaryRewound) {
		if ctx.Err() != nil {
			return cause
		}
		s.log.Debug("whether the primary is older than the file could not be found out", "error", cause)
		return nil
	}
	path := s.cfg.File.Path()
	kept := keptName(path, st.LSN)
	if info, err := os.Lstat(kept); err == nil && info.Mode().IsRegular() {
		return nil // the copying that followed did not succeed
	}
	made, err := s.cfg.File.Backup(ctx, filepath.Dir(path))
	if err == nil {
		if err = os.Rename(made, kept); err != nil {
			_ = os.Remove(made)
		}
	}
	if err != nil {
		return fmt.Errorf("dbsync: the file has what the primary lost, and could not be kept: %w: %w", cause, err)
	}
	if err := s.noteRewound(ctx, c); err != nil {
		return err
	}
	s.log.Error("the primary is older than the file, which is brought to it; as it was it is kept", "as", kept, "because", cause)
	if s.cfg.OnRewound != nil {
		s.cfg.OnRewound(kept, cause)
	}
	return nil
}

// keptName is the name of a file that is kept as it was at a position.
func keptName(path string, lsn uint64) string {
	ext := filepath.Ext(path)
	return fmt.Sprintf("%s-before-%016X%s", strings.TrimSuffix(path, ext), lsn, ext)
}

// notRewound fails with ErrPrimaryRewound where the primary lacks what the file
// has followed, or what was replayed into it.
func (s *Sync) notRewound(ctx context.Context, c *sqlitedb.Conn, conn *pgx.Conn, st sqlitedb.State) error {
	if err := s.sameHistory(ctx, conn, LSN(st.LSN)); err != nil {
		return err
	}
	instance, err := s.instanceID(ctx)
	if err != nil {
		return err
	}
	list, err := s.journals(ctx, c)
	if err != nil {
		return err
	}
	told, err := s.cfg.File.Meta(ctx, metaRewound)
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(list, func(j journalSpan) bool { return j.uuid == told }); i >= 0 {
		list = list[i+1:]
	}
	return sameMarkers(ctx, list, conn, instance, "")
}

// metaRewound is the last journal that the file had when it was kept: that the
// primary lacks it has been told.
const metaRewound = "rewound_journal"

func (s *Sync) noteRewound(ctx context.Context, c *sqlitedb.Conn) error {
	list, err := s.journals(ctx, c)
	if err != nil || len(list) == 0 {
		return err
	}
	return s.cfg.File.Update(ctx, func(c *sqlitedb.Conn) error { return c.SetMeta(ctx, metaRewound, list[len(list)-1].uuid) })
}

// sameMarkers: the primary has the markers of all of these journals that were
// replayed, but for one.
func sameMarkers(ctx context.Context, list []journalSpan, conn *pgx.Conn, instance, except string) error {
	for _, j := range list {
		if !j.finished || j.uuid == except {
			continue
		}
		marker, ok, err := markerOf(ctx, conn, markerKey{instance, j.uuid})
		if err != nil {
			return err
		}
		if !ok || marker < j.last {
			return fmt.Errorf("%w: %s", ErrPrimaryRewound, j.lost(marker, ok))
		}
	}
	return nil
}
