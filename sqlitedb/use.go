package sqlitedb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

// useSuffix names the file beside the fallback file whose lock every open File
// shares, so that whoever removes the file, or puts another in its place, knows
// that nobody uses it.
const useSuffix = ".use"

// lockSuffix names the file that holds the owner's lock.
const lockSuffix = ".lock"

// ErrInUse says that the file is open elsewhere, in this process or another.
var ErrInUse = errors.New("the fallback file is in use: a process has it open")

// Sole is the right to be the only one who has a fallback file open. While it is
// held, Open waits, unless it is given it (Options.Sole). It ends with the
// process.
type Sole struct {
	path string
	lock *os.File
}

// TakeSole takes a file for oneself, which need not be there: ErrInUse where
// somebody has it open.
func TakeSole(ctx context.Context, path string) (*Sole, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, &OpenError{path, err}
	}
	lock, err := lockUse(ctx, abs, true)
	if err != nil {
		return nil, &OpenError{abs, err}
	}
	return &Sole{abs, lock}, nil
}

// Leave gives the file back.
func (s *Sole) Leave() { _ = s.lock.Close() }

// lockUse takes the lock of use. It waits for one who is alone, and does not wait
// where it is to be alone itself. The lock counts only if its file still has its
// name: whoever removed the fallback file removed that too.
func lockUse(ctx context.Context, path string, alone bool) (*os.File, error) {
	for {
		lock, err := openLock(path, useSuffix)
		if err != nil {
			return nil, err
		}
		ok, err := tryLock(lock, alone)
		if err == nil && ok && sameFile(lock, path+useSuffix) {
			return lock, nil
		}
		_ = lock.Close()
		switch {
		case err != nil:
			return nil, err
		case !ok && alone:
			return nil, ErrInUse
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("%w: %w", ErrInUse, context.Cause(ctx))
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func sameFile(f *os.File, path string) bool {
	a, err := f.Stat()
	if err != nil {
		return false
	}
	b, err := os.Lstat(path)
	return err == nil && os.SameFile(a, b)
}

// TakeSole makes this File the only one: nobody else opens it until Share, Remove
// or the end. ErrInUse where another has it open.
func (f *File) TakeSole(ctx context.Context) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.closed:
		return ErrClosed
	case f.use == nil:
		return nil // opened by one who is alone
	}
	// A lock is not always exchanged for another in one step.
	err := unlock(f.use)
	if err != nil {
		return err
	}
	ok, err := tryLock(f.use, true)
	if err == nil && ok && sameFile(f.use, f.path+useSuffix) {
		return nil
	}
	_ = unlock(f.use)
	err = errors.Join(err, f.shareAgain(ctx))
	if err == nil {
		err = ErrInUse
	}
	return err
}

// Share lets others open the file again.
func (f *File) Share(ctx context.Context) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed || f.use == nil {
		return nil
	}
	return errors.Join(unlock(f.use), f.shareAgain(ctx))
}

// shareAgain takes the shared lock; f.mu is held.
func (f *File) shareAgain(ctx context.Context) error {
	for {
		ok, err := tryLock(f.use, false)
		if err != nil || ok {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(time.Millisecond):
		}
	}
}

// Remove closes the file and removes it, with all that lies beside it. The caller
// is alone (TakeSole), and has seen to it that nothing in it is missed. Nobody
// opens it before it is gone.
func (f *File) Remove() error {
	f.mu.Lock()
	use := f.use
	f.use = nil
	f.mu.Unlock()
	err := f.Close()
	if err == nil {
		err = remove(f.path)
	}
	if use == nil {
		return err
	}
	if cerr := use.Close(); cerr != nil {
		return errors.Join(err, cerr)
	}
	if runtime.GOOS == "windows" && err != nil { // which removes no file that is open
		return remove(f.path)
	}
	return err
}
