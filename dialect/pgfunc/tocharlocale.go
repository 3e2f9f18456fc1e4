package pgfunc

import "strings"

// numLocale is what a locale says of numbers. The decimal point is a point and
// the signs are - and + in all that are known here.
type numLocale struct{ thousands, currency byte }

// envFormats are the settings that the patterns D, G and L look at.
var envFormats = []string{"lc_numeric", "lc_monetary"}

// localize looks up what the patterns G, D, L and S stand for.
func (n *numFormat) localize(lcNumeric, lcMonetary string) error {
	n.locale = numLocale{thousands: ',', currency: ' '}
	if n.byNumeric && !plainLocale(lcNumeric) && !americanLocale(lcNumeric) {
		return errf("0A000", "a number's format under lc_numeric \"%s\" is not supported on the SQLite fallback", lcNumeric)
	}
	if (n.byMonetary || n.lsign) && !plainLocale(lcMonetary) {
		if !americanLocale(lcMonetary) {
			return errf("0A000", "a number's format under lc_monetary \"%s\" is not supported on the SQLite fallback", lcMonetary)
		}
		n.locale.currency = '$'
	}
	return nil
}

func plainLocale(name string) bool {
	return name == "C" || name == "POSIX" || strings.HasPrefix(name, "C.")
}

func americanLocale(name string) bool {
	return name == "en_US" || strings.HasPrefix(name, "en_US.")
}
