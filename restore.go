package failoversql

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/failoversql/failoversql/sqlitedb"
	dbsync "github.com/failoversql/failoversql/sync"
)

// RestoreOptions says how Restore works.
type RestoreOptions struct {
	// Force puts the backup in place also where the file that is there holds
	// something that is nowhere else. It is kept beside, with that in it.
	Force bool
}

// RestoreReport says what Restore did.
type RestoreReport struct {
	File   string `json:"file"`
	Kept   string `json:"kept,omitempty"`   // the file that was there, under its new name
	Unread string `json:"unread,omitempty"` // why that one could not be read, where it could not
	State  string `json:"state"`            // of the copy: see FallbackStatus
	LSN    string `json:"lsn,omitempty"`    // what PostgreSQL was when it was last followed
	// Leases: values of sequences are there to be given out. Without, they come
	// when PostgreSQL can be reached.
	Leases bool `json:"leases"`
	// Replayed is what was brought to PostgreSQL of the backup's journal.
	Replayed SyncReport `json:"replayed"`
	// Unasked is why PostgreSQL could not be asked whether the backup's instance
	// lives elsewhere.
	Unasked string `json:"unasked,omitempty"`
}

// Restore puts a backup in the place of the fallback file of a configuration, and
// keeps the file that was there under another name. No process may have the file
// open (sqlitedb.ErrInUse).
//
// A journal in the backup is brought to PostgreSQL first, after what its marker
// there says was brought already, and closed; where PostgreSQL does not answer
// such a backup is refused. What is written later gets a journal of its own, so
// that nothing is ever replayed twice, also if the file that was there is
// restored in its turn. Values of sequences go on where the file that was there
// left off; where it cannot be read there are none until PostgreSQL gives new
// ones. A backup whose instance lives on another host is refused. An error leaves
// the file as it was.
func Restore(ctx context.Context, cfg *Config, backup string, opt RestoreOptions) (report RestoreReport, err error) {
	if err := cfg.complete(); err != nil {
		return report, err
	}
	if !cfg.Enabled {
		return report, ErrDisabled
	}
	sole, err := sqlitedb.TakeSole(ctx, cfg.Path)
	if err != nil {
		return report, fmt.Errorf("failoversql: %w", err)
	}
	defer sole.Leave()
	report.File = cfg.Path
	dir, err := restoreDir(cfg.Path)
	if err != nil {
		return report, fmt.Errorf("failoversql: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	restored := filepath.Join(dir, filepath.Base(cfg.Path))
	if err := sqlitedb.CopyBackup(backup, restored); err != nil {
		return report, fmt.Errorf("failoversql: the backup cannot be read: %w", err)
	}
	if err := prepare(ctx, cfg, sole, restored, opt, &report); err != nil {
		return report, fmt.Errorf("failoversql: %w", err)
	}
	report.Kept, err = sole.PutInPlace(restored)
	if err != nil {
		err = fmt.Errorf("failoversql: %w", err)
	}
	return report, err
}

// restoreDir makes the directory in which the file at path is prepared. Nobody
// else restores it now: what is there already was left by one that was killed.
func restoreDir(path string) (string, error) {
	dir, begin := filepath.Dir(path), ".failoversql-restore-"+filepath.Base(path)+"-"
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	for _, e := range entries {
		if random, ok := strings.CutPrefix(e.Name(), begin); ok && strings.Trim(random, "0123456789") == "" {
			if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
				return "", err
			}
		}
	}
	return os.MkdirTemp(dir, begin)
}

// prepare makes the copy of a backup what is to be put in place.
func prepare(ctx context.Context, cfg *Config, sole *sqlitedb.Sole, path string, opt RestoreOptions, report *RestoreReport) (err error) {
	fresh, err := sqlitedb.Open(ctx, path, fileOptions(cfg, nil))
	var unopened *sqlitedb.OpenError
	if errors.As(err, &unopened) {
		err = unopened.Err // without the name of the copy
	}
	if err != nil {
		return fmt.Errorf("the backup: %w", err)
	}
	defer func() { err = errors.Join(err, fresh.Close()) }()
	if err := fresh.Integrity(ctx); err != nil {
		return fmt.Errorf("the backup: %w", err)
	}
	sync := newSync(cfg, fresh, nil)
	host, _ := os.Hostname()
	where, unasked := sync.ElsewhereAlive(ctx, host, cfg.Path)
	switch {
	case unasked != nil:
		report.Unasked = unasked.Error()
	case where != "":
		return fmt.Errorf("the backup is of an instance that lives at %s: two files of one instance would replay each other's transactions", where)
	}
	if err := succeed(ctx, cfg, sole, fresh, opt, report); err != nil {
		return err
	}
	st, err := fresh.State(ctx)
	if err != nil {
		return err
	}
	journal, err := sync.Journal(ctx)
	if err != nil {
		return err
	}
	if unreplayed(st, journal) {
		if report.Replayed, err = syncAll(ctx, &running{sync: sync}); err != nil {
			return fmt.Errorf("the backup holds a journal, and only PostgreSQL knows what of it was brought back: %w", err)
		}
	}
	if err := countOn(ctx, fresh); err != nil {
		return err
	}
	report.State, report.LSN = string(st.State), lsnText(st.LSN)
	return nil
}

// succeed takes over from the file that is there, if it can be read.
func succeed(ctx context.Context, cfg *Config, sole *sqlitedb.Sole, fresh *sqlitedb.File, opt RestoreOptions, report *RestoreReport) (err error) {
	var old *sqlitedb.File
	if _, serr := os.Lstat(cfg.Path); serr == nil {
		if old, err = sqlitedb.Open(ctx, cfg.Path, fileOptions(cfg, sole)); err != nil {
			report.Unread, old = err.Error(), nil
		}
	}
	if old != nil {
		defer func() { err = errors.Join(err, old.Close()) }()
		lost, uerr := newSync(cfg, old, nil).Unreturned(ctx)
		if uerr == nil && !opt.Force && !lost.None() {
			return &UnreturnedError{cfg.Path, lost}
		}
		if report.Leases, err = fresh.Succeed(ctx, old); err == nil && uerr == nil {
			return nil
		}
		report.Unread = errors.Join(err, uerr).Error()
	}
	report.Leases, err = fresh.Succeed(ctx, nil)
	return err
}

// countOn numbers the transactions to come after those of closed journals, also
// those that the backup never saw.
func countOn(ctx context.Context, f *sqlitedb.File) error {
	c, err := f.Conn(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	var n, last int64
	err = c.QueryRow(ctx, `SELECT count(*) FROM sqlite_schema WHERE type='table' AND name='failoversql_journals'`, nil, &n)
	if err != nil || n == 0 {
		return err
	}
	if err := c.QueryRow(ctx, `SELECT coalesce(max(last_tx), 0) FROM failoversql_journals`, nil, &last); err != nil {
		return err
	}
	return f.CountTx(ctx, last)
}

func fileOptions(cfg *Config, sole *sqlitedb.Sole) sqlitedb.Options {
	return sqlitedb.Options{
		Database:        cfg.Primary.Database,
		StrictCollation: cfg.Strict,
		Capture:         dbsync.CaptureTriggers,
		JournalDDL:      dbsync.JournalDDL,
		Sole:            sole,
		Logger:          cfg.logger(),
	}
}
