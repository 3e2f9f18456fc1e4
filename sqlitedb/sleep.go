package sqlitedb

import (
	"context"
	"math"
	"time"

	"github.com/failoversql/failoversql/dialect/pgfunc"
	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// sleep is pg_sleep: it waits so many seconds, or until the statement is
// cancelled.
func (s *Session) sleep(seconds any) (any, error) {
	if b, ok := seconds.([]byte); seconds == nil || ok && b == nil {
		return nil, nil
	}
	return "", pgfunc.WrapError(s.wait(pgvalue.ToFloat(seconds)))
}

// sleepUntil waits for a point in time, in microseconds since 2000.
func (s *Session) sleepUntil(at any) (any, error) {
	t, ok := at.(int64)
	if !ok {
		return nil, nil
	}
	seconds := math.Inf(1)
	if t != math.MaxInt64 {
		seconds = (float64(t) - float64(pgvalue.Micros(time.Now()))) / 1e6
	}
	return "", pgfunc.WrapError(s.wait(seconds))
}

func (s *Session) wait(seconds float64) error {
	if !(seconds > 0) {
		return nil
	}
	d := time.Duration(math.MaxInt64) // some 292 years
	if seconds < d.Seconds() {
		d = time.Duration(seconds * float64(time.Second))
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-s.ctx.Done():
		return s.mapError(s.ctx, context.Cause(s.ctx), nil)
	}
}
