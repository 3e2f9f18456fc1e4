package dialect

import (
	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect/pgfunc"
)

// Values of composite types, those of CREATE TYPE … AS and the row types of
// tables and views. One is the text that record_out gives of it in UTC; the
// session's time zone comes in where it is shown.

// composite reports whether a type, or the type below a domain, is composite.
func (a *analyser) composite(oid uint32) bool {
	switch oid {
	case 0, oidRecord, oidUnknown, oidInt4, oidInt8, oidText, oidBool:
		return false
	}
	return a.typ(a.base(oid)).kind == 'c'
}

// compositeShape are the fields of a composite type; nil where they are not
// known here.
func (a *analyser) compositeShape(oid uint32) *rowShape {
	t := a.typ(a.base(oid))
	if t.kind != 'c' || t.fields == nil {
		return nil
	}
	out := &rowShape{typ: t.oid}
	for i := range t.fields {
		f := &t.fields[i]
		out.fields = append(out.fields, outCol{name: f.Name, typ: f.Type, typmod: f.Typmod})
		var inner *rowShape
		if a.composite(f.Type) {
			inner = a.compositeShape(f.Type)
		}
		out.inner = append(out.inner, inner)
	}
	return out
}

// shape are the fields of a record or a value of a composite type; nil where
// they are not known.
func (a *analyser) shape(e *expr) *rowShape {
	if a.composite(e.typ) {
		return a.compositeShape(e.typ)
	}
	return shapeOf(e)
}

// rowLike takes a value of a composite type apart; other values stay as they
// are.
func (a *analyser) rowLike(e *expr) *expr {
	if e.kind == exRow || !a.composite(e.typ) {
		return e
	}
	if row := a.fields(e); row != nil {
		return row
	}
	a.refuse(e.pos, "type %s", a.typeName(e.typ))
	return nil
}

// rowTo makes a row a value of a composite type (coerce_record_to_complex); nil
// where it is of another such type.
func (a *analyser) rowTo(e *expr, target uint32, ctx coercion, pos int32) *expr {
	if t := a.typeOfRow(e); t != oidRecord && t != a.base(target) {
		return nil
	}
	row, shape := a.fields(e), a.compositeShape(target)
	if shape == nil {
		a.refuse(pos, "cast from %s to %s", a.typeName(e.typ), a.typeName(target))
	}
	at := pos
	if at < 0 {
		at = e.pos
	}
	if e.kind != exRow && e.row == nil && (a.shape(e) == nil || a.shape(e).typ == 0) {
		// PostgreSQL looks into rows that are written out, and no others.
		a.fail(codeCannotCoerce, at, "cannot cast type %s to %s", a.typeName(e.typ), a.typeName(target))
	}
	cannot := func(detail string) {
		err := a.error(codeCannotCoerce, at, "cannot cast type %s to %s", a.typeName(e.typ), a.typeName(target))
		err.Detail = detail
		panic(err)
	}
	values := make([]*expr, len(shape.fields))
	for i, f := range shape.fields {
		if i >= len(row.args) {
			cannot("Input has too few columns.")
		}
		x := row.args[i]
		if values[i] = a.coerce(x, f.typ, f.typmod, ctx, x.pos); values[i] == nil {
			cannot("Cannot cast type " + a.typeName(x.typ) + " to " + a.typeName(f.typ) + " in column " + itoa(i+1) + ".")
		}
	}
	if len(row.args) > len(values) {
		cannot("Input has too many columns.")
	}
	return a.makeComposite(target, shape, values, a.rowPresent(row), e.pos)
}

// typeOfRow is the type of a value as messages name it: a table's row is of the
// table's own type.
func (a *analyser) typeOfRow(e *expr) uint32 {
	if e.kind == exRow && e.src != nil && e.src.rowType != 0 {
		return e.src.rowType
	}
	if s := shapeOf(e); e.typ == oidRecord && s != nil && s.typ != 0 {
		return s.typ
	}
	return e.typ
}

// makeComposite is a value of a composite type made of its fields; NULL where
// present is there and NULL.
func (a *analyser) makeComposite(typ uint32, shape *rowShape, values []*expr, present *expr, pos int32) *expr {
	if len(values) > maxFields {
		a.refuse(pos, "a row value of more than %d fields", maxFields)
	}
	row := &expr{kind: exRow, typ: oidRecord, typmod: -1, pos: pos, whole: true, present: present, args: values}
	tmpl := a.fn(pgfunc.Record) + "('UTC'"
	args := make([]*expr, len(values))
	for i, x := range values {
		args[i] = a.scalar(x)
		a.noObjects(shape.fields[i].typ, pos)
		tmpl += "," + a.descriptor(shape.fields[i].typ) + ",$" + itoa(i+1)
		row.names = append(row.names, shape.fields[i].name)
	}
	tmpl += ")"
	if present != nil {
		args = append(args, present)
		tmpl = "CASE WHEN $" + itoa(len(args)) + " IS NOT NULL THEN " + tmpl + " END"
	}
	out := call(a.base(typ), pos, tmpl, args...)
	out.row = row
	return out
}

// compositeIn reads text as a value of a composite type, and compositeOut is
// such a value's text.
func (a *analyser) compositeIn(e *expr, typ uint32, pos int32) *expr {
	if a.compositeShape(typ) == nil {
		a.refuse(pos, "input of type %s", a.typeName(typ))
	}
	return call(typ, pos, a.fn(pgfunc.CompositeIn)+"($1,"+a.descriptor(typ)+",$2,$3)", e, a.fact("tz", pos), a.fact("now", pos))
}

func (a *analyser) compositeOut(e *expr, typ uint32, pos int32) *expr {
	return call(typ, pos, a.fn(pgfunc.CompositeOut)+"($1,"+a.descriptor(e.typ)+",$2)", e, a.fact("tz", pos))
}

// withField is a value of a composite type with one field replaced.
func (a *analyser) withField(base *expr, typ uint32, name string, pos int32, column string, replace func(old *expr, f outCol) *expr) *expr {
	shape := a.compositeShape(typ)
	if shape == nil {
		a.refuse(pos, "type %s", a.typeName(typ))
	}
	whole := *base
	if base.kind == exConst || base.typ != typ {
		whole = *relabel(base, a.base(typ))
	}
	row := a.fields(&whole)
	for i, f := range shape.fields {
		if f.name != name {
			continue
		}
		values := append([]*expr(nil), row.args...)
		values[i] = replace(values[i], f)
		return a.makeComposite(typ, shape, values, nil, pos)
	}
	a.fail(codeUndefinedColumn, pos, "cannot assign to field \"%s\" of column \"%s\" because there is no such column in data type %s", name, column, a.typeName(typ))
	return nil
}

// rowTypeOf finds the row type of a table or view by name; 0 where there is none.
func (a *analyser) rowTypeOf(schema, name string) uint32 {
	path := []string{schema}
	if schema == "" {
		path = a.cat.Path()
	}
	for _, s := range path {
		if a.cat.Type(s, name) != nil {
			return 0
		}
		if t := a.cat.Table(s, name); t != nil {
			return t.RowType
		}
		if v := a.cat.View(s, name); v != nil {
			return v.RowType
		}
	}
	return 0
}

// rowTypeInfo describes the row type of a table or view.
func (a *analyser) rowTypeInfo(oid uint32) *typeInfo {
	of := func(schema, name string, columns []catalog.Column) *typeInfo {
		return &typeInfo{oid: oid, name: name, schema: schema, kind: 'c', category: 'C', fields: columns}
	}
	if oid == 0 {
		return nil
	}
	for _, t := range a.cat.Tables {
		if t.RowType == oid {
			return of(t.Schema, t.Name, t.Columns)
		}
	}
	for _, v := range a.cat.Views {
		if v.RowType == oid {
			return of(v.Schema, v.Name, v.Columns)
		}
	}
	return nil
}
