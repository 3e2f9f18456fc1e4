package failoversql

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/failoversql/failoversql/health"
)

// DrillOptions says how an outage is rehearsed.
type DrillOptions struct {
	// Duration is how long PostgreSQL is cut off. Zero: 30 seconds; at most ten
	// minutes.
	Duration time.Duration
	// Journal lets the fallback take writes, where the configuration does, which
	// are brought back at the end. Without it they are refused (25006): should
	// PostgreSQL fail in earnest before the drill is over, they stay refused
	// until it is back.
	Journal bool
	// Progress, where set, is told how the drill gets on, one call at a time.
	Progress func(DrillProgress)
}

// DrillProgress says how a drill gets on.
type DrillProgress struct {
	Step       string      `json:"step"` // cut, serving, returning
	Mode       health.Mode `json:"mode"`
	Statements int64       `json:"statements"`
	Errors     int64       `json:"errors"`
	Left       float64     `json:"left_seconds"` // until PostgreSQL may be reached again
}

// DrillReport says what a drill has shown. Statements are those that the
// application sent while SQLite served.
type DrillReport struct {
	OK          bool   `json:"ok"` // SQLite took over and PostgreSQL came back
	Trouble     string `json:"trouble,omitempty"`
	Journal     bool   `json:"journal"`
	Connections int    `json:"connections_cut"`
	InUse       int    `json:"connections_in_use"` // of them: their calls and transactions have met the outage

	Failover time.Duration `json:"-"` // from the cut until SQLite served
	Back     time.Duration `json:"-"` // from the end of the cut until PostgreSQL served
	Pause    time.Duration `json:"-"` // of new transactions at the return

	Statements int64            `json:"statements"`
	Errors     map[string]int64 `json:"errors"`  // by SQLSTATE, or "other"
	Refused    []DrillRefusal   `json:"refused"` // by the fallback, for what it does not do; the most frequent first
	Median     time.Duration    `json:"-"`
	P99        time.Duration    `json:"-"`
	Slowest    time.Duration    `json:"-"`
	Parked     int64            `json:"parked"` // transactions parked as conflicts, of this file, after it
}

// DrillRefusal is one reason for which statements were refused.
type DrillRefusal struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Count   int64  `json:"count"`
}

type drillDurations struct {
	Failover float64 `json:"failover_seconds"`
	Back     float64 `json:"back_seconds"`
	Pause    float64 `json:"pause_seconds"`
	Median   float64 `json:"median_seconds"`
	P99      float64 `json:"p99_seconds"`
	Slowest  float64 `json:"slowest_seconds"`
}

// MarshalJSON writes durations in seconds.
func (r DrillReport) MarshalJSON() ([]byte, error) {
	type fields DrillReport
	return json.Marshal(struct {
		fields
		drillDurations
	}{fields(r), drillDurations{r.Failover.Seconds(), r.Back.Seconds(), r.Pause.Seconds(), r.Median.Seconds(), r.P99.Seconds(), r.Slowest.Seconds()}})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (r *DrillReport) UnmarshalJSON(text []byte) error {
	type fields DrillReport
	var d drillDurations
	if err := errors.Join(json.Unmarshal(text, (*fields)(r)), json.Unmarshal(text, &d)); err != nil {
		return err
	}
	r.Failover, r.Back, r.Pause = seconds(d.Failover), seconds(d.Back), seconds(d.Pause)
	r.Median, r.P99, r.Slowest = seconds(d.Median), seconds(d.P99), seconds(d.Slowest)
	return nil
}

// seconds is a duration read from JSON.
func seconds(n float64) time.Duration { return time.Duration(n * float64(time.Second)) }

const (
	defaultDrill = 30 * time.Second
	maxDrill     = 10 * time.Minute
	// drillReturn is how long, beside the least time on the fallback, the return
	// of a drill is waited for.
	drillReturn = time.Minute
	drillLook   = 5 * time.Millisecond
	drillTell   = 200 * time.Millisecond
	drillKept   = 10_000 // statements whose times are kept
	drillShown  = 20     // reasons of refusal
)

// ErrDrill is wrapped by why a drill was not begun.
var ErrDrill = errors.New("failoversql: no drill now")

// Drill rehearses an outage: PostgreSQL is cut off for this process only, as if
// it had been killed, and nothing else is touched. The application's connections
// break, statements under way fail as they would, SQLite serves, and at the end
// all goes back by the usual way. It runs in the process that owns the file, one
// at a time, while PostgreSQL serves and nobody has pinned anything; otherwise
// the error wraps ErrDrill. Where ctx ends, PostgreSQL can be reached at once
// again. It returns when PostgreSQL serves, or did not within a minute.
func (c *Connector) Drill(ctx context.Context, opt DrillOptions) (DrillReport, error) {
	if err := c.ready(ctx); err != nil {
		return DrillReport{}, err
	}
	if opt.Duration == 0 {
		opt.Duration = defaultDrill
	}
	if opt.Duration < 0 || opt.Duration > maxDrill {
		return DrillReport{}, fmt.Errorf("%w: %v is not between 0 and %v", ErrDrill, opt.Duration, maxDrill)
	}
	return c.inst.rehearse(ctx, opt)
}

func (i *instance) rehearse(ctx context.Context, opt DrillOptions) (DrillReport, error) {
	r := i.running.Load()
	d := &drill{errors: map[string]int64{}, refused: map[DrillRefusal]int64{}}
	if err := i.drillable(ctx, r, opt); err != nil {
		return DrillReport{}, fmt.Errorf("%w: %w", ErrDrill, err)
	}
	if !i.drill.CompareAndSwap(nil, d) {
		return DrillReport{}, fmt.Errorf("%w: another one is under way", ErrDrill)
	}
	defer i.drill.Store(nil)
	i.log.Warn("failoversql: a drill begins: PostgreSQL is cut off for this process", "for", opt.Duration, "journal", opt.Journal)
	i.readsOnly.Store(!opt.Journal)
	defer i.readsOnly.Store(false)
	report := DrillReport{Journal: opt.Journal, InUse: r.inUse()}
	lift := func() {
		i.sockets.cut.Store(false)
		r.probe.sockets.cut.Store(false)
	}
	defer lift()
	begun := time.Now()
	r.probe.sockets.cutOff()
	report.Connections = i.sockets.cutOff()
	r.monitor.Report(health.Down)

	step := "cut"
	told := time.Time{}
	await := func(until time.Time, done func(health.Mode) bool) (time.Duration, error) {
		from := time.Now()
		for {
			mode := r.monitor.Route().Mode
			now := time.Now()
			if opt.Progress != nil && now.Sub(told) >= drillTell {
				told = now
				n, failed := d.counts()
				opt.Progress(DrillProgress{step, mode, n, failed, max(0, (opt.Duration - now.Sub(begun)).Seconds())})
			}
			switch {
			case done(mode):
				return now.Sub(from), nil
			case now.After(until):
				return 0, context.DeadlineExceeded
			case r.ctx.Err() != nil:
				return 0, ErrClosed
			}
			if err := sleep(ctx, drillLook); err != nil {
				return 0, err
			}
		}
	}
	end := begun.Add(opt.Duration)
	took, err := await(end, func(m health.Mode) bool { return m == health.Fallback })
	report.Failover = took
	if err == nil {
		step = "serving"
		_, err = await(end, func(health.Mode) bool { return false })
	} else if errors.Is(err, context.DeadlineExceeded) {
		report.Trouble = "SQLite did not take over within " + opt.Duration.String() + ": " + r.monitor.Route().Reason
	}
	lift()
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return report, err
	}
	step = "returning"
	back, err := await(time.Now().Add(i.cfg.MinDwell+drillReturn), func(m health.Mode) bool { return m == health.Primary })
	switch {
	case err == nil:
		report.Back, report.Pause = back, time.Duration(r.pause.Load())
	case errors.Is(err, context.DeadlineExceeded):
		report.Trouble = "PostgreSQL does not serve again: " + i.status(ctx).Trouble
		i.alarm(r, alarmDrill+": "+i.status(ctx).Trouble)
	default:
		return report, err
	}
	report.OK = report.Trouble == ""
	d.into(&report)
	if journal, err := r.sync.Journal(ctx); err == nil {
		report.Parked = journal.Conflicts
	}
	i.log.Info("failoversql: the drill is over", "ok", report.OK, "failover", report.Failover, "back", report.Back, "statements", report.Statements)
	return report, nil
}

// drillable says why no drill may begin now.
func (i *instance) drillable(ctx context.Context, r *running, opt DrillOptions) error {
	m := r.monitor.Status()
	switch {
	case i.cfg.Guest || !r.file.Owned():
		return errors.New("it runs in the process that owns the fallback file, and that is another one: ask the application's own admin API")
	case m.Route.Mode != health.Primary:
		return errors.New(modeText[m.Route.Mode])
	case m.Pin != health.Auto:
		return errors.New("an operator has pinned the route; resume automatic operation first")
	case m.Held:
		return errors.New("the flap budget is spent")
	}
	if err := i.copied(ctx, r); err != nil {
		return err
	}
	if err := i.freshEnough(r); err != nil {
		return err
	}
	if opt.Journal && i.rejects(r) {
		return errors.New("a journal is not what an outage would bring: writes are refused here (fallback_writes)")
	}
	return nil
}

// inUse counts the connections to the primary that are inside a call or a
// transaction.
func (r *running) inUse() (n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for c := range r.conns {
		if c.use.Load() != useIdle {
			n++
		}
	}
	return n
}

// drill counts what statements meet on the fallback while one is under way.
type drill struct {
	mu      sync.Mutex
	n       int64
	failed  int64
	times   []time.Duration // of the first ones
	slowest time.Duration
	errors  map[string]int64
	refused map[DrillRefusal]int64
}

func (d *drill) note(took time.Duration, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.n++
	d.slowest = max(d.slowest, took)
	if len(d.times) < drillKept {
		d.times = append(d.times, took)
	}
	if err == nil {
		return
	}
	d.failed++
	code := "other"
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		code = pg.Code
		if key := (DrillRefusal{Code: pg.Code, Message: pg.Message}); pg.Code == "0A000" && (len(d.refused) < 1000 || d.refused[key] > 0) {
			d.refused[key]++
		}
	}
	d.errors[code]++
}

func (d *drill) counts() (n, failed int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.n, d.failed
}

func (d *drill) into(r *DrillReport) {
	d.mu.Lock()
	defer d.mu.Unlock()
	r.Statements, r.Slowest, r.Errors = d.n, d.slowest, maps.Clone(d.errors)
	slices.Sort(d.times)
	if n := len(d.times); n > 0 {
		r.Median, r.P99 = d.times[n/2], d.times[min(n-1, n*99/100)]
	}
	r.Refused = []DrillRefusal{}
	for k, n := range d.refused {
		k.Count = n
		r.Refused = append(r.Refused, k)
	}
	slices.SortFunc(r.Refused, func(a, b DrillRefusal) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Message, b.Message))
	})
	r.Refused = r.Refused[:min(len(r.Refused), drillShown)]
}
