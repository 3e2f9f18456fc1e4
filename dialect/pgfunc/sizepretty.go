package pgfunc

import (
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// sizePretty is pg_size_pretty of an int8: the first unit in which the size has
// few digits, rounded half away from zero.
func sizePretty(size int64) (string, error) {
	abs := uint64(size)
	if size < 0 {
		abs = -abs
	}
	if abs < 10*1024 {
		return strconv.FormatInt(size, 10) + " bytes", nil
	}
	size /= 1 << 9 // twice the size in kB, for rounding
	for _, unit := range []string{"kB", "MB", "GB", "TB"} {
		if size > -(20*1024-1) && size < 20*1024-1 {
			return halfRounded(size) + " " + unit, nil
		}
		size /= 1 << 10
	}
	return halfRounded(size) + " PB", nil
}

func halfRounded(twice int64) string {
	if twice < 0 {
		return strconv.FormatInt((twice-1)/2, 10)
	}
	return strconv.FormatInt((twice+1)/2, 10)
}

func sizeFuncs(r *registry) {
	r.fn("pg_size_pretty_int8", f1(sizePretty), "pg_size_pretty(int8)")
	r.fn("pg_size_bytes", f1(sizeBytes), "pg_size_bytes(text)")
}

// sizeText is a size: a number, and a unit after it.
var sizeText = regexp.MustCompile(`^[ \t\n\v\f\r]*([-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)(.*)$`)

// sizeBytes is pg_size_bytes.
func sizeBytes(text string) (int64, error) {
	parts := sizeText.FindStringSubmatch(text)
	if parts == nil {
		return 0, errf("22023", "invalid size: \"%s\"", text)
	}
	if _, exp, ok := strings.Cut(strings.ToLower(parts[1]), "e"); ok && len(strings.TrimLeft(exp, "+-0")) > 4 {
		return 0, errf("0A000", "a size with so large an exponent is not supported on the SQLite fallback")
	}
	n, ok := new(big.Rat).SetString(parts[1])
	if !ok {
		return 0, errf("22023", "invalid size: \"%s\"", text)
	}
	if unit := strings.Trim(parts[2], " \t\n\v\f\r"); unit != "" {
		i := slices.Index([]string{"bytes", "kb", "mb", "gb", "tb", "pb"}, strings.ToLower(unit))
		if i < 0 {
			e := pgvalue.Errorf("22023", "invalid size: \"%s\"", text)
			e.Detail = "Invalid size unit: \"" + unit + "\"."
			e.Hint = "Valid units are \"bytes\", \"kB\", \"MB\", \"GB\", \"TB\", and \"PB\"."
			return 0, WrapError(e)
		}
		n.Mul(n, new(big.Rat).SetInt(new(big.Int).Lsh(big.NewInt(1), uint(10*i))))
	}
	// Half away from zero.
	twice := new(big.Int).Quo(new(big.Int).Lsh(new(big.Int).Abs(n.Num()), 1), n.Denom())
	whole := twice.Rsh(twice.Add(twice, big.NewInt(1)), 1)
	if n.Sign() < 0 {
		whole.Neg(whole)
	}
	if !whole.IsInt64() {
		return 0, errf("22003", "bigint out of range")
	}
	return whole.Int64(), nil
}
