package pgvalue

import (
	"strings"

	"github.com/cockroachdb/apd/v3"
)

// Limits of numeric (numeric.h).
const (
	numericMaxWeight = 131072 // digits before the decimal point
	NumericDScaleMax = 16383
)

// Numeric is a numeric as a number. Its Exponent is never positive: minus the
// Exponent is PostgreSQL's display scale.
type Numeric = apd.Decimal

// ParseNumeric reads a numeric literal as numeric_in does, without a typmod.
func ParseNumeric(s string) (*Numeric, error) {
	w := trimSpace(s)
	d := new(Numeric)
	p := w
	neg := false
	if p != "" && (p[0] == '-' || p[0] == '+') {
		neg = p[0] == '-'
		p = p[1:]
	}
	switch strings.ToLower(p) {
	case "nan":
		if len(p) != len(w) {
			return nil, invalidText("numeric", s)
		}
		d.Form = apd.NaN
		return d, nil
	case "inf", "infinity":
		d.Form, d.Negative = apd.Infinite, neg
		return d, nil
	}
	digits := make([]byte, 0, len(p))
	scale, point, i := 0, false, 0
	for ; i < len(p); i++ {
		c := p[i]
		if c >= '0' && c <= '9' {
			digits = append(digits, c)
			if point {
				scale++
			}
		} else if c == '.' && !point {
			point = true
		} else {
			break
		}
	}
	if len(digits) == 0 {
		return nil, invalidText("numeric", s)
	}
	exp := 0
	if i < len(p) {
		if p[i] != 'e' && p[i] != 'E' {
			return nil, invalidText("numeric", s)
		}
		i++
		if rest := strings.TrimLeft(p[i:], " \t\n\v\f\r"); rest != p[i:] && rest != "" && strings.Trim(rest, "+-0123456789") == "" {
			// Taken up to PostgreSQL 15, an error since.
			return nil, Errorf(codeNotSupported, "a blank before the exponent of a numeric is not supported on the SQLite fallback")
		}
		eneg := false
		if i < len(p) && (p[i] == '-' || p[i] == '+') {
			eneg = p[i] == '-'
			i++
		}
		if i == len(p) {
			return nil, invalidText("numeric", s)
		}
		for ; i < len(p); i++ {
			if p[i] < '0' || p[i] > '9' {
				return nil, invalidText("numeric", s)
			}
			if exp = exp*10 + int(p[i]-'0'); exp > 1<<30 {
				return nil, numericOverflow()
			}
		}
		if eneg {
			exp = -exp
		}
	}
	scale -= exp
	return numericFromDigits(d, digits, scale, neg)
}

func numericFromDigits(d *Numeric, digits []byte, scale int, neg bool) (*Numeric, error) {
	trimmed := strings.TrimLeft(string(digits), "0")
	if trimmed == "" {
		if scale < 0 {
			scale = 0
		}
		if scale > NumericDScaleMax {
			return nil, numericOverflow()
		}
		d.Exponent = int32(-scale)
		return d, nil
	}
	if len(trimmed)-scale > numericMaxWeight || scale > NumericDScaleMax {
		return nil, numericOverflow()
	}
	if scale < 0 {
		trimmed += strings.Repeat("0", -scale)
		scale = 0
	}
	d.Coeff.SetString(trimmed, 10)
	d.Exponent, d.Negative = int32(-scale), neg
	return d, nil
}

func numericOverflow() error { return Errorf(codeOutOfRange, "value overflows numeric format") }

// FormatNumeric is numeric_out.
func FormatNumeric(d *Numeric) string {
	switch d.Form {
	case apd.Finite:
	case apd.Infinite:
		if d.Negative {
			return "-Infinity"
		}
		return "Infinity"
	default:
		return "NaN"
	}
	if d.Exponent > 0 {
		return FormatNumeric(RescaleNumeric(new(Numeric), d, 0))
	}
	scale := int(-d.Exponent)
	c := d.Coeff.String()
	if scale > 0 {
		if len(c) <= scale {
			c = strings.Repeat("0", scale-len(c)+1) + c
		}
		c = c[:len(c)-scale] + "." + c[len(c)-scale:]
	}
	if d.Negative && d.Coeff.Sign() != 0 {
		return "-" + c
	}
	return c
}

// RescaleNumeric rounds x half away from zero to a scale, which may be
// negative, and leaves the result in d with a display scale of at least 0.
func RescaleNumeric(d, x *Numeric, scale int) *Numeric {
	if x.Form != apd.Finite {
		d.Set(x)
		return d
	}
	neg := x.Negative
	shift := scale + int(x.Exponent) // digits to add, or minus digits to drop
	switch {
	case shift >= 0:
		d.Coeff.Mul(&x.Coeff, Pow10(shift))
	case -shift > len(x.Coeff.String()):
		d.Coeff.SetInt64(0)
	default:
		p := Pow10(-shift)
		var q, r apd.BigInt
		q.QuoRem(&x.Coeff, p, &r)
		if r.Add(&r, &r).Cmp(p) >= 0 {
			q.Add(&q, apd.NewBigInt(1))
		}
		d.Coeff.Set(&q)
	}
	if scale < 0 {
		d.Coeff.Mul(&d.Coeff, Pow10(-scale))
		scale = 0
	}
	d.Form = apd.Finite
	d.Exponent = int32(-scale)
	d.Negative = neg && d.Coeff.Sign() != 0
	return d
}

// NumericShift is x times 10^n, exactly; x is finite.
func NumericShift(x *Numeric, n int) *Numeric {
	d := new(Numeric).Set(x)
	if d.Exponent += int32(n); d.Exponent > 0 {
		d.Coeff.Mul(&d.Coeff, Pow10(int(d.Exponent)))
		d.Exponent = 0
	}
	return d
}

// Pow10 is 10^n.
func Pow10(n int) *apd.BigInt {
	if n < len(pow10Cache) {
		return pow10Cache[n]
	}
	return new(apd.BigInt).Exp(apd.NewBigInt(10), apd.NewBigInt(int64(n)), nil)
}

var pow10Cache = func() (c [64]*apd.BigInt) {
	c[0] = apd.NewBigInt(1)
	for i := 1; i < len(c); i++ {
		c[i] = new(apd.BigInt).Mul(c[i-1], apd.NewBigInt(10))
	}
	return c
}()

// NumericTypmod splits a numeric's typmod; ok is false where there is none.
func NumericTypmod(typmod int32) (precision, scale int, ok bool) {
	if typmod < 4 {
		return 0, 0, false
	}
	m := typmod - 4
	s := int(m & 0x7ff)
	s = (s ^ 1024) - 1024
	return int(m>>16) & 0xffff, s, true
}

// ApplyNumericTypmod rounds d in place to numeric(p,s), or fails with 22003.
func ApplyNumericTypmod(d *Numeric, typmod int32) (*Numeric, error) {
	p, s, ok := NumericTypmod(typmod)
	if !ok || d.Form == apd.NaN || d.Form == apd.NaNSignaling {
		return d, nil
	}
	if d.Form == apd.Infinite {
		e := Errorf(codeOutOfRange, "numeric field overflow")
		e.Detail = "A field with precision " + itoa(p) + ", scale " + itoa(s) + " cannot hold an infinite value."
		return nil, e
	}
	d = RescaleNumeric(d, d, s)
	if d.Coeff.Sign() != 0 {
		before := len(d.Coeff.String()) + int(d.Exponent) // digits before the point
		if before > p-s {
			e := Errorf(codeOutOfRange, "numeric field overflow")
			limit := "10^" + itoa(p-s)
			if p == s {
				limit = "1"
			}
			e.Detail = "A field with precision " + itoa(p) + ", scale " + itoa(s) + " must round to an absolute value less than " + limit + "."
			return nil, e
		}
	}
	return d, nil
}

func parseNumericType(t *Type, s string) (any, error) {
	d, err := ParseNumeric(s)
	if err != nil {
		return nil, err
	}
	if d, err = ApplyNumericTypmod(d, t.Typmod); err != nil {
		return nil, err
	}
	return FormatNumeric(d), nil
}

// CompareNumeric orders numerics as PostgreSQL does: NaN equals NaN and comes last.
func CompareNumeric(a, b *Numeric) int {
	an, bn := isNaN(a), isNaN(b)
	switch {
	case an && bn:
		return 0
	case an:
		return 1
	case bn:
		return -1
	}
	return a.Cmp(b)
}

func isNaN(d *Numeric) bool { return d.Form == apd.NaN || d.Form == apd.NaNSignaling }

// CompareNumericText compares two native numerics.
func CompareNumericText(a, b string) int {
	if a == b {
		return 0
	}
	if c, ok := comparePlain(a, b); ok {
		return c
	}
	x, err1 := ParseNumeric(a)
	y, err2 := ParseNumeric(b)
	if err1 != nil || err2 != nil {
		return strings.Compare(a, b)
	}
	return CompareNumeric(x, y)
}

// comparePlain compares two finite numerics as numeric_out writes them, digit
// by digit; ok is false for anything else.
func comparePlain(a, b string) (c int, ok bool) {
	if a == "" || b == "" {
		return 0, false
	}
	na, nb := a[0] == '-', b[0] == '-'
	if na {
		a = a[1:]
	}
	if nb {
		b = b[1:]
	}
	if a == "" || b == "" || !isDigit(a[0]) || !isDigit(b[0]) {
		return 0, false
	}
	if na != nb {
		// Zero has no sign in numeric_out.
		if na {
			return -1, true
		}
		return 1, true
	}
	ia, ib := strings.IndexByte(a, '.'), strings.IndexByte(b, '.')
	wa, fa, wb, fb := a, "", b, ""
	if ia >= 0 {
		wa, fa = a[:ia], a[ia+1:]
	}
	if ib >= 0 {
		wb, fb = b[:ib], b[ib+1:]
	}
	switch {
	case len(wa) != len(wb):
		c = 1
		if len(wa) < len(wb) {
			c = -1
		}
	default:
		if c = strings.Compare(wa, wb); c == 0 {
			c = compareFractions(fa, fb)
		}
	}
	if na {
		c = -c
	}
	return c, true
}

// compareFractions compares digits after the point; missing ones are zeros.
func compareFractions(a, b string) int {
	n := min(len(a), len(b))
	if c := strings.Compare(a[:n], b[:n]); c != 0 {
		return c
	}
	switch {
	case strings.Trim(a[n:], "0") != "":
		return 1
	case strings.Trim(b[n:], "0") != "":
		return -1
	}
	return 0
}
