package dialect

import (
	"github.com/failoversql/failoversql/dialect/pgcatalog"
	"github.com/failoversql/failoversql/dialect/pgfunc"
)

type exprKind uint8

const (
	exConst    exprKind = iota // a value of a known type; val nil is NULL
	exUnknown                  // a quoted literal (text) or NULL (null) whose type is not known yet
	exParam                    // $n
	exColumn                   // a column of a source
	exCall                     // a template over arguments: operators, functions, CASE, …
	exBind                     // a fact of the session (now, time zone, …)
	exAgg                      // an aggregate call
	exWindow                   // a window function call, or an aggregate with OVER
	exSub                      // a subquery, which tmpl holds as $0
	exGrouping                 // GROUPING(…)
	exRow                      // ROW(…), only where a row is taken apart at once
)

// An expr is an analysed expression: its PostgreSQL type, and how to say it in
// SQLite over native values.
type expr struct {
	kind   exprKind
	typ    uint32
	typmod int32
	pos    int32 // byte offset in the statement, or -1

	val  any    // exConst
	text string // exUnknown
	null bool   // exUnknown: NULL
	// param is the index of a parameter.
	param    int
	src      *source // exColumn
	col      int     // exColumn: index into src.cols
	raw      bool    // exColumn: as it is stored
	source   Source  // exBind
	setting  string  // exBind
	tmpl     string  // exCall, exAgg, exWindow, exSub: SQL with $1…$n for args
	args     []*expr
	junction string          // exCall: AND or OR of the args
	over     *window         // exWindow
	filter   *expr           // exAgg, exWindow
	order    []sortKey       // exAgg
	unique   bool            // exAgg: DISTINCT
	owner    *query          // exAgg, exGrouping: the query that groups
	direct   []*expr         // exAgg: direct arguments, which are of the group
	sub      *query          // exSub
	coll     string          // explicit COLLATE: its name; "" none
	collPos  int32           // of COLLATE
	retset   bool            // a call that gives a set of rows
	items    []*expr         // of ARRAY[…]: its elements
	names    []string        // exRow: of the fields, where they have names
	volatile bool            // its value may differ from call to call
	effect   bool            // the call leaves something behind
	noNull   bool            // never NULL, by what it is
	table    *pgfunc.Table   // of a set-returning call
	proc     *pgcatalog.Proc // of a set-returning call
	whole    bool            // exRow: a value of a composite type, not a row written out
	present  *expr           // exRow: NULL where the row itself is
	row      *expr           // of a row as a value: the row
	shape    *rowShape       // of a record: its fields, where they are known
}

// call makes an expression over a SQLite template.
func call(typ uint32, pos int32, tmpl string, args ...*expr) *expr {
	return &expr{kind: exCall, typ: typ, typmod: -1, pos: pos, tmpl: tmpl, args: args}
}

// constant makes a typed constant.
func constant(typ uint32, pos int32, val any) *expr {
	return &expr{kind: exConst, typ: typ, typmod: -1, pos: pos, val: val}
}

func boolean(pos int32, tmpl string, args ...*expr) *expr {
	return call(oidBool, pos, tmpl, args...)
}

// walk calls f on e and everything below it, subqueries left out, until f
// returns false for a branch.
func (e *expr) walk(f func(*expr) bool) {
	if e == nil || !f(e) {
		return
	}
	for _, x := range e.args {
		x.walk(f)
	}
	e.filter.walk(f)
	e.present.walk(f)
	for _, k := range e.order {
		k.e.walk(f)
	}
	if e.over != nil {
		for _, x := range e.over.partition {
			x.walk(f)
		}
		for _, k := range e.over.order {
			k.e.walk(f)
		}
	}
}

// same reports whether two expressions are equal as PostgreSQL's equal() would
// find them: the same tree, wherever it stands in the text.
func same(x, y *expr) bool {
	if x == y {
		return true
	}
	if x == nil || y == nil || x.kind != y.kind || x.typ != y.typ || x.typmod != y.typmod || x.tmpl != y.tmpl || x.coll != y.coll ||
		x.param != y.param || x.src != y.src || x.col != y.col || x.raw != y.raw || x.text != y.text || x.null != y.null || x.source != y.source ||
		x.setting != y.setting || x.unique != y.unique || x.sub != y.sub || x.over != y.over ||
		len(x.args) != len(y.args) || len(x.order) != len(y.order) || !sameValue(x.val, y.val) || !same(x.filter, y.filter) {
		return false
	}
	for i := range x.args {
		if !same(x.args[i], y.args[i]) {
			return false
		}
	}
	if len(x.direct) != len(y.direct) {
		return false
	}
	for i := range x.order {
		if !same(x.order[i].e, y.order[i].e) || x.order[i].desc != y.order[i].desc {
			return false
		}
	}
	return true
}

func sameValue(x, y any) bool {
	if b, ok := x.([]byte); ok {
		c, ok := y.([]byte)
		return ok && string(b) == string(c)
	}
	if _, ok := y.([]byte); ok {
		return false
	}
	return x == y
}

// isNull reports whether e is a NULL written out.
func (e *expr) isNull() bool {
	return e.kind == exUnknown && e.null || e.kind == exConst && e.val == nil
}
