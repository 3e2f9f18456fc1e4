package dialect

import (
	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/dialect/pgfunc"
)

// A row is taken apart where that is possible: an exRow holds its fields. As a
// value of its own it is the text that PostgreSQL's record_out gives, and its
// shape tells how the fields are read back from that.

// maxFields keeps a row value within SQLite's 127 arguments of a function.
const maxFields = 60

// scalar is e as one value: of a row, its text.
func (a *analyser) scalar(e *expr) *expr {
	if e.kind != exRow {
		return e
	}
	if len(e.args) > maxFields {
		a.refuse(e.pos, "a row value of more than %d fields", maxFields)
	}
	args := []*expr{a.fact("tz", e.pos)}
	tmpl := a.fn(pgfunc.Record) + "($1"
	shape := &rowShape{fields: make([]outCol, len(e.args))}
	if e.src != nil {
		shape.typ = e.src.rowType
	}
	for i, x := range e.args {
		x = a.settleUnknown(a.scalar(x))
		a.noObjects(x.typ, x.pos)
		args = append(args, x)
		shape.fields[i] = outCol{name: e.fieldName(i), typ: x.typ, typmod: x.typmod}
		if s := shapeOf(x); s != nil && s.typ != 0 {
			// PostgreSQL knows the fields of a row within a row by its type alone.
			shape.fields[i].shape = s
		}
		shape.inner = append(shape.inner, shapeOf(x))
		tmpl += "," + a.descriptor(x.typ) + ",$" + itoa(i+2)
	}
	tmpl += ")"
	if p := a.rowPresent(e); p != nil {
		args = append(args, p)
		tmpl = "CASE WHEN $" + itoa(len(args)) + " IS NOT NULL THEN " + tmpl + " END"
	}
	out := call(oidRecord, e.pos, tmpl, args...)
	row := *e
	row.whole = true
	out.shape, out.row = shape, &row
	return out
}

// rowShape are the fields of a record.
type rowShape struct {
	fields []outCol
	inner  []*rowShape // of fields that are records, for comparing
	typ    uint32      // the row's own type, where it is of a table, view or composite type
}

// sharedShape is the shape of a value that is one of several, where they are
// rows of one table.
func sharedShape(es []*expr) *rowShape {
	var out *rowShape
	for _, e := range es {
		if e.isNull() {
			continue
		}
		s := shapeOf(e)
		if s == nil || s.typ == 0 || out != nil && out.typ != s.typ {
			return nil
		}
		out = s
	}
	return out
}

// shapeOf are the fields of a record, nil where they are not known.
func shapeOf(e *expr) *rowShape {
	if e.kind == exColumn {
		return e.src.cols[e.col].shape
	}
	return e.shape
}

// fields takes a record value apart; nil where its fields are not known.
func (a *analyser) fields(e *expr) *expr {
	switch {
	case e.kind == exRow:
		return e
	case e.row != nil && e.kind == exCall:
		return e.row
	}
	shape := a.shape(e)
	if !a.isRecord(e) || shape == nil {
		return nil
	}
	zone := a.fact("tz", e.pos)
	if e.typ != oidRecord {
		zone = constant(oidText, e.pos, "UTC")
	}
	row := &expr{kind: exRow, typ: oidRecord, typmod: -1, pos: e.pos, whole: true, present: e}
	for i, c := range shape.fields {
		f := call(c.typ, e.pos, a.recordField("$1", i, c.typ, "$2"), e, zone)
		f.typmod, f.shape = c.typmod, c.shape
		row.args = append(row.args, f)
		row.names = append(row.names, c.name)
	}
	return row
}

// recordField is the SQL of field i of a record. go-sqlite3 makes NULL of the
// empty bytes that a function gives, so that bytea comes as text.
func (a *analyser) recordField(record string, i int, typ uint32, zone string) string {
	if a.base(typ) == oidBytea {
		return "unhex(substr(" + a.recordField(record, i, oidText, zone) + ",3))"
	}
	return a.fn(pgfunc.RecordField) + "(" + record + "," + itoa(i) + "," + a.descriptor(typ) + "," + zone + ")"
}

// rowPresent is a value that is NULL only where the row itself is: the one that
// an outer join did not find. It is nil where every row is there.
func (a *analyser) rowPresent(e *expr) *expr {
	if e.present != nil || e.src == nil {
		return e.present
	}
	if !e.src.nullable {
		return nil
	}
	src := e.src
	for i := range src.cols {
		if src.cols[i].notNull {
			return rawOf(a.columnOf(src, i))
		}
	}
	switch {
	case src.table != nil:
		return call(oidInt8, e.pos, src.alias+"."+a.rowid(src))
	case len(src.cols) > 0 && src.cols[0].computed:
		return call(oidInt8, e.pos, src.alias+".key")
	}
	src.marked = true
	return call(oidInt8, e.pos, src.alias+".present")
}

// field is one field of a row, as a value.
func (a *analyser) field(row *expr, i int) *expr {
	x := row.args[i]
	if x.typ == oidUnknown {
		// PostgreSQL fails with an internal error.
		a.refuse(x.pos, "the selection of a field that is a bare literal")
	}
	return x
}

// selectField is (row).name.
func (a *analyser) selectField(e *expr, name string, pos int32) *expr {
	row := a.fields(e)
	if row == nil {
		if e.typ != oidRecord && a.typ(a.base(e.typ)).kind != 'c' {
			a.fail(codeWrongObject, pos, "column notation .%s applied to type %s, which is not a composite type", name, a.typeName(e.typ))
		}
		if e.typ == oidRecord {
			a.fail(codeUndefinedColumn, pos, "could not identify column \"%s\" in record data type", name)
		}
		a.refuse(pos, "selection of a field")
	}
	for i := range row.args {
		if row.fieldName(i) == name {
			return at(a.field(row, i), pos)
		}
	}
	if row.text != "" {
		a.fail(codeUndefinedColumn, pos, "column %s.%s does not exist", row.text, name)
	}
	if s := a.shape(e); s != nil && s.typ != 0 {
		a.fail(codeUndefinedColumn, pos, "column \"%s\" not found in data type %s", name, a.typeName(s.typ))
	}
	a.fail(codeUndefinedColumn, pos, "could not identify column \"%s\" in record data type", name)
	return nil
}

// recordCompare compares two record values as record_eq and record_cmp do: NULL
// fields are equal and sort last.
func (a *analyser) recordCompare(name string, l, r *expr, pos int32) *expr {
	lr, rr := a.fields(l), a.fields(r)
	if lr == nil || rr == nil {
		a.refuse(pos, "comparison of records of unknown fields")
	}
	if len(lr.args) != len(rr.args) {
		a.refuse(pos, "comparison of records with different numbers of columns")
	}
	for i := range lr.args {
		if x, y := a.settleUnknown(lr.args[i]), a.settleUnknown(rr.args[i]); x.typ != y.typ {
			a.refuse(pos, "comparison of records with fields of different types")
		}
	}
	distinct := func(i int) *expr { return a.distinct(lr.args[i], rr.args[i], false, pos) }
	var e *expr
	switch name {
	case "=", "<>":
		for i := range lr.args {
			if d := distinct(i); e == nil {
				e = d
			} else {
				e = junction(pos, "OR", e, d)
			}
		}
		if name == "=" {
			e = boolean(pos, notTemplate, e)
		}
	case "<", "<=", ">", ">=":
		// A NULL is greater than all else.
		less := func(x, y *expr) *expr {
			return boolean(pos, "CASE WHEN $1 IS NULL THEN 0 WHEN $2 IS NULL THEN 1 ELSE $3 END", x, y, a.operator("<", x, y, pos))
		}
		e = constant(oidBool, pos, boolInt(len(name) == 2))
		for i := len(lr.args) - 1; i >= 0; i-- {
			x, y := lr.args[i], rr.args[i]
			if name[0] == '>' {
				x, y = y, x
			}
			e = boolean(pos, "CASE WHEN $1 THEN $2 ELSE $3 END", distinct(i), less(x, y), e)
		}
	default:
		a.refuse(pos, "operator %s on rows", name)
	}
	for _, row := range []*expr{lr, rr} {
		if p := a.rowPresent(row); p != nil {
			e = boolean(pos, "CASE WHEN $1 IS NOT NULL THEN $2 END", p, e)
		}
	}
	e.pos = leftmost(pos, l, r)
	return e
}

// distinctRows is IS DISTINCT FROM where one side is a row.
func (a *analyser) distinctRows(l, r *expr, same bool, pos int32) *expr {
	for _, x := range []*expr{l, r} {
		if x.isNull() {
			other := l
			if x == l {
				other = r
			}
			p := a.rowPresent(other)
			if p == nil {
				return constant(oidBool, leftmost(pos, l, r), boolInt(!same))
			}
			if same {
				return boolean(leftmost(pos, l, r), "($1 IS NULL)", p)
			}
			return boolean(leftmost(pos, l, r), "($1 IS NOT NULL)", p)
		}
	}
	lr, rr := a.fields(l), a.fields(r)
	if lr == nil || rr == nil {
		a.refuse(pos, "IS DISTINCT FROM of records of unknown fields")
	}
	if len(lr.args) != len(rr.args) {
		a.fail(codeSyntax, pos, "unequal number of entries in row expressions")
	}
	var e *expr
	for i := range lr.args {
		if d := a.distinct(lr.args[i], rr.args[i], false, pos); e == nil {
			e = d
		} else {
			e = junction(pos, "OR", e, d)
		}
	}
	if e == nil {
		e = constant(oidBool, pos, int64(0))
	}
	lp, rp := a.rowPresent(lr), a.rowPresent(rr)
	switch {
	case lp != nil && rp != nil:
		e = boolean(pos, "(($1 IS NULL) <> ($2 IS NULL) OR $1 IS NOT NULL AND $3)", lp, rp, e)
	case lp != nil:
		e = boolean(pos, "($1 IS NULL OR $2)", lp, e)
	case rp != nil:
		e = boolean(pos, "($1 IS NULL OR $2)", rp, e)
	}
	if same {
		e = boolean(pos, notTemplate, e)
	}
	e.pos = leftmost(pos, l, r)
	return e
}

// rowSub is (a, b) op (SELECT x, y): NULL without a row, an error with several.
func (a *analyser) rowSub(sc *scope, op string, l *expr, s *pg_query.SelectStmt, pos, sub int32) *expr {
	q := a.selectQuery(sc, s, true)
	switch {
	case len(q.cols) > len(l.args):
		a.fail(codeSyntax, pos, "subquery has too many columns")
	case len(q.cols) < len(l.args):
		a.fail(codeSyntax, pos, "subquery has too few columns")
	}
	src := a.querySource(q)
	test := a.rowCompare(op, l, rowOf(a, src), pos)
	return &expr{kind: exSub, typ: oidBool, typmod: -1, pos: leftmost(pos, l), sub: q, args: []*expr{test},
		tmpl: "(SELECT CASE WHEN count(*) > 1 THEN " + a.raise("21000", "more than one row returned by a subquery used as an expression") +
			" ELSE max(r) END FROM (SELECT $1 AS r FROM ($0) AS " + src.alias + " LIMIT 2))"}
}

// rowOf is a row written out of a source's columns.
func rowOf(a *analyser, src *source) *expr {
	e := &expr{kind: exRow, typ: oidRecord, typmod: -1, pos: -1}
	for i := range src.cols {
		e.args = append(e.args, a.columnOf(src, i))
	}
	return e
}

// countRows is count(row): the rows that are there.
func (a *analyser) countRows(e *expr) *expr {
	if p := a.rowPresent(e); p != nil {
		return p
	}
	// Its columns tell which query the aggregate belongs to.
	return call(oidInt4, e.pos, "1", e.args...)
}

// starOf writes out (row).*.
func (a *analyser) starOf(sc *scope, n *pg_query.A_Indirection) []*target {
	steps := n.GetIndirection()
	inner := &pg_query.Node{Node: &pg_query.Node_AIndirection{AIndirection: &pg_query.A_Indirection{Arg: n.GetArg(), Indirection: steps[:len(steps)-1]}}}
	if len(steps) == 1 {
		inner = n.GetArg()
	}
	e := a.expr(sc, inner)
	row := a.fields(e)
	if row == nil {
		if !a.isRecord(e) {
			a.fail(codeWrongObject, nodeLocation(n.GetArg()), "type %s is not composite", a.typeName(e.typ))
		}
		a.fail(codeNotSupported, -1, "record type has not been registered")
	}
	out := make([]*target, len(row.args))
	for i := range row.args {
		x := a.field(row, i)
		out[i] = &target{name: row.fieldName(i), e: a.scalar(x)}
	}
	return out
}

// isImplicitRow reports whether a node is (a, b), which GROUP BY takes apart.
func isImplicitRow(n *pg_query.Node) bool {
	r := n.GetRowExpr()
	return r != nil && r.GetRowFormat() == pg_query.CoercionForm_COERCE_IMPLICIT_CAST
}
