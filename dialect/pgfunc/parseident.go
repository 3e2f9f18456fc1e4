package pgfunc

import (
	"strings"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// parseIdent splits a qualified identifier; strict allows nothing after it.
func parseIdent(s string, strict bool) (string, error) {
	bad := func(detail string) (string, error) {
		return "", detailed("22023", "string is not a valid identifier: \""+s+"\"", detail, "")
	}
	space := func(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }
	i := 0
	skip := func() {
		for i < len(s) && space(s[i]) {
			i++
		}
	}
	start := func(c byte) bool { return c == '_' || c >= 0x80 || c|0x20 >= 'a' && c|0x20 <= 'z' }
	var parts []*string
	skip()
	for afterDot := false; ; {
		missing := true
		switch {
		case i < len(s) && s[i] == '"':
			var b strings.Builder
			for i++; ; i++ {
				q := strings.IndexByte(s[i:], '"')
				if q < 0 {
					return bad("String has unclosed double quotes.")
				}
				b.WriteString(s[i : i+q])
				i += q + 1
				if i >= len(s) || s[i] != '"' {
					break
				}
				b.WriteByte('"')
			}
			name := b.String()
			if name == "" {
				return bad("Quoted identifier must not be empty.")
			}
			parts = append(parts, &name)
			missing = false
		case i < len(s) && start(s[i]):
			from := i
			for i < len(s) && (start(s[i]) || s[i] >= '0' && s[i] <= '9' || s[i] == '$') {
				i++
			}
			name := lowerASCII(s[from:i])
			parts = append(parts, &name)
			missing = false
		}
		if missing {
			switch {
			case i < len(s) && s[i] == '.':
				return bad("No valid identifier before \".\".")
			case afterDot:
				return bad("No valid identifier after \".\".")
			}
			return bad("")
		}
		skip()
		switch {
		case i < len(s) && s[i] == '.':
			afterDot = true
			i++
			skip()
			continue
		case i < len(s) && strict:
			return bad("")
		}
		return pgvalue.NewArray(parts).String(), nil
	}
}

func lowerASCII(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
