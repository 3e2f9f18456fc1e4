package sqlitedb

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect"
)

// File is an open fallback file. Safe for concurrent use.
type File struct {
	path string
	opt  Options
	log  *slog.Logger

	shared   *shared
	writers  writers
	logSync  logSync
	reserve  reserve
	advisory advisory
	current  atomic.Pointer[schemaVersion] // the catalog, and its translated statements
	reload   sync.Mutex                    // one goroutine reads the catalog anew
	info     os.FileInfo                   // of the file that was opened

	translate func(*catalog.Catalog, string) (*dialect.Plan, error)
	leases    leases

	hits, misses atomic.Uint64 // of translations: see PlanCache

	mu      sync.Mutex
	closed  bool
	refs    int   // connections, and the File itself while open
	control *Conn // for the File's own work; nil while it is in use or not open yet
	owned   bool
	use     *os.File // its lock: see TakeSole; nil where the opener is alone
	primary *os.File // its lock: see JoinPrimary; nil before its first use
	joined  bool     // this File has it

	work     sync.WaitGroup // that nobody waits for but Close
	retiring sync.Mutex     // one connection is closed at a time: see retire
	ending   context.Context
	end      context.CancelFunc
}

// Open opens the fallback file at path, or makes an empty one (mode 0600) where
// there is none. It refuses, with an *OpenError and changing nothing: a missing
// directory, a path that cannot be written, a symbolic link or anything else
// but a regular file, a file of another user, a file that is not SQLite or not
// ours (ErrNotSQLite, ErrForeignFile), one of a newer format (ErrNewerFormat),
// and the copy of another database (ErrOtherDatabase). ctx bounds the wait for
// other processes.
func Open(ctx context.Context, path string, opt Options) (*File, error) {
	opt.setDefaults()
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, &OpenError{path, err}
	}
	f := &File{path: abs, opt: opt, log: opt.Logger, refs: 1, translate: dialect.Translate}
	f.ending, f.end = context.WithCancel(context.Background())
	if err := f.open(ctx); err != nil {
		return nil, &OpenError{abs, err}
	}
	return f, nil
}

func (f *File) open(ctx context.Context) (err error) {
	if err := f.claim(ctx); err != nil {
		return err
	}
	defer func() {
		if err != nil && f.use != nil {
			_ = f.use.Close()
		}
	}()
	db, err := f.dial()
	if err != nil {
		return err
	}
	err = f.checkFormat(ctx, db)
	if err == nil {
		if err = makePrivate(f.path); beyondUs(err) {
			f.log.Warn("other users may be able to read or write the fallback file: its mode cannot be changed", "file", f.path, "error", err)
			err = nil
		}
	}
	if cerr := db.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	if f.info, err = os.Lstat(f.path); err != nil {
		return err
	}
	if f.shared, err = openShared(f.path); err != nil {
		return err
	}
	if err := f.refresh(ctx); err != nil {
		f.shared.close()
		return err
	}
	if Exposed(f.path) {
		f.log.Warn("other users of this machine can remove the fallback file, and what was written in it: the directory is open to all", "file", f.path)
	}
	return nil
}

// claim makes sure that there is a file to open, and that it stays.
func (f *File) claim(ctx context.Context) error {
	if err := preparePath(f.path); err != nil || f.opt.Sole != nil {
		return err
	}
	var err error
	if f.use, err = lockUse(ctx, f.path, false); err != nil {
		return err
	}
	if err := preparePath(f.path); err != nil { // it may have been removed meanwhile
		_ = f.use.Close()
		return err
	}
	return nil
}

// Path is the absolute path of the file.
func (f *File) Path() string { return f.path }

// Close releases the owner's lock and closes the file. Connections still open
// go on until they are closed themselves; new ones are refused with ErrClosed.
func (f *File) Close() error {
	f.mu.Lock()
	if f.closed {
		f.mu.Unlock()
		return nil
	}
	f.closed = true
	f.mu.Unlock()
	f.end()
	f.work.Wait()
	f.mu.Lock()
	control := f.control
	f.control = nil
	err := f.closePrimary()
	f.mu.Unlock()
	if control != nil {
		if cerr := control.Close(); err == nil {
			err = cerr
		}
	}
	if rerr := f.Release(); err == nil {
		err = rerr
	}
	f.drop()
	return err
}

// hold counts a user of the open file; drop gives it back and closes what all
// of them share after the last.
func (f *File) hold() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return ErrClosed
	}
	f.refs++
	return nil
}

func (f *File) drop() {
	f.mu.Lock()
	f.refs--
	last := f.refs == 0
	f.mu.Unlock()
	if last {
		f.shared.close()
		if f.use != nil {
			_ = f.use.Close()
		}
	}
}

// TryOwn takes the owner's lock of the file if nobody has it: true when this
// File owns it now. The operating system releases it when the process ends,
// however it ends.
func (f *File) TryOwn() (bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return false, ErrClosed
	}
	if f.owned {
		return true, nil
	}
	ok, err := f.shared.tryOwn()
	f.owned = ok
	return ok, err
}

// Release gives the owner's lock back. It does nothing where it is not held.
func (f *File) Release() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.owned {
		return nil
	}
	f.owned = false
	return f.shared.release()
}

// Owned says whether this File holds the owner's lock.
func (f *File) Owned() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.owned
}

// HasOwner says whether some process holds the owner's lock, this one included.
func (f *File) HasOwner() (bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return false, ErrClosed
	}
	if f.owned {
		return true, nil
	}
	free, err := tryLock(f.shared.file, false)
	if err != nil || !free {
		return true, err
	}
	return false, f.shared.release()
}

// Replaced says whether the path no longer leads to the file that was opened
// (it was removed, or another was put in its place by hand). Everything written
// from then on would be lost with the old file: close and open again. Replace
// does not have this effect.
func (f *File) Replaced() bool {
	info, err := os.Lstat(f.path)
	return err != nil || !os.SameFile(f.info, info)
}

// Catalog is the current version of the catalog. It looks for a version that
// another process has committed. The catalog is never nil; it is empty in a
// file that never saw a snapshot.
func (f *File) Catalog() *catalog.Catalog {
	_ = f.refresh(context.Background())
	return f.current.Load().cat
}

// service runs work on the File's own connection, or on a new one while that is
// in use.
func (f *File) service(ctx context.Context, work func(*Conn) error) error {
	f.mu.Lock()
	c := f.control
	f.control = nil
	closed := f.closed
	f.mu.Unlock()
	if closed {
		return ErrClosed
	}
	if c == nil {
		var err error
		if c, err = f.Conn(ctx); err != nil {
			return err
		}
	}
	err := work(c)
	c.Rollback()
	f.mu.Lock()
	if f.control == nil && !f.closed {
		f.control = c
		c = nil
	}
	f.mu.Unlock()
	if c != nil {
		c.Close()
	}
	return err
}
