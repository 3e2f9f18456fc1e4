package pgvalue

import "time"

// Env holds what input and output of values take from the session. A nil *Env
// means UTC and the time of the call.
type Env struct {
	TimeZone *time.Location
	Now      int64 // of the transaction, microseconds since 2000-01-01 UTC
	// ObjectName is the name that an OID of an object identifier type prints as;
	// nil where there is no catalog to look in.
	ObjectName func(typ, oid uint32) (string, error)
}

// UTC is the Env of values that leave the session, such as those sent back to
// the primary.
var UTC = &Env{TimeZone: time.UTC}

func (e *Env) zone() *time.Location {
	if e == nil || e.TimeZone == nil {
		return time.UTC
	}
	return e.TimeZone
}

func (e *Env) now() int64 {
	if e == nil || e.Now == 0 {
		return Micros(time.Now())
	}
	return e.Now
}
