package dialect

// sleep emits pg_sleep and its like, which wait as long as the statement may
// run; nil for all others.
func (a *analyser) sleep(name string, typ uint32, pos int32, args []*expr) *expr {
	var e *expr
	switch name {
	case "pg_sleep":
		e = call(typ, pos, a.fn(FuncSleep)+"($1)", args...)
	case "pg_sleep_for":
		now := a.resolved("clock_timestamp()", oidTimestamptz, pos)
		e = call(typ, pos, a.fn(FuncSleepUntil)+"($1)", a.resolved("timestamptz_pl_interval(timestamptz,interval)", oidTimestamptz, pos, now, args[0]))
	case "pg_sleep_until":
		e = call(typ, pos, a.fn(FuncSleepUntil)+"($1)", args...)
	default:
		return nil
	}
	a.volatile = true
	return calling(e, false)
}
