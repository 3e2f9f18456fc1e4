package pgfunc

import "sync"

// Impl says how a PostgreSQL function is called in SQLite's SQL.
//
// Its arguments are those of the PostgreSQL function, preceded by the hidden
// ones that Env names. If SQL is empty the call is Name(arg, …); otherwise it
// is SQL with $1, $2, … standing for the arguments (hidden ones counted) and
// $* for all of them separated by commas.
type Impl struct {
	SQL  string
	Name string // name of the Go function in SQLite, registered with Func(Name); "" for SQL alone
	Go   any    // the Go function itself: Func(Name).Impl

	// Uses lists the Go functions that SQL calls.
	Uses []string

	// Simple may be used in place of SQL or Name when every argument is a
	// column, a bound parameter or a constant: it is faster, but mentions
	// arguments more than once. Its Go functions are in Uses too.
	Simple string

	// Env names the hidden arguments: "tz" (the session's TimeZone, text),
	// "now" (start of the transaction, microseconds since 2000-01-01 UTC),
	// "stmt" (start of the statement, the same unit), "ctype" (the database's
	// LC_CTYPE, text); any other is the session's setting of that name, text.
	Env []string

	// Collation is a collation of this package that SQL mentions.
	Collation string
	// Text says that the result depends on the collation of a text argument:
	// the emitter adds COLLATE to the right operand of the comparison where
	// the database's is not C.
	Text bool
	// Locale is the implementation under a libc locale other than C, and ICU
	// that under ICU, nil where the locale makes no difference. Turkish, Azeri
	// and Lithuanian have rules of their own for case, which these do not know.
	Locale, ICU *Impl

	// Agg marks an aggregate. One that Window leaves false cannot be called
	// with OVER, for go-sqlite3 has no custom window functions.
	Agg    bool
	Window bool
	// Over is the form to use with OVER and with DISTINCT, where it differs.
	// Where SQL or Over says $d, $o and $f, DISTINCT, ORDER BY, and FILTER with
	// OVER go there. With ConstArgs it holds only if the arguments after the
	// first are constants or parameters.
	Over      string
	ConstArgs bool

	// Volatile says that two calls with the same arguments may differ.
	Volatile bool

	// Table is set for a function that gives a set of rows.
	Table *Table
}

// Table says how a set-returning function is read. The Impl's call gives JSON
// text; "json_each(<call>) AS t" has one row for every row of the result, in
// order, and t.key+1 is its ordinal number. Each column is a template over
// $v, which stands for t.value.
type Table struct {
	Columns []TableColumn
}

// TableColumn is a column of a set-returning function.
type TableColumn struct {
	Name string // PostgreSQL's name of the output column; "" for the function's own
	SQL  string // over $v
	Type string // pg_type.typname; "" for the function's result type
	Uses []string
}

// Functions lists the Go functions that must be registered for a call.
func (m *Impl) Functions() []string {
	if m.Name == "" {
		return m.Uses
	}
	return append([]string{m.Name}, m.Uses...)
}

// Def is a Go function as SQLite needs it.
type Def struct {
	Impl      any  // for RegisterFunc, or RegisterAggregator
	Pure      bool // same arguments, same result
	Aggregate bool
}

// Lookup finds the implementation of a function by its exact signature.
func Lookup(sig string) (Impl, bool) {
	m, ok := all().impls[sig]
	return m, ok
}

// Signatures lists the signatures that Lookup knows, in no order.
func Signatures() []string {
	r := all()
	s := make([]string, 0, len(r.impls))
	for sig := range r.impls {
		s = append(s, sig)
	}
	return s
}

// Func finds a Go function by its name in SQLite.
func Func(name string) (Def, bool) {
	d, ok := all().defs[name]
	return d, ok
}

// registry is all that this package implements.
type registry struct {
	impls   map[string]Impl
	defs    map[string]Def
	generic map[string]generic
}

var all = sync.OnceValue(func() *registry {
	r := &registry{impls: map[string]Impl{}, defs: map[string]Def{}, generic: map[string]generic{}}
	emitterFuncs(r)
	for _, add := range []func(*registry){compareFuncs, intFuncs, floatFuncs, numericFuncs, textFuncs, likeFuncs, castFuncs, intervalFuncs, dateTimeFuncs, extractFuncs, jsonFuncs, jsonBuildFuncs, numericMathFuncs, aggregateFuncs, arrayFuncs, seriesFuncs, concatFuncs, textOfFuncs, frameFuncs, byteaFuncs, timetzFuncs, randomFuncs, floatMathFuncs, regexFuncs, toCharFuncs, toCharNumFuncs, sizeFuncs, overlapsFuncs, enumFuncs, similarFuncs, pathFuncs, subscriptFuncs, moreArrayFuncs, rangeFuncs, trigFuncs, unicodeFuncs, bitFuncs, inetFuncs, macFuncs, fromCharFuncs, textSearchFuncs, rowsetFuncs, recordFuncs, jsonRecordFuncs, jsonPopulateFuncs, checkOptionFuncs, rowPathFuncs, overFuncs, rangeFrameFuncs, orderedSetFuncs, hashFuncs} {
		add(r)
	}
	distinctFuncs(r)
	return r
})

// sql adds a template for each signature.
func (r *registry) sql(tmpl string, sigs ...string) {
	for _, s := range sigs {
		r.add(s, Impl{SQL: tmpl})
	}
}

func (r *registry) add(sig string, m Impl) {
	if _, dup := r.impls[sig]; dup {
		panic("pgfunc: " + sig + " is defined twice")
	}
	r.impls[sig] = m
}

// def names a pure Go function.
func (r *registry) def(name string, f any) string {
	if _, dup := r.defs[name]; dup {
		panic("pgfunc: " + name + " is defined twice")
	}
	r.defs[name] = Def{Impl: f, Pure: true}
	return name
}

// fn adds a pure Go function under a name of its own for the signatures.
func (r *registry) fn(name string, f any, sigs ...string) {
	r.def(name, f)
	for _, s := range sigs {
		r.add(s, Impl{Name: name, Go: f})
	}
}

// bytea is fn for functions whose result is bytea. go-sqlite3 makes NULL of an
// empty blob, so that they give hexadecimal digits, which unhex takes back.
func (r *registry) bytea(name string, f any, sigs ...string) {
	r.def(name, hexResult(f))
	for _, s := range sigs {
		r.add(s, Impl{SQL: "unhex(" + name + "($*))", Uses: []string{name}})
	}
}

// env is fn with hidden arguments.
func (r *registry) env(facts []string, name string, f any, sigs ...string) {
	r.def(name, f)
	for _, s := range sigs {
		r.add(s, Impl{Name: name, Go: f, Env: facts})
	}
}

// simple is fn with a faster form for simple arguments.
func (r *registry) simple(tmpl, name string, f any, sigs ...string) {
	r.def(name, f)
	for _, s := range sigs {
		r.add(s, Impl{Name: name, Go: f, Simple: tmpl, Uses: []string{name}})
	}
}
