package pgfunc

import (
	"strings"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// headlineOptions are those of ts_headline.
type headlineOptions struct {
	minWords, maxWords, shortWord, maxFragments int
	all                                         bool
	startSel, stopSel, delimiter                string
}

// set takes options, in order, and checks them.
func (o *headlineOptions) set(list []option) error {
	*o = headlineOptions{minWords: 15, maxWords: 35, shortWord: 3, startSel: "<b>", stopSel: "</b>", delimiter: " ... "}
	for _, opt := range list {
		number := map[string]*int{"maxwords": &o.maxWords, "minwords": &o.minWords, "shortword": &o.shortWord, "maxfragments": &o.maxFragments}
		texts := map[string]*string{"startsel": &o.startSel, "stopsel": &o.stopSel, "fragmentdelimiter": &o.delimiter}
		name := lowerC(opt.name)
		switch {
		case number[name] != nil:
			t, _ := pgvalue.TypeOf(nil, 23, -1)
			v, err := pgvalue.ParseText(&t, opt.value, nil)
			if err != nil {
				return err
			}
			*number[name] = int(v.(int64))
		case texts[name] != nil:
			*texts[name] = opt.value
		case name == "highlightall":
			switch lowerC(opt.value) {
			case "1", "on", "true", "t", "y", "yes":
				o.all = true
			default:
				o.all = false
			}
		default:
			return errf("22023", "unrecognized headline parameter: \"%s\"", opt.name)
		}
	}
	switch {
	case o.all:
	case o.minWords >= o.maxWords:
		return errf("22023", "MinWords should be less than MaxWords")
	case o.minWords <= 0:
		return errf("22023", "MinWords should be positive")
	case o.shortWord < 0:
		return errf("22023", "ShortWord should be >= 0")
	case o.maxFragments < 0:
		return errf("22023", "MaxFragments should be >= 0")
	}
	return nil
}

type option struct{ name, value string }

// parseOptionList reads "name = value, …", where either may be quoted.
func parseOptionList(s string) ([]option, error) {
	invalid := errf("42601", "invalid parameter list format: \"%s\"", s)
	blanks := func() { s = strings.TrimLeft(s, cBlanks) }
	var list []option
	for {
		if s = strings.TrimLeft(s, cBlanks+","); s == "" {
			return list, nil
		}
		var o option
		ok := true
		if s[0] == '"' {
			if o.name, s, ok = quotedOption(s, '"'); !ok {
				return nil, invalid
			}
		} else {
			end := 1
			for end < len(s) && s[end] != '=' && !blank(s[end:]) {
				end++
			}
			o.name, s = s[:end], s[end:]
		}
		if blanks(); s == "" || s[0] != '=' {
			return nil, invalid
		}
		s = s[1:]
		switch blanks(); {
		case s == "":
			return nil, invalid
		case s[0] == '\'', s[0] == '"':
			o.value, s, ok = quotedOption(s, s[0])
		case strings.HasPrefix(s, "E'"):
			o.value, s, ok = quotedOption(s[1:], '\'')
		default:
			end := 1
			for end < len(s) && s[end] != ',' && !blank(s[end:]) {
				end++
			}
			o.value, s = s[:end], s[end:]
		}
		if !ok {
			return nil, invalid
		}
		list = append(list, o)
	}
}

// quotedOption reads what stands in quotes, which are doubled inside, as
// backslashes are in single quotes.
func quotedOption(s string, quote byte) (value, rest string, ok bool) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == quote && i+1 < len(s) && s[i+1] == quote, c == '\\' && quote == '\'' && i+1 < len(s) && s[i+1] == '\\':
			i++
			b.WriteByte(c)
		case c == quote:
			return b.String(), s[i+1:], true
		default:
			b.WriteByte(c)
		}
	}
	return "", "", false
}
