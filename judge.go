package failoversql

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/failoversql/failoversql/dialect"
	"github.com/failoversql/failoversql/sqlitedb"
)

// judge finds out what the fallback would make of the statements seen, while the
// application goes on. It takes a small part of one processor at most.
type judge struct {
	inst *instance
	r    *running
	s    *shapes

	session *sqlitedb.Session // while there is work
	credit  time.Duration     // of work that may be done without a pause
	earned  time.Time
	stored  int       // changes when the file was last told
	told    time.Time // and when
	calls   uint64    // and the calls then
}

const (
	// judgeShare is the part of a processor that judging may take, judgeCredit
	// how much it may do at once.
	judgeShare  = 0.02
	judgeCredit = 200 * time.Millisecond
	// judgeLook is how often the catalog's version is looked at.
	judgeLook = time.Second
	// judgeTell is how often the file is told, for other processes to see.
	judgeTell = 10 * time.Second
)

func newJudge(i *instance, r *running) *judge {
	return &judge{inst: i, r: r, s: i.shapes, credit: judgeCredit}
}

func (j *judge) run() {
	ctx := j.r.ctx
	tick := time.NewTicker(judgeLook)
	defer tick.Stop()
	defer func() {
		j.rest()
		j.tell(context.WithoutCancel(ctx))
	}()
	for {
		select {
		case query := <-j.s.fresh:
			j.look(ctx)
			j.take(ctx, query)
		case <-tick.C:
			j.look(ctx)
			if len(j.s.fresh) == 0 {
				j.rest()
			}
			if time.Since(j.told) > judgeTell {
				j.tell(ctx)
			}
		case <-ctx.Done():
			return
		}
	}
}

// look notices a new version of the catalog, which is 0 where there is no copy to
// judge by.
func (j *judge) look(ctx context.Context) {
	if v := j.r.file.Catalog().Version; v != j.s.version {
		j.again(ctx, v)
	}
}

// rest gives the session back.
func (j *judge) rest() {
	if j.session != nil {
		_ = j.session.Close()
		j.session = nil
	}
}

// check judges one text, by the catalog of this version. ok is false where that
// is not possible now.
func (j *judge) check(ctx context.Context, query string, version int64) (v verdict, ok bool) {
	if version == 0 {
		return v, true
	}
	began := time.Now()
	defer func() { j.pause(ctx, time.Since(began)) }()
	if j.session == nil {
		s, err := j.inst.judging(ctx)
		if err != nil {
			return v, false
		}
		j.session = s
	}
	by, err := j.session.Check(ctx, query)
	if by != version || ctx.Err() != nil {
		return v, false
	}
	return verdictOf(err), true
}

func verdictOf(err error) verdict {
	if err == nil {
		return verdict{runs: true}
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return verdict{code: pg.Code, message: pg.Message}
	}
	return verdict{message: err.Error()}
}

// pause keeps judging to its share of a processor.
func (j *judge) pause(ctx context.Context, worked time.Duration) {
	now := time.Now()
	if !j.earned.IsZero() {
		j.credit = min(judgeCredit, j.credit+time.Duration(judgeShare*float64(now.Sub(j.earned))))
	}
	j.earned = now
	if j.credit -= worked; j.credit < 0 {
		_ = sleep(ctx, time.Duration(float64(-j.credit)/judgeShare))
	}
}

// take judges a text that is not known, and counts the call that brought it.
func (j *judge) take(ctx context.Context, query string) {
	began := time.Now()
	shape, err := dialect.ShapeOf(query)
	j.pause(ctx, time.Since(began))
	version := j.s.version
	var v verdict
	ok := err == nil
	if ok {
		v, ok = j.check(ctx, query, version)
	}
	if !ok {
		j.s.past.Add(1)
		return
	}
	neutral := ""
	if version != 0 {
		neutral = j.neutral(ctx, query, shape, v, version)
		if neutral == "" {
			v.message = shape.Scrub(v.message)
		}
	} else if !shape.Literals {
		neutral = shape.Neutral[0]
	}
	j.s.mu.Lock()
	sh := j.s.find(shape.Text, v, version)
	kept := sh == nil || sh.neutral != ""
	j.s.mu.Unlock()
	if sh == nil {
		j.s.past.Add(1)
		return
	}
	if !kept && neutral != "" {
		j.s.keep(sh, neutral)
	}
	sh.calls.Add(1)
	j.s.put(query, sh, shape.Literals)
}

// neutral finds a statement without values that is judged as this one is.
func (j *judge) neutral(ctx context.Context, query string, shape dialect.Shape, v verdict, version int64) string {
	for _, n := range shape.Neutral {
		if n == query {
			return n
		}
		if same, ok := j.check(ctx, n, version); ok && same == v {
			return n
		}
	}
	return ""
}

// again judges every shape by another version of the catalog; those that can be
// judged only with their values wait until they are seen again.
func (j *judge) again(ctx context.Context, version int64) {
	j.s.mu.Lock()
	j.s.version = version
	var all []*shape
	for _, same := range j.s.byText {
		all = append(all, same...)
	}
	j.s.changes++
	j.s.mu.Unlock()
	j.s.clear()
	for _, sh := range all {
		if sh.neutral == "" {
			continue
		}
		v, ok := j.check(ctx, sh.neutral, version)
		if !ok {
			continue
		}
		j.s.mu.Lock()
		sh.version, sh.verdict = version, v
		j.s.mu.Unlock()
	}
}
