package failoversql

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/failoversql/failoversql/health"
	"github.com/failoversql/failoversql/sqlitedb"
	dbsync "github.com/failoversql/failoversql/sync"
)

// CleanupOptions says how CleanupWith works.
type CleanupOptions struct {
	// Force removes the fallback also where something would be lost with it, or
	// where PostgreSQL does not answer. A backup is written first.
	Force bool
	// BackupDir is where that backup goes. Empty: fallback_backup_dir, else the
	// file's own directory.
	BackupDir string
}

// CleanupReport says what a cleanup did.
type CleanupReport struct {
	Removed   string `json:"removed"`             // the path of the file
	Backup    string `json:"backup,omitempty"`    // with Force
	Destroyed string `json:"destroyed,omitempty"` // with Force: what is only in the backup now
	// Left is SQL for PostgreSQL, which could not be run: without it the
	// replication slot holds PostgreSQL's log back, until another instance
	// drops it after a day.
	Left string `json:"left,omitempty"`
	Why  string `json:"why,omitempty"` // it could not be run
}

// UnreturnedError is why a cleanup, or a restore, was refused: something would be
// lost with the file.
type UnreturnedError struct {
	Path string
	What dbsync.Unreturned
}

func (e *UnreturnedError) Error() string {
	return fmt.Sprintf("failoversql: %s holds %s", e.Path, e.What)
}

// Cleanup removes the fallback: the file with all that lies beside it, and what
// was made for it on PostgreSQL (slot, publication, registration). It is refused,
// and all is as it was, while the fallback serves or another process has the file
// open, with *UnreturnedError where something in it would be lost, and where
// PostgreSQL does not answer.
//
// An application that orders it goes on with PostgreSQL only; other methods of
// its Connector return ErrRemoved. When it starts again it makes a new file. A
// cleanup, once it has begun to remove, is not cut short by ctx.
func (c *Connector) Cleanup(ctx context.Context) error {
	_, err := c.CleanupWith(ctx, CleanupOptions{})
	return err
}

// CleanupWith is Cleanup with options, and says what it did.
func (c *Connector) CleanupWith(ctx context.Context, opt CleanupOptions) (CleanupReport, error) {
	if err := c.ready(ctx); err != nil {
		return CleanupReport{}, err
	}
	return c.inst.cleanup(ctx, opt)
}

func (i *instance) cleanup(ctx context.Context, opt CleanupOptions) (report CleanupReport, err error) {
	i.cleaning.Lock()
	defer i.cleaning.Unlock()
	if i.removed.Load() {
		return report, ErrRemoved
	}
	if !i.cfg.Guest && i.tokens != nil {
		return report, errors.New("failoversql: the fallback cannot be removed under an application that leaves commit tokens (fallback_commit_tokens): end the application, then failoversql cleanup")
	}
	r := i.running.Load()
	if err := r.file.TakeSole(ctx); err != nil {
		return report, fmt.Errorf("failoversql: %w", err)
	}
	done := false
	defer func() {
		if !done {
			err = errors.Join(err, r.file.Share(context.WithoutCancel(ctx)))
		}
	}()
	if i.cfg.Guest {
		owned, oerr := r.file.TryOwn()
		if oerr != nil || !owned {
			return report, errors.Join(oerr, fmt.Errorf("failoversql: %w", sqlitedb.ErrInUse))
		}
		defer func() {
			if !done {
				err = errors.Join(err, r.file.Release())
			}
		}()
	} else if mode := r.monitor.Route().Mode; mode != health.Primary {
		return report, fmt.Errorf("failoversql: the fallback cannot be removed: %s", modeText[mode])
	}
	lost, err := r.sync.Unreturned(ctx)
	if err != nil {
		return report, fmt.Errorf("failoversql: %w", err)
	}
	if !opt.Force {
		if !lost.None() {
			return report, &UnreturnedError{r.file.Path(), lost}
		}
		if lost.Unasked != nil {
			return report, fmt.Errorf("failoversql: PostgreSQL cannot be asked whether it has everything: %w", lost.Unasked)
		}
	}
	report.Destroyed = lost.String()
	if opt.Force {
		if report.Backup, err = r.file.Backup(ctx, i.backupDir(opt.BackupDir)); err != nil {
			return report, fmt.Errorf("failoversql: nothing was removed: %w", err)
		}
	}
	if !i.cfg.Guest {
		if err := i.retire(ctx, r, opt.Force); err != nil {
			return report, err
		}
	}
	done = true
	if report.Left, err = r.sync.LeaveSQL(context.WithoutCancel(ctx)); err != nil {
		return report, fmt.Errorf("failoversql: %w", err)
	}
	leaving, cancel := context.WithTimeout(context.WithoutCancel(ctx), max(i.cfg.Timeout, 10*time.Second))
	err = r.sync.Leave(leaving)
	cancel()
	if err == nil {
		report.Left = ""
	} else {
		report.Why = err.Error()
		i.log.Warn("what was made on PostgreSQL for the fallback file is left there", "error", err)
	}
	report.Removed = r.file.Path()
	if i.cfg.Guest {
		i.removed.Store(true)
		i.stopRunning(r)
	}
	if err := r.file.Remove(); err != nil {
		return report, fmt.Errorf("failoversql: %w", err)
	}
	i.log.Warn("failoversql: the fallback was removed", "file", report.Removed, "backup", report.Backup)
	return report, nil
}

// retire ends what decides, and looks once more: from then on the gate of the file
// cannot be opened any more. Where an order opened it meanwhile, all begins again
// with the next call, as after a start.
func (i *instance) retire(ctx context.Context, r *running, force bool) error {
	i.startMu.Lock()
	defer i.startMu.Unlock()
	if i.stopped {
		return ErrClosed
	}
	i.removed.Store(true)
	i.stopRunning(r)
	st, err := r.file.State(context.WithoutCancel(ctx))
	if err == nil && st.Serving {
		err = errors.New("failoversql: the fallback cannot be removed: it began to serve")
	}
	if err == nil && !force {
		var lost dbsync.Unreturned
		if lost, err = r.sync.Unreturned(context.WithoutCancel(ctx)); err == nil && !lost.None() {
			err = &UnreturnedError{r.file.Path(), lost}
		}
	}
	if err == nil {
		i.events.emit(Event{Time: time.Now(), Mode: health.Primary, Generation: i.gate.generation(), Reason: alarmRemoved + ": PostgreSQL serves alone until the application starts again", Alarm: true})
		return nil
	}
	i.started = false
	i.removed.Store(false)
	return errors.Join(err, r.file.Close())
}

// backupDir is where a backup goes that nobody named a directory for.
func (i *instance) backupDir(given string) string {
	switch {
	case given != "":
		return given
	case i.cfg.BackupDir != "":
		return i.cfg.BackupDir
	}
	return filepath.Dir(i.cfg.Path)
}
