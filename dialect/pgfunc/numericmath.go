package pgfunc

import (
	"math"
	"math/big"

	"github.com/cockroachdb/apd/v3"
	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// sqrtScale is the square root of a number that is not negative, rounded at a scale.
func sqrtScale(d *numeric, scale int) *numeric {
	// sqrt(c·10^e) at the scale s is sqrt(c·10^(e+2s)), an integer root.
	x := new(apd.BigInt).Set(&d.Coeff)
	shift := int(d.Exponent) + 2*scale
	if shift >= 0 {
		x.Mul(x, pgvalue.Pow10(shift))
	} else {
		// More digits than asked for: the root of the truncated number tells
		// the rounding, for what was cut off is less than one unit.
		x.Quo(x, pgvalue.Pow10(-shift))
	}
	var root, rem big.Int
	b := x.MathBigInt()
	root.Sqrt(b)
	// root rounds up where the remainder is above root: (root+½)² = root²+root+¼.
	rem.Mul(&root, &root)
	rem.Sub(b, &rem)
	if rem.Cmp(&root) > 0 {
		root.Add(&root, big.NewInt(1))
	}
	r := &numeric{Exponent: int32(-scale)}
	r.Coeff.SetMathBigInt(&root)
	return r
}

func numericSqrt(d *numeric) (*numeric, error) {
	switch {
	case isNaN(d):
		return d, nil
	case d.Negative && (isInf(d) || !d.IsZero()):
		return nil, errf("2201F", "cannot take square root of a negative number")
	case isInf(d):
		return d, nil
	}
	w, _, _ := baseDigits(d)
	sweight := w*2 + 1
	return checked(sqrtScale(d, clampScale(max(minSigDigits-sweight, dscale(d)))))
}

// toDouble is a numeric as a float64, infinite where it is too large.
func toDouble(d *numeric) float64 {
	f, err := d.Float64()
	if err != nil && math.IsNaN(f) {
		return math.NaN()
	}
	return f
}

// precise computes f with enough digits to round its result at a scale; digits
// is about the number of digits before the point.
func precise(scale, digits int, f func(c *apd.Context) (*numeric, error)) (*numeric, error) {
	prec := scale + max(digits, 0) + 25
	c := apd.BaseContext.WithPrecision(uint32(prec))
	c.MaxExponent, c.MinExponent = apd.MaxExponent, apd.MinExponent
	c.Traps = 0
	d, err := f(c)
	if err != nil {
		return nil, err
	}
	return checked(pgvalue.RescaleNumeric(new(numeric), d, scale))
}

const log10e = 0.434294481903252

func numericExp(d *numeric) (*numeric, error) {
	switch {
	case isNaN(d):
		return d, nil
	case isInf(d) && d.Negative:
		return numInt(0), nil
	case isInf(d):
		return d, nil
	}
	val := toDouble(d)
	if math.Abs(val) >= maxResultScale*3 {
		if val > 0 {
			return nil, numericOverflow()
		}
	}
	weight := min(max(val*log10e, -maxResultScale), maxResultScale)
	scale := clampScale(max(minSigDigits-int(weight), dscale(d)))
	if val <= -maxResultScale*3 {
		return fromSigned(new(apd.BigInt), scale), nil
	}
	return precise(scale, int(weight)+1, func(c *apd.Context) (*numeric, error) {
		return exponential(c, d)
	})
}

// exponential is e to the power of x. apd gives 1 where x is so near to 0 that
// the sum of both has more digits than it reckons with.
func exponential(c *apd.Context, x *numeric) (*numeric, error) {
	if x.IsZero() || int64(x.Exponent)+x.NumDigits() > -10 {
		r := new(numeric)
		_, err := c.Exp(r, x)
		return r, err
	}
	scale := int(c.Precision)
	short := pgvalue.RescaleNumeric(new(numeric), x, scale)
	sum, term := numInt(1), numInt(1)
	for k := 1; !term.IsZero(); k++ {
		next := new(numeric)
		if _, err := c.Mul(next, term, short); err != nil {
			return nil, err
		}
		if _, err := c.Quo(next, next, numInt(int64(k))); err != nil {
			return nil, err
		}
		term = pgvalue.RescaleNumeric(new(numeric), next, scale)
		var err error
		if sum, err = numericAdd(sum, term); err != nil {
			return nil, err
		}
	}
	return sum, nil
}

// lnWeight is estimate_ln_dweight.
func lnWeight(d *numeric) int {
	if d.Sign() <= 0 {
		return 0
	}
	if d.Cmp(apd.New(9, -1)) >= 0 && d.Cmp(apd.New(11, -1)) <= 0 {
		x, _ := numericSub(d, numInt(1))
		if x.IsZero() {
			return 0
		}
		w, first, _ := baseDigits(x)
		return w*4 + int(math.Log10(float64(first)))
	}
	w, first, second := baseDigits(d)
	digits, dw := float64(first), w*4
	if int(d.NumDigits()) > digitsOf(first) || second != 0 {
		digits = digits*10000 + float64(second)
		dw -= 4
	}
	ln := math.Log(digits) + float64(dw)*2.302585092994046
	return int(math.Log10(math.Abs(ln)))
}

func digitsOf(n int) int {
	k := 1
	for n >= 10 {
		n /= 10
		k++
	}
	return k
}

func logCheck(d *numeric) error {
	switch {
	case isNaN(d):
		return nil
	case d.Negative && (isInf(d) || !d.IsZero()):
		return errf("2201E", "cannot take logarithm of a negative number")
	case !isInf(d) && d.IsZero():
		return errf("2201E", "cannot take logarithm of zero")
	}
	return nil
}

func numericLn(d *numeric) (*numeric, error) {
	if err := logCheck(d); err != nil {
		return nil, err
	}
	if special(d) {
		return d, nil
	}
	w := lnWeight(d)
	scale := clampScale(max(minSigDigits-w, dscale(d)))
	return precise(scale, w+1, func(c *apd.Context) (*numeric, error) {
		r := new(numeric)
		_, err := c.Ln(r, d)
		return r, err
	})
}

// numericLog is log(base, x).
func numericLog(base, x *numeric) (*numeric, error) {
	if isNaN(base) || isNaN(x) {
		return numNaN(), nil
	}
	if (special(base) || special(x)) && x.Negative {
		return nil, logCheck(x)
	}
	if err := logCheck(base); err != nil {
		return nil, err
	}
	if err := logCheck(x); err != nil {
		return nil, err
	}
	switch {
	case isInf(base) && isInf(x):
		return numNaN(), nil
	case isInf(base):
		return numInt(0), nil
	case isInf(x):
		return numInf(false), nil
	}
	w := lnWeight(x) - lnWeight(base)
	scale := clampScale(max(minSigDigits-w, dscale(base), dscale(x)))
	if base.Cmp(numInt(1)) == 0 {
		return nil, divisionByZero()
	}
	return precise(scale, max(w, 0)+1, func(c *apd.Context) (*numeric, error) {
		c.Precision += uint32(max(-lnWeight(base), 0) + max(-lnWeight(x), 0))
		a, b, q := new(numeric), new(numeric), new(numeric)
		if _, err := c.Ln(a, x); err != nil {
			return nil, err
		}
		if _, err := c.Ln(b, base); err != nil {
			return nil, err
		}
		_, err := c.Quo(q, a, b)
		return q, err
	})
}

// isInteger reports whether a finite numeric has no fraction.
func isInteger(d *numeric) bool {
	t := truncate(d, 0, 0)
	return t.Cmp(d) == 0
}

// numericPower is power(base, exponent).
func numericPower(b, e *numeric) (*numeric, error) {
	if special(b) || special(e) {
		return powerSpecial(b, e)
	}
	switch {
	case b.IsZero() && e.Sign() < 0:
		return nil, errf("2201F", "zero raised to a negative power is undefined")
	case b.Sign() < 0 && !isInteger(e):
		return nil, errf("2201F", "a negative number raised to a non-integer power yields a complex result")
	}
	if isInteger(e) {
		n := signed(new(apd.BigInt), truncate(e, 0, 0))
		if n.IsInt64() && n.Int64() >= math.MinInt32 && n.Int64() <= math.MaxInt32 {
			return powerInt(b, int(n.Int64()))
		}
	}
	if b.IsZero() {
		return fromSigned(new(apd.BigInt), minSigDigits), nil
	}
	abs := numericAbs(b)
	lnb := new(numeric)
	c := apd.BaseContext.WithPrecision(40)
	c.Traps = 0
	if _, err := c.Ln(lnb, abs); err != nil {
		return nil, err
	}
	// As exactly as PostgreSQL estimates it: the scale of the result rests on it.
	few := max(8-lnWeight(abs), 0)
	product := new(numeric)
	apd.BaseContext.WithPrecision(0).Mul(product, pgvalue.RescaleNumeric(new(numeric), lnb, few), e)
	val := toDouble(pgvalue.RescaleNumeric(product, product, few))
	if math.Abs(val) > maxResultScale*3.01 {
		if val > 0 {
			return nil, numericOverflow()
		}
		return fromSigned(new(apd.BigInt), maxDisplayScale), nil
	}
	weight := val * log10e
	scale := clampScale(max(minSigDigits-int(weight), dscale(b), dscale(e)))
	odd := false
	if b.Sign() < 0 {
		n := signed(new(apd.BigInt), truncate(e, 0, 0))
		odd = n.MathBigInt().Bit(0) == 1
	}
	r, err := precise(scale, int(weight)+1, func(c *apd.Context) (*numeric, error) {
		c.Precision += uint32(e.NumDigits()) + 10
		l, p := new(numeric), new(numeric)
		if _, err := c.Ln(l, abs); err != nil {
			return nil, err
		}
		if _, err := c.Mul(p, l, e); err != nil {
			return nil, err
		}
		return exponential(c, p)
	})
	if err == nil && odd && !r.IsZero() {
		r.Negative = true
	}
	return r, err
}

// powerInt is power_var_int.
func powerInt(b *numeric, n int) (*numeric, error) {
	var f float64
	if !b.IsZero() {
		text := b.Coeff.String()
		lead := text
		if len(lead) > 17 {
			lead = lead[:17]
		}
		m := 0.0
		for _, c := range lead {
			m = m*10 + float64(c-'0')
		}
		f = float64(n) * (math.Log10(m) + float64(len(text)-len(lead)+int(b.Exponent)))
	}
	scale := clampScale(max(minSigDigits, dscale(b)))
	if f > maxWeightDigits+1 {
		return nil, numericOverflow()
	}
	if f+1 < float64(-scale) {
		return fromSigned(new(apd.BigInt), scale), nil
	}
	switch n {
	case 0:
		return pgvalue.RescaleNumeric(new(numeric), numInt(1), scale), nil
	case 1:
		return checked(pgvalue.RescaleNumeric(new(numeric), b, scale))
	case -1:
		if b.IsZero() {
			return nil, divisionByZero()
		}
		return checked(quotient(numInt(1), b, scale))
	}
	if b.IsZero() {
		if n < 0 {
			return nil, divisionByZero()
		}
		return fromSigned(new(apd.BigInt), scale), nil
	}
	abs := n
	if abs < 0 {
		abs = -abs
	}
	if f >= (math.MaxInt16+1)*4 {
		return nil, numericOverflow()
	}
	return precise(scale, max(int(f), 0)+1, func(c *apd.Context) (*numeric, error) {
		c.Precision += uint32(len(itoa(abs))) + 10
		if n < 0 {
			c.Precision += uint32(max(-int(f), 0))
		}
		r, sq := numInt(1), new(numeric).Set(b)
		for k := abs; k > 0; k >>= 1 {
			if k&1 == 1 {
				if _, err := c.Mul(r, r, sq); err != nil {
					return nil, err
				}
			}
			if k > 1 {
				if _, err := c.Mul(sq, sq, sq); err != nil {
					return nil, err
				}
			}
		}
		if n < 0 {
			q := new(numeric)
			_, err := c.Quo(q, numInt(1), r)
			return q, err
		}
		return r, nil
	})
}

func powerSpecial(b, e *numeric) (*numeric, error) {
	one := numInt(1)
	if isNaN(b) {
		if !special(e) && e.IsZero() {
			return one, nil
		}
		return b, nil
	}
	if isNaN(e) {
		if !special(b) && b.Cmp(one) == 0 {
			return one, nil
		}
		return e, nil
	}
	neg := func(d *numeric) bool { return d.Negative && (special(d) || !d.IsZero()) }
	if !special(b) && b.IsZero() && neg(e) {
		return nil, errf("2201F", "zero raised to a negative power is undefined")
	}
	if neg(b) && !special(e) && !isInteger(e) {
		return nil, errf("2201F", "a negative number raised to a non-integer power yields a complex result")
	}
	if !special(b) && b.Cmp(one) == 0 {
		return one, nil
	}
	if !special(e) && e.IsZero() {
		return one, nil
	}
	if !special(b) && b.IsZero() && !neg(e) {
		return numInt(0), nil
	}
	if isInf(e) {
		var absGreater bool
		if isInf(b) {
			absGreater = true
		} else {
			c := numericAbs(b).Cmp(one)
			if c == 0 {
				return one, nil // -1 to an infinite power
			}
			absGreater = c > 0
		}
		if absGreater != neg(e) {
			return numInf(false), nil
		}
		return numInt(0), nil
	}
	// The base is infinite, the exponent finite and not zero.
	if !b.Negative {
		if neg(e) {
			return numInt(0), nil
		}
		return b, nil
	}
	if neg(e) {
		return numInt(0), nil
	}
	odd := signed(new(apd.BigInt), truncate(e, 0, 0)).MathBigInt().Bit(0) == 1
	return numInf(odd), nil
}

// numericMathFuncs adds roots, exponentials and logarithms of numeric.
func numericMathFuncs(r *registry) {
	r.fn("pg_numeric_sqrt", f1(numericSqrt), "sqrt(numeric)", "numeric_sqrt(numeric)")
	r.fn("pg_numeric_exp", f1(numericExp), "exp(numeric)", "numeric_exp(numeric)")
	r.fn("pg_numeric_ln", f1(numericLn), "ln(numeric)", "numeric_ln(numeric)")
	r.fn("pg_numeric_log", f2(numericLog), "log(numeric,numeric)", "numeric_log(numeric,numeric)")
	r.fn("pg_numeric_log10", f1(func(d *numeric) (*numeric, error) { return numericLog(numInt(10), d) }), "log(numeric)", "log10(numeric)")
	r.fn("pg_numeric_power", f2(numericPower), "power(numeric,numeric)", "pow(numeric,numeric)", "numeric_power(numeric,numeric)")
}
