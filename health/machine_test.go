package health

import (
	"errors"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

var updateFlag = flag.Bool("update", false, "write what the code does into docs/state-machine.md")

const document = "../docs/state-machine.md"

// TestTable holds the table of docs/state-machine.md to the code: each row is
// a state, an event, the state after it, and the actions taken.
func TestTable(t *testing.T) {
	content, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(content), "\n")
	start := slices.Index(lines, "| in | on | to | doing |")
	if start < 0 {
		t.Fatal("no table")
	}
	rows := 0
	seen := map[string]bool{}
	for i := start + 2; i < len(lines) && strings.HasPrefix(lines[i], "|"); i++ {
		cells := strings.Split(strings.Trim(lines[i], "|"), "|")
		for j := range cells {
			cells[j] = strings.TrimSpace(cells[j])
		}
		if len(cells) < 2 {
			t.Fatalf("row %q", lines[i])
		}
		in, on := cells[0], cells[1]
		if seen[in+"|"+on] {
			t.Errorf("two rows for %s, %s", in, on)
		}
		seen[in+"|"+on] = true
		s := newSim(t, in)
		s.do(on)
		want := "| " + strings.Join([]string{in, on, s.m.phase.String(), s.actions()}, " | ") + " |"
		if *updateFlag {
			lines[i] = want
		} else if lines[i] != want {
			t.Errorf("the document says\n%s\nthe code does\n%s", lines[i], want)
		}
		rows++
	}
	if rows < 50 {
		t.Errorf("only %d rows", rows)
	}
	if *updateFlag {
		if err := os.WriteFile(document, []byte(strings.Join(lines, "\n")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// sim drives a machine without a Monitor.
type sim struct {
	t     *testing.T
	m     *machine
	now   time.Time
	acts  []action
	reply chan error
}

// newSim makes a machine in a state of the table: a phase, and what is special
// about it after a comma.
func newSim(t *testing.T, state string) *sim {
	t.Helper()
	config := Config{FlapBudget: 2}.withDefaults()
	phase, special, _ := strings.Cut(state, ", ")
	switch special {
	case "journal waiting":
		config.Resume = true
	case "pinned to primary":
		config.Pin = PinPrimary
	case "pinned to fallback":
		config.Pin = PinFallback
	}
	config.Observing = phase == "observing"
	s := &sim{t: t, now: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)}
	s.m = newMachine(config, func() float64 { return 0.5 }, s.now)
	s.step()
	script := map[string][]string{
		"starting":                      {},
		"starting, pinned to fallback":  {},
		"primary":                       {"good probe"},
		"primary, suspected":            {"good probe", "report"},
		"primary, resting":              {"good probe", "idle"},
		"primary, resting, suspected":   {"good probe", "idle", "report"},
		"primary, pinned to primary":    {},
		"entering":                      {"good probe", "outage"},
		"entering, journal waiting":     {},
		"entering, planned":             {"good probe", "switch to fallback"},
		"fallback":                      {"good probe", "outage", "EnterFallback done", "dwell over"},
		"fallback, dwell not over":      {"good probe", "outage", "EnterFallback done"},
		"fallback, budget spent":        {"good probe", "outage", "EnterFallback done", "dwell over", "primary good", "Recover done", "Cutover done", "LeftFallback done", "outage", "EnterFallback done", "dwell over"},
		"fallback, pinned to fallback":  {"good probe", "EnterFallback done"},
		"recovering":                    {"good probe", "outage", "EnterFallback done", "dwell over", "primary good"},
		"recovering, cutover failed":    {"good probe", "outage", "EnterFallback done", "dwell over", "primary good", "Recover done", "Cutover failed", "AbortCutover done"},
		"cutover":                       {"good probe", "outage", "EnterFallback done", "dwell over", "primary good", "Recover done"},
		"aborting":                      {"good probe", "outage", "EnterFallback done", "dwell over", "primary good", "Recover done", "Cutover failed"},
		"unavailable":                   {"good probe", "outage", "EnterFallback failed"},
		"unavailable, journal waiting":  {"EnterFallback failed"},
		"primary, switch to it done":    {"good probe", "switch to primary"},
		"fallback, switch to it done":   {"good probe", "outage", "EnterFallback done", "switch to fallback"},
		"observing":                     {"owner: primary"},
		"observing, owner: fallback":    {"owner: fallback"},
		"observing, owner: cutover":     {"owner: cutover"},
		"observing, owner: unavailable": {"owner: unavailable"},
	}
	events, ok := script[state]
	if !ok {
		t.Fatalf("no script for the state %q", state)
	}
	for _, e := range events {
		s.do(e)
	}
	if s.m.phase.String() != phase {
		t.Fatalf("the script for %q ends in %v", state, s.m.phase)
	}
	s.acts = nil
	return s
}

func (s *sim) step() {
	s.m.advance(s.now)
	s.acts = append(s.acts, s.m.acts...)
	s.m.acts = nil
	s.m.giveAnswers()
}

func (s *sim) pass(d time.Duration) {
	s.now = s.now.Add(d)
	s.step()
}

// probe answers a probe, starting one first if none is under way.
func (s *sim) probe(ev Evidence, err error) {
	for s.m.inflight == 0 {
		s.m.next = s.now
		s.m.suspect = s.m.suspect || s.m.phase == observing
		s.m.suspectUntil = s.now.Add(time.Second)
		s.step()
	}
	s.m.probeDone(s.now, ev, err, time.Millisecond, false)
	s.step()
}

func (s *sim) do(event string) {
	s.t.Helper()
	name, result, _ := strings.Cut(event, " ")
	if h := slices.Index(hookNames[:], name); h > 0 {
		var err error
		if result == "failed" {
			err = errHook
		}
		if s.m.running != hook(h) {
			s.t.Fatalf("%s does not run in %v", name, s.m.phase)
		}
		s.m.hookDone(s.now, hook(h), err)
		s.step()
		return
	}
	down := errors.New("refused")
	switch event {
	case "good probe":
		s.probe(Alive, nil)
	case "failed probe":
		s.probe(Down, down)
	case "outage":
		for range s.m.cfg.Fall {
			s.probe(Down, down)
		}
	case "primary good":
		for range s.m.cfg.Rise {
			s.probe(Alive, nil)
		}
	case "good for long":
		s.probe(Alive, nil)
		s.pass(s.m.cfg.FlapQuiet)
		s.probe(Alive, nil)
	case "auth or overload":
		s.probe(Auth, errAuth)
	case "neutral probe":
		s.probe(Neutral, errSQL)
	case "idle":
		s.m.setIdle(s.now, true)
		s.pass(10 * s.m.cfg.ProbeInterval)
	case "active":
		s.m.setIdle(s.now, false)
		s.step()
	case "report":
		s.m.reported(s.now)
		s.step()
	case "dwell over":
		s.pass(s.m.cfg.MinDwell)
	case "retry due":
		s.pass(2 * s.m.cfg.MaxBackoff)
	case "silence":
		s.pass(s.m.cfg.ProbeTimeout / time.Duration(s.m.cfg.Fall))
	case "switch to primary":
		s.order(PinPrimary)
	case "switch to fallback":
		s.order(PinFallback)
	case "resume auto":
		s.order(Auto)
	case "owner: primary":
		s.owner(Primary)
	case "owner: fallback":
		s.owner(Fallback)
	case "owner: cutover":
		s.owner(Cutover)
	case "owner: unavailable":
		s.owner(Unavailable)
	case "pin kept":
		s.m.pinKept(s.m.cmd, nil)
		s.step()
	case "pin not kept":
		s.m.pinKept(s.m.cmd, errHook)
		s.step()
	case "withdrawn":
		s.m.withdraw(s.m.cmd, errHook)
		s.step()
	case "promoted, pinned to fallback":
		s.m.promote(s.now, false, PinFallback)
		s.step()
	case "promoted":
		s.m.promote(s.now, false, Auto)
		s.step()
	case "promoted, journal waiting":
		s.m.promote(s.now, true, Auto)
		s.step()
	default:
		s.t.Fatalf("no event %q", event)
	}
}

func (s *sim) order(p Pin) {
	s.reply = make(chan error, 1)
	s.m.order(s.now, &command{want: p, reply: s.reply, ctx: s.t.Context()})
	s.step()
}

func (s *sim) owner(m Mode) {
	s.m.observed(s.now, Route{Mode: m, Generation: s.m.route.Generation + 1, Reason: "the owner says so"}, Auto)
	s.step()
}

// actions lists what was done, but for probing, which is the rule.
func (s *sim) actions() string {
	var all []string
	for _, a := range s.acts {
		if a.kind != startProbe && a.kind != dropProbes {
			all = append(all, a.String())
		}
	}
	select {
	case err := <-s.reply:
		if err == nil {
			all = append(all, "answer done")
		} else {
			all = append(all, "answer failed")
		}
	default:
	}
	if s.m.deciding(s.now) {
		all = append(all, "callers wait")
	}
	return strings.Join(all, ", ")
}
