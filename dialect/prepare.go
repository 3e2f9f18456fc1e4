package dialect

import (
	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// prepare translates PREPARE: the types given are those of the parameters, the
// others are inferred.
func (a *analyser) prepare(s *pg_query.PrepareStmt) *Plan {
	for _, n := range s.GetArgtypes() {
		typ, _ := a.typeRef(n.GetTypeName())
		a.params = append(a.params, &param{typ: typ})
	}
	return &Plan{Kind: Prepare, Verb: "PREPARE", Name: s.GetName(), Inner: a.statement(s.GetQuery())}
}

// TranslateArguments makes the plan of a query that gives the arguments of an
// EXECUTE, in one row, of the types that the prepared statement takes.
func TranslateArguments(cat *catalog.Catalog, sql string, types []*pgvalue.Type) (plan *Plan, err error) {
	defer recovered(&plan, &err)
	tree, err := parse(sql)
	if err != nil {
		return nil, syntaxError(sql, err)
	}
	a := newAnalyser(cat, sql)
	return a.arguments(tree.GetStmts()[0].GetStmt().GetExecuteStmt(), types), nil
}

func (a *analyser) arguments(s *pg_query.ExecuteStmt, types []*pgvalue.Type) *Plan {
	if n := len(s.GetParams()); n != len(types) {
		e := a.error(codeSyntax, -1, "wrong number of parameters for prepared statement \"%s\"", s.GetName())
		e.Detail = "Expected " + itoa(len(types)) + " parameters but got " + itoa(n) + "."
		panic(e)
	}
	q := &query{}
	for i, n := range s.GetParams() {
		e := a.expr(&scope{clause: inExecute}, n)
		e.walk(func(x *expr) bool {
			if x.kind == exSub {
				a.fail(codeNotSupported, x.pos, "cannot use subquery in EXECUTE parameter")
			}
			return true
		})
		e = a.scalar(e)
		out := a.coerce(e, types[i].OID, -1, assignment, e.pos)
		if out == nil {
			a.failHint(codeDatatypeMismatch, e.pos, "You will need to rewrite or cast the expression.",
				"parameter $%d of type %s cannot be coerced to the expected type %s", i+1, a.typeName(e.typ), a.typeName(types[i].OID))
		}
		q.targets = append(q.targets, &target{e: out})
	}
	m := &emitter{a: a}
	m.query(q)
	p := &Plan{Kind: Query, Verb: "SELECT", Columns: a.columns(q.targets, false), Steps: []Step{{SQL: m.String(), Binds: m.binds, Returns: true}}}
	return a.finishQuery(p)
}
