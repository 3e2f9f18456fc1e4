package dialect

import (
	"sort"

	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// An analyser translates one statement.
type analyser struct {
	cat *catalog.Catalog
	sql string

	params     []*param
	functions  map[string]bool
	collations map[string]bool
	sequences  map[string]bool
	uses       []TableUse
	wants      []*want
	trusted    int // above 0: what is read is not read with the role's own privileges
	types      map[uint32]*typeInfo
	values     map[typeKey]*pgvalue.Type
	aliases    int
	depth      int
	// explicitCollation says that COLLATE occurs.
	explicitCollation bool
	quiet             int // above 0: positions are not in the statement (defaults, views)
	volatile          bool
	lastSet           *expr               // the set-returning call analysed last
	locking           string              // "SELECT FOR UPDATE": the statement locks rows
	noWait            string              // the message of the error where NOWAIT would have to wait
	reads             []*cte              // WITH queries referred to so far, by what is being analysed
	stage             *stage              // of a statement that is run in stages
	narrow            map[int32]*narrowed // of references to system catalogs, by their places
}

// param is a parameter; its type is unknown until its use settles it.
type param struct {
	typ uint32
}

func newAnalyser(cat *catalog.Catalog, sql string) *analyser {
	return &analyser{cat: cat, sql: sql, functions: map[string]bool{}, collations: map[string]bool{}, sequences: map[string]bool{},
		types: map[uint32]*typeInfo{}, values: map[typeKey]*pgvalue.Type{}}
}

// maxParams is SQLite's bound on parameters; PostgreSQL's is 65535.
const maxParams = 32766

func (a *analyser) paramRef(n *pg_query.ParamRef) *expr {
	i := int(n.GetNumber()) - 1
	if i < 0 {
		a.fail(codeUndefinedParam, n.GetLocation(), "there is no parameter $%d", n.GetNumber())
	}
	if i >= maxParams {
		a.refuse(n.GetLocation(), "more than %d parameters", maxParams)
	}
	if a.quiet > 0 {
		a.fail(codeUndefinedParam, n.GetLocation(), "there is no parameter $%d", n.GetNumber())
	}
	for len(a.params) <= i {
		a.params = append(a.params, &param{typ: oidUnknown})
	}
	return &expr{kind: exParam, typ: a.params[i].typ, typmod: -1, pos: n.GetLocation(), param: i}
}

// setParam settles the type of a parameter that was used where it must be of
// type typ.
func (a *analyser) setParam(e *expr, typ uint32) *expr {
	p := a.params[e.param]
	if p.typ == oidUnknown {
		p.typ = typ
	} else if p.typ != typ {
		err := a.error(codeAmbiguousParam, e.pos, "inconsistent types deduced for parameter $%d", e.param+1)
		err.Detail = a.typeName(p.typ) + " versus " + a.typeName(typ)
		panic(err)
	}
	out := *e
	out.typ = typ
	return &out
}

// checkParams fails for parameters whose type nothing has settled.
func (a *analyser) checkParams() {
	for i, p := range a.params {
		if p.typ == oidUnknown {
			a.fail(codeIndeterminate, -1, "could not determine data type of parameter $%d", i+1)
		}
	}
}

// finish fills in what a plan says about its statement.
func (a *analyser) finish(p *Plan) *Plan {
	a.checkParams()
	a.checkPrivileges()
	for _, q := range a.params {
		p.Params = append(p.Params, a.value(q.typ, -1))
	}
	p.Functions = keys(a.functions)
	p.Collations = keys(a.collations)
	p.Sequences = keys(a.sequences)
	p.Tables = a.uses
	p.Volatile = a.volatile || p.Writes
	return p
}

func keys(m map[string]bool) []string {
	if len(m) == 0 {
		return nil
	}
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// columns describes the result columns of output expressions.
func (a *analyser) columns(targets []*target, stored bool) []Column {
	out := make([]Column, 0, len(targets))
	for _, t := range targets {
		if t.junk {
			continue
		}
		if t.e.typ == oidNodeTree {
			a.refuse(t.e.pos, "the value of a pg_node_tree")
		}
		c := Column{Name: t.name, Type: a.value(t.e.typ, t.e.typmod)}
		if s := shapeOf(t.e); t.e.typ == oidRecord && s != nil && s.typ != 0 {
			c.Type = a.value(s.typ, -1)
		}
		if t.e.kind == exColumn {
			col := &t.e.src.cols[t.e.col]
			if t.e.src.table != nil {
				c.Table, c.Num = t.e.src.table.OID, col.num
			}
			c.Stored = stored && col.stored
		}
		out = append(out, c)
	}
	return out
}
