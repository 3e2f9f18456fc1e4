package pgfunc

import "strconv"

// sizePretty is pg_size_pretty of an int8: the first unit in which the size has
// few digits, rounded half away from zero.
func sizePretty(size int64) (string, error) {
	abs := uint64(size)
	if size < 0 {
		abs = -abs
	}
	if abs < 10*1024 {
		return strconv.FormatInt(size, 10) + " bytes", nil
	}
	size /= 1 << 9 // twice the size in kB, for rounding
	for _, unit := range []string{"kB", "MB", "GB", "TB"} {
		if size > -(20*1024-1) && size < 20*1024-1 {
			return halfRounded(size) + " " + unit, nil
		}
		size /= 1 << 10
	}
	return halfRounded(size) + " PB", nil
}

func halfRounded(twice int64) string {
	if twice < 0 {
		return strconv.FormatInt((twice-1)/2, 10)
	}
	return strconv.FormatInt((twice+1)/2, 10)
}

func sizeFuncs(r *registry) { r.fn("pg_size_pretty_int8", f1(sizePretty), "pg_size_pretty(int8)") }
