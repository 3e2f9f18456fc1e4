package sqlitedb

import (
	"context"
	"database/sql/driver"
	"fmt"
	"io"
	"time"
)

// State is the file's one row of state, shared by every process that uses it.
type State struct {
	Mode       string    // the route: "primary", "fallback", …; "" before the first decision
	Generation int64     // raised with every change of route
	Reason     string    // of the last change of route
	Since      time.Time // of the last change of route; zero before the first
	Pin        string    // an operator's will: "primary", "fallback", or "" where there is none

	// Draining asks every process to have nothing under way on the primary: see
	// File.JoinPrimary.
	Draining bool
	// Serving opens the gate: applications may write to the file.
	Serving bool
	// Capture says that the journal's triggers record changes. The follower
	// clears it inside its own transactions only.
	Capture bool
	// Tx numbers the writing transactions of applications.
	Tx int64

	LSN              uint64    // last followed position of the primary
	State            CopyState // of the copy
	DivergedLSN      uint64    // position at which the file began to serve
	Journal          string    // UUID of the current journal; "" where there is none
	SnapshotComplete bool      // a snapshot has been completed once
}

// CopyState says how the file's content relates to the primary's.
type CopyState string

const (
	Empty     CopyState = "empty"     // nothing was ever copied
	Following CopyState = "following" // the primary at State.LSN
	Diverged  CopyState = "diverged"  // has served writes since State.DivergedLSN
	Rejoining CopyState = "rejoining" // replayed; not yet brought back to the primary
)

const stateColumns = `mode, generation, reason, since, serving, capture, tx, lsn, state, diverged_lsn, journal, snapshot_complete, pin, draining`

// State reads the state row. Safe for concurrent use; ctx bounds the wait.
func (f *File) State(ctx context.Context) (State, error) {
	var st State
	err := f.service(ctx, func(c *Conn) (err error) {
		st, err = c.State(ctx)
		return err
	})
	return st, err
}

// UpdateState reads the state row, lets change alter it, and stores it, in one
// writing transaction that waits for its turn in the queue of writers but does
// not need the gate open. When change returns an error nothing is stored and
// that error is returned. After it has returned with Serving false, no
// application's write commits until it is true again.
func (f *File) UpdateState(ctx context.Context, change func(*State) error) (State, error) {
	return f.updateState(ctx, "FULL", f.writers.acquireFirst, change)
}

// writersGrace is how long UpdateStateLast waits for the writers of this process
// before it: many statements take that little, one that takes longer is passed.
const writersGrace = 8 * time.Millisecond

// UpdateStateLast is UpdateState for a change that shuts the gate. What waits for
// the writer's place in this process may write first, for some milliseconds; what
// begins meanwhile finds the gate shut already (ErrNotServing), and so would have
// waited for nothing. It does not wait for the disk: what is changed is durable
// with the next transaction that is, or Durable.
func (f *File) UpdateStateLast(ctx context.Context, change func(*State) error) (State, error) {
	f.writers.setShut(true)
	defer f.writers.setShut(false)
	last := func(ctx context.Context) error { return f.writers.acquireLast(ctx, writersGrace) }
	return f.updateState(ctx, sessionSync, last, change)
}

func (f *File) updateState(ctx context.Context, sync string, acquire func(context.Context) error, change func(*State) error) (State, error) {
	var st State
	err := f.update(ctx, sync, acquire, func(c *Conn) (err error) {
		if st, err = c.State(ctx); err != nil {
			return err
		}
		if err = change(&st); err != nil {
			return err
		}
		return c.SetState(ctx, st)
	})
	return st, err
}

// Update runs work in one writing transaction, which waits for its turn in the
// queue of writers but does not need the gate open, and commits it where work
// returns nil. Where the disk is full work may be called twice, the first time in
// vain (see DespiteFullDisk).
func (f *File) Update(ctx context.Context, work func(*Conn) error) error {
	return f.update(ctx, "FULL", f.writers.acquire, work)
}

func (f *File) update(ctx context.Context, sync string, acquire func(context.Context) error, work func(*Conn) error) error {
	return f.DespiteFullDisk(func() error {
		return f.service(ctx, func(c *Conn) error {
			if _, err := c.db.ExecContext(ctx, "PRAGMA synchronous = "+sync, nil); err != nil {
				return err
			}
			if err := c.begin(ctx, acquire); err != nil {
				return err
			}
			defer c.Rollback()
			if err := work(c); err != nil {
				return err
			}
			return c.Commit(ctx)
		})
	})
}

// StateSeq is a number that changes whenever SetState stores a row, or the order
// changes (see Order), in any process: a cheap way (one load from shared memory) to learn that State and
// Order should be read again. Where the platform has no shared memory it changes at every
// call.
func (f *File) StateSeq() uint64 { return f.shared.stateSeq() }

// Active tells the other processes on the file that this one has used the
// primary; Activity is a number that changes when any did. Either is one access
// to shared memory. Where there is none, Activity changes at every call.
func (f *File) Active() { f.shared.active() }

// Activity is described at Active.
func (f *File) Activity() uint64 { return f.shared.activity() }

// State reads the state row as this connection's transaction sees it.
func (c *Conn) State(ctx context.Context) (State, error) {
	var st State
	var since, serving, capture, lsn, diverged, complete, draining int64
	var state string
	err := c.QueryRow(ctx, `SELECT `+stateColumns+` FROM failoversql_state WHERE id = 1`, nil,
		&st.Mode, &st.Generation, &st.Reason, &since, &serving, &capture, &st.Tx, &lsn, &state, &diverged, &st.Journal, &complete, &st.Pin, &draining)
	if err != nil {
		if err == io.EOF {
			err = fmt.Errorf("sqlitedb: the file has lost its state row")
		}
		return State{}, err
	}
	if since != 0 {
		st.Since = time.UnixMicro(since)
	}
	st.Serving, st.Capture, st.SnapshotComplete, st.Draining = serving != 0, capture != 0, complete != 0, draining != 0
	st.LSN, st.DivergedLSN, st.State = uint64(lsn), uint64(diverged), CopyState(state)
	return st, nil
}

// SetState stores the state row inside the connection's transaction. Tx is left
// alone: only the gate counts it. Other processes learn of it at Commit.
func (c *Conn) SetState(ctx context.Context, st State) error {
	var since int64
	if !st.Since.IsZero() {
		since = st.Since.UnixMicro()
	}
	_, err := c.Exec(ctx, `UPDATE failoversql_state SET mode=?1, generation=?2, reason=?3, since=?4, serving=?5, capture=?6,
		lsn=?7, state=?8, diverged_lsn=?9, journal=?10, snapshot_complete=?11, pin=?12, draining=?13 WHERE id = 1`,
		st.Mode, st.Generation, st.Reason, since, b2i(st.Serving), b2i(st.Capture),
		int64(st.LSN), string(st.State), int64(st.DivergedLSN), st.Journal, b2i(st.SnapshotComplete), st.Pin, b2i(st.Draining))
	c.stateChanged = true
	return err
}

func b2i(b bool) driver.Value {
	if b {
		return int64(1)
	}
	return int64(0)
}
