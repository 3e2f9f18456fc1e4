package sqlitedb

import (
	"bytes"
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
	options  []collate.Option
}

// CollationExact says whether text is ordered here exactly as on the primary.
// Where it is not, the nearest order is used; say so wherever state is shown.
func (f *File) CollationExact() bool { return f.text.exact }

func (f *File) orderText() error {
	f.text = orderOf(f.current.Load().cat.Collation)
	if f.opt.StrictCollation && !f.text.exact {
		return ErrInexactCollation
	}
	return nil
}

// orderOf chooses the order for a database's default collation.
func orderOf(c catalog.Collation) textOrder {
	base, _, _ := strings.Cut(c.Locale, ".")
	if c.Provider != 'i' {
		switch base {
		case "", "C", "POSIX", "ucs_basic":
			return textOrder{bytewise: true, exact: true}
		}
	}
	// en_US.UTF-8, de_DE@euro, en-US-u-co-phonebk, und, …
	name, _, _ := strings.Cut(base, "@")
	tag, err := language.Parse(strings.ReplaceAll(name, "_", "-"))
	if err != nil {
		tag = language.Und
	}
	o := textOrder{tag: tag}
	if c.Provider != 'i' {
		// glibc's iso14651_t1 passes over no punctuation since 2.28, as
		// "non-ignorable" does; x/text does so by default.
		o.options = nil
	}
	return o
}

// names are the collations of text that connections need.
func (o *textOrder) names() []string { return []string{textCollation} }

// compare gives a collation by its name, nil if it is none of text. A Collator
// keeps buffers, so every connection gets its own, made when first used.
func (o *textOrder) compare(name string) func(a, b string) int {
	if name != textCollation {
		return nil
	}
	if o.bytewise {
		return strings.Compare
	}
	var col *collate.Collator
	return func(a, b string) int {
		if a == b {
			return 0
		}
		if col == nil {
			col = collate.New(o.tag, o.options...)
		}
		if n := col.CompareString(a, b); n != 0 {
			return n
		}
		// Like PostgreSQL, equal only if the bytes are.
		return bytes.Compare([]byte(a), []byte(b))
	}
}
