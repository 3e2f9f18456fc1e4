package dialect

import (
	"slices"

	"github.com/failoversql/failoversql/catalog"
)

// write adds the steps that write the parts.
func (st *stage) write(order []*part) {
	for i, p := range order {
		for _, q := range order[:i] {
			st.apart(q, p)
		}
	}
	for _, p := range childrenFirst(order) {
		st.steps = append(st.steps, p.apply...)
	}
}

// order is the order in which PostgreSQL comes to the parts: the main statement
// draws those it reads, then the others run, the last one first.
func (st *stage) order(main *part, reads []*cte) []*part {
	var out []*part
	add := func(p *part) {
		if p != nil && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	var draw func(list []*cte)
	draw = func(list []*cte) {
		for _, c := range list {
			draw(c.reads)
			add(c.part)
		}
	}
	draw(reads)
	add(main)
	for i := len(st.queries) - 1; i >= 0; i-- {
		if p := st.queries[i].c.part; p != nil {
			draw(p.reads)
			add(p)
		}
	}
	return out
}

// childrenFirst moves deletions of referencing rows before those of the rows
// they reference: PostgreSQL looks at foreign keys when all is done.
func childrenFirst(parts []*part) []*part {
	out := slices.Clone(parts)
	for range out {
		for i := range out {
			for j := i + 1; j < len(out); j++ {
				if out[i].c.verb == "DELETE" && out[j].c.verb == "DELETE" && references(out[j].c.src.table, out[i].c.src.table) && !references(out[i].c.src.table, out[j].c.src.table) {
					out[i], out[j] = out[j], out[i]
				}
			}
		}
	}
	return out
}

// apart refuses, when it runs, a statement two of whose parts write one row, or
// one of which writes a key that the other gives up: in PostgreSQL it depends on
// which comes first.
func (st *stage) apart(p, q *part) {
	t := p.c.src.table
	if q.c.src.table != t {
		return
	}
	for _, x := range []*part{p, q} {
		if x.c.verb == "MERGE" || x.c.conflict != nil && x.c.conflict.update {
			st.a.refuse(-1, "a statement of which two parts write table \"%s\", one by %s,", t.Name, map[bool]string{true: "MERGE", false: "ON CONFLICT DO UPDATE"}[x.c.verb == "MERGE"])
		}
	}
	raise := unescapeTemplate(st.a.raise(codeNotSupported, "a statement of which two parts write one row or key of table \""+t.Name+"\" is not supported on the SQLite fallback"))
	row := st.a.rowid(p.c.src)
	switch pi, qi := p.c.verb == "INSERT", q.c.verb == "INSERT"; {
	case !pi && !qi:
		st.text("SELECT "+raise+" WHERE EXISTS (SELECT r FROM "+p.work+" INTERSECT SELECT r FROM "+q.work+")", Step{})
	case pi != qi:
		ins, other := p, q
		if qi {
			ins, other = q, p
		}
		for _, keys := range uniqueKeys(t) {
			var on string
			for _, k := range keys {
				i := slices.IndexFunc(t.Columns, func(c catalog.Column) bool { return c.Name == k })
				on += " AND t." + catalog.QuoteIdent(k) + " = i.c" + itoa(i+1)
			}
			st.text("SELECT "+raise+" WHERE EXISTS (SELECT 1 FROM "+ins.work+" AS i JOIN "+other.work+" AS d ON i.o <> d.o JOIN "+tableName(t)+" AS t ON t."+row+" = d.r"+on+")", Step{})
		}
	}
}

// uniqueKeys are the columns of a table's unique keys.
func uniqueKeys(t *catalog.Table) [][]string {
	var out [][]string
	for _, k := range t.Constraints {
		if k.Kind == 'p' || k.Kind == 'u' {
			out = append(out, k.Columns)
		}
	}
	for _, x := range t.Indexes {
		var keys []string
		for _, k := range x.Keys {
			keys = append(keys, k.Column)
		}
		if x.Unique && !x.Constraint && !slices.Contains(keys, "") {
			out = append(out, keys)
		}
	}
	return out
}
