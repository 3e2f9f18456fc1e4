package pgfunc

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// numericToChar is to_char of a numeric.
func numericToChar(n *numFormat, d *numeric) (string, error) {
	switch {
	case n.roman:
		whole, err := intRanges["4"].fromNumeric(d)
		if err != nil {
			return "", err
		}
		return n.formatRoman(whole), nil
	case n.scientific:
		return n.numericScientific(d)
	}
	if n.shifted {
		n.pre += n.multi
		if !special(d) {
			d = pgvalue.NumericShift(d, n.multi)
		}
	}
	if !special(d) {
		d = pgvalue.RescaleNumeric(new(numeric), d, n.post)
	}
	return n.formatSigned(pgvalue.FormatNumeric(d))
}

func (n *numFormat) formatSigned(s string) (string, error) {
	return n.formatNumber(strings.TrimPrefix(s, "-"), s[0] == '-')
}

// overflown is what stands for a number that has no scientific notation.
func (n *numFormat) overflown() string {
	return " " + strings.Repeat("#", n.pre) + "." + strings.Repeat("#", n.post+4)
}

// numericScientific rounds the first digits by themselves, so that 9.99 with one
// digit behind the point is 10.0e+00.
func (n *numFormat) numericScientific(d *numeric) (string, error) {
	if special(d) {
		return n.overflown(), nil
	}
	exponent := 0
	if d.Coeff.Sign() != 0 {
		exponent = len(d.Coeff.String()) + int(d.Exponent) - 1
	}
	s := pgvalue.FormatNumeric(pgvalue.RescaleNumeric(new(numeric), pgvalue.NumericShift(d, -exponent), n.post))
	if s[0] != '-' {
		s = " " + s
	}
	return fmt.Sprintf("%se%+03d", s, exponent), nil
}

// intToChar is to_char of an integer of so many bytes.
func intToChar(bytes int) func(n *numFormat, v int64) (string, error) {
	return func(n *numFormat, v int64) (string, error) {
		switch {
		case n.scientific && bytes == 4:
			return n.floatScientific(float64(v)), nil
		case n.shifted && !n.roman && !n.scientific:
			shifted := pgvalue.NumericShift(numInt(v), n.multi)
			if bytes == 4 {
				if _, err := intRanges["4"].fromNumeric(shifted); err != nil || n.multi > 9 {
					return "", errf("0A000", "to_char with V of an integer this large is not supported on the SQLite fallback")
				}
			} else if _, err := intRanges["8"].fromNumeric(shifted); err != nil || n.multi > 18 {
				return "", errf("22003", "bigint out of range")
			}
		}
		return numericToChar(n, numInt(v))
	}
}

func (n *numFormat) floatScientific(f float64) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return n.overflown()
	}
	s := strconv.FormatFloat(f, 'e', n.post, 64)
	if s[0] != '-' {
		s = " " + s
	}
	return s
}

// floatToChar keeps as many digits as the type is good for.
func floatToChar(bits, digits int) func(n *numFormat, f float64) (string, error) {
	return func(n *numFormat, f float64) (string, error) {
		switch {
		case n.roman:
			whole := math.RoundToEven(f)
			if !(math.Abs(whole) <= math.MaxInt32) {
				whole = 0 // so it has no numeral, as every number beyond int
			}
			return n.formatRoman(int64(whole)), nil
		case n.scientific:
			return n.floatScientific(f), nil
		}
		if n.shifted {
			unit := math.Pow10(n.multi)
			if f *= unit; bits == 32 {
				f = float64(float32(f))
			}
			n.pre += n.multi
		}
		whole := len(floatText(math.Abs(f), 0))
		if whole >= digits {
			n.post = 0
		} else if whole+n.post > digits {
			n.post = digits - whole
		}
		return n.formatSigned(floatText(f, n.post))
	}
}

// floatText is C's %.*f, by PostgreSQL's names of what is no number.
func floatText(f float64, post int) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	}
	return strconv.FormatFloat(f, 'f', post, 64)
}

// toCharNumFuncs adds to_char for numbers, and to_number.
func toCharNumFuncs(r *registry) {
	numberToChar(r, "pg_to_char_numeric", numericToChar, "to_char(numeric,text)")
	numberToChar(r, "pg_to_char_int4", intToChar(4), "to_char(int4,text)")
	numberToChar(r, "pg_to_char_int8", intToChar(8), "to_char(int8,text)")
	numberToChar(r, "pg_to_char_float8", floatToChar(64, 15), "to_char(float8,text)")
	numberToChar(r, "pg_to_char_float4", floatToChar(32, 6), "to_char(float4,text)")
	r.withEnv(envFormats, "pg_to_number", f4(toNumber), "to_number(text,text)")
}

func numberToChar[T any](r *registry, name string, f func(n *numFormat, v T) (string, error), sig string) {
	r.withEnv(envFormats, name, f4(func(lcNumeric, lcMonetary string, v T, format string) (string, error) {
		if format == "" {
			return "", nil
		}
		n, err := parseNumFormat(lcNumeric, lcMonetary, format)
		if err != nil {
			return "", err
		}
		return f(n, v)
	}), sig)
}

// withEnv adds a Go function that has hidden arguments.
func (r *registry) withEnv(env []string, name string, f any, sigs ...string) {
	fn := r.def(name, f)
	for _, s := range sigs {
		r.add(s, Impl{Name: fn, Go: f, Env: env})
	}
}
