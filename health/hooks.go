package health

import (
	"context"
	"errors"
)

// Cause is why the fallback is entered.
type Cause struct {
	// Planned: an operator wants it and the primary is up. Writes are to be
	// gated, and the file to catch up, before it serves.
	Planned bool
	// Resume: the file served already (before this process, or under another
	// owner) and is to serve on.
	Resume bool
	// Generation is that of the route that will be published.
	Generation uint64
	// Reason is that of the route, for people.
	Reason string
	// Err is the last error of the primary, if there was one.
	Err error
}

// Hooks are what a Monitor does its work with. It calls at most one of
// EnterFallback, Recover, Cutover and AbortCutover at a time, each from a
// goroutine of its own; a hook must return soon after its context ends, for
// the next one waits for it. Hooks may call the Monitor, except Stop.
type Hooks struct {
	// Probe asks the primary whether it serves; nil is yes. Several calls may
	// be under way at once. One that has not returned when its context ends
	// counts as failed, whatever it does later.
	Probe func(ctx context.Context) error
	// Classify says what an error of Probe means.
	Classify func(err error) Evidence
	// EnterFallback makes the file serve. The route is published after it
	// returned nil. If it returns an error the file must not serve; that
	// leaves no route at all in an outage, unless the primary is back, and the
	// primary's in a planned switch. It is called again later.
	EnterFallback func(ctx context.Context, cause Cause) error
	// Recover replays the journal while the file serves, and returns nil when
	// what is left is little. Called again later after an error.
	Recover func(ctx context.Context) error
	// Cutover ends the file's service: it makes new transactions wait, drains
	// the others, replays what is left and verifies it. If it returns nil the
	// primary's route is published. Its context ends at Config.CutoverLimit,
	// or when the primary dies.
	Cutover func(ctx context.Context) error
	// AbortCutover undoes a Cutover that failed, as far as it got, so that
	// the file serves on. It is called until it returns nil.
	AbortCutover func(ctx context.Context) error
	// LeftFallback is called after the primary's route was published, for
	// what remains to be done with the file. Its context ends when the
	// fallback is to be entered again; EnterFallback is called when it has
	// returned. Optional.
	LeftFallback func(ctx context.Context)
	// Changed is called after every change of route, in order, from the
	// Monitor's own goroutine: it must not wait for anything, and of the
	// Monitor it may call Route, Report and Status only. Optional.
	Changed func(Route)
	// KeepPin makes an operator's pin last longer than the process. It is called
	// when what was ordered is done and its route published, before the operator
	// is told; an error is the order's, and takes the pin back. ctx has the
	// values of the operator's, and ends with it. Optional.
	KeepPin func(ctx context.Context, pin Pin) error
	// Observe asks the owner of the file, by way of the file, for its route and
	// its pin. While the Monitor is an observer it decides nothing and follows
	// this. Needed only with Config.Observing.
	Observe func(ctx context.Context) (Route, Pin, error)
}

func (h Hooks) validate(c Config) error {
	if h.Probe == nil || h.Classify == nil || h.EnterFallback == nil || h.Recover == nil || h.Cutover == nil || h.AbortCutover == nil {
		return errors.New("health: Probe, Classify, EnterFallback, Recover, Cutover and AbortCutover must be given")
	}
	if c.Observing && h.Observe == nil {
		return errors.New("health: an observer needs Observe")
	}
	return nil
}
