//go:build unix

package sqlitedb

import (
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// shared is the lock file beside a fallback file: the owner's lock, and a page
// of counters that every process on the file maps into its memory, so that a
// reader learns of another process's change of schema or state by one load.
//
// The schema counter is odd while a transaction that changes the catalog is
// about to commit. A reader that sees the same even number before it plans a
// statement and after the statement has taken its snapshot has planned with the
// right catalog.
type shared struct {
	file     *os.File
	mem      []byte
	counters *[3]atomic.Uint64 // of schema, state and activity
}

const sharedSize = 4096

func openShared(path string) (*shared, error) {
	f, err := openLock(path, lockSuffix)
	if err != nil {
		return nil, err
	}
	st, err := f.Stat()
	if err == nil && !st.Mode().IsRegular() {
		err = fmt.Errorf("%s is not a regular file", path+lockSuffix)
	}
	if err == nil && st.Size() < sharedSize {
		err = f.Truncate(sharedSize)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	mem, err := unix.Mmap(int(f.Fd()), 0, sharedSize, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		f.Close()
		return nil, err
	}
	return &shared{file: f, mem: mem, counters: (*[3]atomic.Uint64)(unsafe.Pointer(&mem[0]))}, nil
}

func (s *shared) close() {
	_ = unix.Munmap(s.mem)
	s.mem, s.counters = nil, new([3]atomic.Uint64)
	_ = s.file.Close() // releases the lock
}

func (s *shared) tryOwn() (bool, error) { return tryLock(s.file, true) }

func (s *shared) release() error { return unlock(s.file) }

// openLock opens a file beside the database that is there to be locked.
func openLock(path, suffix string) (*os.File, error) {
	f, err := os.OpenFile(path+suffix, os.O_RDWR|os.O_CREATE|syscall.O_NOFOLLOW|syscall.O_CLOEXEC, 0o600)
	if err != nil {
		return nil, err
	}
	if err := handOver(f, path); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// tryLock takes a lock of an open file, alone or together with others that do
// not want it alone, and reports whether it could. The operating system gives it
// back when the file is closed or the process ends, however it ends.
func tryLock(f *os.File, alone bool) (bool, error) {
	how := unix.LOCK_SH
	if alone {
		how = unix.LOCK_EX
	}
	for {
		err := unix.Flock(int(f.Fd()), how|unix.LOCK_NB)
		switch err {
		case nil:
			return true, nil
		case unix.EWOULDBLOCK:
			return false, nil
		case unix.EINTR:
			continue
		}
		return false, err
	}
}

func unlock(f *os.File) error { return unix.Flock(int(f.Fd()), unix.LOCK_UN) }

func (s *shared) schemaSeq() uint64 { return s.counters[0].Load() }

// schemaChanging makes the schema counter odd and returns it. The caller holds
// the file's write lock.
func (s *shared) schemaChanging() uint64 {
	n := s.counters[0].Load()
	n += 1 + n%2
	s.counters[0].Store(n)
	return n
}

// schemaChanged makes the counter even again after the transaction has ended,
// unless another change has begun meanwhile.
func (s *shared) schemaChanged(odd uint64) { s.counters[0].CompareAndSwap(odd, odd+1) }

// schemaSettle ends a change whose process died between schemaChanging and
// schemaChanged. The caller holds the file's write lock, so that no change can
// be in progress.
func (s *shared) schemaSettle() {
	if n := s.counters[0].Load(); n%2 == 1 {
		s.counters[0].CompareAndSwap(n, n+1)
	}
}

func (s *shared) stateSeq() uint64 { return s.counters[1].Load() }
func (s *shared) stateChanged()    { s.counters[1].Add(1) }

func (s *shared) activity() uint64 { return s.counters[2].Load() }
func (s *shared) active()          { s.counters[2].Add(1) }
