package failoversql

import (
	"cmp"
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/dialect"
)

// ShadowReads says what came of running a part of the application's queries a
// second time, on both sides (fallback_shadow_reads). Only such queries are run
// that are proven to depend on nothing but rows, and only such answers compared
// as are proven to be of the same rows.
type ShadowReads struct {
	Fraction  float64 `json:"fraction"`
	Same      uint64  `json:"same"`
	Different uint64  `json:"different"`
	// NotComparable counts the others by reason: not_repeatable (the query
	// writes, or depends on the clock, the session or the like), arguments (of a
	// kind that is not kept), busy (others are being compared), no_stream,
	// old_transaction, changed_meanwhile, file_behind, schema_changed, refused (by
	// the fallback), primary_error, file_busy, too_large, order (which rows, or
	// their order, the query does not say), mode (PostgreSQL does not serve).
	NotComparable map[string]uint64 `json:"not_comparable,omitempty"`
	// Differences are what differed, the latest first, 100 at most, without any
	// value.
	Differences []ShadowDifference `json:"differences,omitempty"`
}

// ShadowDifference is a kind of difference that a shape of query has shown.
type ShadowDifference struct {
	SQL     string    `json:"sql"`
	Kind    string    `json:"kind"` // columns, types, fewer_rows and more_rows (in the file), values, order, error
	Columns []string  `json:"columns,omitempty"`
	Errors  []string  `json:"errors,omitempty"` // SQLSTATEs of PostgreSQL and the file; "" for none
	Count   uint64    `json:"count"`
	Last    time.Time `json:"last"`
}

// shadow compares the answers of both sides.
type shadow struct {
	inst     *instance
	fraction float64
	queue    chan shadowRead

	same atomic.Uint64

	mu            sync.Mutex
	different     uint64
	notComparable map[string]uint64
	differences   map[string]*ShadowDifference
}

// shadowRead is a query to be run again.
type shadowRead struct {
	query string
	args  []driver.NamedValue
}

const (
	shadowQueue  = 16
	shadowLimit  = 10 * time.Second      // of one comparison
	shadowPause  = 20 * time.Millisecond // between two
	shadowRest   = 5 * time.Second       // after which the connection is given back
	shadowShapes = 100
)

// newShadow returns nil where none is to be run.
func newShadow(i *instance) *shadow {
	if i.cfg.ShadowReads <= 0 {
		return nil
	}
	return &shadow{inst: i, fraction: i.cfg.ShadowReads, queue: make(chan shadowRead, shadowQueue),
		notComparable: make(map[string]uint64), differences: make(map[string]*ShadowDifference)}
}

// pick chooses a part of all queries. It is on their path.
func (s *shadow) pick() bool { return s != nil && rand.Float64() < s.fraction }

// take has a query run again, when its own rows are closed, without waiting.
func (s *shadow) take(query string, args []driver.NamedValue) {
	read := shadowRead{query: query}
	for _, a := range args {
		v, ok := keptArgument(a.Value)
		if !ok {
			s.unsure("arguments")
			return
		}
		read.args = append(read.args, driver.NamedValue{Name: a.Name, Ordinal: a.Ordinal, Value: v})
	}
	select {
	case s.queue <- read:
	default:
		s.unsure("busy")
	}
}

// keptArgument copies an argument, which its owner may change later.
func keptArgument(v any) (any, bool) {
	switch v := v.(type) {
	case nil, bool, int, int8, int16, int32, int64, uint8, uint16, uint32, float32, float64, pgx.QueryExecMode:
		return v, true
	case string:
		return v, !dialect.MovingValue(v)
	case []byte:
		return slices.Clone(v), !dialect.MovingValue(string(v))
	case time.Time:
		return v, true
	case []string:
		return slices.Clone(v), !dialect.MovingValue(strings.Join(v, "\n"))
	case []int:
		return slices.Clone(v), true
	case []int32:
		return slices.Clone(v), true
	case []int64:
		return slices.Clone(v), true
	}
	return nil, false
}

func (s *shadow) unsure(reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.notComparable[reason]++
}

// differ notes a difference.
func (s *shadow) differ(query string, d ShadowDifference) {
	shape, err := dialect.ShapeOf(query)
	if err != nil {
		shape.Text = "?"
	}
	d.SQL, d.Count, d.Last = cut(shape.Text, shapeShown), 1, time.Now()
	key := strings.Join(slices.Concat([]string{d.SQL, d.Kind}, d.Columns, d.Errors), "\x00")
	s.mu.Lock()
	s.different++
	known := s.differences[key]
	if known != nil {
		known.Count++
		known.Last = d.Last
	} else {
		if len(s.differences) == shadowShapes {
			oldest := slices.MinFunc(slices.Collect(maps.Keys(s.differences)), func(a, b string) int {
				return s.differences[a].Last.Compare(s.differences[b].Last)
			})
			delete(s.differences, oldest)
		}
		s.differences[key] = &d
	}
	s.mu.Unlock()
	if known == nil {
		s.inst.log.Error("a shadow read differs: the fallback would have answered otherwise", "sql", d.SQL, "kind", d.Kind, "columns", d.Columns, "errors", d.Errors)
	}
}

func (s *shadow) report() *ShadowReads {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r := &ShadowReads{Fraction: s.fraction, Same: s.same.Load(), Different: s.different, NotComparable: maps.Clone(s.notComparable)}
	for _, d := range s.differences {
		r.Differences = append(r.Differences, *d)
	}
	slices.SortFunc(r.Differences, func(a, b ShadowDifference) int {
		return cmp.Or(b.Last.Compare(a.Last), strings.Compare(a.SQL, b.SQL), strings.Compare(a.Kind, b.Kind))
	})
	return r
}

// run compares one query after the other.
func (s *shadow) run(r *running) {
	side := &shadowSides{inst: s.inst, r: r}
	defer side.close()
	rest := time.NewTimer(shadowRest)
	defer rest.Stop()
	for {
		select {
		case read := <-s.queue:
			s.compare(r.ctx, side, read)
			rest.Reset(shadowRest)
			if sleep(r.ctx, shadowPause) != nil {
				return
			}
		case <-rest.C:
			side.close()
		case <-r.ctx.Done():
			return
		}
	}
}

func (s *shadow) compare(ctx context.Context, side *shadowSides, read shadowRead) {
	ctx, cancel := context.WithTimeout(ctx, shadowLimit)
	defer cancel()
	d, err := side.compare(ctx, read)
	var unsure notComparable
	switch {
	case errors.As(err, &unsure):
		s.unsure(string(unsure))
	case err != nil:
		s.unsure("primary_error")
		s.inst.log.Debug("a shadow read was not possible", "error", err)
	case d != nil:
		s.differ(read.query, *d)
	default:
		s.same.Add(1)
	}
}

// notComparable is why two answers say nothing about each other.
type notComparable string

func (e notComparable) Error() string { return "not comparable: " + string(e) }

// String is one line for people.
func (r ShadowReads) String() string {
	unsure := uint64(0)
	for _, n := range r.NotComparable {
		unsure += n
	}
	return fmt.Sprintf("the same on both sides: %d, different: %d, not comparable: %d", r.Same, r.Different, unsure)
}
