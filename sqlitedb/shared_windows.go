package sqlitedb

import (
	"errors"
	"os"
	"sync/atomic"

	"golang.org/x/sys/windows"
)

// shared is the lock file beside a fallback file. Without memory shared between
// processes every reader looks for changes in the file itself: the counters say
// at every call that something may have changed.
type shared struct {
	file  *os.File
	calls atomic.Uint64
}

func openShared(path string) (*shared, error) {
	f, err := openLock(path, lockSuffix)
	if err != nil {
		return nil, err
	}
	return &shared{file: f}, nil
}

func (s *shared) close() { _ = s.file.Close() }

func (s *shared) tryOwn() (bool, error) { return tryLock(s.file, true) }

func (s *shared) release() error { return unlock(s.file) }

// openLock opens a file beside the database that is there to be locked.
func openLock(path, suffix string) (*os.File, error) {
	return os.OpenFile(path+suffix, os.O_RDWR|os.O_CREATE, 0o600)
}

// tryLock takes a lock of an open file, alone or together with others that do
// not want it alone, and reports whether it could. The operating system gives it
// back when the file is closed or the process ends, however it ends.
func tryLock(f *os.File, alone bool) (bool, error) {
	flags := uint32(windows.LOCKFILE_FAIL_IMMEDIATELY)
	if alone {
		flags |= windows.LOCKFILE_EXCLUSIVE_LOCK
	}
	err := windows.LockFileEx(windows.Handle(f.Fd()), flags, 0, 1, 0, new(windows.Overlapped))
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) || errors.Is(err, windows.ERROR_IO_PENDING) {
		return false, nil
	}
	return err == nil, err
}

func unlock(f *os.File) error {
	return windows.UnlockFileEx(windows.Handle(f.Fd()), 0, 1, 0, new(windows.Overlapped))
}

func (s *shared) schemaSeq() uint64      { return 1 }
func (s *shared) schemaChanging() uint64 { return 1 }
func (s *shared) schemaChanged(uint64)   {}
func (s *shared) schemaSettle()          {}
func (s *shared) stateSeq() uint64       { return s.calls.Add(1) }
func (s *shared) stateChanged()          {}
func (s *shared) activity() uint64       { return s.calls.Add(1) } // never at rest
func (s *shared) active()                {}
