package dialect

import (
	"strings"

	"github.com/failoversql/failoversql/dialect/pgcatalog"
	"github.com/failoversql/failoversql/dialect/pgfunc"
	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// How PostgreSQL's types compare in SQLite: with a collation attached at every
// comparison, or after a conversion. Two expressions of one type always have
// one representation.

// Names of the collations.
const (
	collText     = TextOrder
	collNumeric  = "pg_numeric"
	collInterval = "pg_interval"
	collJSONB    = "pg_jsonb"
	collTimetz   = "pg_timetz"
	collInet     = "pg_inet"
	collTSVector = "pg_tsvector"
)

// ordered says how values of a type sort.
type ordered struct {
	wrap string // template of a conversion before comparing; "" none
	coll string // collation; "" BINARY
}

// compareKind classifies a type by how its native values compare.
type compareKind uint8

const (
	cmpNone   compareKind = iota // not comparable here
	cmpNative                    // SQLite's own order is PostgreSQL's
	cmpText                      // equality by bytes, order by the collation
	cmpBpchar                    // as text without trailing blanks
	cmpColl                      // by a collation of its own
	cmpEqual                     // equality by bytes; order unknown
)

func (a *analyser) compareKind(oid uint32) (compareKind, string) {
	oid = a.base(oid)
	if pgvalue.IsObjectID(oid) {
		return cmpNative, ""
	}
	switch oid {
	case oidBool, oidInt2, oidInt4, oidInt8, oidOID, oidFloat4, oidFloat8, oidDate, oidTimestamp, oidTimestamptz, oidTime, oidUUID, oidBytea, oidName, oidQChar, oidBit, oidVarbit, oidMacaddr, oidMacaddr8:
		return cmpNative, ""
	case oidText, oidVarchar, oidUnknown:
		return cmpText, ""
	case oidBpchar:
		return cmpBpchar, ""
	case oidNumeric:
		return cmpColl, collNumeric
	case oidInterval:
		return cmpColl, collInterval
	case oidJSONB:
		return cmpColl, a.jsonbOrder()
	case oidTimetz:
		return cmpColl, collTimetz
	case oidInet, oidCidr:
		return cmpColl, collInet
	case oidTSVector:
		return cmpColl, collTSVector
	}
	if a.typ(oid).kind == 'e' {
		return cmpNative, ""
	}
	if _, _, _, ok := pgvalue.RangeParts(oid); ok {
		name, _ := pgvalue.Collation(a.value(oid, -1))
		return cmpColl, name
	}
	if e := a.elemOf(oid); e != 0 {
		if name, ok := pgvalue.Collation(a.value(oid, -1)); ok && (a.category(a.base(e)) != 'S' && a.base(e) != oidJSONB || a.plainText()) {
			return cmpColl, name
		}
		switch k, _ := a.compareKind(e); {
		case a.base(e) == oidFloat4 || a.base(e) == oidFloat8:
			return cmpNone, ""
		case k == cmpNative || k == cmpText:
			return cmpEqual, ""
		}
	}
	return cmpNone, ""
}

// jsonbOrder is the collation of jsonb, whose strings PostgreSQL orders as the
// database orders text.
func (a *analyser) jsonbOrder() string {
	if a.plainText() {
		return collJSONB
	}
	return JSONTextOrder
}

// ctype is the database's LC_CTYPE, by which the text search parser and its
// dictionaries know letters.
func (a *analyser) ctype() string {
	if c := a.cat.Collation; c.CType != "" {
		return c.CType
	}
	return a.cat.Collation.Locale
}

// plainText reports whether text sorts by bytes in this database.
func (a *analyser) plainText() bool {
	switch a.cat.Collation.Locale {
	case "C", "POSIX", "C.UTF-8", "C.utf8", "":
		return a.cat.Collation.Provider != 'i'
	}
	return false
}

// By which rules letters change case and characters are letters.
const (
	caseASCII = iota // C: nothing but ASCII
	caseLibc         // the C library's, under any other LC_CTYPE, C.UTF-8 too
	caseICU
)

// caseRules tells the rules of the database. Where they matter for a call,
// languages with rules of their own are refused.
func (a *analyser) caseRules(pos int32, matters bool) int {
	c := a.cat.Collation
	ctype := c.CType
	if c.Provider == 'i' || ctype == "" {
		ctype = c.Locale
	}
	if matters && len(ctype) >= 2 && (len(ctype) == 2 || ctype[2] == '_' || ctype[2] == '-') {
		switch strings.ToLower(ctype[:2]) {
		case "tr", "az", "lt":
			a.refuse(pos, "letter case under locale %q", ctype)
		}
	}
	switch {
	case c.Provider == 'i':
		return caseICU
	case ctype == "" || ctype == "C" || ctype == "POSIX":
		return caseASCII
	}
	return caseLibc
}

// textCollation is the collation by which a comparison of text expressions, or
// the sorting of one, goes; "" for bytes.
func (a *analyser) textCollation(args ...*expr) string {
	d := a.mergeCollations(args...)
	switch {
	case d.strength == collConflict:
		a.refuse(d.pos, "a comparison of text under collations that disagree")
	case bytewise(d.name):
		return ""
	case d.name != "":
		a.refuse(d.pos, "collation \"%s\"", d.name)
	case a.plainText():
		return ""
	}
	return collText
}

func bytewise(collation string) bool {
	return collation == "C" || collation == "POSIX" || collation == "ucs_basic"
}

// ordering is how e sorts; it refuses what cannot be sorted here.
func (a *analyser) ordering(e *expr) ordered {
	if a.isRecord(e) || e.typ == oidRecordArray {
		if name, orders := a.rowOrder(e); orders {
			return ordered{coll: name}
		}
	}
	k, coll := a.compareKind(e.typ)
	switch k {
	case cmpNative:
		if a.base(e.typ) == oidQChar {
			return ordered{wrap: pgfunc.CharKey("$1")}
		}
		return ordered{}
	case cmpText:
		return ordered{coll: a.textCollation(e)}
	case cmpBpchar:
		return ordered{wrap: "rtrim($1)", coll: a.textCollation(e)}
	case cmpColl:
		return ordered{coll: coll}
	}
	a.needOrdered(e)
	a.refuse(e.pos, "ordering of type %s", a.typeName(e.typ))
	return ordered{}
}

// needOrdered fails as PostgreSQL does where a type has no order at all.
func (a *analyser) needOrdered(e *expr) {
	t := a.base(e.typ)
	for a.elemOf(t) != 0 {
		t = a.base(a.elemOf(t))
	}
	if pgcatalog.TypeByOID(t) != nil && !pgcatalog.Ordered(t) && a.typ(t).kind == 'b' && t != oidVarchar && t != oidUnknown {
		a.failHint(codeUndefinedFunction, e.pos, "Use an explicit ordering operator or modify the query.", "could not identify an ordering operator for type %s", a.typeName(e.typ))
	}
}

// equality is the collation under which values of e's type are equal when
// PostgreSQL calls them equal; it refuses types that cannot be compared here.
func (a *analyser) equality(e *expr) string {
	if a.isRecord(e) || e.typ == oidRecordArray {
		if name, _ := a.rowOrder(e); name != "" {
			return name
		}
	}
	k, coll := a.compareKind(e.typ)
	switch k {
	case cmpNative, cmpText, cmpEqual:
		return ""
	case cmpBpchar:
		return "RTRIM"
	case cmpColl:
		return coll
	}
	t := a.base(e.typ)
	if pgcatalog.TypeByOID(t) != nil && !pgcatalog.Ordered(t) && !pgcatalog.Hashed(t) && a.elemOf(t) == 0 && t != oidVarchar {
		a.fail(codeUndefinedFunction, e.pos, "could not identify an equality operator for type %s", a.typeName(e.typ))
	}
	a.refuse(e.pos, "equality of type %s", a.typeName(e.typ))
	return ""
}

// collation notes that a collation is needed and gives its name.
func (a *analyser) collation(name string) string {
	if name != "RTRIM" {
		a.collations[name] = true
	}
	return name
}

var comparisons = map[string]string{"=": "=", "<>": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}

// compare emits l op r for two expressions of one type where SQLite compares
// them itself, with the type's collation; nil where it cannot.
func (a *analyser) compare(op string, l, r *expr, pos int32) *expr {
	sign := comparisons[op]
	if sign == "" || a.base(l.typ) != a.base(r.typ) {
		return nil
	}
	k, coll := a.compareKind(l.typ)
	equal := op == "=" || op == "<>"
	switch k {
	case cmpNative:
		if a.base(l.typ) == oidQChar && !equal {
			return boolean(pos, "("+pgfunc.CharKey("$1")+" "+sign+" "+pgfunc.CharKey("$2")+")", l, r)
		}
	case cmpText:
		switch {
		case !equal:
			coll = a.textCollation(l, r)
		case a.mergeCollations(l, r).strength == collConflict:
			a.textCollation(l, r)
		}
	case cmpBpchar:
		if equal {
			coll = "RTRIM"
			break
		}
		if coll = a.textCollation(l, r); coll != "" {
			coll = " COLLATE " + a.collation(coll)
		}
		return boolean(pos, "(rtrim($1) "+sign+" rtrim($2)"+coll+")", l, r)
	case cmpColl:
		if e := a.compareScaled(sign, l, r, pos); e != nil {
			return e
		}
	case cmpEqual:
		if !equal {
			return nil
		}
	default:
		return nil
	}
	if coll != "" {
		// On the left: SQLite takes the collation of the left operand first.
		return boolean(pos, "($1 COLLATE "+a.collation(coll)+" "+sign+" $2)", l, r)
	}
	return boolean(pos, "($1 "+sign+" $2)", l, r)
}

// neverNull reports whether e is a column that cannot be NULL here.
func (a *analyser) neverNull(e *expr) bool {
	switch e.kind {
	case exColumn:
		return e.src.cols[e.col].notNull && !e.src.nullable
	case exConst:
		return e.val != nil
	}
	return false
}

// compareScaled compares a column stored as a scaled integer without reading it
// back into decimal text; nil where neither side is one.
func (a *analyser) compareScaled(sign string, l, r *expr, pos int32) *expr {
	ls, lok := a.storedScale(l)
	rs, rok := a.storedScale(r)
	switch {
	case lok && rok && ls == rs:
		return boolean(pos, "($1 "+sign+" $2)", rawOf(l), rawOf(r))
	case lok && !rok && r.kind != exColumn:
		return boolean(pos, "($1 "+sign+" "+a.fn(funcToScale)+"($2,"+itoa(ls)+"))", rawOf(l), r)
	case rok && !lok && l.kind != exColumn:
		return boolean(pos, "("+a.fn(funcToScale)+"($1,"+itoa(rs)+") "+sign+" $2)", l, rawOf(r))
	}
	return nil
}

// storedScale is the scale of a column that is stored as a scaled integer.
func (a *analyser) storedScale(e *expr) (int, bool) {
	if e.kind != exColumn || !e.src.cols[e.col].stored {
		return 0, false
	}
	return a.scaled(e.src.cols[e.col].typ, e.src.cols[e.col].typmod)
}

func rawOf(e *expr) *expr {
	n := *e
	n.raw = true
	return &n
}

// A collation in SQLite is found by looking down into an expression: one that a
// comparison somewhere below names, or that a column brings along, would decide
// how the whole compares. leaks reports whether a text expression must be cut
// off from what stands below it.
func (a *analyser) leaks(e *expr) bool {
	switch k, _ := a.compareKind(e.typ); k {
	case cmpText, cmpBpchar, cmpEqual:
	case cmpNative:
		if t := a.base(e.typ); t != oidUUID && t != oidName && t != oidQChar {
			return false
		}
	default:
		return false
	}
	if e.coll != "" || e.kind == exCall && e.tmpl == "$1" {
		return e.kind == exCall && len(e.args) == 1 && a.ownCollation(e.args[0]) && a.base(e.args[0].typ) != a.base(e.typ)
	}
	return a.mentionsCollation(e)
}

// ownCollation reports whether values of e's type compare by a collation that
// its columns declare.
func (a *analyser) ownCollation(e *expr) bool {
	k, _ := a.compareKind(e.typ)
	return k == cmpColl || k == cmpBpchar
}

func (a *analyser) mentionsCollation(e *expr) bool {
	found := false
	look := func(x *expr) bool {
		found = found || strings.Contains(x.tmpl, "COLLATE") || a.ownCollation(x) && x != e
		return !found
	}
	e.walk(look)
	for _, k := range e.order {
		found = found || a.compareKindHasCollation(k.e)
	}
	return found
}

func (a *analyser) compareKindHasCollation(e *expr) bool {
	k, coll := a.compareKind(e.typ)
	return k == cmpColl && coll != "" || k == cmpBpchar || k == cmpText && !a.plainText()
}
