package pgfunc

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
)

// lowerLibc and upperLibc map characters one by one, as towlower and towupper do.
func lowerLibc(s string) string { return strings.Map(unicode.ToLower, s) }
func upperLibc(s string) string { return strings.Map(unicode.ToUpper, s) }

// lowerICU and upperICU map whole texts: ß becomes SS.
func lowerICU(s string) string { return cases.Lower(language.Und).String(s) }
func upperICU(s string) string { return cases.Upper(language.Und).String(s) }

func initcapC(s string) string {
	b := []byte(s)
	inWord := false
	for i, c := range b {
		switch {
		case c >= 'a' && c <= 'z':
			if !inWord {
				b[i] = c - 32
			}
			inWord = true
		case c >= 'A' && c <= 'Z':
			if inWord {
				b[i] = c + 32
			}
			inWord = true
		default:
			inWord = c >= '0' && c <= '9'
		}
	}
	return string(b)
}

func initcapLibc(s string) string {
	inWord := false
	return strings.Map(func(c rune) rune {
		if inWord {
			c = unicode.ToLower(c)
		} else {
			c = unicode.ToUpper(c)
		}
		inWord = unicode.IsLetter(c) || unicode.IsDigit(c)
		return c
	}, s)
}

// initcapICU capitalises what a word begins with, which in 3rd is the digit; x/text
// would look for a letter. What follows a digit is given to it as a word's rest.
func initcapICU(s string) string {
	var b strings.Builder
	title := cases.Title(language.Und)
	rest := false
	flush := func(part string) {
		if rest {
			b.WriteString(title.String("a" + part)[1:])
		} else {
			b.WriteString(title.String(part))
		}
	}
	start, digit := 0, false
	for i, c := range s {
		if digit && unicode.IsLetter(c) {
			flush(s[start:i])
			start, rest = i, true
		}
		digit = unicode.IsDigit(c) || digit && c == '_'
	}
	flush(s[start:])
	return b.String()
}
