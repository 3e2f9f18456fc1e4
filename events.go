package failoversql

import (
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/failoversql/failoversql/health"
)

// An Event is a change worth an operator's eye.
type Event struct {
	Time       time.Time
	Mode       health.Mode // after it
	Generation uint64
	Reason     string
	Alarm      bool // the mode is as it was: Reason says what needs attention

	// Copy, where not nil, says how a copy of PostgreSQL gets on: once a second, with
	// each phase and when it is in place. The mode is as it was.
	Copy *MigrateProgress
}

// events hands Events to subscribers, in order, each from a goroutine of its
// own, so that none can hold up the route or another subscriber.
type events struct {
	mu   sync.Mutex
	subs map[*subscription]struct{}
	wg   sync.WaitGroup
	over bool
}

type subscription struct {
	mu    sync.Mutex
	queue []Event
	wake  chan struct{}
	done  chan struct{}
	once  sync.Once
}

func (e *events) subscribe(f func(Event)) (cancel func()) {
	s := &subscription{wake: make(chan struct{}, 1), done: make(chan struct{})}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.over {
		return func() {}
	}
	if e.subs == nil {
		e.subs = make(map[*subscription]struct{})
	}
	e.subs[s] = struct{}{}
	e.wg.Go(func() { s.deliver(f) })
	return func() {
		e.mu.Lock()
		delete(e.subs, s)
		e.mu.Unlock()
		s.end()
	}
}

func (s *subscription) end() { s.once.Do(func() { close(s.done) }) }

func (s *subscription) deliver(f func(Event)) {
	for {
		select {
		case <-s.wake:
		case <-s.done:
			return
		}
		for {
			s.mu.Lock()
			if len(s.queue) == 0 {
				s.mu.Unlock()
				break
			}
			ev := s.queue[0]
			s.queue = s.queue[1:]
			s.mu.Unlock()
			f(ev)
		}
	}
}

func (e *events) emit(ev Event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for s := range e.subs {
		s.mu.Lock()
		s.queue = append(s.queue, ev)
		s.mu.Unlock()
		select {
		case s.wake <- struct{}{}:
		default:
		}
	}
}

func (e *events) stop() {
	e.mu.Lock()
	e.over = true
	for s := range e.subs {
		s.end()
	}
	e.subs = nil
	e.mu.Unlock()
	e.wg.Wait()
}

// How the reasons of alarms begin; each is in docs/runbook.md.
const (
	alarmJournal = "the fallback file has grown"
	alarmBackup  = "the scheduled backup of the fallback file failed"
	alarmDrill   = "a drill has ended, and PostgreSQL does not serve again"
	alarmRemoved = "the fallback was removed" // ErrRemoved
)

// alarm tells subscribers of what needs attention while the mode is as it was.
func (i *instance) alarm(r *running, reason string) {
	route := r.monitor.Route()
	i.events.emit(Event{Time: time.Now(), Mode: route.Mode, Generation: route.Generation, Reason: reason, Alarm: true})
}

var modeText = map[health.Mode]string{
	health.Primary:     "PostgreSQL serves",
	health.Fallback:    "SQLite serves",
	health.Recovering:  "PostgreSQL is back, SQLite serves while the journal is replayed",
	health.Cutover:     "new transactions wait for the return to PostgreSQL",
	health.Unavailable: "nothing serves",
}

// announce tells subscribers and the log of a route.
func (i *instance) announce(route health.Route) {
	level := slog.LevelInfo
	switch route.Mode {
	case health.Fallback:
		level = slog.LevelWarn
	case health.Unavailable:
		level = slog.LevelError
	}
	i.log.Log(background(), level, "failoversql: "+modeText[route.Mode], "mode", route.Mode, "generation", route.Generation, "reason", route.Reason)
	i.events.emit(Event{Time: time.Now(), Mode: route.Mode, Generation: route.Generation, Reason: route.Reason})
}

// alarmRewound tells that PostgreSQL is older than the file was. It is called
// while the monitor runs.
func (i *instance) alarmRewound(r *running, kept string, cause error) {
	route := r.monitor.Route()
	i.events.emit(Event{Time: time.Now(), Mode: route.Mode, Generation: route.Generation, Alarm: true,
		Reason: fmt.Sprintf("PostgreSQL is older than its copy, which was kept as %s before it is brought to PostgreSQL: %v", kept, cause)})
}
