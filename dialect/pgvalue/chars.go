package pgvalue

import (
	"strings"
	"unicode/utf8"
)

// parseVarchar is varcharin: blanks beyond the limit are dropped, anything
// else there is an error.
func parseVarchar(s string, typmod int32) (any, error) {
	if typmod < 4 {
		return s, nil
	}
	return fitChars(s, int(typmod-4), "character varying")
}

// parseBPChar is bpcharin: as varchar, then padded with blanks.
func parseBPChar(s string, typmod int32) (any, error) {
	if typmod < 4 {
		return s, nil
	}
	n := int(typmod - 4)
	s, err := fitChars(s, n, "character")
	if err != nil {
		return nil, err
	}
	return padRight(s, n), nil
}

func padRight(s string, n int) string {
	if k := utf8.RuneCountInString(s); k < n {
		s += strings.Repeat(" ", n-k)
	}
	return s
}

func fitChars(s string, n int, typ string) (string, error) {
	if len(s) <= n {
		return s, nil
	}
	cut := charIndex(s, n)
	if strings.Trim(s[cut:], " ") != "" {
		return "", Errorf(codeTooLong, "value too long for type %s(%d)", typ, n)
	}
	return s[:cut], nil
}

// charIndex is the byte offset of the n-th character.
func charIndex(s string, n int) int {
	for i := range s {
		if n == 0 {
			return i
		}
		n--
	}
	return len(s)
}

// truncateName cuts at 63 bytes, between characters.
func truncateName(s string) string {
	if len(s) <= 63 {
		return s
	}
	n := 63
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// parseQChar is charin: the first byte, or what \ooo says.
func parseQChar(s string) string {
	if len(s) == 4 && s[0] == '\\' && isOctal(s[1]) && isOctal(s[2]) && isOctal(s[3]) {
		c := (s[1]-'0')<<6 | (s[2]-'0')<<3 | (s[3] - '0')
		return formatQChar(c)
	}
	if s == "" {
		return ""
	}
	return formatQChar(s[0])
}

func formatQChar(c byte) string {
	switch {
	case c >= 0x80:
		return "\\" + string([]byte{'0' + c>>6, '0' + c>>3&7, '0' + c&7})
	case c == 0:
		return ""
	}
	return string([]byte{c})
}

// CastVarchar is the cast to varchar(n): an implicit cast fails where an
// explicit one truncates.
func CastVarchar(s string, typmod int32, explicit bool) (string, error) {
	if typmod < 4 {
		return s, nil
	}
	n := int(typmod - 4)
	if explicit {
		return s[:charIndex(s, n)], nil
	}
	return fitChars(s, n, "character varying")
}

// CastBPChar is the cast to char(n), as CastVarchar.
func CastBPChar(s string, typmod int32, explicit bool) (string, error) {
	if typmod < 4 {
		return s, nil
	}
	n := int(typmod - 4)
	if explicit {
		s = s[:charIndex(s, n)]
	} else {
		var err error
		if s, err = fitChars(s, n, "character"); err != nil {
			return "", err
		}
	}
	return padRight(s, n), nil
}
