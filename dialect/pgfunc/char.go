package pgfunc

import "strconv"

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
