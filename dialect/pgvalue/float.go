package pgvalue

import (
	"errors"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// NaN stands for a NaN of float4 and float8, which SQLite cannot store.
const NaN = "NaN"

// Float makes the native value of a float8 (or, already rounded, a float4).
func Float(f float64) any {
	if math.IsNaN(f) {
		return NaN
	}
	return f
}

// ToFloat is the float64 of a native float4 or float8.
func ToFloat(v any) float64 {
	switch v := v.(type) {
	case float64:
		return v
	case int64:
		return float64(v)
	}
	return math.NaN()
}

func parseFloat(typ, s string, bits int) (any, error) {
	w := trimSpace(s)
	switch strings.ToLower(w) {
	case "nan":
		return NaN, nil
	case "inf", "+inf", "infinity", "+infinity":
		return math.Inf(1), nil
	case "-inf", "-infinity":
		return math.Inf(-1), nil
	}
	// Go's syntax allows more than PostgreSQL's: underscores (not in base 10), hexadecimal
	// is allowed by both but differently bound to an exponent.
	f, err := parseCFloat(w, bits)
	if err != nil {
		if errors.Is(err, strconv.ErrRange) {
			if bits == 32 {
				return nil, Errorf(codeOutOfRange, "\"%s\" is out of range for type %s", w, typ)
			}
			return nil, Errorf(codeOutOfRange, "\"%s\" is out of range for type %s", w, typ)
		}
		return nil, invalidText(typ, s)
	}
	return Float(f), nil
}

// parseCFloat parses a number as strtod does, without infinities.
func parseCFloat(w string, bits int) (float64, error) {
	if digits, ok := strings.CutPrefix(strings.ToLower(strings.TrimLeft(w, "+-")), "0x"); ok {
		return parseHexFloat(w, digits, bits)
	}
	for i := range len(w) {
		c := w[i]
		ok := c >= '0' && c <= '9' || c == '.' || c == 'e' || c == 'E' || c == '+' || c == '-'
		if !ok {
			return 0, strconv.ErrSyntax
		}
	}
	f, err := strconv.ParseFloat(w, bits)
	if err != nil {
		return 0, err
	}
	// strtod reports underflow to zero as out of range too.
	if f == 0 && strings.ContainsAny(mantissa(w), "123456789") {
		return 0, strconv.ErrRange
	}
	return f, nil
}

// parseHexFloat parses a hexadecimal number, whose exponent may be left out.
func parseHexFloat(w, digits string, bits int) (float64, error) {
	if strings.Trim(digits, "0123456789abcdef.p+-") != "" || strings.HasPrefix(digits, "p") {
		return 0, strconv.ErrSyntax
	}
	if !strings.Contains(digits, "p") {
		w += "p0"
	}
	f, err := strconv.ParseFloat(w, bits)
	if err != nil {
		return 0, err
	}
	if m, _, _ := strings.Cut(digits, "p"); f == 0 && strings.Trim(m, "0.") != "" {
		return 0, strconv.ErrRange
	}
	return f, nil
}

func mantissa(w string) string {
	if i := strings.IndexAny(w, "eE"); i >= 0 {
		return w[:i]
	}
	return w
}

// formatFloat is float4out and float8out with extra_float_digits = 1: the
// shortest text that reads back the same, with an exponent outside 1e-4..1e15
// (1e6 for float4).
func formatFloat(f float64, bits int) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	case f == 0:
		if math.Signbit(f) {
			return "-0"
		}
		return "0"
	}
	var b [32]byte
	s := strconv.AppendFloat(b[:0], f, 'e', -1, bits)
	if isTie(f, bits, string(s)) {
		s = strconv.AppendFloat(b[:0], f, 'e', mantissaDigits(s), bits)
	}
	e := strings.IndexByte(string(s), 'e')
	exp, _ := strconv.Atoi(string(s[e+1:]))
	limit := 15
	if bits == 32 {
		limit = 6
	}
	if exp < -4 || exp >= limit {
		return string(s)
	}
	return strconv.FormatFloat(f, 'f', -1, bits)
}

// mantissaDigits counts the digits of an 'e' format, which as a precision asks
// for one digit more.
func mantissaDigits(s []byte) int {
	n := 0
	for _, c := range s {
		if c == 'e' {
			break
		}
		if c >= '0' && c <= '9' {
			n++
		}
	}
	return n
}

// isTie reports whether a short decimal lies exactly half way between f and its
// neighbour. It reads back as f, but PostgreSQL only takes a decimal nearer to
// f than to any other. That can happen to large integers alone.
func isTie(f float64, bits int, s string) bool {
	a := math.Abs(f)
	low := float64(1 << 53)
	if bits == 32 {
		low = 1 << 24
	}
	if a < low || a > 1e40 {
		return false
	}
	var d, x, half big.Float
	d.SetPrec(300)
	if _, ok := d.SetString(s); !ok {
		return false
	}
	x.SetPrec(300).SetFloat64(f)
	x.Sub(&d, &x)
	if x.Sign() == 0 {
		return false
	}
	_, exp := math.Frexp(a)
	ulp := exp - 53
	if bits == 32 {
		ulp = exp - 24
	}
	half.SetMantExp(big.NewFloat(0.5), ulp)
	if x.Abs(&x).Cmp(&half) == 0 {
		return true
	}
	// Below a power of two neighbours are half as far.
	if frac, _ := math.Frexp(a); frac == 0.5 {
		half.SetMantExp(big.NewFloat(0.25), ulp)
		return x.Cmp(&half) == 0
	}
	return false
}
