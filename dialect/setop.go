package dialect

import (
	pg_query "github.com/pganalyze/pg_query_go/v6"
)

// setOperation analyses UNION, INTERSECT and EXCEPT.
func (a *analyser) setOperation(sc *scope, q *query, s *pg_query.SelectStmt) {
	name := "UNION"
	switch s.GetOp() {
	case pg_query.SetOperation_SETOP_INTERSECT:
		name = "INTERSECT"
	case pg_query.SetOperation_SETOP_EXCEPT:
		name = "EXCEPT"
	}
	q.op = name
	if s.GetAll() {
		q.op = name + " ALL"
	}
	// Each arm is a level of its own that sees the outer levels and the WITH.
	arm := func(n *pg_query.SelectStmt) *query {
		if l := n.GetLockingClause(); len(l) > 0 {
			a.fail(codeNotSupported, -1, "%s is not allowed with UNION/INTERSECT/EXCEPT", lockName(l[0]))
		}
		a.noInto(n, true)
		return a.selectQuery(&scope{parent: sc.parent, ctes: sc.ctes}, n, false)
	}
	q.left, q.right = arm(s.GetLarg()), arm(s.GetRarg())
	if len(q.left.cols) != len(q.right.cols) {
		a.fail(codeSyntax, selectLocation(s.GetRarg()), "each %s query must have the same number of columns", name)
	}
	for i := range q.left.cols {
		l, r := a.outputExpr(q.left, i), a.outputExpr(q.right, i)
		typ := a.commonTypeOf([]*expr{l, r}, name)
		mod := int32(-1)
		if l.typ == r.typ && l.typmod == r.typmod {
			mod = l.typmod
		}
		a.convertOutput(q.left, i, typ, name)
		a.convertOutput(q.right, i, typ, name)
		q.cols = append(q.cols, outCol{name: q.left.cols[i].name, typ: typ, typmod: mod, shape: armsShape(shapeOf(l), shapeOf(r))})
	}
	for j, c := range q.cols {
		src := &source{alias: "-", bare: noQualifier, cols: []srcCol{{name: c.name, sql: "c" + itoa(j+1), typ: c.typ, typmod: c.typmod, coll: a.armsCollation(q, j), shape: c.shape}}}
		q.targets = append(q.targets, &target{name: c.name, e: a.columnOf(src, 0)})
	}
	if q.op != "UNION ALL" {
		for _, t := range q.targets {
			q.collated = q.collated || a.equality(t.e) != ""
		}
		if q.collated {
			a.distinctTargets(q.left)
		}
	}
	q.order = a.setOrder(q, s.GetSortClause())
	a.limitClause(sc, q, s)
	a.withTies(q, s)
}

// armsShape is the shape of a column of records of a set operation, nil where the
// arms' differ in their types.
func armsShape(l, r *rowShape) *rowShape {
	if l == nil || r == nil || len(l.fields) != len(r.fields) {
		return nil
	}
	for i := range l.fields {
		if l.fields[i].typ != r.fields[i].typ || l.fields[i].typ == oidRecord && l.fields[i].shape == nil || (l.fields[i].shape == nil) != (r.fields[i].shape == nil) || l.fields[i].shape != nil && armsShape(l.fields[i].shape, r.fields[i].shape) == nil {
			return nil
		}
	}
	return l
}

// outputExpr is the expression behind an output column, for type resolution.
func (a *analyser) outputExpr(q *query, i int) *expr {
	if q.op == "" && q.values == nil {
		n := 0
		for _, t := range q.targets {
			if t.junk {
				continue
			}
			if n == i {
				return t.e
			}
			n++
		}
	}
	return q.targets[i].e
}

// convertOutput gives an output column another type, in the query itself.
func (a *analyser) convertOutput(q *query, i int, typ uint32, what string) {
	if q.cols[i].typ == typ {
		return
	}
	switch {
	case q.op != "":
		a.convertOutput(q.left, i, typ, what)
		a.convertOutput(q.right, i, typ, what)
		if q.op != "UNION ALL" && merges(q.cols[i].typ, typ) {
			// The conversion must come after the duplicates are gone.
			a.refuse(-1, "%s of different types over %s", what, q.op)
		}
	case q.values != nil:
		for _, row := range q.values {
			row[i] = a.toCommon(row[i], typ, what)
		}
	default:
		if q.distinct && merges(q.cols[i].typ, typ) {
			a.refuse(-1, "%s of different types over DISTINCT", what)
		}
		for n, t := 0, 0; t < len(q.targets); t++ {
			if q.targets[t].junk {
				continue
			}
			if n == i {
				q.targets[t].e = a.toCommon(q.targets[t].e, typ, what)
				for k := range q.order {
					if q.order[k].ordinal == i+1 && q.order[k].e.typ == oidUnknown {
						q.order[k].e = q.targets[t].e
					}
				}
				break
			}
			n++
		}
	}
	if q.op != "" || q.values != nil {
		c := &q.targets[i].e.src.cols[0]
		c.typ, c.typmod = typ, -1
		q.targets[i].e.typ, q.targets[i].e.typmod = typ, -1
	}
	q.cols[i].typ, q.cols[i].typmod = typ, -1
}

// merges reports whether a conversion may make different values equal.
func merges(from, to uint32) bool {
	return (to == oidFloat4 || to == oidFloat8) && from != oidInt2 && from != oidInt4 && from != oidFloat4 && from != oidUnknown
}

// distinctTargets attaches the collations under which the output columns of
// the first arm are equal: SQLite compares all arms by those.
func (a *analyser) distinctTargets(q *query) {
	for q.op != "" {
		q = q.left
	}
	for i := range q.cols {
		if q.values != nil {
			for _, row := range q.values {
				row[i] = a.collated(row[i])
			}
			continue
		}
		for n, t := 0, 0; t < len(q.targets); t++ {
			if q.targets[t].junk {
				continue
			}
			if n == i {
				q.targets[t].e = a.collated(q.targets[t].e)
			}
			n++
		}
	}
}

func (a *analyser) collated(e *expr) *expr {
	c := a.equality(e)
	if c == "" {
		return e
	}
	out := call(e.typ, e.pos, "($1 COLLATE "+a.collation(c)+")", e)
	out.typmod, out.shape, out.row = e.typmod, shapeOf(e), e.row
	return out
}

// setOrder analyses ORDER BY over a set operation or VALUES: only output names
// and ordinals.
func (a *analyser) setOrder(q *query, nodes []*pg_query.Node) []sortKey {
	var keys []sortKey
	for _, n := range nodes {
		sb := n.GetSortBy()
		i := a.outputColumn(q, sb.GetNode(), "ORDER BY")
		if i < 0 {
			name := ""
			if ref := sb.GetNode().GetColumnRef(); ref != nil && len(ref.GetFields()) == 1 && q.op != "" {
				name = ref.GetFields()[0].GetString_().GetSval()
				a.fail(codeUndefinedColumn, nodeLocation(sb.GetNode()), "column \"%s\" does not exist", name)
			}
			e := a.error(codeNotSupported, nodeLocation(sb.GetNode()), "invalid UNION/INTERSECT/EXCEPT ORDER BY clause")
			e.Detail = "Only result column names can be used, not expressions or functions."
			e.Hint = "Add the expression/function to every SELECT, or move the UNION into a FROM clause."
			panic(e)
		}
		k := a.sortKeyOf(sb, q.targets[i].e)
		k.ordinal = i + 1
		if a.ordering(k.e).wrap != "" {
			a.refuse(nodeLocation(sb.GetNode()), "ORDER BY a character(n) column of a set operation")
		}
		keys = append(keys, k)
	}
	return keys
}
