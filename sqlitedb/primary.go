package sqlitedb

import (
	"context"
	"time"
)

// primarySuffix names the file beside the fallback file whose lock every process
// but the owner shares while its statements may run on the primary.
const primarySuffix = ".primary"

// JoinPrimary says that this process may have statements under way on the
// primary, until LeavePrimary, or until it ends. ctx bounds the wait for somebody
// who looks just now.
func (f *File) JoinPrimary(ctx context.Context) error {
	for {
		f.mu.Lock()
		ok, err := f.joined, error(nil)
		if !ok {
			ok, err = f.lockPrimary(false)
			f.joined = ok
		}
		f.mu.Unlock()
		if err != nil || ok {
			return err
		}
		select {
		case <-time.After(time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// LeavePrimary says that nothing of this process is under way on the primary,
// and that nothing will begin.
func (f *File) LeavePrimary() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.joined {
		return nil
	}
	f.joined = false
	return unlock(f.primary)
}

// PrimaryLeft says whether no process has joined the primary. It is asked by a
// process that has not.
func (f *File) PrimaryLeft() (bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if ok, err := f.lockPrimary(true); err != nil || !ok {
		return false, err
	}
	return true, unlock(f.primary)
}

// lockPrimary tries for the lock. f.mu is held.
func (f *File) lockPrimary(alone bool) (bool, error) {
	if f.closed {
		return false, ErrClosed
	}
	if f.primary == nil {
		var err error
		if f.primary, err = openLock(f.path, primarySuffix); err != nil {
			f.primary = nil
			return false, err
		}
	}
	return tryLock(f.primary, alone)
}

// closePrimary gives the lock back for good. f.mu is held.
func (f *File) closePrimary() error {
	if f.primary == nil {
		return nil
	}
	f.joined = false
	return f.primary.Close()
}
