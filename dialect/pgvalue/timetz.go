package pgvalue

// FormatTimetz is timetz_out: microseconds since midnight, seconds east of UTC.
func FormatTimetz(us int64, off int) string {
	var c Clock
	c.setTime(us)
	return string(appendOffset(appendClock(make([]byte, 0, 24), c.Hour, c.Min, c.Sec, c.Micro), off))
}

// ParseTimetz takes a native timetz apart.
func ParseTimetz(s string) (us int64, off int, err error) {
	r, err := readDateTime("time with time zone", s, true, UTC)
	if err != nil {
		return 0, 0, err
	}
	return r.c.timeOfDay(), r.offset, nil
}
