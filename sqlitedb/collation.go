package sqlitedb

import (
	"strings"

	"github.com/failoversql/failoversql/catalog"
	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// textCollation is the collation of text in the database's order, where that is
// not the order of bytes.
const textCollation = "pg_text"

// textOrder is how the database orders text, as far as this platform can.
type textOrder struct {
	bytewise bool
	exact    bool
	tag      language.Tag
}

// CollationExact says whether text is ordered here exactly as on the primary.
// Where it is not, the nearest order is used; say so wherever state is shown.
func (f *File) CollationExact() bool { return f.current.Load().text.exact }

// orderOf chooses the order for a database's default collation.
func orderOf(c catalog.Collation) *textOrder {
	base, _, _ := strings.Cut(c.Locale, ".")
	if c.Provider != 'i' {
		switch base {
		case "", "C", "POSIX", "ucs_basic":
			return &textOrder{bytewise: true, exact: true}
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

// textCollations are the collations of text that connections need.
var textCollations = []string{textCollation}

// compareText gives a collation by its name, nil if it is none of text. It
// follows the catalog: the first snapshot brings the order. A Collator keeps
// buffers, so every connection gets its own, made when first used.
func (f *File) compareText(name string) func(a, b string) int {
	if name != textCollation {
		return nil
	}
	var order *textOrder
	var col *collate.Collator
	return func(a, b string) int {
		if o := f.current.Load().text; o != order {
			order, col = o, nil
		}
		if order.bytewise || a == b {
			return strings.Compare(a, b)
		}
		if col == nil {
			col = collate.New(order.tag)
		}
		if n := col.CompareString(a, b); n != 0 {
			return n
		}
		return strings.Compare(a, b) // equal only if the bytes are, as in PostgreSQL
	}
}
