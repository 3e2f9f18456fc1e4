package failoversql

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"os"
	"strings"
	"time"

	"github.com/failoversql/failoversql/health"
	"github.com/failoversql/failoversql/sqlitedb"
)

// Status is the state of both sides at one moment. Its JSON has durations in
// seconds, and leaves out what is not known.
type Status struct {
	Mode       health.Mode `json:"mode"`
	Since      time.Time   `json:"since,omitzero"`
	Generation uint64      `json:"generation"`
	Reason     string      `json:"reason"`             // of the last change of mode
	Pin        health.Pin  `json:"pin"`                // an operator's will, or Auto
	Owner      bool        `json:"owner"`              // this process decides; else it follows the process that does
	Owned      bool        `json:"owned"`              // some process decides; else the rest is what the last one left
	Held       bool        `json:"held"`               // the flap budget is spent: the fallback is kept
	ReturnAt   time.Time   `json:"return_at,omitzero"` // the earliest return to the primary; zero while it serves
	Trouble    string      `json:"trouble,omitempty"`  // why the step that is due was not possible, or ""

	Primary  PrimaryStatus  `json:"primary"`
	Fallback FallbackStatus `json:"fallback"`

	// Instances is how many instances, this one included, were registered on the
	// primary when it was last asked; 0 where it never was.
	Instances int `json:"instances,omitempty"`

	// Readiness counts the statements that would run on the fallback, without
	// naming any: see Connector.Readiness.
	Readiness Readiness `json:"readiness"`

	// LastPause is how long new transactions waited at the last return to the
	// primary.
	LastPause time.Duration `json:"-"`
}

// PrimaryStatus is what the probes see of PostgreSQL. A process that does not
// decide probes only where it has met trouble: LastProbe is zero then.
type PrimaryStatus struct {
	Host      string        `json:"host"`
	Port      uint16        `json:"port"`
	Database  string        `json:"database"`
	Up        bool          `json:"up"`
	LastProbe time.Time     `json:"last_probe,omitzero"`
	Latency   time.Duration `json:"-"`
	Error     string        `json:"error,omitempty"` // of the last probe
	Resting   bool          `json:"resting"`         // the application is idle, and PostgreSQL is left alone (fallback_probe_idle)
}

// FallbackStatus is the state of the SQLite file. Following, SyncLacks,
// LagBytes and Age are known to the process that decides.
type FallbackStatus struct {
	Path             string           `json:"path"`
	Latency          time.Duration    `json:"-"`          // of reading the file's state just now
	Size             int64            `json:"size_bytes"` // with its write-ahead log
	State            string           `json:"state"`
	Following        bool             `json:"following"`            // the copy is being kept up now, by the stream or by snapshots
	Sync             SyncMode         `json:"sync"`                 // how: stream, snapshot or off
	SyncLacks        string           `json:"sync_lacks,omitempty"` // what PostgreSQL lacks for the stream, where snapshots are made for want of it
	LSN              string           `json:"lsn,omitempty"`
	DivergedLSN      string           `json:"diverged_lsn,omitempty"` // "" unless the file holds writes of its own
	SnapshotComplete bool             `json:"snapshot_complete"`
	Age              time.Duration    `json:"-"` // of the copy; negative where it is not known
	LagBytes         int64            `json:"lag_bytes"`
	HeldBytes        int64            `json:"held_bytes"` // of PostgreSQL's log, by our slot, when last looked at
	Backlog          int64            `json:"backlog"`    // transactions of the journal not yet known to be replayed
	Parked           int64            `json:"parked"`     // of them, parked as conflicts
	Leases           map[string]int64 `json:"leases"`     // values left to give out, by sequence
	RejectsWrites    bool             `json:"rejects_writes"`
	CollationExact   bool             `json:"collation_exact"` // text sorts as on the primary
	// WaitsFor are transactions open on PostgreSQL that a new copy, tables copied
	// anew or a comparison wait for at the moment.
	WaitsFor []OpenTransaction `json:"waits_for,omitempty"`
	Trouble  string            `json:"trouble,omitempty"` // why following was interrupted, or ""
	Error    string            `json:"error,omitempty"`   // of reading the file
}

// Status answers from memory and the file; it asks PostgreSQL nothing. Before
// the first connection it starts what a connection would start; where that
// fails, Mode is unavailable and Reason says why.
func (c *Connector) Status(ctx context.Context) Status {
	if c.inst == nil {
		return Status{Mode: health.Primary, Reason: ErrDisabled.Error()}
	}
	err := c.ready(ctx)
	if errors.Is(err, ErrRemoved) {
		return Status{Mode: health.Primary, Reason: err.Error()}
	}
	if err != nil {
		return Status{Mode: health.Unavailable, Reason: err.Error()}
	}
	return c.inst.status(ctx)
}

func (i *instance) status(ctx context.Context) Status {
	r := i.running.Load()
	m := r.monitor.Status()
	s := Status{
		Mode: m.Route.Mode, Since: m.Route.Since, Generation: m.Route.Generation, Reason: m.Route.Reason,
		Pin: m.Pin, Owner: r.file.Owned(), Held: m.Held, ReturnAt: m.ReturnAt,
		Instances: r.follow.instances(), LastPause: time.Duration(r.pause.Load()),
		Primary: PrimaryStatus{
			Host: i.cfg.Primary.Host, Port: i.cfg.Primary.Port, Database: i.cfg.Primary.Database,
			Up: m.ProbeErr == nil && !m.LastProbe.IsZero(), LastProbe: m.LastProbe, Latency: m.Latency, Error: text(m.ProbeErr), Resting: m.Resting,
		},
		Fallback: FallbackStatus{Path: r.file.Path(), RejectsWrites: r.rejects.Load(), CollationExact: r.file.CollationExact(), Trouble: text(r.follow.trouble())},
	}
	switch {
	case m.HookErr != nil:
		s.Trouble = m.HookErr.Error()
	case m.Observing:
		s.Trouble = text(m.ObserveErr)
	}
	s.Owned, _ = r.file.HasOwner()
	s.Readiness = i.readiness(ctx)
	s.Readiness.Statements = nil
	if shadow := s.Readiness.Shadow; shadow != nil {
		shadow.Differences = nil
	}
	f := &s.Fallback
	for _, suffix := range []string{"", "-wal"} {
		if info, err := os.Stat(f.Path + suffix); err == nil {
			f.Size += info.Size()
		}
	}
	begun := time.Now()
	st, err := r.file.State(ctx)
	f.Latency = time.Since(begun)
	if err != nil {
		f.Error = err.Error()
		return s
	}
	f.State, f.SnapshotComplete, f.LSN = string(st.State), st.SnapshotComplete, lsnText(st.LSN)
	if st.State == sqlitedb.Diverged || st.State == sqlitedb.Rejoining {
		f.DivergedLSN = lsnText(st.DivergedLSN)
		journal, err := r.sync.Journal(ctx)
		f.Backlog, f.Parked = journal.Pending, journal.Conflicts
		if err != nil {
			f.Error = err.Error()
		}
	}
	if f.Leases, err = r.leases(ctx); err != nil {
		f.Error = err.Error()
	}
	method, lacks, err := r.sync.Method(ctx)
	if err != nil {
		f.Error = err.Error()
	}
	if f.Sync, f.SyncLacks = SyncMode(method), lacks; i.cfg.Sync == SyncOff {
		f.Sync, f.SyncLacks = SyncOff, ""
	}
	f.WaitsFor = r.sync.WaitsFor()
	lag := r.sync.Lag()
	f.HeldBytes = r.held.Load()
	f.Following, f.LagBytes, f.Age = lag.Following && st.State == sqlitedb.Following, lag.Bytes, -1
	if lag.Known {
		f.Age = lag.Age
	}
	return s
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// leases counts what is left of the reserved blocks of every sequence.
func (r *running) leases(ctx context.Context) (map[string]int64, error) {
	c, err := r.file.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	rows, err := c.Query(ctx, `SELECT sequence, next, finish FROM failoversql_lease`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	left := make(map[string]int64)
	vals := make([]driver.Value, 3)
	for {
		if err := rows.Next(vals); err == io.EOF {
			return left, nil
		} else if err != nil {
			return nil, err
		}
		name, _ := vals[0].(string)
		next, _ := vals[1].(int64)
		finish, _ := vals[2].(int64)
		schema, bare, _ := strings.Cut(name, ".")
		q := r.file.Catalog().Sequence(schema, bare)
		if q != nil && (finish-next)*q.Increment >= 0 {
			left[name] += (finish-next)/q.Increment + 1
		}
	}
}
