package sqlitedb

import (
	"context"
	"errors"
	"net/url"
	"time"

	"github.com/mattn/go-sqlite3"
)

// connect opens one SQLite connection with the settings that every connection
// to the file has.
func (f *File) connect(ctx context.Context) (*sqlite3.SQLiteConn, error) {
	db, err := f.dial()
	if err != nil {
		return nil, err
	}
	if err := f.configure(ctx, db); err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

// dial opens the file and changes nothing in it.
func (f *File) dial() (*sqlite3.SQLiteConn, error) {
	// A connection is never used by two goroutines at once, so SQLite need not
	// lock it (interrupting it from another thread is safe all the same).
	c, err := (&sqlite3.SQLiteDriver{}).Open("file:" + (&url.URL{Path: f.path}).EscapedPath() + "?mode=rw&_mutex=no&_busy_timeout=25")
	if err != nil {
		return nil, openFailure(err)
	}
	return c.(*sqlite3.SQLiteConn), nil
}

func (f *File) configure(ctx context.Context, db *sqlite3.SQLiteConn) error {
	settings := `
		PRAGMA foreign_keys = ON;
		PRAGMA recursive_triggers = ON;
		PRAGMA cell_size_check = ON;
		PRAGMA synchronous = FULL;
		PRAGMA fullfsync = ON;
		PRAGMA checkpoint_fullfsync = ON;
		PRAGMA journal_size_limit = 67108864;
		PRAGMA journal_mode = WAL`
	if f.opt.Scratch {
		settings = `
			PRAGMA synchronous = OFF;
			PRAGMA journal_mode = OFF`
	}
	return openFailure(retryBusy(ctx, func() error { // journal_mode needs the file to itself while it changes
		_, err := db.ExecContext(context.Background(), settings, nil)
		return err
	}))
}

// connectReadOnly opens a database that is at rest.
func (f *File) connectReadOnly() (*sqlite3.SQLiteConn, error) {
	c, err := (&sqlite3.SQLiteDriver{}).Open("file:" + (&url.URL{Path: f.path}).EscapedPath() + "?mode=ro&_mutex=no")
	if err != nil {
		return nil, openFailure(err)
	}
	return c.(*sqlite3.SQLiteConn), nil
}

func openFailure(err error) error {
	var serr sqlite3.Error
	if errors.As(err, &serr) && serr.Code == sqlite3.ErrNotADB {
		return ErrNotSQLite
	}
	return err
}

// retryBusy repeats what met another process's lock, until ctx ends.
func retryBusy(ctx context.Context, do func() error) error {
	for {
		err := do()
		if !isBusy(err) {
			return err
		}
		// SQLite has waited a while by itself, except where it fears a deadlock.
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(time.Millisecond):
		}
	}
}

// isBusy says whether err is SQLITE_BUSY, less the kind that waiting cannot
// cure (a snapshot that has become too old to write).
func isBusy(err error) bool {
	if err == nil {
		return false
	}
	var serr sqlite3.Error
	return errors.As(err, &serr) && serr.Code == sqlite3.ErrBusy && serr.ExtendedCode != sqlite3.ErrBusySnapshot
}

// beginImmediate takes SQLite's write lock, waiting for other processes until
// ctx ends. The caller holds the writer's place of this process.
func beginImmediate(ctx context.Context, db *sqlite3.SQLiteConn) error {
	return retryBusy(ctx, func() error {
		_, err := db.ExecContext(context.Background(), "BEGIN IMMEDIATE", nil)
		return err
	})
}
