package dbsync

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

var (
	modelSchedules = flag.Int("schedules", 60, "random schedules that TestModel runs")
	modelSeed      = flag.Uint64("seed", 0, "seed of the first of them; 0: by the clock")
)

// TestModel runs random applications through random outages: transactions and
// DDL on the fallback, others on the primary meanwhile and in the middle of
// replay, replay that fails anywhere and is begun again, by this process or by
// another, a primary that crashes, rejoin or a further outage. A model in
// memory says what the primary has to hold afterwards and which transactions
// have to be parked.
//
// A schedule is named by its seed. One that fails is made smaller, by leaving
// out whatever it fails without.
func TestModel(t *testing.T) {
	seed := *modelSeed
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	var total modelTotals
	schedules := *modelSchedules
	few := minTogether
	minTogether = 2 // transactions of the model are small
	defer func() { minTogether = few }()
	for i := range schedules {
		t.Run(fmt.Sprintf("seed=%d", seed+uint64(i)), func(t *testing.T) {
			steps := newSchedule(rand.New(rand.NewPCG(seed+uint64(i), 1)))
			w := runModel(t, steps)
			if w.err != nil {
				t.Logf("failed, and is made smaller: %v", w.err)
				shrunk, w := shrink(t, steps, w)
				t.Fatalf("%v\nwith %d of %d steps:\n%s", w.err, len(shrunk), len(steps), strings.Join(w.story, "\n"))
			}
			total.add(w.modelTotals)
		})
	}
	t.Logf("%d schedules from seed %d: %s", schedules, seed, total)
}

// modelTotals says how much a schedule had in it, for one that tests nothing
// also passes.
type modelTotals struct{ local, remote, between, parked, foretold, decided, faults, crashes, rejoins int }

func (m *modelTotals) add(o modelTotals) {
	m.local, m.remote, m.between = m.local+o.local, m.remote+o.remote, m.between+o.between
	m.parked, m.faults = m.parked+o.parked, m.faults+o.faults
	m.crashes, m.rejoins, m.decided = m.crashes+o.crashes, m.rejoins+o.rejoins, m.decided+o.decided
	m.foretold += o.foretold
}

func (m modelTotals) String() string {
	return fmt.Sprintf("%d transactions on the fallback, %d on the primary, %d of both during replay, %d parked, %d foretold by dry runs, %d decisions, %d failures, %d crashes, %d rejoins",
		m.local, m.remote, m.between, m.parked, m.foretold, m.decided, m.faults, m.crashes, m.rejoins)
}

// modelStep is one step of a schedule. Steps that do not fit the state they
// meet do nothing, so that any of them can be left out.
type modelStep struct {
	do  string
	txs []modelWork // of "local" and "remote"

	actions uint64 // seed of the decisions of "resolve"

	// What happens at the n-th failpoint that the step passes.
	events map[int]modelEvent
}

type modelWork struct {
	ops    []modelOp
	cancel bool // rolled back
}

type modelEvent struct {
	do   string // "fail", "process" (fails, and another process goes on), "primary" (crashes), "local", "remote"
	work modelWork
}

func newSchedule(rnd *rand.Rand) (steps []modelStep) {
	crashes := rnd.IntN(12) == 0 // PostgreSQL takes long to come back
	step := func(do string, txs int) {
		s := modelStep{do: do}
		for range txs {
			s.txs = append(s.txs, newWork(rnd, do == "local"))
		}
		if do == "replay" || do == "back" || do == "rejoin" || do == "resolve" {
			s.actions = rnd.Uint64()
			s.events = map[int]modelEvent{}
			for at := range 40 {
				e := modelEvent{}
				switch n := rnd.IntN(48); {
				case n < 3:
					e.do = "fail"
				case n == 3:
					e.do = "process"
				case n == 4 && crashes:
					e.do, crashes = "primary", rnd.IntN(2) == 0
				case n < 9:
					e.do, e.work = "remote", newWork(rnd, false)
				case n < 11:
					e.do, e.work = "local", newWork(rnd, true)
				default:
					continue
				}
				s.events[at] = e
			}
		}
		steps = append(steps, s)
	}
	for range 3 {
		step("remote", rnd.IntN(10))
		step("follow", 0)
		step("remote", max(0, rnd.IntN(4)-2)) // that the file has not seen
		step("diverge", 0)
		for range 1 + rnd.IntN(4) {
			step("local", 1+rnd.IntN(10))
			step("remote", rnd.IntN(8))
			if rnd.IntN(3) == 0 {
				step("replay", 0)
				if rnd.IntN(4) == 0 {
					step("resolve", 0)
				}
			}
			if rnd.IntN(10) == 0 {
				step("process", 0)
			}
		}
		step("back", 0)
		if rnd.IntN(3) > 0 {
			step("resolve", 0)
		}
		if rnd.IntN(3) > 0 {
			step("rejoin", 0)
			if rnd.IntN(3) == 0 {
				step("resolve", 0)
			}
		}
	}
	return steps
}

// newWork makes a transaction.
func newWork(rnd *rand.Rand, ddl bool) modelWork {
	w := modelWork{cancel: rnd.IntN(8) == 0}
	for range 1 + rnd.IntN(3) {
		o := modelOp{
			table: strings.Split("r r r r s s s t t t k l m m n d d p p z", " ")[rnd.IntN(20)],
			id:    1 + rnd.IntN(8), to: 1 + rnd.IntN(8), u: rnd.IntN(9), a: rnd.IntN(100), b: rnd.IntN(100),
		}
		if o.table == "p" {
			o.u, o.a, o.b = 0, rnd.IntN(2), 0 // rows that look alike
		}
		switch n := rnd.IntN(54); {
		case n < 15:
			o.kind = "insert"
		case n < 21:
			o.kind = "bump"
		case n < 27:
			o.kind = "set"
		case n < 29:
			o.kind = "touch"
		case n < 31:
			o.kind = "move"
		case n < 33:
			o.kind, o.table = "x", "r"
		case n < 44 && n >= 40:
			o.kind, o.table, o.a = "next", "q", rnd.IntN(1<<30)
		case n < 49 && n >= 44:
			o.kind = "inserts"
		case n < 52 && n >= 49:
			o.kind = "bumps"
		case n >= 52:
			o.kind = "deletes"
		case n == 33 && !ddl && rnd.IntN(2) == 0:
			o.kind = []string{"addy", "removey"}[rnd.IntN(2)]
		case n == 33 && ddl:
			o.kind = []string{"create", "create", "drop", "add", "add", "remove"}[rnd.IntN(6)]
		default:
			o.kind = "delete"
		}
		w.ops = append(w.ops, o)
	}
	return w
}

// shrink leaves out of a schedule that fails what it fails without: halves of
// it first, then single steps and transactions, as long as it has time.
func shrink(t *testing.T, steps []modelStep, failed *modelRun) ([]modelStep, *modelRun) {
	end := time.Now().Add(time.Minute)
	try := func(fewer []modelStep) bool {
		if time.Now().After(end) {
			return false
		}
		w := runModel(t, fewer)
		if w.err != nil {
			steps, failed = fewer, w
		}
		return w.err != nil
	}
	for size := max(len(steps)/2, 1); ; size /= 2 {
		for at := len(steps) - size; at >= 0; at = min(at, len(steps)) - size {
			try(append(append([]modelStep{}, steps[:at]...), steps[at+size:]...))
		}
		if size == 1 {
			break
		}
	}
	for i := 0; i < len(steps); i++ {
		for at := range steps[i].events {
			fewer := append([]modelStep{}, steps...)
			fewer[i].events = map[int]modelEvent{}
			for n, e := range steps[i].events {
				if n != at {
					fewer[i].events[n] = e
				}
			}
			try(fewer)
		}
		for at := len(steps[i].txs) - 1; at >= 0; at-- {
			fewer := append([]modelStep{}, steps...)
			fewer[i].txs = append(append([]modelWork{}, steps[i].txs[:at]...), steps[i].txs[at+1:]...)
			try(fewer)
		}
	}
	return steps, failed
}
