package dialect

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/failoversql/failoversql/dialect/pgcatalog"
	"github.com/failoversql/failoversql/dialect/pgfunc"
	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// coercion says how much a conversion may do (pg_cast.castcontext).
type coercion uint8

const (
	implicit coercion = iota
	assignment
	explicit
)

type pathway uint8

const (
	pathNone    pathway = iota
	pathRelabel         // the same representation
	pathFunc            // a cast function
	pathIO              // through the text form
	pathArray           // element by element
)

// pathwayTo finds how source becomes target (find_coercion_pathway).
func (a *analyser) pathwayTo(target, source uint32, ctx coercion) (pathway, *pgcatalog.Cast) {
	source, target = a.base(source), a.base(target)
	if source == target {
		return pathRelabel, nil
	}
	if c := pgcatalog.CastBetween(source, target); c != nil {
		need := explicit
		switch c.Context {
		case 'i':
			need = implicit
		case 'a':
			need = assignment
		}
		if ctx < need {
			return pathNone, nil
		}
		switch c.Method {
		case 'f':
			return pathFunc, c
		case 'i':
			return pathIO, c
		}
		return pathRelabel, c
	}
	if se, te := a.elemOf(source), a.elemOf(target); se != 0 && te != 0 && !isVector(target) {
		if p, _ := a.pathwayTo(te, se, ctx); p != pathNone {
			return pathArray, nil
		}
	}
	if ctx >= assignment && a.category(target) == 'S' {
		return pathIO, nil
	}
	if ctx >= explicit && a.category(source) == 'S' {
		return pathIO, nil
	}
	return pathNone, nil
}

// canCoerce reports whether every input can become its target (can_coerce_type).
func (a *analyser) canCoerce(inputs, targets []uint32, ctx coercion) bool {
	generic := false
	for i, in := range inputs {
		target := targets[i]
		switch {
		case in == target, target == oidAny:
		case isPolymorphic(target):
			generic = true
		case in == oidUnknown:
		case target == oidRecord && a.composite(in), in == oidRecord && a.composite(target):
		default:
			if p, _ := a.pathwayTo(target, in, ctx); p == pathNone {
				return false
			}
		}
	}
	return !generic || a.checkGeneric(inputs, targets)
}

// coerceTo converts e for a place that takes target, or fails with PostgreSQL's
// "cannot cast" where it has no conversion.
func (a *analyser) coerceTo(e *expr, target uint32, mod int32, ctx coercion, pos int32) *expr {
	out := a.coerce(e, target, mod, ctx, pos)
	if out == nil {
		a.fail(codeCannotCoerce, pos, "cannot cast type %s to %s", a.typeName(a.typeOfRow(e)), a.typeName(target))
	}
	return out
}

// coerce converts e to a type and modifier (coerce_to_target_type); nil where
// there is no conversion.
func (a *analyser) coerce(e *expr, target uint32, mod int32, ctx coercion, pos int32) *expr {
	out := a.coerceType(e, target, mod, ctx, pos)
	if out == nil {
		return nil
	}
	baseMod := mod
	base := target
	if a.typ(target).kind == 'd' {
		base, baseMod = a.baseAndMod(target, mod)
	}
	out = a.coerceMod(out, base, baseMod, ctx)
	if target != base {
		out = a.coerceDomain(out, target)
	}
	return out
}

// coerceType changes the type of e, without regard for its modifier.
func (a *analyser) coerceType(e *expr, target uint32, mod int32, ctx coercion, pos int32) *expr {
	if e.typ == target || target == oidAny || isPolymorphic(target) {
		return e
	}
	base, baseMod := a.baseAndMod(target, mod)
	switch {
	case e.kind == exUnknown:
		if e.null {
			out := constant(base, e.pos, nil)
			out.typmod = -1
			return out
		}
		m := int32(-1)
		if base == oidInterval {
			m = baseMod
		}
		return a.literal(e, base, m)
	case e.kind == exParam && e.typ == oidUnknown:
		return relabelled(a.setParam(e, target), base)
	case e.typ == oidUnknown:
		// An unknown from a subquery that has not been settled.
		return a.viaIO(e, oidText, base, pos)
	}
	if e.typ == oidRecord {
		if a.category(target) == 'S' && ctx >= assignment {
			return relabel(a.scalar(e), base)
		}
		if a.typ(base).kind == 'c' {
			return a.rowTo(e, base, ctx, pos)
		}
		return nil
	}
	if target == oidRecord && a.composite(e.typ) {
		return e
	}
	p, c := a.pathwayTo(target, e.typ, ctx)
	if p != pathNone && pgvalue.IsObjectID(base) && a.category(e.typ) == 'S' {
		if e.isNull() {
			return constant(base, e.pos, nil)
		}
		if p == pathFunc { // regclass(text), to which numbers are names
			return a.objectCall("relation", base, pos, e)
		}
		return a.objectFromText(e, base, pos)
	}
	if p != pathNone && p != pathIO {
		if out := a.coerceOID(e, base, pos); out != nil {
			return out
		}
	}
	switch p {
	case pathNone:
		return nil
	case pathRelabel:
		return relabel(e, base)
	case pathFunc:
		return a.castByFunc(e, c, base, mod, ctx, pos)
	case pathIO:
		return a.viaIO(e, a.base(e.typ), base, pos)
	}
	return a.coerceArray(e, base, ctx, pos)
}

// relabelled is a parameter of a domain's type as a value of its base.
func relabelled(e *expr, base uint32) *expr {
	if e.typ == base {
		return e
	}
	return relabel(e, base)
}

// coerceOID converts between integers and the OID types, of which PostgreSQL
// takes the same 32 bits; nil where the value stays as it is.
func (a *analyser) coerceOID(e *expr, target uint32, pos int32) *expr {
	source := a.base(e.typ)
	isOID := func(oid uint32) bool { return oid == oidOID || pgvalue.IsObjectID(oid) }
	// Of text search, names stand for configurations.
	named := func(oid uint32) bool { return oid == 3734 || oid == 3769 }
	number := func(oid uint32) bool { return isOID(oid) || oid == oidInt2 || oid == oidInt4 || oid == oidInt8 }
	switch {
	case e.isNull():
	case named(target) && number(source), named(source) && number(target):
		a.refuse(pos, "cast from %s to %s", a.typeName(source), a.typeName(target))
	case isOID(target) && (source == oidInt2 || source == oidInt4):
		if n, ok := e.val.(int64); ok && e.kind == exConst {
			return constant(target, e.pos, int64(uint32(n)))
		}
		return call(target, e.pos, "($1 & 4294967295)", e)
	case target == oidInt4 && isOID(source):
		return call(target, e.pos, "((($1 + 2147483648) & 4294967295) - 2147483648)", e)
	}
	return nil
}

// relabel gives e another type of the same representation.
func relabel(e *expr, typ uint32) *expr {
	out := *e
	out.typ, out.typmod = typ, -1
	if e.kind == exColumn || e.kind == exParam {
		// Column and parameter keep their own type inside.
		out = *call(typ, e.pos, "$1", e)
	}
	out.coll, out.collPos = e.coll, e.collPos
	return &out
}

// castByFunc applies a cast function of pg_cast.
func (a *analyser) castByFunc(e *expr, c *pgcatalog.Cast, target uint32, mod int32, ctx coercion, pos int32) *expr {
	if e.kind == exConst && target == oidNumeric {
		if n, ok := e.val.(int64); ok {
			return constant(target, e.pos, strconv.FormatInt(n, 10))
		}
	}
	if a.isObject(e.typ) {
		e = relabel(e, oidOID)
	}
	args := []*expr{e}
	if target != oidBit {
		mod = -1 // applied in a step of its own
	}
	if len(c.Func.Args) > 1 {
		args = append(args, constant(oidInt4, -1, int64(mod)))
	}
	if len(c.Func.Args) > 2 {
		args = append(args, constant(oidBool, -1, boolInt(ctx == explicit)))
	}
	out := a.callProc(c.Func, pos, args...)
	out.typ, out.typmod = target, mod
	return out
}

// viaIO converts through the text form: output of the source, input of the
// target.
func (a *analyser) viaIO(e *expr, source, target uint32, pos int32) *expr {
	sig := "cast(" + a.sigName(source) + "," + a.sigName(target) + ")"
	if e.isNull() {
		return constant(target, e.pos, nil)
	}
	if a.isObjectOrArray(source) && a.category(target) == 'S' {
		return a.objectText(e, source, target, pos)
	}
	if a.isObject(a.elemOf(target)) && a.category(source) == 'S' {
		return a.objectFromText(e, target, pos)
	}
	if source == oidNodeTree {
		a.refuse(pos, "the value of a pg_node_tree")
	}
	switch {
	case a.typ(target).kind == 'c' && a.category(source) == 'S':
		return a.compositeIn(e, target, pos)
	case a.typ(source).kind == 'c' && a.category(target) == 'S':
		return a.compositeOut(e, target, pos)
	}
	if a.category(target) == 'S' && a.category(source) == 'S' {
		return relabel(e, target)
	}
	if a.typ(source).kind == 'e' && a.category(target) == 'S' {
		return a.enumToText(e, source, target, pos)
	}
	if a.typ(target).kind == 'e' && a.category(source) == 'S' {
		return a.textToEnum(e, target, pos)
	}
	impl, ok := pgfunc.Lookup(sig)
	if !ok {
		// All string types share a representation.
		switch {
		case a.category(source) == 'S' && source != oidText:
			impl, ok = pgfunc.Lookup("cast(text," + a.sigName(target) + ")")
		case a.category(target) == 'S' && target != oidText:
			impl, ok = pgfunc.Lookup("cast(" + a.sigName(source) + ",text)")
		}
	}
	if !ok {
		a.refuse(pos, "cast from %s to %s", a.typeName(source), a.typeName(target))
	}
	return a.callImpl(impl, target, pos, e)
}

// coerceArray converts an array element by element: free where the elements'
// text is the same.
func (a *analyser) coerceArray(e *expr, target uint32, ctx coercion, pos int32) *expr {
	e = a.vector(e)
	se, te := a.elemOf(e.typ), a.elemOf(target)
	if e.typ == target {
		return e
	}
	switch {
	case a.isObject(se) && a.category(te) == 'S':
		return a.objectText(e, a.base(e.typ), target, pos)
	case a.isObject(te) && a.category(se) == 'S':
		return a.objectFromText(e, target, pos)
	}
	if te == oidInet && se == oidCidr {
		a.refuse(pos, "cast from %s to %s", a.typeName(e.typ), a.typeName(target)) // the elements are written otherwise
	}
	p, c := a.pathwayTo(te, se, ctx)
	widening := se == oidInt2 && (te == oidInt4 || te == oidInt8 || te == oidNumeric) || se == oidInt4 && (te == oidInt8 || te == oidNumeric) || se == oidInt8 && te == oidNumeric
	if p == pathRelabel && a.typ(te).kind != 'd' || widening || a.category(se) == 'S' && a.category(te) == 'S' && se != oidBpchar {
		return relabel(e, target)
	}
	if impl, ok := pgfunc.Lookup("cast(" + a.sigName(a.base(e.typ)) + "," + a.sigName(target) + ")"); ok {
		return a.callImpl(impl, target, pos, e)
	}
	if e.items != nil && p != pathIO {
		items := make([]*expr, len(e.items))
		for i, x := range e.items {
			items[i] = a.coerceTo(x, te, -1, ctx, pos)
		}
		out := a.buildArray(items, target, e.pos)
		out.items = items
		return out
	}
	// An array's text holds that of its elements: the whole of it can be read
	// as an array of another type where the elements' text can.
	sig := ""
	numbers := a.category(se) == 'N' && (te == oidFloat4 || te == oidFloat8) && se != oidNumeric && se != oidFloat4 && se != oidFloat8
	switch {
	case a.typ(te).kind == 'd' || a.typ(se).kind == 'e' || a.typ(te).kind == 'e':
	case p == pathIO && a.category(se) == 'S' || numbers:
		sig = "cast(text," + a.sigName(target) + ")"
	case p == pathIO && a.category(te) == 'S' && se != oidBool:
		sig = "cast(" + a.sigName(a.base(e.typ)) + ",text)"
	case p == pathFunc && len(c.Func.Args) == 1:
		if impl, ok := pgfunc.Lookup(c.Func.Sig); ok && len(impl.Env) == 0 && impl.Name != "" && impl.SQL == "" {
			return call(target, pos, a.fn(pgfunc.ArrayMap)+"("+quoteText(impl.Name)+","+a.descriptor(se)+","+a.descriptor(te)+",$1)", e)
		}
	}
	if impl, ok := pgfunc.Lookup(sig); ok {
		return a.callImpl(impl, target, pos, e)
	}
	a.refuse(pos, "cast from %s to %s", a.typeName(e.typ), a.typeName(target))
	return nil
}

// coerceMod applies a type modifier (coerce_type_typmod): the length of
// varchar(n), the scale of numeric(p,s), …
func (a *analyser) coerceMod(e *expr, typ uint32, mod int32, ctx coercion) *expr {
	if mod < 0 || e.typmod == mod && e.typ == typ {
		return e
	}
	if e.isNull() {
		out := constant(typ, e.pos, nil)
		out.typmod = mod
		return out
	}
	t := a.typ(typ)
	if t.elem != 0 {
		if c := pgcatalog.CastBetween(t.elem, t.elem); c == nil {
			return e
		}
		a.refuse(e.pos, "type modifier of %s", a.formatType(typ, mod))
	}
	c := pgcatalog.CastBetween(typ, typ)
	if c == nil || c.Method != 'f' || len(c.Func.Args) < 2 {
		return e
	}
	if text, ok := e.val.(string); ok && e.kind == exConst && typ == oidNumeric {
		if v, err := pgvalue.ParseText(a.value(typ, mod), text, pgvalue.UTC); err == nil {
			out := constant(typ, e.pos, v)
			out.typmod = mod
			return out
		}
	}
	if fits := a.fitsLength(e, typ, mod); fits != nil {
		return fits
	}
	args := []*expr{e, constant(oidInt4, -1, int64(mod))}
	if len(c.Func.Args) > 2 {
		args = append(args, constant(oidBool, -1, boolInt(ctx == explicit)))
	}
	out := a.callProc(c.Func, e.pos, args...)
	if typ == oidVarchar && simpleArgs(args[:1]) {
		// Most values fit, and SQLite can see that by itself.
		n := itoa(int(mod - 4))
		out.tmpl = "CASE WHEN $1 IS NULL OR length($1) <= " + n + " THEN $1 ELSE " + out.tmpl + " END"
	}
	out.typ, out.typmod = typ, mod
	return out
}

// fitsLength is a literal that is short enough for varchar(n) as it is; nil for
// everything else.
func (a *analyser) fitsLength(e *expr, typ uint32, mod int32) *expr {
	text, ok := e.val.(string)
	if !ok || e.kind != exConst || typ != oidVarchar || utf8.RuneCountInString(text) > int(mod-4) {
		return nil
	}
	out := constant(typ, e.pos, text)
	out.typmod = mod
	return out
}

// literal reads a quoted literal as a value of a type.
func (a *analyser) literal(e *expr, target uint32, mod int32) *expr {
	t := a.value(target, mod)
	if a.typ(target).kind == 'p' {
		a.fail(codeNotSupported, e.pos, "cannot accept a value of type %s", a.typeName(target))
	}
	switch {
	case pgvalue.IsObjectID(target):
		return a.objectLiteral(e, target)
	case a.elemOf(target) != 0 && a.isObject(a.elemOf(target)):
		return a.objectArray(e, target)
	}
	val, err := pgvalue.ParseText(t, e.text, pgvalue.UTC)
	if err != nil {
		if pe, ok := err.(*pgconn.PgError); ok {
			bad := *pe
			bad.Position = a.error("", e.pos, "").Position
			panic(&bad)
		}
		a.fail("22P02", e.pos, "%v", err)
	}
	if a.sessionDependent(target, e.text) && a.composite(target) {
		return a.compositeIn(constant(oidText, e.pos, e.text), target, e.pos)
	}
	if a.sessionDependent(target, e.text) {
		impl, ok := pgfunc.Lookup("cast(text," + a.sigName(target) + ")")
		if !ok {
			a.refuse(e.pos, "a literal of type %s that depends on the session", a.typeName(target))
		}
		out := a.callImpl(impl, target, e.pos, constant(oidText, e.pos, e.text))
		out.typmod = mod
		return out
	}
	out := constant(target, e.pos, val)
	out.typmod = mod
	return out
}

// sessionDependent reports whether the value of a literal depends on when and
// where it is read: on the session's time zone or on the current time.
func (a *analyser) sessionDependent(typ uint32, text string) bool {
	switch base := a.base(typ); base {
	case oidTimestamptz, oidTimetz:
		return !endsInOffset(text)
	case oidDate, oidTimestamp, oidTime:
		for i := 0; i < len(text); i++ {
			switch text[i] | 0x20 {
			case 'n', 't', 'y': // now, today, tomorrow, yesterday
				return true
			}
		}
	default:
		if _, _, bound, ok := pgvalue.RangeParts(base); ok {
			return bound == oidTimestamptz || a.sessionDependent(bound, text)
		}
		for _, f := range a.typ(base).fields {
			switch a.base(f.Type) {
			case oidTimestamptz, oidTimetz, oidDate, oidTimestamp, oidTime:
				return true
			}
			if a.sessionDependent(f.Type, text) {
				return true
			}
		}
		if elem := a.elemOf(base); elem != 0 {
			return elem == oidTimestamptz || elem == oidTimetz || a.sessionDependent(elem, text)
		}
	}
	return false
}

// endsInOffset reports whether a time says its own offset from UTC, as
// PostgreSQL's output does: 2024-01-02 03:04:05+00.
func endsInOffset(text string) bool {
	i := strings.LastIndexAny(text, "+-")
	if i < 0 || !strings.Contains(text[:i], ":") || len(text)-i < 3 {
		return false
	}
	return strings.Trim(text[i+1:], "0123456789:") == ""
}

func (a *analyser) enumToText(e *expr, enum, target uint32, pos int32) *expr {
	tmpl := "CASE $1"
	for i, label := range a.typ(enum).user.Labels {
		tmpl += fmt.Sprintf(" WHEN %d THEN %s", i, escapeTemplate(quoteText(label)))
	}
	return call(target, pos, tmpl+" END", e)
}

func (a *analyser) textToEnum(e *expr, enum uint32, pos int32) *expr {
	t := a.typ(enum)
	tmpl := "CASE WHEN $1 IS NULL THEN NULL"
	for i, label := range t.user.Labels {
		tmpl += fmt.Sprintf(" WHEN $1 = %s THEN %d", escapeTemplate(quoteText(label)), i)
	}
	msg := escapeTemplate(quoteText("invalid input value for enum " + a.typeName(enum) + ": \""))
	tmpl += " ELSE " + a.fn(FuncRaise) + "('22P02', " + msg + " || $1 || '\"') END"
	return call(enum, pos, tmpl, e)
}

// sigName is a type's name in a pgfunc signature.
func (a *analyser) sigName(oid uint32) string { return a.typ(oid).name }

func boolInt(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
