package failoversql

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/failoversql/failoversql/sqlitedb"
)

// Readiness says which of the statements that PostgreSQL has carried out for
// this process would run on the fallback, as its schema is now. Statements are
// told apart by their shape, which is their text without values. A statement on
// a temporary table is said to be refused, for its table is not there when it is
// judged.
type Readiness struct {
	At time.Time `json:"at,omitzero"` // when this was so

	Shapes    int `json:"shapes"`
	Refused   int `json:"refused_shapes"`   // of them, that would not run
	Unchecked int `json:"unchecked_shapes"` // and that are not judged: there is no copy yet, or the schema has changed and they have not come again

	Calls          uint64 `json:"calls"`
	RefusedCalls   uint64 `json:"refused_calls"`
	UncheckedCalls uint64 `json:"unchecked_calls"`
	// UnseenCalls are of no shape here: there is room for 1,024 shapes, texts
	// of more than 64 KiB are not looked at, and where many new ones come at
	// once not all are.
	UnseenCalls uint64 `json:"unseen_calls"`

	// Statements are the refused shapes, the most called first, 100 at most.
	Statements []RefusedStatement `json:"statements,omitempty"`

	// Shadow says what came of shadow reads; nil where there are none.
	Shadow *ShadowReads `json:"shadow,omitempty"`

	// Error says why nothing is known.
	Error string `json:"error,omitempty"`
}

// RefusedStatement is a shape that would not run on the fallback.
type RefusedStatement struct {
	SQL     string `json:"sql"` // ? for values; cut where it is long
	Calls   uint64 `json:"calls"`
	Code    string `json:"code"` // SQLSTATE
	Message string `json:"message"`
}

const shownStatements = 100

// Readiness answers from memory. A guest (see Config.Guest) gives what the process
// that owns the file last wrote there, some seconds ago. It never fails: Error
// says what is wrong.
func (c *Connector) Readiness(ctx context.Context) Readiness {
	if err := c.ready(ctx); err != nil {
		return Readiness{Error: err.Error()}
	}
	return c.inst.readiness(ctx)
}

func (i *instance) readiness(ctx context.Context) Readiness {
	if !i.cfg.Guest {
		r := i.shapes.readiness()
		r.Shadow = i.shadow.report()
		return r
	}
	var told insight
	if err := told.read(ctx, i.running.Load().file); err != nil {
		return Readiness{Error: err.Error()}
	}
	return told.Readiness
}

func (s *shapes) readiness() Readiness {
	r := Readiness{At: time.Now(), UnseenCalls: s.past.Load()}
	s.mu.Lock()
	defer s.mu.Unlock()
	r.Shapes = s.count
	for _, same := range s.byText {
		for _, sh := range same {
			calls := sh.calls.Load()
			r.Calls += calls
			switch {
			case s.version == 0 || sh.version != s.version:
				r.Unchecked++
				r.UncheckedCalls += calls
			case !sh.verdict.runs:
				r.Refused++
				r.RefusedCalls += calls
				r.Statements = append(r.Statements, RefusedStatement{sh.text, calls, sh.verdict.code, sh.verdict.message})
			}
		}
	}
	slices.SortFunc(r.Statements, func(a, b RefusedStatement) int {
		return cmp.Or(cmp.Compare(b.Calls, a.Calls), strings.Compare(a.SQL, b.SQL), strings.Compare(a.Message, b.Message))
	})
	if len(r.Statements) > shownStatements {
		r.Statements = r.Statements[:shownStatements:shownStatements]
	}
	return r
}

// Ready is the part of the judged shapes, and of their calls, that would run;
// NaN where none is judged.
func (r Readiness) Ready() (shapes, calls float64) {
	return part(uint64(r.Refused), uint64(r.Shapes-r.Unchecked)), part(r.RefusedCalls, r.Calls-r.UncheckedCalls)
}

func part(refused, all uint64) float64 {
	if all == 0 {
		return math.NaN()
	}
	return float64(all-min(refused, all)) / float64(all)
}

// String is one line for people.
func (r Readiness) String() string {
	judged, calls := r.Shapes-r.Unchecked, r.Calls-r.UncheckedCalls
	var b strings.Builder
	switch {
	case r.Error != "":
		return "not known: " + r.Error
	case r.Shapes == 0:
		b.WriteString("no statement was seen yet")
	case judged == 0:
		fmt.Fprintf(&b, "%d shapes were seen, and none is judged yet", r.Shapes)
	default:
		shapes, share := r.Ready()
		fmt.Fprintf(&b, "%s %% of %d shapes, %s %% of %d calls would run", percent(shapes), judged, percent(share), calls)
		if r.Unchecked > 0 {
			fmt.Fprintf(&b, "; %d shapes are not judged", r.Unchecked)
		}
	}
	if r.UnseenCalls > 0 {
		fmt.Fprintf(&b, "; %d calls were not looked at", r.UnseenCalls)
	}
	return b.String()
}

// percent rounds down, so that 100 is all.
func percent(share float64) string {
	return strconv.FormatFloat(math.Floor(share*1e4+1e-7)/100, 'f', -1, 64)
}

// insight is what the owner writes into the file for guests to see.
type insight struct {
	Readiness Readiness `json:"readiness"`
}

// metaInsight is its key of failoversql_meta.
const metaInsight = "insight"

var errNoInsight = errors.New("no application that has the file open has told of its statements yet")

func (t *insight) read(ctx context.Context, file *sqlitedb.File) error {
	text, err := file.Meta(ctx, metaInsight)
	if err != nil {
		return err
	}
	if text == "" {
		return errNoInsight
	}
	if err := json.Unmarshal([]byte(text), t); err != nil {
		return fmt.Errorf("what the application has told is not understood: %w", err)
	}
	return nil
}

// tell writes it where there is news.
func (j *judge) tell(ctx context.Context) {
	r := j.inst.readiness(ctx)
	j.s.mu.Lock()
	changes := j.s.changes
	j.s.mu.Unlock()
	calls := r.Calls + r.UnseenCalls
	if r.Shadow != nil {
		calls += r.Shadow.Same + r.Shadow.Different
	}
	if changes == j.stored && calls == j.calls || !j.r.file.Owned() {
		return
	}
	j.told = time.Now()
	text, err := json.Marshal(insight{Readiness: r})
	if err != nil {
		j.inst.log.Error("the readiness cannot be written", "error", err) // a value that JSON lacks: a bug
		return
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	if err := j.r.file.Update(ctx, func(c *sqlitedb.Conn) error { return c.SetMeta(ctx, metaInsight, string(text)) }); err == nil {
		j.stored, j.calls = changes, calls
	}
}
