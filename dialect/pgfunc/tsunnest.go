package pgfunc

import "github.com/failoversql/failoversql/dialect/pgvalue"

// unnestVector is the rows of unnest(tsvector): a lexeme, its places and their
// weights.
func unnestVector(v tsvector) (string, error) {
	return rows(len(v), func(i int) any {
		l := v[i]
		if len(l.Where) == 0 {
			return []any{l.Word, nil, nil}
		}
		at, weights := make([]*string, len(l.Where)), make([]*string, len(l.Where))
		for j, p := range l.Where {
			n, w := itoa(p.At), "DCBA"[p.Weight:p.Weight+1]
			at[j], weights[j] = &n, &w
		}
		return []any{l.Word, pgvalue.NewArray(at).String(), pgvalue.NewArray(weights).String()}
	})
}

func unnestVectorFuncs(r *registry) {
	r.def("pg_ts_unnest", f1(unnestVector))
	r.add("unnest(tsvector)", Impl{Name: "pg_ts_unnest", Go: r.defs["pg_ts_unnest"].Impl, Table: &Table{Columns: []TableColumn{
		{Name: "lexeme", SQL: "($v ->> 0)", Type: "text"}, {Name: "positions", SQL: "($v ->> 1)", Type: "_int2"}, {Name: "weights", SQL: "($v ->> 2)", Type: "_text"},
	}}})
}
