package pgvalue

// formatTimetz is timetz_out: microseconds since midnight and seconds east.
func formatTimetz(us int64, off int) string {
	var c Clock
	c.setTime(us)
	return string(appendOffset(appendClock(make([]byte, 0, 24), c.Hour, c.Min, c.Sec, c.Micro), off))
}
