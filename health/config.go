package health

import (
	"errors"
	"fmt"
	"time"
)

// Config holds a Monitor's numbers. Zero values mean the defaults.
type Config struct {
	// ProbeInterval is the time between probes of a healthy primary; 1 s.
	ProbeInterval time.Duration
	// ProbeTimeout is how long a probe may take; 500 ms.
	ProbeTimeout time.Duration
	// ConfirmInterval is the time between probes that follow a failed one
	// until it is decided whether the primary is down; 3 ms.
	ConfirmInterval time.Duration
	// Fall is the number of failed probes in a row that make an outage; 3.
	// Probes that nothing answers overlap: the next begins when the last was
	// silent for ProbeTimeout/Fall, so that a black hole is known for one
	// after ProbeTimeout × (2 - 1/Fall).
	Fall int
	// Rise is the number of good probes in a row that make a primary fit to
	// return to; 2.
	Rise int
	// MinDwell is the least time on the fallback before a return; 5 s.
	MinDwell time.Duration
	// MaxBackoff is the longest time between probes of a primary that is
	// down, and between attempts at a hook that failed; 5 s. The time doubles
	// from ProbeInterval up to it, and varies by a fifth.
	MaxBackoff time.Duration
	// FlapBudget is the number of switches to the fallback within FlapWindow
	// after which the Monitor stays there until the primary was good for
	// FlapQuiet, or until an operator says otherwise; 5 in 10 minutes, 5
	// minutes.
	FlapBudget int
	FlapWindow time.Duration
	FlapQuiet  time.Duration
	// CutoverLimit is how long Cutover may keep transactions waiting; 2 s.
	CutoverLimit time.Duration
	// ObserveInterval is the time between calls of Hooks.Observe; 100 ms.
	ObserveInterval time.Duration

	// Pin is the first pin.
	Pin Pin
	// Generation is the generation to go on from: that of the file, if it is
	// older than this process.
	Generation uint64
	// Resume says that the file holds writes that are not yet replayed. The
	// first route is then the fallback, whatever the state of the primary,
	// and the primary is returned to through Recover and Cutover.
	Resume bool
	// Observing starts the Monitor as an observer: see Hooks.Observe and
	// Monitor.Promote.
	Observing bool
}

func (c Config) withDefaults() Config {
	setDefault(&c.ProbeInterval, time.Second)
	setDefault(&c.ProbeTimeout, 500*time.Millisecond)
	setDefault(&c.ConfirmInterval, 3*time.Millisecond)
	setDefault(&c.Fall, 3)
	setDefault(&c.Rise, 2)
	setDefault(&c.MinDwell, 5*time.Second)
	setDefault(&c.MaxBackoff, max(5*time.Second, c.ProbeInterval))
	setDefault(&c.FlapBudget, 5)
	setDefault(&c.FlapWindow, 10*time.Minute)
	setDefault(&c.FlapQuiet, 5*time.Minute)
	setDefault(&c.CutoverLimit, 2*time.Second)
	setDefault(&c.ObserveInterval, 100*time.Millisecond)
	return c
}

func setDefault[T comparable](v *T, def T) {
	var zero T
	if *v == zero {
		*v = def
	}
}

// Validate reports every value that can not be used.
func (c Config) Validate() error {
	c = c.withDefaults()
	var errs []error
	for _, d := range []struct {
		name  string
		value time.Duration
	}{
		{"probe interval", c.ProbeInterval}, {"probe timeout", c.ProbeTimeout}, {"confirm interval", c.ConfirmInterval},
		{"minimum dwell", c.MinDwell}, {"longest back-off", c.MaxBackoff}, {"flap window", c.FlapWindow},
		{"flap quiet time", c.FlapQuiet}, {"cutover limit", c.CutoverLimit}, {"observe interval", c.ObserveInterval},
	} {
		if d.value <= 0 {
			errs = append(errs, fmt.Errorf("health: the %s must be positive, not %v", d.name, d.value))
		}
	}
	for _, n := range []struct {
		name  string
		value int
	}{{"fall", c.Fall}, {"rise", c.Rise}, {"flap budget", c.FlapBudget}} {
		if n.value < 1 {
			errs = append(errs, fmt.Errorf("health: %s must be at least 1, not %d", n.name, n.value))
		}
	}
	if c.MaxBackoff < c.ProbeInterval {
		errs = append(errs, fmt.Errorf("health: the longest back-off, %v, is shorter than the probe interval, %v", c.MaxBackoff, c.ProbeInterval))
	}
	if c.Pin > PinFallback {
		errs = append(errs, fmt.Errorf("health: unknown pin %v", c.Pin))
	}
	return errors.Join(errs...)
}
