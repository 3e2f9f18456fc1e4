package pgfunc

import (
	"github.com/cockroachdb/apd/v3"
	"github.com/failoversql/failoversql/dialect/pgvalue"
)

type numeric = pgvalue.Numeric

// Constants of numeric.c.
const (
	minSigDigits    = 16
	maxDisplayScale = 1000
	maxResultScale  = 2000
	maxScale        = 16383 // digits after the point
	maxWeightDigits = 131072
)

func isNaN(d *numeric) bool { return d.Form == apd.NaN || d.Form == apd.NaNSignaling }
func isInf(d *numeric) bool { return d.Form == apd.Infinite }
func special(d *numeric) bool {
	return d.Form != apd.Finite
}

func numNaN() *numeric         { return &numeric{Form: apd.NaN} }
func numInf(neg bool) *numeric { return &numeric{Form: apd.Infinite, Negative: neg} }
func numInt(n int64) *numeric  { return apd.New(n, 0) }

// dscale is the display scale.
func dscale(d *numeric) int {
	if special(d) || d.Exponent > 0 {
		return 0
	}
	return int(-d.Exponent)
}

func numericOverflow() error { return errf("22003", "value overflows numeric format") }

// checked fails where numeric's format has no room for a result.
func checked(d *numeric) (*numeric, error) {
	if d.Form != apd.Finite {
		return d, nil
	}
	if d.Exponent > 0 {
		pgvalue.RescaleNumeric(d, d, 0)
	}
	if d.IsZero() {
		d.Negative = false
	} else if int(d.NumDigits())+int(d.Exponent) > maxWeightDigits {
		return nil, numericOverflow()
	}
	return d, nil
}

// signed gives the coefficient with the number's sign.
func signed(z *apd.BigInt, d *numeric) *apd.BigInt {
	z.Set(&d.Coeff)
	if d.Negative {
		z.Neg(z)
	}
	return z
}

// fromSigned makes a numeric of a signed coefficient and a display scale.
func fromSigned(z *apd.BigInt, scale int) *numeric {
	d := &numeric{Exponent: int32(-scale), Negative: z.Sign() < 0}
	d.Coeff.Abs(z)
	return d
}

// align gives both coefficients at the larger of the two scales.
func align(a, b *numeric) (x, y *apd.BigInt, scale int) {
	x, y = signed(new(apd.BigInt), a), signed(new(apd.BigInt), b)
	sa, sb := dscale(a), dscale(b)
	switch {
	case sa < sb:
		x.Mul(x, pgvalue.Pow10(sb-sa))
		sa = sb
	case sb < sa:
		y.Mul(y, pgvalue.Pow10(sa-sb))
	}
	return x, y, sa
}

func numericAdd(a, b *numeric) (*numeric, error) {
	if special(a) || special(b) {
		switch {
		case isNaN(a) || isNaN(b) || isInf(a) && isInf(b) && a.Negative != b.Negative:
			return numNaN(), nil
		case isInf(a):
			return a, nil
		}
		return b, nil
	}
	x, y, scale := align(a, b)
	return checked(fromSigned(x.Add(x, y), scale))
}

func numericNeg(a *numeric) *numeric {
	d := new(numeric).Set(a)
	if !isNaN(d) && (isInf(d) || !d.IsZero()) {
		d.Negative = !d.Negative
	}
	return d
}

func numericSub(a, b *numeric) (*numeric, error) { return numericAdd(a, numericNeg(b)) }

func numericMul(a, b *numeric) (*numeric, error) {
	if special(a) || special(b) {
		if isNaN(a) || isNaN(b) || isInf(a) && b.IsZero() && !special(b) || isInf(b) && a.IsZero() && !special(a) {
			return numNaN(), nil
		}
		return numInf(a.Negative != b.Negative), nil
	}
	d := &numeric{Negative: a.Negative != b.Negative, Exponent: int32(-dscale(a) - dscale(b))}
	d.Coeff.Mul(&a.Coeff, &b.Coeff)
	if d.Coeff.Sign() == 0 {
		d.Negative = false
	}
	if -d.Exponent > pgvalue.NumericDScaleMax {
		pgvalue.RescaleNumeric(d, d, pgvalue.NumericDScaleMax)
	}
	return checked(d)
}

// baseDigits gives the weight and value of the first digit in base 10000, and
// the second digit, as numeric stores them.
func baseDigits(d *numeric) (weight, first, second int) {
	if d.IsZero() {
		return 0, 0, 0
	}
	text := d.Coeff.String()
	e := len(text) - 1 + int(d.Exponent) // decimal exponent of the first digit
	weight = floorDiv(e, 4)
	lead := e - 4*weight + 1 // digits in the first base-10000 digit
	at := func(i int) int {
		if i < len(text) {
			return int(text[i] - '0')
		}
		return 0
	}
	for i := range lead {
		first = first*10 + at(i)
	}
	for i := range 4 {
		second = second*10 + at(lead+i)
	}
	return weight, first, second
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func clampScale(s int) int { return min(max(s, 0), maxDisplayScale) }

// divScale is select_div_scale.
func divScale(a, b *numeric) int {
	w1, f1, _ := baseDigits(a)
	w2, f2, _ := baseDigits(b)
	q := w1 - w2
	if f1 <= f2 {
		q--
	}
	return clampScale(max(minSigDigits-q*4, dscale(a), dscale(b)))
}

// quotient divides finite numbers, rounding half away from zero at a scale.
func quotient(a, b *numeric, scale int) *numeric {
	x, y := new(apd.BigInt).Set(&a.Coeff), new(apd.BigInt).Set(&b.Coeff)
	shift := scale + int(a.Exponent) - int(b.Exponent)
	if shift >= 0 {
		x.Mul(x, pgvalue.Pow10(shift))
	} else {
		y.Mul(y, pgvalue.Pow10(-shift))
	}
	var q, r apd.BigInt
	q.QuoRem(x, y, &r)
	if r.Add(&r, &r).Cmp(y) >= 0 {
		q.Add(&q, apd.NewBigInt(1))
	}
	d := &numeric{Negative: a.Negative != b.Negative && q.Sign() != 0, Exponent: int32(-scale)}
	d.Coeff.Set(&q)
	return d
}

func numericDiv(a, b *numeric) (*numeric, error) {
	if special(a) || special(b) {
		return divSpecial(a, b, numInt(0))
	}
	if b.IsZero() {
		return nil, divisionByZero()
	}
	return checked(quotient(a, b, divScale(a, b)))
}

// divSpecial divides where one is not finite; small is finite/infinite.
func divSpecial(a, b, small *numeric) (*numeric, error) {
	switch {
	case isNaN(a) || isNaN(b):
		return numNaN(), nil
	case isInf(a) && isInf(b):
		return numNaN(), nil
	case isInf(a) && b.IsZero():
		return nil, divisionByZero()
	case isInf(a):
		return numInf(a.Negative != b.Negative), nil
	}
	return small, nil
}

func numericDivTrunc(a, b *numeric) (*numeric, error) {
	if special(a) || special(b) {
		return divSpecial(a, b, numInt(0))
	}
	if b.IsZero() {
		return nil, divisionByZero()
	}
	x, y, _ := align(a, b)
	return checked(fromSigned(x.Quo(x, y), 0))
}

func numericMod(a, b *numeric) (*numeric, error) {
	switch {
	case isNaN(a) || isNaN(b):
		return numNaN(), nil
	case isInf(a):
		if !special(b) && b.IsZero() {
			return nil, divisionByZero()
		}
		return numNaN(), nil
	case isInf(b):
		return a, nil
	case b.IsZero():
		return nil, divisionByZero()
	}
	x, y, scale := align(a, b)
	return checked(fromSigned(x.Rem(x, y), scale))
}

func numericAbs(a *numeric) *numeric {
	d := new(numeric).Set(a)
	d.Negative = false
	return d
}

func numericSign(a *numeric) *numeric {
	if isNaN(a) {
		return numNaN()
	}
	switch {
	case isInf(a) && a.Negative, a.Sign() < 0:
		return numInt(-1)
	case isInf(a), a.Sign() > 0:
		return numInt(1)
	}
	return numInt(0)
}

func numericRound(a *numeric, n int64) (*numeric, error) {
	if special(a) {
		return a, nil
	}
	return checked(pgvalue.RescaleNumeric(new(numeric), a, int(min(max(n, -maxWeightDigits-1), maxScale))))
}

func numericTrunc(a *numeric, n int64) (*numeric, error) {
	if special(a) {
		return a, nil
	}
	return truncate(a, int(min(max(n, -maxWeightDigits), maxScale)), 0), nil
}

// truncate cuts at a scale; away tells the sign (-1, 1) towards which a
// remainder rounds, 0 none.
func truncate(a *numeric, scale, away int) *numeric {
	x := signed(new(apd.BigInt), a)
	shift := scale + int(a.Exponent)
	if shift >= 0 {
		x.Mul(x, pgvalue.Pow10(shift))
	} else {
		var r apd.BigInt
		x.QuoRem(x, pgvalue.Pow10(-shift), &r)
		if away != 0 && r.Sign() == away {
			x.Add(x, apd.NewBigInt(int64(away)))
		}
	}
	if scale < 0 {
		x.Mul(x, pgvalue.Pow10(-scale))
		scale = 0
	}
	return fromSigned(x, scale)
}

func numericCeil(a *numeric) (*numeric, error) {
	if special(a) {
		return a, nil
	}
	return checked(truncate(a, 0, 1))
}

func numericFloor(a *numeric) (*numeric, error) {
	if special(a) {
		return a, nil
	}
	return checked(truncate(a, 0, -1))
}

// toInt rounds half away from zero.
func (t intRange) fromNumeric(d *numeric) (int64, error) {
	switch {
	case isNaN(d):
		return 0, errf("0A000", "cannot convert NaN to %s", t.name)
	case isInf(d):
		return 0, errf("0A000", "cannot convert infinity to %s", t.name)
	}
	r := pgvalue.RescaleNumeric(new(numeric), d, 0)
	x := signed(new(apd.BigInt), r)
	if !x.IsInt64() {
		return 0, t.overflow()
	}
	return t.check(x.Int64())
}
