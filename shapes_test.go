package failoversql

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// However many statements there are, memory is bounded, and every call is
// counted somewhere.
func TestShapesAreBounded(t *testing.T) {
	s := newShapes()
	calls := uint64(0)
	for n := range 3 * shapeLimit {
		query := fmt.Sprintf("SELECT %d FROM t%d", n, n)
		for range 2 {
			s.note(query)
			calls++
			select { // what the judge does
			case q := <-s.fresh:
				s.mu.Lock()
				sh := s.find(fmt.Sprintf("SELECT ? FROM t%d", n), verdict{runs: true}, 0)
				s.mu.Unlock()
				if sh == nil {
					s.past.Add(1)
					break
				}
				sh.calls.Add(1)
				s.put(q, sh, true)
			default:
			}
		}
	}
	r := s.readiness()
	require.Equal(t, shapeLimit, r.Shapes)
	require.Equal(t, calls, r.Calls+r.UnseenCalls)
	require.EqualValues(t, 2*shapeLimit, r.Calls)

	for n := range 2 * cap(s.fresh) { // and nobody looks
		s.note(fmt.Sprint("SELECT ", n))
	}
	require.EqualValues(t, 4*shapeLimit+cap(s.fresh), s.readiness().UnseenCalls)
	s.note(string(make([]byte, shapeText+1)))
	require.EqualValues(t, 4*shapeLimit+cap(s.fresh)+1, s.readiness().UnseenCalls)
}

// One shape may be judged differently by its values; a later version of the
// catalog leaves one judgement of each.
func TestShapeOfSeveralVerdicts(t *testing.T) {
	s := newShapes()
	s.version = 1
	yes, no := verdict{runs: true}, verdict{code: "0A000", message: "no"}
	one, two := s.find("x", yes, 1), s.find("x", no, 1)
	require.NotSame(t, one, two)
	require.Same(t, one, s.find("x", yes, 1))
	s.version = 2
	require.Equal(t, 2, s.readiness().Unchecked)
	require.Same(t, one, s.find("x", no, 2))
	require.Equal(t, 1, s.readiness().Unchecked)
	require.Same(t, one, s.find("x", no, 2))
	require.Equal(t, 1, s.readiness().Refused)
}

// Text without values keeps its place where many with values come.
func TestShapeTextsOfUseStay(t *testing.T) {
	s := newShapes()
	sh := &shape{}
	s.put("SELECT $1", sh, false)
	for n := range 10 * shapeSlots {
		s.put(fmt.Sprint("SELECT ", n), &shape{}, true)
	}
	s.note("SELECT $1")
	require.EqualValues(t, 1, sh.calls.Load())
	require.Zero(t, testing.AllocsPerRun(100, func() { s.note("SELECT $1"); s.note("SELECT 'new'") }))
}
