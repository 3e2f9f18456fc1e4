package sqlitedb

import (
	"context"
	"encoding/binary"
	"hash/fnv"
	"sync"
	"time"

	"github.com/failoversql/failoversql/dialect/pgfunc"
)

// lockMode is how an advisory lock is held.
type lockMode byte

const (
	lockNone lockMode = iota
	lockShared
	lockExclusive
)

// lockKey is the key of an advisory lock. Keys of one and of two numbers do not
// meet.
type lockKey struct {
	a, b int64
	two  bool
}

// offset is the byte of the lock file that stands for a key. Two keys on one
// byte would wait for one another, nothing worse.
func (k lockKey) offset() int64 {
	h := fnv.New64a()
	_ = binary.Write(h, binary.LittleEndian, []int64{k.a, k.b})
	if k.two {
		h.Write([]byte{2})
	}
	return 1<<62 | int64(h.Sum64()>>2)
}

// advisory are a file's advisory locks: among the sessions of this process by a
// table, among processes by locks on bytes of the lock file.
type advisory struct {
	mu      sync.Mutex
	holders map[lockKey]map[*Session]*held
	changed chan struct{} // closed when a lock is given up
}

// held is what one session holds of a key: how often, by the session and by its
// transaction.
type held struct{ session, tx [lockExclusive + 1]int }

func (h *held) mode() lockMode {
	for m := lockExclusive; m > lockNone; m-- {
		if h.session[m]+h.tx[m] > 0 {
			return m
		}
	}
	return lockNone
}

// try takes a lock that nobody's stands against.
func (l *advisory) try(s *Session, k lockKey, mode lockMode, ofTx bool) (bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	before := lockNone
	for other, h := range l.holders[k] {
		before = max(before, h.mode())
		if other != s && (mode == lockExclusive || h.mode() == lockExclusive) {
			return false, nil
		}
	}
	if mode > before {
		if ok, err := s.file.shared.lockByte(k.offset(), mode); !ok || err != nil {
			return false, err
		}
	}
	if l.holders[k] == nil {
		if l.holders == nil {
			l.holders = make(map[lockKey]map[*Session]*held)
		}
		l.holders[k] = make(map[*Session]*held)
	}
	h := l.holders[k][s]
	if h == nil {
		h = new(held)
		l.holders[k][s] = h
	}
	if ofTx {
		h.tx[mode]++
		s.tx.locks = append(s.tx.locks, txLock{k, mode})
	} else {
		h.session[mode]++
	}
	return true, nil
}

// settle gives up what is no longer held of a key. The caller holds mu.
func (l *advisory) settle(s *Session, k lockKey) {
	if h := l.holders[k][s]; h != nil && h.mode() == lockNone {
		delete(l.holders[k], s)
	}
	mode := lockNone
	for _, h := range l.holders[k] {
		mode = max(mode, h.mode())
	}
	if mode == lockNone {
		delete(l.holders, k)
	}
	_, _ = s.file.shared.lockByte(k.offset(), mode) // weaker than it was: nobody stands against it
	if l.changed != nil {
		close(l.changed)
		l.changed = nil
	}
}

// unlock gives up one lock that the session holds, and says whether it did.
func (l *advisory) unlock(s *Session, k lockKey, mode lockMode) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	h := l.holders[k][s]
	if h == nil || h.session[mode] == 0 {
		return false
	}
	h.session[mode]--
	l.settle(s, k)
	return true
}

// unlockAll gives up all that the session holds outside its transaction.
func (l *advisory) unlockAll(s *Session) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for k, sessions := range l.holders {
		if h := sessions[s]; h != nil {
			h.session = [lockExclusive + 1]int{}
			l.settle(s, k)
		}
	}
}

// txLock is a lock that ends with the transaction.
type txLock struct {
	key  lockKey
	mode lockMode
}

// endLocks gives up the transaction's locks, all but the first n.
func (s *Session) endLocks(n int) {
	if len(s.tx.locks) <= n {
		return
	}
	l := &s.file.advisory
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, t := range s.tx.locks[n:] {
		if h := l.holders[t.key][s]; h != nil {
			h.tx[t.mode]--
			l.settle(s, t.key)
		}
	}
	s.tx.locks = s.tx.locks[:n]
}

// otherProcess is how often a lock that another process may hold is tried.
const otherProcess = 10 * time.Millisecond

// lock waits for a lock, no longer than lock_timeout.
func (s *Session) lock(k lockKey, mode lockMode, ofTx bool) error {
	ctx, cancel := context.WithTimeoutCause(s.ctx, s.lockWait(), errLockTimeout())
	defer cancel()
	l := &s.file.advisory
	for {
		l.mu.Lock()
		if l.changed == nil {
			l.changed = make(chan struct{})
		}
		changed := l.changed
		l.mu.Unlock()
		if ok, err := l.try(s, k, mode, ofTx); ok || err != nil {
			return err
		}
		again := time.NewTimer(otherProcess)
		select {
		case <-changed:
		case <-again.C:
		case <-ctx.Done():
			again.Stop()
			return s.mapError(ctx, context.Cause(ctx), nil)
		}
		again.Stop()
	}
}

// advisoryCall is the session's side of pg_advisory_lock and its like: what to
// do, how, and the key. A key of NULL locks nothing.
func (s *Session) advisoryCall(what string, shared, ofTx int64, keys ...any) (any, error) {
	k := lockKey{two: len(keys) > 1}
	for i, v := range keys {
		n, ok := v.(int64)
		switch {
		case !ok:
			return nil, nil
		case i == 0:
			k.a = n
		default:
			k.b = n
		}
	}
	mode := lockExclusive
	if shared != 0 {
		mode = lockShared
	}
	var ok bool
	var err error
	switch what {
	case "lock":
		return "", pgfunc.WrapError(s.lock(k, mode, ofTx != 0))
	case "try":
		ok, err = s.file.advisory.try(s, k, mode, ofTx != 0)
	case "unlock":
		ok = s.file.advisory.unlock(s, k, mode)
	case "unlock_all":
		s.file.advisory.unlockAll(s)
		return "", nil
	}
	if err != nil {
		return nil, pgfunc.WrapError(err)
	}
	if ok {
		return int64(1), nil
	}
	return int64(0), nil
}
