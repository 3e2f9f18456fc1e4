package health

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

var (
	seedFlag = flag.Uint64("health.seed", 0, "seed of the one random schedule to run")
	runsFlag = flag.Int("health.runs", 100, "number of random schedules")
)

// TestRandomSchedules runs the Monitor through random faults, orders and
// hooks that fail, and holds what it does to the rules. After the faults have
// ended it must settle on the primary, and after one more outage on the
// fallback.
func TestRandomSchedules(t *testing.T) {
	seeds := []uint64{*seedFlag}
	if *seedFlag == 0 {
		seeds = seeds[:0]
		for range *runsFlag {
			seeds = append(seeds, rand.Uint64())
		}
	}
	for _, seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { newSchedule(t, seed).run() })
			if t.Failed() {
				t.Logf("again with: go test ./health -run TestRandomSchedules -health.seed=%d", seed)
			}
		})
	}
}

// schedule is a random course of events and what was seen of it.
type schedule struct {
	*world
	rand   *rand.Rand
	config Config
	healed chan struct{} // closed when the faults have ended: what hangs goes on

	state sync.Mutex // below it
	log   []string
	last  Route
	since time.Time // of the fallback
	// ordered: an operator did something since the fallback was entered, or
	// is about to.
	ordered bool
	orders  int // under way
	// serving is who may serve by what the hooks have returned.
	serving string
	callers sync.WaitGroup
}

func newSchedule(t *testing.T, seed uint64) *schedule {
	r := rand.New(rand.NewPCG(seed, seed))
	s := &schedule{rand: r, healed: make(chan struct{}), serving: "primary"}
	s.config = Config{
		ProbeInterval: time.Duration(50+r.IntN(2000)) * time.Millisecond,
		ProbeTimeout:  time.Duration(20+r.IntN(1000)) * time.Millisecond,
		Fall:          1 + r.IntN(4),
		Rise:          1 + r.IntN(3),
		MinDwell:      time.Duration(1 + r.IntN(int(20*time.Second))),
		FlapBudget:    1 + r.IntN(6),
		FlapWindow:    time.Minute,
		FlapQuiet:     time.Minute,
		CutoverLimit:  time.Duration(10+r.IntN(3000)) * time.Millisecond,
		Resume:        r.IntN(4) == 0,
		Generation:    r.Uint64N(100),
	}
	s.config.MaxBackoff = s.config.ProbeInterval * time.Duration(1+r.IntN(8))
	s.last = Route{Generation: s.config.Generation}
	if s.config.Resume {
		s.serving = "none"
	}
	s.world = &world{t: t, works: map[string]work{}}
	hooks := s.hooks()
	hooks.EnterFallback = s.watched(func(ctx context.Context, c Cause) error { return s.call(ctx, "enter") }, "fallback", "")
	hooks.Cutover = drop(s.watched(func(ctx context.Context, _ Cause) error { return s.call(ctx, "cutover") }, "primary", "none"))
	hooks.AbortCutover = drop(s.watched(func(ctx context.Context, _ Cause) error { return s.call(ctx, "abort") }, "fallback", "none"))
	hooks.Changed = s.changed
	hooks.LeftFallback = func(ctx context.Context) { _ = s.call(ctx, "left") }
	m, err := newMonitor(s.config, hooks, rand.New(rand.NewPCG(seed, 1)).Float64)
	if err != nil {
		t.Fatal(err)
	}
	s.Monitor = m
	return s
}

func drop(f func(context.Context, Cause) error) func(context.Context) error {
	return func(ctx context.Context) error { return f(ctx, Cause{}) }
}

// watched notes who serves when a hook begins and when it has succeeded.
func (s *schedule) watched(f func(context.Context, Cause) error, after, during string) func(context.Context, Cause) error {
	return func(ctx context.Context, c Cause) error {
		s.state.Lock()
		if during != "" {
			s.serving = during
		}
		s.state.Unlock()
		err := f(ctx, c)
		if err == nil {
			s.state.Lock()
			s.serving = after
			s.state.Unlock()
		}
		return err
	}
}

func (s *schedule) note(format string, args ...any) {
	s.log = append(s.log, fmt.Sprintf("%12v ", time.Since(bubbleStart))+fmt.Sprintf(format, args...))
}

var bubbleStart = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// legal are the changes of mode that may be seen, but those to unavailable,
// which is always possible from primary, and from cutover if all fails.
var legal = map[Mode][]Mode{
	Unavailable: {Unavailable, Primary, Fallback, Recovering},
	Primary:     {Fallback, Unavailable},
	Fallback:    {Fallback, Recovering},
	Recovering:  {Recovering, Fallback, Cutover},
	Cutover:     {Primary, Recovering, Unavailable},
}

func (s *schedule) changed(r Route) {
	s.state.Lock()
	defer s.state.Unlock()
	s.note("route %v, generation %d, pin %v: %s", r.Mode, r.Generation, s.Status().Pin, r.Reason)
	old := s.last
	s.last = r
	ok := false
	for _, m := range legal[old.Mode] {
		ok = ok || m == r.Mode
	}
	if !ok {
		s.t.Errorf("from %v to %v", old.Mode, r.Mode)
	}
	want := old.Generation
	if old.Mode.backend() != r.Mode.backend() {
		want++
	}
	if r.Generation != want {
		s.t.Errorf("%v generation %d after %v generation %d", r.Mode, r.Generation, old.Mode, old.Generation)
	}
	switch {
	case r.Mode == Primary && s.serving != "primary", (r.Mode == Fallback || r.Mode == Recovering) && s.serving != "fallback":
		s.t.Errorf("%v published while by the hooks %s serves", r.Mode, s.serving)
	}
	if r.Mode == Fallback && old.Mode.backend() != Fallback.backend() {
		s.since, s.ordered = r.Since, s.orders > 0
	}
	s.ordered = s.ordered || s.Status().Pin == PinPrimary
	if r.Mode == Primary && !s.since.IsZero() && !s.ordered && !s.config.Resume {
		if stayed := r.Since.Sub(s.since); stayed < s.config.MinDwell && old.Mode != Unavailable {
			s.t.Errorf("back after %v, before the dwell of %v", stayed, s.config.MinDwell)
		}
	}
}

func (s *schedule) run() {
	s.setRandomProbe()
	if err := s.Start(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	defer func() {
		s.Stop()
		if s.t.Failed() || testing.Verbose() && *seedFlag != 0 {
			for _, line := range s.log {
				s.t.Log(line)
			}
			s.t.Logf("%+v", s.config)
		}
	}()
	for range 200 {
		s.event()
		time.Sleep(time.Duration(1) << s.rand.IntN(34)) // up to 17 s
	}
	s.heal()
	c := s.config
	settle := c.FlapQuiet + c.MinDwell + 2*c.MaxBackoff + time.Duration(c.Rise+4)*(c.ProbeInterval+c.ProbeTimeout) + c.MaxBackoff/2 + time.Second
	time.Sleep(settle)
	s.expect(Primary)
	if s.Status().Deciding {
		s.t.Error("still deciding")
	}
	s.set("probe", fails(errRefused))
	s.Report(Down)
	time.Sleep(time.Duration(c.Fall+1) * 3 * time.Millisecond)
	s.expect(Fallback)
}

func (s *schedule) heal() {
	s.state.Lock()
	s.note("healed")
	s.state.Unlock()
	s.mu.Lock()
	s.works = map[string]work{}
	s.mu.Unlock()
	close(s.healed)
	s.Quiet(false)
	s.callers.Wait()
	ctx, cancel := context.WithTimeout(s.t.Context(), time.Minute)
	defer cancel()
	if err := s.ResumeAuto(ctx); err != nil {
		s.t.Errorf("ResumeAuto: %v", err)
	}
}

// event is one random thing that happens.
func (s *schedule) event() {
	switch n := s.rand.IntN(22); {
	case n < 8:
		s.setRandomProbe()
	case n < 12:
		name := []string{"enter", "recover", "cutover", "abort", "left", "keep"}[s.rand.IntN(6)]
		s.setRandom(name, []work{fine, fine, fails(errHook), s.hang, takes(time.Duration(s.rand.IntN(int(3 * time.Second))))})
	case n < 16:
		ev := Evidence(s.rand.IntN(int(Auth) + 1))
		s.state.Lock()
		s.note("report %v", ev)
		s.state.Unlock()
		s.Report(ev)
	case n < 18:
		limit := s.config.CutoverLimit + 20*time.Second
		s.callers.Go(func() {
			ctx, cancel := context.WithTimeout(context.Background(), limit)
			defer cancel()
			_, _ = s.WaitDecided(ctx)
		})
	case n < 20:
		idle := n == 18
		s.state.Lock()
		s.note("idle %v", idle)
		s.state.Unlock()
		s.Quiet(idle)
	default:
		order := []func(context.Context) error{s.SwitchToPrimary, s.SwitchToFallback, s.ResumeAuto}[s.rand.IntN(3)]
		limit := time.Duration(s.rand.IntN(int(5 * time.Second)))
		s.callers.Go(func() {
			ctx, cancel := context.WithTimeout(context.Background(), limit)
			defer cancel()
			s.state.Lock()
			s.ordered = true
			s.orders++
			s.note("order")
			s.state.Unlock()
			err := order(ctx)
			s.state.Lock()
			s.orders--
			s.note("order done: %v", err)
			s.state.Unlock()
		})
	}
}

func (s *schedule) setRandomProbe() {
	s.setRandom("probe", []work{fine, fine, fine, fails(errRefused), fails(errRefused), s.hang, fails(errAuth), fails(errOverload), fails(errSQL),
		takes(time.Duration(s.rand.IntN(int(2 * s.config.ProbeTimeout))))})
}

func (s *schedule) setRandom(name string, works []work) {
	i := s.rand.IntN(len(works))
	s.state.Lock()
	s.note("%s is %d", name, i)
	s.state.Unlock()
	s.set(name, works[i])
}

// hang lasts until its context ends or the faults do.
func (s *schedule) hang(ctx context.Context) error {
	select {
	case <-s.healed:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
