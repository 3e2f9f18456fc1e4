package pgvalue

import "math"

func parseDate(s string, env *Env) (any, error) {
	r, err := readDateTime("date", s, false, env)
	if err != nil {
		return nil, err
	}
	switch r.special {
	case valEpoch:
		return int64(-unixEpochSeconds / 86400), nil
	case valLate:
		return DateInfinity, nil
	case valEarly:
		return DateMinusInfinity, nil
	}
	if r.c.Year > 6000000 || r.c.Year < -6000 {
		return nil, Errorf(codeDatetimeOverflow, "date out of range: \"%s\"", s)
	}
	d := DateToDays(r.c.Year, r.c.Month, r.c.Day)
	if !ValidDate(d) {
		return nil, Errorf(codeDatetimeOverflow, "date out of range: \"%s\"", s)
	}
	return d, nil
}

func parseTime(s string, typmod int32, env *Env) (any, error) {
	r, err := readDateTime("time", s, true, env)
	if err != nil {
		return nil, err
	}
	return RoundTime(r.c.timeOfDay(), typmod), nil
}

func parseTimetz(s string, typmod int32, env *Env) (any, error) {
	r, err := readDateTime("time with time zone", s, true, env)
	if err != nil {
		return nil, err
	}
	return FormatTimetz(RoundTime(r.c.timeOfDay(), typmod), r.offset), nil
}

// RoundTime rounds microseconds to a precision of typmod digits.
func RoundTime(us int64, typmod int32) int64 {
	if typmod < 0 || typmod >= 6 {
		return us
	}
	scale := int64(math.Pow10(6 - int(typmod)))
	half := scale / 2
	if us >= 0 {
		return (us + half) / scale * scale
	}
	return -((-us + half) / scale * scale)
}

// RoundTimestamp is RoundTime for timestamps, infinities left alone.
func RoundTimestamp(ts int64, typmod int32) int64 {
	if ts == Infinity || ts == MinusInfinity {
		return ts
	}
	return RoundTime(ts, typmod)
}

func parseTimestamp(s string, typmod int32, env *Env) (any, error) {
	return parseStamp("timestamp", s, typmod, false, env)
}

func parseTimestamptz(s string, typmod int32, env *Env) (any, error) {
	return parseStamp("timestamp with time zone", s, typmod, true, env)
}

func parseStamp(typ, s string, typmod int32, zoned bool, env *Env) (any, error) {
	r, err := readDateTime(typ, s, false, env)
	if err != nil {
		return nil, err
	}
	switch r.special {
	case valEpoch:
		return RoundTimestamp(-unixEpochSeconds*MicrosPerSecond, typmod), nil
	case valLate:
		return Infinity, nil
	case valEarly:
		return MinusInfinity, nil
	}
	ts, ok := r.c.Timestamp()
	if zoned && r.c.Year > -5000 && r.c.Year < 300000 {
		// The local time may be out of range where the instant is not.
		ts = DateToDays(r.c.Year, r.c.Month, r.c.Day)*MicrosPerDay + r.c.timeOfDay() - int64(r.offset)*MicrosPerSecond
		ok = ValidTimestamp(ts)
	}
	if !ok {
		return nil, Errorf(codeDatetimeOverflow, "timestamp out of range: \"%s\"", s)
	}
	return RoundTimestamp(ts, typmod), nil
}
