package failoversql

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/failoversql/failoversql/dialect"
	"github.com/failoversql/failoversql/health"
)

// Stats are the counts of this process since it began, for a monitoring system.
// What the state is now stands in Status.
type Stats struct {
	// Statements counts what applications ran, up to its first row: by backend
	// ("primary", "fallback") and outcome: "ok", "error" (an SQL error),
	// "refused" (0A000 on the fallback), "lost" (the connection broke, and nothing
	// of it was kept or may be run again), "in_doubt".
	Statements map[StatementKind]uint64
	// Retries counts statements that were run again on another connection.
	Retries uint64
	// Refusals counts the refused statements by construct; of many constructs
	// the rest is "other".
	Refusals map[string]uint64
	// Switches counts changes of mode.
	Switches map[Switch]uint64
	// Probes are those of this process by what they found (health.Evidence).
	Probes map[string]Histogram
	// Cutovers is how long new transactions waited at returns to the primary.
	Cutovers Histogram

	// CacheHits and CacheMisses count looks for the translation of a statement,
	// CacheEntries is how many are kept.
	CacheHits, CacheMisses uint64
	CacheEntries           int

	// ReplayedTransactions and ReplayedRows came from the journal to the
	// primary; ParkedTransactions became conflicts.
	ReplayedTransactions, ReplayedRows, ParkedTransactions uint64

	// Conflicts are the changes that wait for a decision, by kind, as far as the
	// file knows.
	Conflicts map[string]int64
	// JournalBytes is what the file has grown by since it began to serve; 0 while
	// it follows.
	JournalBytes int64
	// Connections that are open now, by backend.
	Connections map[string]int
}

// StatementKind is what Stats.Statements tells apart.
type StatementKind struct{ Backend, Outcome string }

// Switch is a change of mode; Reason is start, outage, operator, unreplayed,
// return or failure.
type Switch struct{ To, Reason string }

// Histogram counts durations; Counts has one more than Bounds, for what is
// longer than all. They are in seconds.
type Histogram struct {
	Bounds []float64
	Counts []uint64
	Sum    float64
}

// statementKinds are the outcomes that are counted.
var statementKinds = [...]StatementKind{
	{"primary", "ok"}, {"primary", "error"}, {"primary", "lost"}, {"primary", "in_doubt"},
	{"fallback", "ok"}, {"fallback", "error"}, {"fallback", "refused"},
}

const (
	primaryOK = iota
	primaryError
	primaryLost
	primaryInDoubt
	fallbackOK
	fallbackError
	fallbackRefused
)

// counters are kept by an instance. What PostgreSQL has carried out is counted
// by each connection for itself, and added up when somebody asks.
type counters struct {
	statements [len(statementKinds)]atomic.Uint64
	retries    atomic.Uint64

	mu       sync.Mutex
	mode     health.Mode
	switches map[Switch]uint64
	refusals map[string]uint64
	probes   map[string]*histogram
	cutovers *histogram
}

func newCounters() *counters {
	return &counters{
		switches: make(map[Switch]uint64), refusals: make(map[string]uint64), probes: make(map[string]*histogram),
		cutovers: newHistogram(pauseBounds),
	}
}

var (
	probeBounds = []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5}
	pauseBounds = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5}
)

type histogram struct {
	bounds []float64
	counts []uint64
	sum    float64
}

func newHistogram(bounds []float64) *histogram {
	return &histogram{bounds: bounds, counts: make([]uint64, len(bounds)+1)}
}

func (h *histogram) add(d time.Duration) {
	i, _ := slices.BinarySearch(h.bounds, d.Seconds())
	h.counts[i]++
	h.sum += d.Seconds()
}

func (h *histogram) copy() Histogram { return Histogram{h.bounds, slices.Clone(h.counts), h.sum} }

// routed takes a change of route.
func (k *counters) routed(route health.Route) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if route.Mode != k.mode {
		k.mode = route.Mode
		k.switches[Switch{route.Mode.String(), route.Why()}]++
	}
}

func (k *counters) probed(found health.Evidence, took time.Duration) {
	k.mu.Lock()
	defer k.mu.Unlock()
	h := k.probes[found.String()]
	if h == nil {
		h = newHistogram(probeBounds)
		k.probes[found.String()] = h
	}
	h.add(took)
}

func (k *counters) paused(d time.Duration) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.cutovers.add(d)
}

// failed counts a statement that PostgreSQL did not carry out.
func (k *counters) failed(err error) {
	var doubt *InDoubtError
	var pg *pgconn.PgError
	switch {
	case errors.As(err, &doubt):
		k.statements[primaryInDoubt].Add(1)
	case errors.As(err, &pg):
		k.statements[primaryError].Add(1)
	case errors.Is(err, ErrRolledBack), errors.Is(err, errGone):
		k.statements[primaryLost].Add(1)
	default:
		k.statements[primaryError].Add(1)
	}
}

// fell counts a statement of the fallback.
func (k *counters) fell(query string, err error) {
	var pg *pgconn.PgError
	switch {
	case err == nil:
		k.statements[fallbackOK].Add(1)
	case errors.Is(err, errStale), errors.Is(err, ErrUnavailable):
		// It was not run here.
	case errors.As(err, &pg) && pg.Code == "0A000":
		k.statements[fallbackRefused].Add(1)
		k.refused(construct(query, pg.Message))
	default:
		k.statements[fallbackError].Add(1)
	}
}

const (
	// constructLimit bounds the constructs that are told apart, constructText
	// their length.
	constructLimit = 100
	constructText  = 120
)

// construct is what the message of a refusal names, without values of the
// statement.
func construct(query, message string) string {
	if shape, err := dialect.ShapeOf(query); err == nil {
		message = shape.Scrub(message)
	}
	return cut(strings.TrimSuffix(message, " is not supported on the SQLite fallback"), constructText)
}

func (k *counters) refused(what string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if _, known := k.refusals[what]; !known && len(k.refusals) >= constructLimit {
		what = "other"
	}
	k.refusals[what]++
}

// Stats adds up what was counted, and reads the rest from the file. It asks
// PostgreSQL nothing. Where the file cannot be read what is in it is left out.
func (c *Connector) Stats(ctx context.Context) Stats {
	if c.ready(ctx) != nil {
		return Stats{}
	}
	return c.inst.stats(ctx)
}

func (i *instance) stats(ctx context.Context) Stats {
	r, k := i.running.Load(), i.counters
	s := Stats{Statements: make(map[StatementKind]uint64), Retries: k.retries.Load(), Probes: make(map[string]Histogram)}
	r.mu.Lock()
	var open uint64
	for c := range r.conns {
		open += c.served.Load()
	}
	s.Connections = map[string]int{"primary": len(r.conns), "fallback": r.lites}
	for n := range k.statements {
		s.Statements[statementKinds[n]] = k.statements[n].Load()
	}
	r.mu.Unlock()
	s.Statements[statementKinds[primaryOK]] += open

	k.mu.Lock()
	s.Refusals, s.Switches, s.Cutovers = maps.Clone(k.refusals), maps.Clone(k.switches), k.cutovers.copy()
	for found, h := range k.probes {
		s.Probes[found] = h.copy()
	}
	k.mu.Unlock()

	s.CacheHits, s.CacheMisses, s.CacheEntries = r.file.PlanCache()
	s.ReplayedTransactions, s.ReplayedRows, s.ParkedTransactions = r.sync.Replayed()
	s.Conflicts, s.JournalBytes, _ = r.sync.Waiting(ctx)
	return s
}
