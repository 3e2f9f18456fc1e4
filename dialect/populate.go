package dialect

import (
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/dialect/pgfunc"
)

// populateCall is json_populate_record, json_populate_recordset or one of their
// kin for jsonb: rows of their first argument's type; nil for every other call.
func (a *analyser) populateCall(sc *scope, name string, args []*expr, names []string, n *pg_query.FuncCall) *expr {
	switch name {
	case "json_populate_record", "jsonb_populate_record", "json_populate_recordset", "jsonb_populate_recordset":
	default:
		return nil
	}
	pos := n.GetLocation()
	inputs := make([]uint32, len(args))
	for i, x := range args {
		inputs[i] = a.typeOfRow(x)
	}
	c := a.resolveCall(name, args, inputs, names, n)
	declared, typ := a.enforce(c.args, inputs, c.proc.Ret, pos)
	if len(args) < 2 || len(names) > 0 {
		a.refuse(pos, "function %s", a.signatureText(name, inputs, names))
	}
	if len(args) == 3 { // it changes nothing
		a.coerceTo(args[2], oidBool, -1, implicit, args[2].pos)
	}
	shape := a.compositeShape(typ)
	switch {
	case a.base(typ) != typ || typ == oidRecord || a.composite(typ) && shape == nil:
		a.refuse(pos, "function %s", a.signatureText(name, inputs, names))
	case shape == nil:
		a.fail(codeDatatypeMismatch, -1, "first argument of %s must be a row type", name)
	}
	a.populatable(shape, pos)
	base := args[0]
	if base.typ == oidRecord {
		base = a.rowTo(base, typ, implicit, pos)
	}
	doc := a.coerceTo(args[1], declared[1], -1, implicit, args[1].pos)
	out := call(typ, pos, a.fn(pgfunc.JSONPopulate)+"($1,$2,$3,$4,"+a.descriptor(typ)+",$5)",
		constant(oidText, -1, name), a.fact("tz", pos), a.fact("now", pos), doc, base)
	if c.proc.RetSet {
		out.retset, out.proc = true, c.proc
		out.table = &pgfunc.Table{Columns: []pgfunc.TableColumn{{SQL: "$v"}}}
		a.setPlaced(sc, out)
	}
	return out
}

// populatable refuses types some of whose fields JSON cannot fill here.
func (a *analyser) populatable(shape *rowShape, pos int32) {
	for i, f := range shape.fields {
		t := f.typ
		if e := a.elemOf(t); e != 0 {
			t = e
		}
		if a.strictDomain(f.typ) || a.strictDomain(t) || strings.HasPrefix(a.typ(a.base(t)).name, "reg") {
			a.refuse(pos, "a field of type %s that is filled from JSON", a.typeName(f.typ))
		}
		if shape.inner[i] != nil {
			a.populatable(shape.inner[i], pos)
		} else if a.composite(t) {
			if s := a.compositeShape(t); s != nil {
				a.populatable(s, pos)
			}
		}
	}
}
