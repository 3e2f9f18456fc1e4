package pgfunc

import (
	"strings"
	"unicode/utf8"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// numPatterns are the template patterns of to_char for numbers.
var numPatterns = []string{",", ".", "0", "9", "B", "C", "D", "EEEE", "FM", "G", "L", "MI", "PL", "PR", "RN", "SG", "SP", "S", "TH", "V",
	"b", "c", "d", "eeee", "fm", "g", "l", "mi", "pl", "pr", "rn", "sg", "sp", "s", "th", "v"}

// signPlace is where a locale's sign S stands.
type signPlace uint8

const (
	signNone signPlace = iota
	signBefore
	signAfter
)

// numFormat is a parsed template (NUMDesc).
type numFormat struct {
	nodes                       []dateNode
	pre, post                   int
	zeroStart, zeroEnd, preSign int
	sign                        signPlace
	zero, decimal, fill, blank  bool
	lsign, bracket, minus, plus bool
	roman                       bool
	scientific                  bool // EEEE
	shifted                     bool // V
	multi                       int  // digits behind V
	byNumeric, byMonetary       bool // patterns that a locale decides
	locale                      numLocale
}

func formatSyntax(msg string) error { return errf("42601", "%s", msg) }

func unsupportedPattern(p string) error {
	return errf("0A000", "the template pattern %s is not supported on the SQLite fallback", p)
}

func parseNumFormat(lcNumeric, lcMonetary, f string) (*numFormat, error) {
	n := &numFormat{}
	for f != "" {
		node := dateNode{}
		for _, p := range numPatterns {
			if strings.HasPrefix(f, p) {
				node.pattern = strings.ToUpper(p)
				node.th = p
				f = f[len(p):]
				break
			}
		}
		if node.pattern != "" {
			if err := n.take(node.pattern); err != nil {
				return nil, err
			}
			n.nodes = append(n.nodes, node)
			continue
		}
		if f[0] == '"' {
			f = f[1:]
			for f != "" && f[0] != '"' {
				if f[0] == '\\' && len(f) > 1 {
					f = f[1:]
				}
				_, w := utf8.DecodeRuneInString(f)
				n.nodes = append(n.nodes, dateNode{text: f[:w]})
				f = f[w:]
			}
			if f != "" {
				f = f[1:]
			}
			continue
		}
		if f[0] == '\\' && len(f) > 1 && f[1] == '"' {
			f = f[1:]
		}
		_, w := utf8.DecodeRuneInString(f)
		n.nodes = append(n.nodes, dateNode{text: f[:w]})
		f = f[w:]
	}
	return n, n.localize(lcNumeric, lcMonetary)
}

// take notes a pattern (NUMDesc_prepare).
func (n *numFormat) take(p string) error {
	if n.scientific && p != "EEEE" {
		return formatSyntax(`"EEEE" must be the last pattern used`)
	}
	switch p {
	case "9":
		if n.bracket {
			return formatSyntax(`"9" must be ahead of "PR"`)
		}
		if n.shifted {
			n.multi++
		} else if n.decimal {
			n.post++
		} else {
			n.pre++
		}
	case "0":
		if n.bracket {
			return formatSyntax(`"0" must be ahead of "PR"`)
		}
		if !n.zero && !n.decimal {
			n.zero, n.zeroStart = true, n.pre
		}
		if n.decimal {
			n.post++
		} else {
			n.pre++
		}
		n.zeroEnd = n.pre + n.post
	case "B":
		if n.pre == 0 && n.post == 0 && !n.zero {
			n.blank = true
		}
	case ".", "D":
		if n.decimal {
			return formatSyntax("multiple decimal points")
		}
		if n.shifted {
			return formatSyntax(`cannot use "V" and decimal point together`)
		}
		n.decimal = true
		n.byNumeric = n.byNumeric || p == "D"
	case "FM":
		n.fill = true
	case "S":
		if n.lsign {
			return formatSyntax(`cannot use "S" twice`)
		}
		if n.plus || n.minus || n.bracket {
			return formatSyntax(`cannot use "S" and "PL"/"MI"/"SG"/"PR" together`)
		}
		if !n.decimal {
			n.sign, n.preSign, n.lsign = signBefore, n.pre, true
		} else if n.sign == signNone {
			n.sign, n.lsign = signAfter, true
		}
	case "MI", "PL", "SG":
		if n.lsign {
			return formatSyntax(`cannot use "S" and "` + p + `" together`)
		}
		n.minus = n.minus || p != "PL"
		n.plus = n.plus || p != "MI"
	case "PR":
		if n.lsign || n.plus || n.minus {
			return formatSyntax(`cannot use "PR" and "S"/"PL"/"MI"/"SG" together`)
		}
		n.bracket = true
	case "RN":
		n.roman = true
	case "G":
		n.byNumeric = true
	case "L":
		n.byMonetary = true
	case "V":
		if n.decimal {
			return formatSyntax(`cannot use "V" and decimal point together`)
		}
		n.shifted = true
	case "EEEE":
		if n.scientific {
			return formatSyntax(`cannot use "EEEE" twice`)
		}
		if n.blank || n.fill || n.lsign || n.bracket || n.minus || n.plus || n.roman || n.shifted {
			err := pgvalue.Errorf("42601", `"EEEE" is incompatible with other formats`)
			err.Detail = `"EEEE" may only be used together with digit and decimal point patterns.`
			return err
		}
		n.scientific = true
	}
	return nil
}

// numWriter writes one number (NUMProc).
type numWriter struct {
	*numFormat
	out       []byte
	number    string
	at        int // in number
	last      int // index of the last relevant digit, -1 for none
	sign      byte
	signDone  bool
	spaces    int
	count     int
	current   int
	inNumber  bool
	brackets  bool
	signPlace signPlace
	err       error
}

// formatNumber writes digits ("123.45") with a sign by a template.
func (n *numFormat) formatNumber(digits string, negative bool) (string, error) {
	whole, _, _ := strings.Cut(digits, ".")
	w := &numWriter{numFormat: n, number: digits, sign: '+', last: -1, brackets: n.bracket, signPlace: n.sign}
	if negative {
		w.sign = '-'
	}
	switch {
	case len(whole) < n.pre:
		w.spaces = n.pre - len(whole)
	case len(whole) > n.pre:
		w.number = strings.Repeat("#", n.pre) + "." + strings.Repeat("#", n.post)
	}
	if n.plus || n.minus {
		w.signDone = !(n.plus && !n.minus)
	} else {
		if w.sign != '-' && n.fill {
			w.brackets = false
		}
		w.signDone = w.sign == '+' && n.fill && !n.lsign
		if n.sign == signBefore && n.pre == n.preSign {
			w.signPlace = signAfter
		}
	}
	w.count = n.post + n.pre - 1
	if n.fill && n.decimal {
		w.findLast()
	}
	if !w.signDone && w.spaces == 0 {
		w.count++
	}
	for _, node := range n.nodes {
		w.node(node)
	}
	text, _, _ := strings.Cut(string(w.out), "\x00")
	return text, w.err
}

// findLast finds the last digit after the point that fill mode keeps.
func (w *numWriter) findLast() {
	p := strings.IndexByte(w.number, '.')
	if p < 0 {
		return
	}
	w.last = p
	for i := p + 1; i < len(w.number); i++ {
		if w.number[i] != '0' {
			w.last = i
		}
	}
	if w.zeroEnd > w.spaces {
		w.last = max(w.last, min(len(w.number)-1, w.zeroEnd-w.spaces))
	}
}

func (w *numWriter) node(node dateNode) {
	switch node.pattern {
	case "":
		w.out = append(w.out, node.text...)
	case "9", "0", ".", "D":
		w.part(node.pattern)
	case ",":
		w.group(',')
	case "G":
		w.group(w.locale.thousands)
	case "L":
		w.out = append(w.out, w.locale.currency)
	case "TH":
		if w.number != "" && w.number[0] != '#' && w.sign != '-' && !w.decimal {
			if !digit(w.number[len(w.number)-1]) {
				w.err = errf("22P02", "\"%s\" is not a number", w.number)
				return
			}
			w.out = append(w.out, ordinal(w.number, node.th)...)
		}
	case "MI":
		w.signAlone('-')
	case "PL":
		w.signAlone('+')
	case "SG":
		w.out = append(w.out, w.sign)
	}
}

func (w *numWriter) group(separator byte) {
	if w.inNumber {
		w.out = append(w.out, separator)
	} else if !w.fill {
		w.out = append(w.out, ' ')
	}
}

func (w *numWriter) signAlone(sign byte) {
	if w.sign == sign {
		w.out = append(w.out, sign)
	} else if !w.fill {
		w.out = append(w.out, ' ')
	}
}

// blankBefore tells "9.9" from "0.9": the zero before the point is blank.
func (w *numWriter) blankBefore() bool {
	return !w.zero && w.at == 0 && strings.HasPrefix(w.number, "0") && w.post != 0
}

func (w *numWriter) lastIsPoint() bool { return w.last >= 0 && w.number[w.last] == '.' }

// part is NUM_numpart_to_char.
func (w *numWriter) part(pattern string) {
	w.inNumber = false
	if !w.signDone && (w.current >= w.spaces || w.zero && w.zeroStart == w.current) && (!w.blankBefore() || w.lastIsPoint()) {
		switch {
		case w.lsign:
			if w.signPlace == signBefore {
				w.out = append(w.out, w.sign)
				w.signDone = true
			}
		case w.brackets:
			if w.sign == '+' {
				w.out = append(w.out, ' ')
			} else {
				w.out = append(w.out, '<')
			}
			w.signDone = true
		case w.sign == '+':
			if !w.fill {
				w.out = append(w.out, ' ')
			}
			w.signDone = true
		default:
			w.out = append(w.out, '-')
			w.signDone = true
		}
	}
	switch {
	case w.current < w.spaces && (w.zeroStart > w.current || !w.zero):
		if !w.fill {
			w.out = append(w.out, ' ')
		}
	case w.zero && w.current < w.spaces && w.zeroStart <= w.current:
		w.out = append(w.out, '0')
		w.inNumber = true
	default:
		w.digit(pattern)
		if w.at < len(w.number) {
			w.at++
		}
	}
	end := w.count
	if w.spaces > 0 {
		end++
	}
	if w.decimal {
		end++
	}
	if w.last >= 0 && w.last == w.at {
		end = w.current
	}
	if w.current+1 == end {
		switch {
		case w.signDone && w.brackets:
			if w.sign == '+' {
				w.out = append(w.out, ' ')
			} else {
				w.out = append(w.out, '>')
			}
		case w.lsign && w.signPlace == signAfter:
			w.out = append(w.out, w.sign)
		}
	}
	w.current++
}

func (w *numWriter) digit(pattern string) {
	c := byte(0) // ends the text, as PostgreSQL writes it
	if w.at < len(w.number) {
		c = w.number[w.at]
	}
	switch {
	case c == '.':
		if w.last < 0 || !w.lastIsPoint() || w.fill {
			w.out = append(w.out, '.')
		}
	case w.last >= 0 && w.at > w.last && pattern != "0":
	case w.blankBefore():
		if !w.fill {
			w.out = append(w.out, ' ')
		} else if w.lastIsPoint() {
			w.out = append(w.out, '0')
		}
	default:
		w.out = append(w.out, c)
		w.inNumber = true
	}
}
