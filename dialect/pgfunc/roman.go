package pgfunc

import (
	"strings"
)

// formatRoman writes a number by a template of RN. Digits and signs beside it
// have no number to show.
func (n *numFormat) formatRoman(v int64) string {
	roman := romanNumeral(v)
	var b strings.Builder
	for _, node := range n.nodes {
		switch node.pattern {
		case "":
			b.WriteString(node.text)
		case "RN":
			s := roman
			if node.th == "rn" {
				s = strings.ToLower(s)
			}
			if !n.fill {
				b.WriteString(strings.Repeat(" ", max(0, 15-len(s))))
			}
			b.WriteString(s)
		case ",", "G", "MI", "PL":
			if !n.fill {
				b.WriteByte(' ')
			}
		case "L":
			b.WriteByte(n.locale.currency)
		case "SG":
			return b.String() // PostgreSQL writes a zero byte, which ends the text
		}
	}
	return b.String()
}

// romanNumeral writes 1 to 3999; PostgreSQL's answer to others is fifteen "#".
func romanNumeral(v int64) string {
	if v < 1 || v > 3999 {
		return strings.Repeat("#", 15)
	}
	var b strings.Builder
	for _, r := range []struct {
		value int64
		text  string
	}{{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}} {
		for ; v >= r.value; v -= r.value {
			b.WriteString(r.text)
		}
	}
	return b.String()
}
