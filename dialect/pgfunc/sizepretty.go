package pgfunc

import (
	"math/big"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

var sizeUnits = []string{"bytes", "kB", "MB", "GB", "TB", "PB"}

// sizePretty is pg_size_pretty: the first unit in which the size has few digits,
// rounded half away from zero.
func sizePretty(size *numeric) (string, error) {
	if special(size) {
		return pgvalue.FormatNumeric(size) + " PB", nil
	}
	whole := new(big.Int).Quo(size.Coeff.MathBigInt(), pgvalue.Pow10(max(0, int(-size.Exponent))).MathBigInt())
	if whole.Cmp(big.NewInt(10*1024)) < 0 {
		return pgvalue.FormatNumeric(size) + " bytes", nil
	}
	if size.Negative {
		whole.Neg(whole)
	}
	whole.Quo(whole, big.NewInt(1<<9)) // twice the size in kB, for rounding
	unit := 1
	for limit := big.NewInt(20*1024 - 1); unit < len(sizeUnits)-1 && whole.CmpAbs(limit) >= 0; unit++ {
		whole.Quo(whole, big.NewInt(1<<10))
	}
	one := big.NewInt(1)
	if whole.Sign() < 0 {
		one.Neg(one)
	}
	return whole.Quo(whole.Add(whole, one), big.NewInt(2)).String() + " " + sizeUnits[unit], nil
}
