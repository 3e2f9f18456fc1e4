package failoversql

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/sqlitedb"
	dbsync "github.com/failoversql/failoversql/sync"
)

// What MigrateFromPrimary and Verify take and give. Times in JSON are in
// nanoseconds.
type (
	// MigrateOptions says how a new copy is made. Exclude and the limits of
	// fallback_tables and fallback_exclude add up.
	MigrateOptions = dbsync.SnapshotOptions
	// MigrateReport says what was copied.
	MigrateReport = dbsync.SnapshotReport
	// MigrateProgress says how the copying gets on.
	MigrateProgress = dbsync.Progress
	// IncompleteError lists what a new copy would lack.
	IncompleteError = dbsync.IncompleteError

	// VerifyOptions narrows a Verify.
	VerifyOptions = dbsync.VerifyOptions
	// VerifyReport says how the two sides compare.
	VerifyReport = dbsync.VerifyReport
	// OpenTransaction is one on PostgreSQL that a new copy or a comparison waits for.
	OpenTransaction = dbsync.OpenTransaction
	// VerifyProgress says how a Verify gets on.
	VerifyProgress = dbsync.VerifyProgress
)

// DescribeOpen names the first few of some transactions, for people.
func DescribeOpen(open []OpenTransaction) string { return dbsync.DescribeOpen(open) }

// The kinds of tasks.
const (
	taskMigrate = "migrate"
	taskVerify  = "verify"
)

type migrateTask struct {
	LeaveOut bool     `json:"leave_out"`
	Exclude  []string `json:"exclude"` // null: as it is
	Compare  bool     `json:"compare"`
}

type migrated struct {
	Report  MigrateReport      `json:"report"`
	Missing []catalog.Relation `json:"missing,omitempty"` // why nothing was done
}

// MigrateFromPrimary makes a new copy of PostgreSQL's schema and rows, as of one
// moment, which takes the place of the old one in one step. Until then the old
// copy stays, is followed on, and serves should PostgreSQL fail; where the new
// one fails it is as if nothing had been done. The process that owns the file
// does it, and no other work of its kind meanwhile; a guest does it where no
// process has the file, and makes the file where there is none.
//
// It fails while SQLite serves or its journal is not replayed
// (dbsync.ErrDiverged), where PostgreSQL lacks something (dbsync.ErrSetup), and
// with *IncompleteError where the copy would lack something and nothing was said
// about that. It is given up when ctx ends. opt.Progress is called from a
// goroutine of its own, one call at a time.
func (c *Connector) MigrateFromPrimary(ctx context.Context, opt MigrateOptions) (MigrateReport, error) {
	if err := c.readyToMake(ctx); err != nil {
		return MigrateReport{}, err
	}
	var result migrated
	err := c.inst.task(ctx, taskMigrate, migrateTask{opt.LeaveOut, opt.Exclude, opt.Compare}, &result, func(text json.RawMessage) {
		var p MigrateProgress
		if opt.Progress != nil && json.Unmarshal(text, &p) == nil {
			opt.Progress(p)
		}
	})
	if err == nil && len(result.Missing) > 0 {
		err = &IncompleteError{Absent: result.Missing}
	}
	return result.Report, err
}

// migrate does it, in the owner.
func (i *instance) migrate(ctx context.Context, r *running, args json.RawMessage, tell func(any, bool)) (any, error) {
	var want migrateTask
	if err := json.Unmarshal(args, &want); err != nil {
		return nil, fmt.Errorf("failoversql: %w", err)
	}
	i.sockets.stir() // PostgreSQL is asked for something
	var last time.Time
	phase := ""
	event := i.copying(r)
	report, err := r.sync.Renew(ctx, dbsync.SnapshotOptions{
		LeaveOut: want.LeaveOut, Exclude: want.Exclude, Compare: want.Compare,
		Progress: func(p dbsync.Progress) {
			event(p)
			keep := p.TableDone || p.Phase != phase
			if keep || time.Since(last) >= taskLook {
				tell(p, keep)
				last, phase = time.Now(), p.Phase
			}
		},
	})
	var incomplete *dbsync.IncompleteError
	if errors.As(err, &incomplete) {
		return migrated{Missing: incomplete.Absent}, nil
	}
	if err == nil {
		// An outage may come before an application follows.
		if lerr := i.reserve(ctx, r); lerr != nil && ctx.Err() == nil {
			i.log.Debug("no values of sequences could be reserved after a copy", "error", lerr)
		}
	}
	return migrated{Report: report}, err
}

// reserve fills the leases over a connection of its own.
func (i *instance) reserve(ctx context.Context, r *running) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	var conn *pgx.Conn
	if err := r.follow.connect(ctx, &conn); err != nil {
		return err
	}
	_, err := r.sync.RefillLeases(ctx, conn)
	return errors.Join(err, conn.Close(ctx))
}

type verifyTask struct {
	Tables []string `json:"tables,omitempty"`
	Rate   int      `json:"rate,omitempty"`
}

// Verify compares the rows of both sides at one moment of PostgreSQL, while both
// go on being written to. The file has to follow; while SQLite serves it fails.
// The process that owns the file does it, or a guest where no process has it.
// opt.Progress is called from a goroutine of its own, one call at a time.
func (c *Connector) Verify(ctx context.Context, opt VerifyOptions) (VerifyReport, error) {
	if err := c.ready(ctx); err != nil {
		return VerifyReport{}, err
	}
	var result VerifyReport
	err := c.inst.task(ctx, taskVerify, verifyTask{opt.Tables, opt.Rate}, &result, func(text json.RawMessage) {
		var p VerifyProgress
		if opt.Progress != nil && json.Unmarshal(text, &p) == nil {
			opt.Progress(p)
		}
	})
	return result, err
}

// errVerified ends the following of a guest.
var errVerified = errors.New("failoversql: compared")

// verify does it, in the owner. A guest that stands in for the owner follows
// meanwhile.
func (i *instance) verify(ctx context.Context, r *running, args json.RawMessage, tell func(any, bool)) (_ any, err error) {
	var want verifyTask
	if err := json.Unmarshal(args, &want); err != nil {
		return nil, fmt.Errorf("failoversql: %w", err)
	}
	st, err := r.file.State(ctx)
	if err != nil {
		return nil, err
	}
	if st.State != sqlitedb.Following {
		return nil, fmt.Errorf("failoversql: the file is not a copy of PostgreSQL that could be compared: it is %s", st.State)
	}
	if i.cfg.Guest {
		following, stop := context.WithCancelCause(ctx)
		ended := make(chan error, 1)
		go func() { ended <- r.sync.Follow(following) }()
		defer func() {
			stop(errVerified)
			if why := <-ended; err != nil && !errors.Is(why, errVerified) {
				err = why // Verify only saw that nobody follows
			}
		}()
	}
	i.sockets.stir() // the file has to follow
	return r.sync.Verify(ctx, dbsync.VerifyOptions{Tables: want.Tables, Rate: want.Rate, Progress: func(p dbsync.VerifyProgress) { tell(p, true) }})
}
