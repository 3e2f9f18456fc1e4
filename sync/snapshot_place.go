package dbsync

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/mattn/go-sqlite3"

	"github.com/failoversql/failoversql/sqlitedb"
)

// errMoved: the old file was written while what survives was being carried over.
var errMoved = errors.New("dbsync: the file changed while it was being replaced")

// putInPlace makes the new file's content that of the live file, in one
// transaction of the live file: SQLite's backup copies the pages. The file
// itself stays, so that connections, here and in other processes, need not be
// opened again, and none is left with a file that no longer has a name; and a
// crash at any moment leaves either the old content or the new.
//
// It says whether the new content is in place, which it may be although an
// error is returned.
func (s *Sync) putInPlace(ctx context.Context, b *build) (placed bool, err error) {
	b.report("replace", "")
	for range 20 {
		err = s.placeOnce(ctx, b)
		if err == nil {
			return true, s.announce(context.WithoutCancel(ctx))
		}
		if !errors.Is(err, errMoved) {
			break
		}
	}
	return false, err
}

func (s *Sync) placeOnce(ctx context.Context, b *build) error {
	live, err := s.cfg.File.Conn(ctx)
	if err != nil {
		return fmt.Errorf("dbsync: %w", err)
	}
	defer live.Close()
	if err := s.replaceable(ctx, live); err != nil {
		return err
	}
	before, err := liveMark(ctx, live)
	if err != nil {
		return err
	}
	if err := b.carryOver(ctx); err != nil {
		return err
	}
	dest, err := s.cfg.File.Conn(ctx)
	if err != nil {
		return fmt.Errorf("dbsync: %w", err)
	}
	defer dest.Close()
	backup, err := dest.Raw().Backup("main", b.conn.Raw(), "main")
	if err != nil {
		return fmt.Errorf("dbsync: put the new file in place: %w", err)
	}
	return copyPages(ctx, backup, func() error {
		// Nobody can write the live file any more.
		after, err := liveMark(ctx, live)
		if err != nil {
			return err
		}
		if after != before {
			return errMoved
		}
		return s.replaceable(ctx, live)
	})
}

// mark changes with every commit to the file by another connection.
type mark struct {
	data  int64
	state sqlitedb.State
}

func liveMark(ctx context.Context, live *sqlitedb.Conn) (mark, error) {
	var m mark
	var err error
	if m.state, err = live.State(ctx); err != nil {
		return m, fmt.Errorf("dbsync: %w", err)
	}
	if err := live.QueryRow(ctx, "PRAGMA data_version", nil, &m.data); err != nil {
		return m, fmt.Errorf("dbsync: %w", err)
	}
	return m, nil
}

// copyPages runs a backup to its end; locked is called once the destination is
// locked against writers and before anything can be seen of the copy.
func copyPages(ctx context.Context, backup *sqlite3.SQLiteBackup, locked func() error) error {
	defer func() { _ = backup.Finish() }() // before the end it takes back what was copied
	started := false
	for {
		pages, before := 1, backup.Remaining()
		if started {
			pages = 1000
		}
		// Step does not tell that it met a lock; it then has done nothing.
		done, err := backup.Step(pages)
		switch {
		case err != nil:
			return fmt.Errorf("dbsync: put the new file in place: %w", err)
		case done && !started:
			// Committed before locked could be asked: a database of ours has
			// more than one page.
			return errors.New("dbsync: put the new file in place: the new file is empty")
		}
		if !started && backup.PageCount() > 0 {
			if err := locked(); err != nil {
				return err
			}
			started = true
		}
		if done {
			return nil // committed; what Finish does now cannot fail
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if backup.Remaining() == before {
			time.Sleep(time.Millisecond)
		}
	}
}

// announce has every session, in every process, see the new schema and state: it
// stores the catalog once more, under a new version.
func (s *Sync) announce(ctx context.Context) error {
	conn, err := s.cfg.File.Conn(ctx)
	if err != nil {
		return fmt.Errorf("dbsync: announce the new copy: %w", err)
	}
	defer conn.Close()
	if err := conn.Begin(ctx); err != nil {
		return fmt.Errorf("dbsync: announce the new copy: %w", err)
	}
	defer conn.Rollback()
	cat, err := catalogOf(ctx, conn)
	if err != nil {
		return err
	}
	if err := s.renewSchema(ctx, conn, cat); err != nil {
		return err
	}
	st, err := conn.State(ctx)
	if err == nil {
		err = conn.SetState(ctx, st)
	}
	if err == nil {
		err = conn.Commit(ctx)
	}
	if err != nil {
		return fmt.Errorf("dbsync: announce the new copy: %w", err)
	}
	// The log has grown by the size of the copy. Readers may keep it for a
	// while; then a later checkpoint does this.
	_, _ = conn.Exec(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	return nil
}
