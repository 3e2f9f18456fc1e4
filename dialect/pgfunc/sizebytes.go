package pgfunc

import (
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// sizeBytes is pg_size_bytes: a number and perhaps a unit.
func sizeBytes(text string) (int64, error) {
	invalid := func() *pgconn.PgError { return pgvalue.Errorf("22023", "invalid size: \"%s\"", text) }
	s := strings.TrimLeft(text, cBlanks)
	end := 0
	if s != "" && (s[0] == '-' || s[0] == '+') {
		end++
	}
	digits := false
	run := func() {
		for end < len(s) && digit(s[end]) {
			end++
			digits = true
		}
	}
	run()
	if end < len(s) && s[end] == '.' {
		end++
		run()
	}
	if !digits {
		return 0, invalid()
	}
	if end < len(s) && s[end]|0x20 == 'e' {
		rest := strings.TrimLeft(s[end+1:], cBlanks)
		if n := intPrefix(rest); n > 0 && digit(rest[n-1]) {
			end = len(s) - len(rest) + n // otherwise a unit
		}
	}
	n, err := pgvalue.ParseNumeric(strings.Join(strings.Fields(s[:end]), "")) // blanks may follow an e
	if err != nil {
		return 0, err
	}
	if unit := strings.Trim(s[end:], cBlanks); unit != "" {
		power := -1
		for i, u := range sizeUnits {
			if strings.EqualFold(u, unit) {
				power = i
			}
		}
		if power < 0 {
			err := invalid()
			err.Detail = "Invalid size unit: \"" + unit + "\"."
			err.Hint = `Valid units are "bytes", "kB", "MB", "GB", "TB", and "PB".`
			return 0, err
		}
		if n, err = numericMul(n, numInt(1<<(10*power))); err != nil {
			return 0, err
		}
	}
	return intRanges["8"].fromNumeric(n)
}

func sizeFuncs(r *registry) {
	r.fn("pg_size_pretty", f1(sizePretty), "pg_size_pretty(int8)", "pg_size_pretty(numeric)")
	r.fn("pg_size_bytes", f1(sizeBytes), "pg_size_bytes(text)")
}
