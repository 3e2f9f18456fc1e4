package sqlitedb

import (
	"strings"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect"
	"github.com/failoversql/failoversql/dialect/pgvalue"
	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// textCollation is the collation of text in the database's order, where that is
// not the order of bytes.
const textCollation = "pg_text"

// textCollations are the collations of text that connections need.
var textCollations = []string{textCollation, dialect.JSONTextOrder}

// textOrder is how the database orders text, as far as this platform can.
type textOrder struct {
	bytewise bool
	exact    bool
	libc     string // the C library's locale, "" where another order is nearer
	tag      language.Tag
}

// CollationExact says whether text is ordered here exactly as on the primary:
// under C, and under a libc locale where this platform's glibc is the version
// that the primary recorded for it. Where it is not, the nearest order is used;
// say so wherever state is shown.
func (f *File) CollationExact() bool { return f.current.Load().text.exact }

// orderOf chooses the order for a database's default collation.
func orderOf(c catalog.Collation) *textOrder {
	base, _, _ := strings.Cut(c.Locale, ".")
	if c.Provider != 'i' {
		switch base {
		case "", "C", "POSIX":
			return &textOrder{bytewise: true, exact: true}
		}
		if compare, version := libcCompare(c.Locale); compare != nil {
			return &textOrder{libc: c.Locale, exact: version != "" && version == c.Version}
		}
	}
	// en_US.UTF-8, de_DE@euro, en-US-u-co-phonebk, und, …
	name, _, _ := strings.Cut(base, "@")
	tag, err := language.Parse(strings.ReplaceAll(name, "_", "-"))
	if err != nil {
		tag = language.Und
	}
	return &textOrder{tag: tag}
}

// comparison makes the order's comparison, for one connection: it keeps
// buffers.
func (o *textOrder) comparison() func(a, b string) int {
	if o.libc != "" {
		if compare, _ := libcCompare(o.libc); compare != nil {
			return compare
		}
	}
	return collate.New(o.tag).CompareString
}

// compareText gives a collation by its name, nil if it is none of text. It
// follows the catalog: the first snapshot brings the order.
func (f *File) compareText(name string) func(a, b string) int {
	switch name {
	case textCollation:
	case dialect.JSONTextOrder:
		text := f.compareText(textCollation)
		return func(a, b string) int { return pgvalue.CompareJSONBText(a, b, text) }
	default:
		return nil
	}
	var order *textOrder
	var compare func(a, b string) int
	return func(a, b string) int {
		if o := f.current.Load().text; o != order {
			order, compare = o, nil
		}
		if order.bytewise || a == b {
			return strings.Compare(a, b)
		}
		if compare == nil {
			compare = order.comparison()
		}
		if n := compare(a, b); n != 0 {
			return n
		}
		return strings.Compare(a, b) // equal only if the bytes are, as in PostgreSQL
	}
}
