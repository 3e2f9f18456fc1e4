package sqlitedb

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"

	"github.com/mattn/go-sqlite3"
)

// The reserve is a file beside the fallback file that holds room on the disk, for
// what must still be written when there is none left: that the file serves no
// more, that its journal is replayed. It is made when the file begins to serve.
// Once it was given up, this process lets applications write only when it could
// be made again.
const (
	reserveSuffix = "-reserve"
	reserveSize   = 1 << 20
	// reserveRetry is how often it is tried to make it again.
	reserveRetry = time.Second
)

// reserve is what a process knows of it.
type reserve struct {
	mu    sync.Mutex
	spent bool
	tried time.Time
}

// Reserve makes the reserve where it is missing. An error leaves none.
func (f *File) Reserve() error {
	f.reserve.mu.Lock()
	defer f.reserve.mu.Unlock()
	return f.makeReserve()
}

func (f *File) makeReserve() error {
	path := f.path + reserveSuffix
	if info, err := os.Lstat(path); err == nil && info.Size() == reserveSize {
		f.reserve.spent = false
		return nil
	}
	err := os.WriteFile(path, make([]byte, reserveSize), 0o600) // a sparse file would hold nothing
	if err != nil {
		_ = os.Remove(path)
		return err
	}
	f.reserve.spent = false
	return nil
}

// DespiteFullDisk does what must be done also where the disk is full: then with
// the reserve, which is gone after that. do must change nothing where it fails.
func (f *File) DespiteFullDisk(do func() error) error {
	err := do()
	if !isFull(err) {
		return err
	}
	f.reserve.mu.Lock()
	there := os.Remove(f.path+reserveSuffix) == nil
	f.reserve.spent = true
	f.reserve.mu.Unlock()
	if there {
		f.log.Warn("the disk of the fallback file is full; its reserve was given up, and applications cannot write until there is room again")
	}
	return do()
}

// keepRoom has a connection's commits take no more of the disk than they need
// while there is no reserve: to move the log into the file would take all that
// was given up.
func (c *Conn) keepRoom() error {
	c.file.reserve.mu.Lock()
	spent := c.file.reserve.spent
	c.file.reserve.mu.Unlock()
	if spent == c.sparing {
		return nil
	}
	pages := "1000" // SQLite's own
	if spent {
		pages = "0"
	}
	_, err := c.db.ExecContext(context.Background(), "PRAGMA wal_autocheckpoint = "+pages, nil)
	if err == nil {
		c.sparing = spent
	}
	return err
}

// lowOnDisk is the error of an application's write while there is no reserve.
func (f *File) lowOnDisk() error {
	f.reserve.mu.Lock()
	defer f.reserve.mu.Unlock()
	if !f.reserve.spent {
		return nil
	}
	if now := time.Now(); now.Sub(f.reserve.tried) >= reserveRetry {
		f.reserve.tried = now
		if f.makeReserve() == nil {
			return nil
		}
	}
	return errorf("53100", "could not extend the fallback file: the disk is full")
}

// isFull: there was no room on the disk.
func isFull(err error) bool {
	var serr sqlite3.Error
	return errors.As(err, &serr) && (serr.Code == sqlite3.ErrFull || serr.ExtendedCode == sqlite3.ErrIoErrSHMSize)
}
