package dialect

import (
	"strconv"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/dialect/pgcatalog"
	"github.com/failoversql/failoversql/dialect/pgfunc"
	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// Bits of WindowDef.frameOptions (parsenodes.h).
const (
	frameNonDefault       = 0x00001
	frameRange            = 0x00002
	frameRows             = 0x00004
	frameGroups           = 0x00008
	frameBetween          = 0x00010
	frameStartUnboundPrec = 0x00020
	frameEndUnboundFoll   = 0x00100
	frameStartCurrent     = 0x00200
	frameEndCurrent       = 0x00400
	frameStartOffsetPrec  = 0x00800
	frameEndOffsetPrec    = 0x01000
	frameStartOffsetFoll  = 0x02000
	frameEndOffsetFoll    = 0x04000
	frameExcludeCurrent   = 0x08000
	frameExcludeGroup     = 0x10000
	frameExcludeTies      = 0x20000
)

// rangeFrame is a frame by an offset that SQLite cannot compute: see
// pgfunc.RangeFrame.
type rangeFrame struct {
	spec       string
	start, end *expr
}

// frame writes the frame clause. The default is the same in both engines.
func (a *analyser) frame(sc *scope, w *window, n *pg_query.WindowDef) {
	o := int(n.GetFrameOptions())
	if o&frameNonDefault == 0 {
		return
	}
	w.hasFrame = true
	unit := "RANGE"
	switch {
	case o&frameRows != 0:
		unit = "ROWS"
	case o&frameGroups != 0:
		unit = "GROUPS"
		if len(w.order) == 0 {
			a.fail(codeWindowing, n.GetLocation(), "GROUPS mode requires an ORDER BY clause")
		}
	}
	offsets := frameStartOffsetPrec | frameStartOffsetFoll | frameEndOffsetPrec | frameEndOffsetFoll
	if unit == "RANGE" && o&offsets != 0 && len(w.order) != 1 {
		a.fail(codeWindowing, n.GetLocation(), "RANGE with offset PRECEDING/FOLLOWING requires exactly one ORDER BY column")
	}
	f := rangeFrame{}
	var start, end string
	letter := func(i int, c byte) {
		b := []byte(f.spec + "__")[:2]
		b[i] = c
		f.spec = string(b)
	}
	native := true
	bound := func(node *pg_query.Node, what string) string {
		e, ok := a.frameOffset(sc, w, node, unit, what)
		native = native && ok
		if what == "starting" {
			f.start = e
		} else {
			f.end = e
		}
		w.offsets = append(w.offsets, e)
		return "$" + itoa(len(w.offsets))
	}
	switch {
	case o&frameStartUnboundPrec != 0:
		start = "UNBOUNDED PRECEDING"
		letter(0, 'u')
	case o&frameStartCurrent != 0:
		start = "CURRENT ROW"
		letter(0, 'c')
	case o&frameStartOffsetPrec != 0:
		start = bound(n.GetStartOffset(), "starting") + " PRECEDING"
		letter(0, 'p')
	case o&frameStartOffsetFoll != 0:
		start = bound(n.GetStartOffset(), "starting") + " FOLLOWING"
		letter(0, 'f')
	}
	switch {
	case o&frameEndUnboundFoll != 0:
		end = "UNBOUNDED FOLLOWING"
		letter(1, 'u')
	case o&frameEndCurrent != 0:
		end = "CURRENT ROW"
		letter(1, 'c')
	case o&frameEndOffsetPrec != 0:
		end = bound(n.GetEndOffset(), "ending") + " PRECEDING"
		letter(1, 'p')
	case o&frameEndOffsetFoll != 0:
		end = bound(n.GetEndOffset(), "ending") + " FOLLOWING"
		letter(1, 'f')
	}
	exclude, sql := "n", ""
	switch {
	case o&frameExcludeCurrent != 0:
		exclude, sql = "c", " EXCLUDE CURRENT ROW"
	case o&frameExcludeGroup != 0:
		exclude, sql = "g", " EXCLUDE GROUP"
	case o&frameExcludeTies != 0:
		exclude, sql = "t", " EXCLUDE TIES"
	}
	w.frame = unit + " BETWEEN " + start + " AND " + end + sql
	switch {
	case !native:
		if unit == "GROUPS" || unit == "ROWS" && (exclude == "g" || exclude == "t") {
			a.refuse(n.GetLocation(), "a computed frame offset in %s mode", unit)
		}
		f.spec += exclude + "al"
		if unit == "RANGE" {
			f.spec = f.spec[:3] + orderLetters(w.order[0])
		}
		f.spec += strings.ToLower(unit[1:2])
		w.ranged = &f
		w.frame, w.offsets = "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING", nil
	case unit == "RANGE" && len(w.offsets) > 0:
		w.order = []sortKey{a.numericKey(w.order[0])}
	}
}

func orderLetters(k sortKey) string {
	out := "a"
	if k.desc {
		out = "d"
	}
	if k.nullsFirst {
		return out + "f"
	}
	return out + "l"
}

// frameOffset analyses an offset of a frame; native says that SQLite can compute
// the frame.
func (a *analyser) frameOffset(sc *scope, w *window, node *pg_query.Node, unit, what string) (out *expr, native bool) {
	e := a.expr(sc.with(inWindowFrame), node)
	if unit == "RANGE" {
		out = a.rangeOffset(w.order[0].e, e)
	} else if out = a.coerce(e, oidInt8, -1, assignment, e.pos); out == nil {
		a.fail(codeDatatypeMismatch, e.pos, "argument of %s must be type bigint, not type %s", unit, a.typeName(e.typ))
	}
	e.deepWalk(func(x *expr) bool {
		if x.kind == exColumn && sc.owns(x.src) {
			a.fail(codeColumnReference, x.pos, "argument of %s must not contain variables", unit)
		}
		return true
	})
	if unit != "RANGE" {
		return a.checkedOffset(w, out, unit, what)
	}
	switch a.base(w.order[0].e.typ) {
	case oidInt2, oidInt4, oidInt8, oidFloat4, oidFloat8:
		return a.checkedOffset(w, out, unit, what)
	case oidDate, oidTimestamp, oidTimestamptz:
		if v, ok := a.constantSpan(out, a.base(w.order[0].e.typ)); ok {
			return constant(oidInt8, e.pos, v), true
		}
	}
	return out, false
}

// checkedOffset is an offset that must be there and not negative. SQLite takes
// constants and parameters only; a parameter is checked beside it, in PARTITION
// BY, which a value that is the same for all rows does not change.
func (a *analyser) checkedOffset(w *window, e *expr, unit, what string) (*expr, bool) {
	if v, ok := e.val.(int64); ok && e.kind == exConst && v >= 0 {
		return e, true
	}
	if e.kind == exConst {
		switch v := e.val.(type) {
		case nil:
			a.fail("22004", -1, "frame %s offset must not be null", what)
		case int64:
			if unit == "RANGE" {
				a.fail("22013", -1, "invalid preceding or following size in window function")
			}
			a.fail("22013", -1, "frame %s offset must not be negative", what)
		case float64:
			if v >= 0 {
				return e, true
			}
		}
	}
	if unlabelled(e).kind != exParam {
		return e, false
	}
	if unit != "RANGE" {
		unit = "ROWS"
	}
	check := call(oidInt8, e.pos, a.fn(pgfunc.FrameOffset)+"($1,'"+what+"','"+unit+"')", e)
	w.partition = append(append([]*expr(nil), w.partition...), check)
	return e, true
}

// rangeOffsets are the types of offset that in_range functions take, by the
// type of the key; one of the key's own type is preferred.
var rangeOffsets = map[uint32][]uint32{
	oidInt2: {oidInt8, oidInt4, oidInt2}, oidInt4: {oidInt8, oidInt4, oidInt2}, oidInt8: {oidInt8},
	oidFloat4: {oidFloat8}, oidFloat8: {oidFloat8}, oidNumeric: {oidNumeric},
	oidDate: {oidInterval}, oidTimestamp: {oidInterval}, oidTimestamptz: {oidInterval}, oidTime: {oidInterval}, oidTimetz: {oidInterval}, oidInterval: {oidInterval},
}

// rangeOffset converts the offset of a RANGE frame (transformFrameOffsetClause).
func (a *analyser) rangeOffset(key, e *expr) *expr {
	kt := a.base(key.typ)
	types := rangeOffsets[kt]
	if len(types) == 0 {
		a.fail(codeNotSupported, e.pos, "RANGE with offset PRECEDING/FOLLOWING is not supported for column type %s", a.typeName(key.typ))
	}
	var chosen uint32
	matches := 0
	for _, t := range types {
		if t == e.typ {
			chosen, matches = t, 1
			break
		}
		if !a.canCoerce([]uint32{e.typ}, []uint32{t}, implicit) {
			continue
		}
		matches++
		if chosen != kt {
			chosen = t
		}
	}
	if matches == 0 {
		a.failHint(codeNotSupported, e.pos, "Cast the offset value to an appropriate type.",
			"RANGE with offset PRECEDING/FOLLOWING is not supported for column type %s and offset type %s", a.typeName(key.typ), a.typeName(e.typ))
	}
	if matches != 1 && chosen != kt {
		a.failHint(codeNotSupported, e.pos, "Cast the offset value to the exact intended type.",
			"RANGE with offset PRECEDING/FOLLOWING has multiple interpretations for column type %s and offset type %s", a.typeName(key.typ), a.typeName(e.typ))
	}
	if text, ok := e.val.(string); ok && e.kind == exConst && chosen == oidFloat8 {
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			return constant(chosen, e.pos, f)
		}
	}
	return a.coerceTo(e, chosen, -1, implicit, e.pos)
}

// constantSpan is an interval written out as a fixed length in the units of the
// key: where it has neither months nor, for a key that knows zones, days.
func (a *analyser) constantSpan(e *expr, key uint32) (int64, bool) {
	text, ok := e.val.(string)
	if !ok || e.kind != exConst {
		return 0, false
	}
	iv, err := pgvalue.ParseInterval(text)
	const day = 86400_000_000
	if err != nil || iv.Months != 0 || iv.Days < 0 || iv.Days > 3650 || iv.Micros < 0 || iv.Micros > 3650*day {
		return 0, false
	}
	switch key {
	case oidDate:
		return int64(iv.Days), iv.Micros == 0
	case oidTimestamp:
		return int64(iv.Days)*day + iv.Micros, true
	}
	return iv.Micros, iv.Days == 0
}

// numericKey is the key of a RANGE frame that SQLite computes: infinite times
// become infinite numbers, which no offset moves.
func (a *analyser) numericKey(k sortKey) sortKey {
	ends := map[uint32][2]int64{oidDate: {pgvalue.DateMinusInfinity, pgvalue.DateInfinity}, oidTimestamp: {pgvalue.MinusInfinity, pgvalue.Infinity}, oidTimestamptz: {pgvalue.MinusInfinity, pgvalue.Infinity}}
	if e, ok := ends[a.base(k.e.typ)]; ok {
		k.e = call(oidFloat8, k.e.pos, "CASE $1 WHEN "+quoteValue(e[1])+" THEN 9e999 WHEN "+quoteValue(e[0])+" THEN -9e999 ELSE $1 END", k.e)
	}
	return k
}

// gatherOver makes an aggregate or window function over a frame run over the
// gathered rows of the frame: each call in its template becomes one of a scalar
// function.
func (a *analyser) gatherOver(e *expr, name string) {
	w := e.over
	rewritten := ""
	rest := e.tmpl
	for {
		end := strings.Index(rest, ")$f")
		if end < 0 {
			break
		}
		open, depth := end, 0
		for open--; open >= 0 && (rest[open] != '(' || depth > 0); open-- {
			switch rest[open] {
			case ')':
				depth++
			case '(':
				depth--
			}
		}
		from := open
		for from > 0 && (rest[from-1] == '_' || rest[from-1] >= 'a' && rest[from-1] <= 'z' || rest[from-1] >= '0' && rest[from-1] <= '9') {
			from--
		}
		rewritten += rest[:from] + a.gatherCall(e, w, rest[from:open], rest[open+1:end], name)
		rest = rest[end+3:]
	}
	e.tmpl = rewritten + rest
	if w.ranged != nil {
		e.filter = nil
	}
}

// gatherCall is one call: fn over args, the text of its arguments.
func (a *analyser) gatherCall(e *expr, w *window, fn, args, name string) string {
	var pieces []string
	kinds := ""
	add := func(piece string) {
		kind := "n"
		if n := holeNumber(piece); n > 0 {
			switch a.base(e.args[n-1].typ) {
			case oidFloat4, oidFloat8:
				piece, kind = a.fn(pgfunc.FloatBits)+"("+piece+")", "f"
			case oidBytea:
				piece, kind = "CASE WHEN "+piece+" IS NOT NULL THEN hex("+piece+") END", "b"
			case oidJSON, oidJSONB:
				piece = "(" + piece + "||'')"
			}
		} else if strings.Contains(piece, "$") || strings.Contains(piece, "COLLATE") {
			a.refuse(e.pos, "aggregate %s as a window function", name)
		}
		pieces = append(pieces, piece)
		kinds += kind
	}
	key := constant(oidInt8, -1, int64(0))
	if w.ranged != nil {
		if strings.HasSuffix(w.ranged.spec, "a") {
			key = w.order[0].e
		}
		e.args = append(e.args, key)
		add("$" + itoa(len(e.args)))
		if e.filter != nil {
			e.args = append(e.args, e.filter)
			add("$" + itoa(len(e.args)))
		} else {
			add("1")
		}
	}
	args = strings.TrimSuffix(strings.TrimPrefix(args, "$d"), "$o")
	if args != "*" && args != "" {
		for _, p := range splitArgs(args) {
			add(p)
		}
	}
	list := "json_group_array(json_array(" + strings.Join(pieces, ",") + "))$f"
	if w.ranged == nil {
		return a.fn(pgfunc.OverRows) + "('" + fn + "','" + kinds + "'," + list + ")"
	}
	hole := func(x *expr) string {
		if x == nil {
			return "NULL"
		}
		e.args = append(e.args, x)
		return "$" + itoa(len(e.args))
	}
	tz := hole(a.fact("tz", e.pos))
	return a.fn(pgfunc.RangeFrame) + "('" + fn + "','" + kinds + "','" + w.ranged.spec + "'," + a.descriptor(key.typ) + "," + tz + "," +
		hole(w.ranged.start) + "," + hole(w.ranged.end) + "," + list + ",row_number()$f)"
}

// holeNumber is n where a piece of a template is $n alone, 0 elsewhere.
func holeNumber(piece string) int {
	n := 0
	if len(piece) < 2 || piece[0] != '$' {
		return 0
	}
	for _, c := range piece[1:] {
		if c < '0' || c > '9' {
			return 0
		}
		n = n*10 + int(c-'0')
	}
	return n
}

// splitArgs splits the arguments of a call at its commas.
func splitArgs(s string) []string {
	var out []string
	depth, from, quoted := 0, 0, false
	for i := range len(s) {
		switch c := s[i]; {
		case c == '\'':
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ',' && depth == 0:
			out = append(out, strings.TrimSpace(s[from:i]))
			from = i + 1
		}
	}
	return append(out, strings.TrimSpace(s[from:]))
}

// overFrame makes an aggregate one over a window: SQLite's own where it can
// slide, else one that gathers its rows.
func (a *analyser) overFrame(sc *scope, n *pg_query.FuncCall, e *expr, m pgfunc.Impl, p *pgcatalog.Proc, pos int32) {
	e.kind = exWindow
	plain := m
	fixed := true
	for _, x := range e.args[min(1, len(e.args)):] {
		fixed = fixed && isFixed(x)
	}
	native := m.Window && (!m.ConstArgs || fixed)
	if native && m.Over != "" {
		m.SQL = m.Over
	}
	args := append([]*expr(nil), e.args...)
	a.aggregateTemplate(e, m, p, pos)
	a.overClause(sc, n, e)
	if native && e.over.ranged == nil {
		return
	}
	e.args = args
	a.aggregateTemplate(e, plain, p, pos)
	a.gatherOver(e, p.Name)
}
