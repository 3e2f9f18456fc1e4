package pgfunc

import (
	"fmt"
	"math"
	"strconv"
)

// charByte is the byte of a "char", which is text here: itself, or \ooo.
func charByte(s string) byte {
	switch {
	case s == "":
		return 0
	case len(s) == 4 && s[0] == '\\':
		n, _ := strconv.ParseUint(s[1:], 8, 8)
		return byte(n)
	}
	return s[0]
}

// int4Char is the cast of int4 to "char": the byte of that number.
func int4Char(n int64) (string, error) {
	switch {
	case n < math.MinInt8 || n > math.MaxInt8:
		return "", errf("22003", "\"char\" out of range")
	case n == 0:
		return "", nil
	case n < 0:
		return fmt.Sprintf("\\%03o", byte(n)), nil
	}
	return string(rune(n)), nil
}
