package dbsync

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// recent remembers which tables the transactions that were applied lately have
// changed, so that it can be told whether a table in the file is as a snapshot
// of the primary shows it. Transaction ids are compared as PostgreSQL does, in a
// circle.
type recent struct {
	mu       sync.Mutex
	follower uint64 // the number of the follower that is running; 0: none does
	count    uint64 // of followers so far
	based    bool   // floor is past what the file had before the follower
	// floor is past every transaction of which only this is known: that it is
	// in the file.
	floor    uint32
	hasFloor bool
	ring     []appliedTx
	next     int
}

// appliedTx is a source transaction, with the tables it changed.
type appliedTx struct {
	xid    uint32
	many   bool // more tables than are named
	count  uint8
	tables [recentTables]uint32
}

const (
	recentTxs    = 4096
	recentTables = 6
)

// laterXID says that a was given out after b.
func laterXID(a, b uint32) bool { return int32(a-b) > 0 }

func (r *recent) begin() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.count++
	r.follower, r.based, r.hasFloor, r.ring, r.next = r.count, false, false, nil, 0
}

func (r *recent) end() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.follower, r.ring = 0, nil
}

// add remembers a transaction before it shows in the file.
func (r *recent) add(tx appliedTx) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.ring) < recentTxs {
		r.ring = append(r.ring, tx)
		return
	}
	r.raise(r.ring[r.next].xid + 1)
	r.ring[r.next] = tx
	r.next = (r.next + 1) % recentTxs
}

// raise puts the floor at an id at least.
func (r *recent) raise(id uint32) {
	if !r.hasFloor || laterXID(id, r.floor) {
		r.floor, r.hasFloor = id, true
	}
}

func (tx *appliedTx) touch(oid uint32) {
	if tx.many || slices.Contains(tx.tables[:tx.count], oid) {
		return
	}
	if int(tx.count) == len(tx.tables) {
		tx.many = true
		return
	}
	tx.tables[tx.count] = oid
	tx.count++
}

// touches says whether it may have changed one of these tables; nil stands for
// any.
func (tx *appliedTx) touches(tables []uint32) bool {
	if tx.many || tables == nil {
		return true
	}
	for _, oid := range tx.tables[:tx.count] {
		if slices.Contains(tables, oid) {
			return true
		}
	}
	return false
}

// A SourceSnapshot says which transactions of the primary a snapshot shows.
type SourceSnapshot struct {
	LSN        LSN // all that it shows stands before this in the log
	xmin, xmax uint32
	running    []uint32
	follower   uint64
}

// Watching is to be taken before the snapshot that is compared.
type Watching struct{ follower uint64 }

// ErrNotComparable is wrapped where it cannot be known whether the file shows
// what a snapshot of the primary does.
var ErrNotComparable = errors.New("dbsync: not comparable")

var (
	errNoStream = fmt.Errorf("%w: no_stream", ErrNotComparable)
	errOldTx    = fmt.Errorf("%w: old_transaction", ErrNotComparable)
	errChanged  = fmt.Errorf("%w: changed_meanwhile", ErrNotComparable)
	errBehind   = fmt.Errorf("%w: file_behind", ErrNotComparable)
)

// Watch begins a comparison. It needs Config.Remember and a follower.
func (s *Sync) Watch() (Watching, error) {
	r := &s.recent
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.follower == 0 {
		return Watching{}, errNoStream
	}
	return Watching{r.follower}, nil
}

// SnapshotQuery is what ParseSnapshot reads, to be asked in a REPEATABLE READ
// transaction as its first.
const SnapshotQuery = `SELECT pg_current_snapshot()::text, pg_current_wal_insert_lsn()::text`

// ParseSnapshot reads the answer to SnapshotQuery.
func (w Watching) ParseSnapshot(snapshot, lsn string) (SourceSnapshot, error) {
	out := SourceSnapshot{follower: w.follower}
	var err error
	if out.LSN, err = ParseLSN(lsn); err != nil {
		return out, err
	}
	parts := strings.Split(snapshot, ":")
	if len(parts) != 3 {
		return out, fmt.Errorf("dbsync: snapshot %q is not understood", snapshot)
	}
	var ids []uint32
	for _, text := range append(parts[:2:2], strings.FieldsFunc(parts[2], func(c rune) bool { return c == ',' })...) {
		id, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			return out, fmt.Errorf("dbsync: snapshot %q is not understood", snapshot)
		}
		ids = append(ids, uint32(id))
	}
	out.xmin, out.xmax, out.running = ids[0], ids[1], ids[2:]
	return out, nil
}

// shows says whether a transaction that has committed shows in the snapshot.
func (x SourceSnapshot) shows(xid uint32) bool {
	switch {
	case laterXID(x.xmin, xid):
		return true
	case !laterXID(x.xmax, xid):
		return false
	}
	return !slices.Contains(x.running, xid)
}

// SeeSame waits until the file has all that a snapshot of the primary shows, lets
// see read it, and returns nil where the file certainly had nothing else in these
// tables then; nil stands for any tables. It returns see's error, or one that
// wraps ErrNotComparable where that is not certain, also if ctx ends first.
func (s *Sync) SeeSame(ctx context.Context, snapshot SourceSnapshot, tables []uint32, see func() error) error {
	if err := s.recent.base(snapshot); err != nil {
		return err
	}
	if err := s.WaitFor(ctx, snapshot.LSN); err != nil {
		return errBehind
	}
	if err := see(); err != nil {
		return err
	}
	return s.recent.unchanged(snapshot, tables)
}

// base makes sure that the transactions that are not remembered all show in the
// snapshot.
func (r *recent) base(x SourceSnapshot) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.follower == 0 || r.follower != x.follower {
		return errNoStream
	}
	if !r.based {
		// What the file had before its follower began is older than any snapshot
		// taken since.
		r.raise(x.xmax)
		r.based = true
	}
	if laterXID(r.floor, x.xmin) {
		return errOldTx
	}
	return nil
}

// unchanged looks at all that was applied, after the file was read: what has been
// applied since then is only one reason more not to compare.
func (r *recent) unchanged(x SourceSnapshot, tables []uint32) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.follower != x.follower:
		return errNoStream
	case laterXID(r.floor, x.xmin):
		return errOldTx
	}
	for i := range r.ring {
		if tx := &r.ring[i]; !x.shows(tx.xid) && tx.touches(tables) {
			return errChanged
		}
	}
	return nil
}
