// Package dbsync keeps the fallback file and the primary in step.
//
// From the primary to the file: Snapshot makes a complete copy, Follow applies
// every later transaction to it by logical replication, Run does both for as
// long as it is let. From the file to the primary: triggers journal what is
// written while the file serves, Replay applies that to the primary exactly
// once, and Rejoin turns the file back into a follower. Verify compares the
// two sides.
//
// One process at a time does this for a file: the one that holds the file's
// lock (sqlitedb.File.TryOwn).
package dbsync

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/internal/pgerr"
	"github.com/failoversql/failoversql/sqlitedb"
)

// Config says what is kept in step with what.
type Config struct {
	// File is the fallback file, open.
	File *sqlitedb.File

	// Primary opens ordinary connections to the primary.
	Primary *pgx.ConnConfig

	// Replication opens replication connections, where they need another
	// address or role than Primary (poolers do not carry them). Nil: Primary.
	Replication *pgx.ConnConfig

	// Include and Exclude choose tables, by "name" or "schema.name", "*"
	// standing for any run of characters. An empty Include means all.
	Include, Exclude []string

	// CopyWorkers bounds the tables read at the same time by a snapshot.
	// Zero: 2.
	CopyWorkers int

	// Method is how the file is kept up. Zero: by the stream where the primary
	// has what that needs, else by snapshots.
	Method Method
	// SnapshotInterval is how often the file is copied anew where it is kept up
	// by snapshots. Zero: 5 minutes.
	SnapshotInterval time.Duration
	// Heartbeat is how often the follower marks the primary's log to measure
	// its own lag and to let idle log move on. Zero: one second.
	Heartbeat time.Duration

	// Remember keeps in mind what the follower applied lately, for SeeSame.
	Remember bool

	// Progress, where set, is told how a snapshot gets on. It is called from
	// the goroutine that writes the file and must not block.
	Progress func(Progress)

	// Bootstrap lets a file that never held a copy serve, empty
	// (fallback_bootstrap=empty).
	Bootstrap bool

	// Conflict chooses what becomes of conflicts found by Replay, by table:
	// "name" or "schema.name", "*" for all others. Default: Park.
	Conflict map[string]Policy

	// OnConflict, where set, is asked about each conflict that the table's
	// policy does not settle, the rows on the primary being locked meanwhile.
	// It answers with a policy or a row (see Resolution; of them Discard is not
	// taken), or with Park. It is asked again about the same conflict where the
	// transaction has to be tried again, and must not wait for long. Where its
	// answer cannot be carried out, or it panics, the transaction is parked.
	OnConflict func(context.Context, Conflict) Resolution

	// OnRewound, where set, is told that the primary was found to be older than
	// the file (restored from a backup, promoted from a standby that lagged), why,
	// and where the file was kept as it was before it is brought to the primary.
	OnRewound func(kept string, cause error)

	// IgnoreTriggers lets tables with user triggers or rules be written on the
	// fallback, where these do not fire (fallback_triggers=ignore).
	IgnoreTriggers bool

	// JournalRetention is how long a journal is kept after the primary has
	// everything in it. Zero: 24 hours.
	JournalRetention time.Duration

	// Logger receives events worth an operator's eye. Nil: slog.Default.
	Logger *slog.Logger
}

// Method is how a file is kept up.
type Method string

// The methods; "" leaves it open.
const (
	ByStream    Method = "stream"   // logical replication
	BySnapshots Method = "snapshot" // the whole of it copied anew at intervals
)

// Sync is one fallback file and its primary. Methods are safe for concurrent
// use, but Snapshot, Follow, Run, Replay and Rejoin each refuse to begin
// (ErrBusy) while another of them that needs the same side is under way.
type Sync struct {
	cfg Config
	log *slog.Logger

	// busy is held by whichever of Snapshot, Follow and Rejoin is writing the
	// file from the stream.
	busy sync.Mutex

	// copying is held by whoever makes a new copy, which may be beside a follower.
	copying turn
	// renewed is a new copy to be put in place by the Run that is under way.
	renewed chan *renewal

	// lacking is what the primary lacks for the stream where snapshots are made
	// for want of it, and nil where nothing is.
	lacking atomic.Pointer[string]

	// waitsFor are the transactions on the primary that a slot waits for.
	waitsFor atomic.Pointer[[]OpenTransaction]

	// position is what the follower has applied and what it knows of the
	// primary's; WaitFor and Lag read it.
	position position

	// recent is what the follower applied lately.
	recent recent

	// barriers carries requests to see the file at one position; see barrier.
	barriers chan *barrier

	altered bool               // of Run: the stream ended because the schema has changed
	unseen  map[partition]bool // of Run: those for which it ended
	heldLog int64              // of TendSlots, when it last looked

	// back is the state of the way from the file to the primary.
	back back
}

// New prepares a Sync; it opens nothing and starts nothing.
func New(cfg Config) *Sync {
	if cfg.Replication == nil {
		cfg.Replication = cfg.Primary
	}
	if cfg.CopyWorkers <= 0 {
		cfg.CopyWorkers = 2
	}
	if cfg.SnapshotInterval <= 0 {
		cfg.SnapshotInterval = 5 * time.Minute
	}
	if cfg.Heartbeat <= 0 {
		cfg.Heartbeat = time.Second
	}
	if cfg.JournalRetention <= 0 {
		cfg.JournalRetention = 24 * time.Hour
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	return &Sync{cfg: cfg, log: cfg.Logger, barriers: make(chan *barrier), copying: make(turn, 1), renewed: make(chan *renewal)}
}

// Errors that the methods of Sync wrap.
var (
	// ErrBusy: the file is being written from the stream by another call.
	ErrBusy = errors.New("dbsync: another snapshot, follower or rejoin is under way on this file")

	// ErrDiverged: the file holds writes of its own, so the stream may not be
	// applied to it before Rejoin.
	ErrDiverged = errors.New("dbsync: the file has diverged from the primary")

	// ErrResync: the stream cannot be continued from the file's position (the
	// slot is gone, or the schema changed in a way that cannot be applied);
	// only Snapshot makes the copy whole again.
	ErrResync = errors.New("dbsync: a new snapshot is needed")

	// ErrSetup: the primary lacks something that following needs; the text
	// says what and gives the SQL that puts it right.
	ErrSetup = errors.New("dbsync: the primary is not ready to be followed")
)

// connect opens an ordinary connection to the primary. It asks for no settings
// that a pooler in between might refuse.
func (s *Sync) connect(ctx context.Context) (*pgx.Conn, error) {
	cfg := s.cfg.Primary.Copy()
	cfg.RuntimeParams["application_name"] = applicationName
	conn, err := pgx.ConnectConfig(ctx, cfg)
	return conn, pgerr.Attempts(err)
}

// outputSettings are those under which PostgreSQL writes values as package
// pgvalue reads them.
var outputSettings = map[string]string{
	"DateStyle":          "ISO, MDY",
	"IntervalStyle":      "postgres",
	"TimeZone":           "UTC",
	"extra_float_digits": "3",
	"bytea_output":       "hex",
	"client_encoding":    "UTF8",
}

// sessionParams sets them for a connection yet to be opened.
func sessionParams(p map[string]string) {
	maps.Copy(p, outputSettings)
	p["application_name"] = applicationName
}

// applicationName marks our own backends in pg_stat_activity.
const applicationName = "failoversql"
