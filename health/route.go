package health

import (
	"fmt"
	"time"
)

// Mode is what serves, and what is under way.
type Mode uint8

// The modes.
const (
	// Unavailable: nothing serves. The first mode, and that of a process
	// whose primary is down and whose fallback refuses.
	Unavailable Mode = iota
	// Primary: PostgreSQL serves.
	Primary
	// Fallback: the file serves.
	Fallback
	// Recovering: the file serves, and its journal is replayed into the
	// primary, which is back.
	Recovering
	// Cutover: the file serves what is under way, new transactions wait, and
	// the last of the journal is replayed.
	Cutover
)

var modeNames = [...]string{"unavailable", "primary", "fallback", "recovering", "cutover"}

func (m Mode) String() string {
	if int(m) < len(modeNames) {
		return modeNames[m]
	}
	return fmt.Sprintf("Mode(%d)", uint8(m))
}

// ParseMode is the inverse of String.
func ParseMode(s string) (Mode, error) {
	for i, name := range modeNames {
		if s == name {
			return Mode(i), nil
		}
	}
	return 0, fmt.Errorf("health: unknown mode %q", s)
}

// MarshalText gives the mode's name.
func (m Mode) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads a mode's name.
func (m *Mode) UnmarshalText(text []byte) (err error) {
	*m, err = ParseMode(string(text))
	return err
}

// OnFallback reports whether the file is the backend in this mode.
func (m Mode) OnFallback() bool { return m == Fallback || m == Recovering || m == Cutover }

// backend tells routes apart whose connections must not be mixed.
func (m Mode) backend() int {
	switch {
	case m == Primary:
		return 1
	case m.OnFallback():
		return 2
	}
	return 0
}

// Route is a decision. Generation rises with every change of backend
// (primary, fallback, none) and never otherwise: the way from fallback over
// recovering to cutover keeps connections, and so the generation.
type Route struct {
	Mode       Mode
	Generation uint64
	Since      time.Time // when Mode became what it is
	Reason     string    // why
}

// Pin is an operator's will that overrides the Monitor's.
type Pin uint8

// The pins.
const (
	// Auto: the Monitor decides.
	Auto Pin = iota
	// PinPrimary: never leave the primary, whatever its state.
	PinPrimary
	// PinFallback: stay on the fallback, whatever the primary's state.
	PinFallback
)

var pinNames = [...]string{"auto", "primary", "fallback"}

func (p Pin) String() string {
	if int(p) < len(pinNames) {
		return pinNames[p]
	}
	return fmt.Sprintf("Pin(%d)", uint8(p))
}

// ParsePin is the inverse of String.
func ParsePin(s string) (Pin, error) {
	for i, name := range pinNames {
		if s == name {
			return Pin(i), nil
		}
	}
	return 0, fmt.Errorf("health: unknown pin %q", s)
}

// MarshalText gives the pin's name.
func (p Pin) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads a pin's name.
func (p *Pin) UnmarshalText(text []byte) (err error) {
	*p, err = ParsePin(string(text))
	return err
}

// Evidence is what one observation says about the primary.
type Evidence uint8

// The kinds of evidence.
const (
	// Neutral says nothing: an SQL error, a caller that gave up. The zero
	// value, so that what is not understood never counts.
	Neutral Evidence = iota
	// Alive: it answered.
	Alive
	// Down: it, or its machine, said that it does not serve: refused, 57P03.
	Down
	// Doubt: no answer in time, or a connection that broke.
	Doubt
	// Overload: it answered that it takes no more connections. Reported; no
	// reason to leave it, and no reason to return to it.
	Overload
	// Auth: it answered and refused who we are. As Overload.
	Auth
)

var evidenceNames = [...]string{"neutral", "alive", "down", "doubt", "overload", "auth"}

func (e Evidence) String() string {
	if int(e) < len(evidenceNames) {
		return evidenceNames[e]
	}
	return fmt.Sprintf("Evidence(%d)", uint8(e))
}

// MarshalText gives the evidence's name.
func (e Evidence) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// against reports whether the evidence speaks for an outage.
func (e Evidence) against() bool { return e == Down || e == Doubt }
