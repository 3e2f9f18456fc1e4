package failoversql

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/health"
	"github.com/failoversql/failoversql/internal/pgerr"
	"github.com/failoversql/failoversql/sqlitedb"
	dbsync "github.com/failoversql/failoversql/sync"
)

// instance is what all connectors of one DSN share in a process: the route and
// who decides it, the sockets to the primary, the fallback file, and the
// synchronisation of the two.
type instance struct {
	key   any
	users int // connectors; guarded by instances
	cfg   *Config
	log   *slog.Logger

	gate    *gate
	sockets *sockets
	primary driver.Connector // pgx, dialling through sockets
	tokens  *tokens          // nil unless fallback_commit_tokens
	events  events
	shapes  *shapes

	counters *counters
	shadow   *shadow // nil unless fallback_shadow_reads

	cleaning sync.Mutex  // one Cleanup at a time
	removed  atomic.Bool // by Cleanup: PostgreSQL only, from then on

	drill     atomic.Pointer[drill] // under way
	readsOnly atomic.Bool           // of a drill: the fallback is to take no writes

	startMu sync.Mutex
	started bool
	stopped bool
	running atomic.Pointer[running]
}

// running is what exists between start and stop.
type running struct {
	file    *sqlitedb.File
	sync    *dbsync.Sync
	monitor *health.Monitor
	probe   *probe
	follow  *follower
	owner   *ownership
	watch   *watch
	drain   *drain

	rejects atomic.Bool  // the fallback refuses writes (25006) this time
	gated   atomic.Int64 // when the gate of a cutover was shut, ns since 1970; 0 outside one
	held    atomic.Int64 // bytes of the primary's log that our slot held back when last looked at
	pause   atomic.Int64 // how long it was shut at the last return to the primary, ns

	ctx    context.Context // ends with stop
	cancel context.CancelFunc
	wg     sync.WaitGroup

	mu    sync.Mutex
	conns map[*primaryConn]struct{}
	warm  []*primaryConn // opened ahead of a return to the primary
	lites int            // connections to the fallback that are open
}

func newInstance(key any, cfg *Config) *instance {
	i := &instance{key: key, cfg: cfg, log: cfg.logger(), gate: newGate(), shapes: newShapes(), counters: newCounters()}
	i.sockets = newSockets(i.socketBroken)
	i.shadow = newShadow(i)
	pg := cfg.Primary.Copy()
	if cfg.CommitTokens {
		i.tokens = newTokens(i)
	}
	i.primary = stdlib.GetConnector(*pg, stdlib.OptionBeforeConnect(dialByContext))
	return i
}

// dialByContext gives a connection the DialFunc that its context carries.
func dialByContext(ctx context.Context, cfg *pgx.ConnConfig) error {
	cfg.DialFunc = ctx.Value(dialingKey{}).(*dialing).dial
	return nil
}

// start opens the file and starts the monitor, once; a guest makes the file only
// where it may. A failure leaves nothing
// behind and is tried again by the next call.
func (i *instance) start(ctx context.Context, mayMake bool) error {
	i.startMu.Lock()
	defer i.startMu.Unlock()
	switch {
	case i.stopped:
		return ErrClosed
	case i.removed.Load():
		return ErrRemoved
	case i.started:
		return nil
	}
	if _, err := os.Lstat(i.cfg.Path); i.cfg.Guest && !mayMake && errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %s (an application makes it when it starts; so do failoversql setup and migrate)", ErrNoFile, i.cfg.Path)
	}
	file, err := sqlitedb.Open(ctx, i.cfg.Path, fileOptions(i.cfg, nil))
	if err != nil {
		return fmt.Errorf("failoversql: %w", err)
	}
	if err := i.run(ctx, file); err != nil {
		return errors.Join(fmt.Errorf("failoversql: %w", err), file.Close())
	}
	i.started = true
	return nil
}

func (i *instance) run(ctx context.Context, file *sqlitedb.File) error {
	r := &running{file: file, conns: make(map[*primaryConn]struct{})}
	r.drain = &drain{inst: i, r: r}
	r.sync = newSync(i.cfg, file, func(c *dbsync.Config) {
		c.Progress = i.copying(r)
		c.OnRewound = func(kept string, cause error) { i.alarmRewound(r, kept, cause) }
	})
	owned := false
	if !i.cfg.Guest {
		var err error
		if owned, err = file.TryOwn(); err != nil {
			return err
		}
	}
	if err := r.drain.begin(ctx, owned); err != nil {
		return err
	}
	st, err := file.State(ctx) // which, of an owner, nobody changes any more
	if err != nil {
		return err
	}
	journal, err := r.sync.Journal(ctx)
	if err != nil {
		return err
	}
	pin, err := i.pinOf(st)
	if err != nil {
		return err
	}
	r.ctx, r.cancel = context.WithCancel(context.Background())
	r.probe = newProbe(i.cfg)
	r.follow = newFollower(i, r)
	r.owner = newOwnership(i, r, owned)
	r.watch = newWatch(i, r)
	r.monitor, err = health.New(i.healthConfig(st, journal, pin, owned), i.hooks(r))
	if err != nil {
		r.cancel()
		return err
	}
	i.running.Store(r)
	if err := r.monitor.Start(ctx); err != nil {
		i.running.Store(nil)
		r.cancel()
		r.follow.stop()
		r.probe.stop()
		return err
	}
	r.owner.start()
	r.wg.Go(r.watch.run)
	r.wg.Go(func() { i.tendSlots(r.ctx, r) })
	r.wg.Go(func() { i.watchJournal(r.ctx, r) })
	if !i.cfg.Guest {
		r.wg.Go(newJudge(i, r).run)
		if i.shadow != nil {
			r.wg.Go(func() { i.shadow.run(r) })
		}
	}
	r.wg.Go(func() { i.backUp(r.ctx, r) })
	if i.tokens != nil {
		r.wg.Go(func() { i.tokens.run(r.ctx, r) })
	}
	return nil
}

// newSync makes what keeps a file in step, as a configuration says; change, or
// nil, adds who is told of what.
func newSync(cfg *Config, file *sqlitedb.File, change func(*dbsync.Config)) *dbsync.Sync {
	conflict := make(map[string]dbsync.Policy, len(cfg.Conflict))
	for table, policy := range cfg.Conflict {
		if table == "" {
			table = "*"
		}
		conflict[table] = dbsync.Policy(policy)
	}
	c := dbsync.Config{
		File:        file,
		Primary:     cfg.Primary,
		Replication: cfg.Replication,
		Include:     cfg.Tables,
		Exclude:     cfg.Exclude,
		Bootstrap:   cfg.Bootstrap == BootstrapEmpty,
		Conflict:    conflict,
		OnConflict:  cfg.OnConflict,

		IgnoreTriggers: cfg.Triggers,

		Method:           syncMethods[cfg.Sync],
		SnapshotInterval: cfg.SyncEvery,
		Remember:         cfg.ShadowReads > 0,
		Logger:           cfg.logger(),
	}
	if change != nil {
		change(&c)
	}
	return dbsync.New(c)
}

// syncMethods are the ways of fallback_sync; auto leaves it open.
var syncMethods = map[SyncMode]dbsync.Method{SyncStream: dbsync.ByStream, SyncSnapshot: dbsync.BySnapshots}

// stop ends every goroutine and closes the file. Waiters get ErrClosed.
func (i *instance) stop() error {
	i.startMu.Lock()
	defer i.startMu.Unlock()
	if i.stopped {
		return nil
	}
	i.stopped = true
	r := i.running.Load()
	if r != nil && !i.removed.Load() {
		i.stopRunning(r)
	}
	i.gate.set(i.gate.generation() + 1) // whoever waits or holds a connection finds it over
	i.sockets.shutdown()
	i.events.stop()
	if r == nil {
		return nil
	}
	return r.file.Close()
}

// stopRunning ends what start began, but for the file.
func (i *instance) stopRunning(r *running) {
	r.cancel()
	r.owner.stop()
	r.monitor.Stop()
	r.follow.stop()
	r.wg.Wait()
	r.probe.stop()
	i.dropWarm(r, math.MaxUint64)
}

// catalog is the primary's schema as the file last saw it, or nil.
func (i *instance) catalog() *catalog.Catalog {
	if r := i.running.Load(); r != nil {
		return r.file.Catalog()
	}
	return nil
}

// socketBroken takes the evidence of a connection that broke by itself.
func (i *instance) socketBroken(err error) {
	if r := i.running.Load(); r != nil {
		r.monitor.Report(evidence(pgerr.Classify(context.Background(), err)))
	}
}

// observe takes the evidence of what a statement returned. An SQL error says
// nothing about health; that the server is shutting down or has become a
// standby does.
func (i *instance) observe(err error) {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) || pg.Code == "25006" && !primaryIsReadOnly(pg) {
		return
	}
	if r := i.running.Load(); r != nil {
		r.monitor.Report(evidence(pgerr.Classify(context.Background(), pg)))
	}
}

// primaryIsReadOnly tells a server in recovery from a transaction that the
// application itself made read-only; both are 25006.
func primaryIsReadOnly(pg *pgconn.PgError) bool { return pg.Routine == "PreventCommandDuringRecovery" }

func evidence(m pgerr.Meaning) health.Evidence {
	switch {
	case m.Class == pgerr.Outage && m.Definite:
		return health.Down
	case m.Class == pgerr.Outage:
		return health.Doubt
	case m.Class == pgerr.Overload:
		return health.Overload
	case m.Class == pgerr.Auth:
		return health.Auth
	}
	return health.Neutral
}

// patience bounds a wait for a decision.
func (i *instance) patience() time.Duration { return i.cfg.Timeout + i.cfg.CutoverLimit }

func (i *instance) waitGate(ctx context.Context, generation uint64) error {
	return i.gate.wait(ctx, generation, i.patience())
}

func (i *instance) open(generation uint64) bool    { return i.gate.open(generation) }
func (i *instance) current(generation uint64) bool { return i.gate.current(generation) }

// remember and forget keep the list of connections to the primary, which a
// planned switch waits for.
func (i *instance) remember(c *primaryConn) {
	if r := i.running.Load(); r != nil {
		r.mu.Lock()
		r.conns[c] = struct{}{}
		r.mu.Unlock()
	}
}

func (i *instance) forget(c *primaryConn) {
	if r := i.running.Load(); r != nil {
		r.mu.Lock()
		if _, known := r.conns[c]; known {
			delete(r.conns, c)
			i.counters.statements[primaryOK].Add(c.served.Load())
		}
		r.mu.Unlock()
	}
}
