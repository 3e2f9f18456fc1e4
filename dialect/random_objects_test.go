package dialect_test

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect"
	"github.com/failoversql/failoversql/dialect/pgcatalog"
	"github.com/failoversql/failoversql/internal/pgtest/samples"
)

// object is an operator, function, cast or aggregate that the translator
// accepts.
type object struct {
	name string // "operator + (int4,int4)"
	proc *pgcatalog.Proc
	args []string // declared types, by pg_type.typname
	ret  string
	// pools are values for its arguments where those of their types would mostly
	// fail.
	pools map[int][]string
	write func(args []string) string
	// table says that it stands in FROM, and columns how its columns are named
	// there.
	table   bool
	columns string
}

func (o *object) aggregate() bool { return o.proc != nil && o.proc.Kind == 'a' }
func (o *object) window() bool    { return o.proc != nil && o.proc.Kind == 'w' }

func typeName(oid uint32) string {
	if t := pgcatalog.TypeByOID(oid); t != nil {
		return t.Name
	}
	return ""
}

func typeNames(oids []uint32) []string {
	names := make([]string, len(oids))
	for i, oid := range oids {
		names[i] = typeName(oid)
	}
	return names
}

func typeSQL(name string) string {
	if name == "mood" {
		return "mood"
	}
	return `pg_catalog."` + name + `"`
}

func literalSQL(typ, v string) string {
	return "'" + strings.ReplaceAll(v, "'", "''") + "'::" + typeSQL(typ)
}

// supportedObjects are all of PostgreSQL's own that the translator accepts.
func supportedObjects(cat *catalog.Catalog) []*object {
	var all []*object
	pgcatalog.Each(func(p *pgcatalog.Proc) {
		if !p.Support && p.Kind != 'p' {
			all = append(all, procObject(p))
		}
	})
	pgcatalog.EachOperator(func(o *pgcatalog.Operator) {
		if o.Proc != nil {
			all = append(all, operatorObject(o))
		}
	})
	pgcatalog.EachCast(func(c *pgcatalog.Cast) {
		if c.Source != c.Target {
			all = append(all, castObject(typeName(c.Source), typeName(c.Target)))
		}
	})
	for typ := range samples.Values { // by input and output
		if typ != "text" {
			all = append(all, castObject(typ, "text"), castObject("text", typ))
		}
	}
	slices.SortStableFunc(all, func(a, b *object) int { return strings.Compare(a.name, b.name) })
	all = slices.CompactFunc(all, func(a, b *object) bool { return a.name == b.name })
	return slices.DeleteFunc(all, func(o *object) bool { return !accepted(cat, o) })
}

func operatorObject(o *pgcatalog.Operator) *object {
	x := &object{args: []string{typeName(o.Right)}, ret: typeName(o.Result), pools: samples.Arguments[o.Proc.Name]}
	if o.Left != 0 {
		x.args = []string{typeName(o.Left), typeName(o.Right)}
	}
	x.name = "operator " + o.Name + " (" + strings.Join(x.args, ",") + ")"
	x.write = func(args []string) string {
		if len(args) == 1 {
			return "(" + o.Name + " " + args[0] + ")"
		}
		return "(" + args[0] + " " + o.Name + " " + args[1] + ")"
	}
	return x
}

func castObject(source, target string) *object {
	x := &object{name: "cast " + source + " to " + target, args: []string{source}, ret: target}
	if source == "text" {
		x.pools = map[int][]string{0: append([]string{"", "abc", "1", "{}"}, samples.Values[target]...)}
	}
	x.write = func(args []string) string { return "CAST(" + args[0] + " AS " + typeSQL(target) + ")" }
	return x
}

func procObject(p *pgcatalog.Proc) *object {
	x := &object{proc: p, args: typeNames(p.Args), ret: typeName(p.Ret), pools: samples.Arguments[p.Name]}
	x.name = "function " + p.Name + "(" + strings.Join(x.args, ",") + ")"
	x.table = p.Kind == 'f' && (p.RetSet || x.ret == "record")
	name := `pg_catalog."` + p.Name + `"`
	if p.Name == "to_char" && len(x.args) == 2 && !slices.Contains([]string{"timestamp", "timestamptz", "interval"}, x.args[0]) {
		x.pools = map[int][]string{1: samples.NumberFormats}
	}
	if strings.HasPrefix(p.Name, "jsonb_path_") {
		x.pools = map[int][]string{0: samples.PathDocuments, 2: samples.PathVariables}
	}
	if strings.HasPrefix(p.Name, "to_timestamp") && len(x.args) == 2 {
		x.pools = samples.Arguments["to_date"]
	}
	if p.Name == "generate_series" {
		x.pools = seriesPools(x.args[0])
	}
	x.pools = maps.Clone(x.pools)
	maps.DeleteFunc(x.pools, func(i int, pool []string) bool { // of another function of the name
		if i >= len(x.args) {
			return true
		}
		_, err := strconv.Atoi(pool[0])
		return err != nil && slices.Contains([]string{"int2", "int4", "int8"}, x.args[i]) || strings.HasPrefix(p.Name, "to_tsvector") && x.args[i] != "text"
	})
	x.write = func(args []string) string {
		args = slices.Clone(args)
		if p.Variadic != 0 && typeName(p.Args[len(p.Args)-1]) != "any" {
			args[len(args)-1] = "VARIADIC " + args[len(args)-1]
		}
		if p.Kind == 'a' && p.AggKind != 'n' {
			direct := min(p.DirectArgs, len(args))
			if p.AggKind == 'h' { // as many as there are to order by
				return name + "(" + strings.Join(args, ", ") + ") WITHIN GROUP (ORDER BY %s)"
			}
			return name + "(" + strings.Join(args[:direct], ", ") + ") WITHIN GROUP (ORDER BY " + strings.Join(args[direct:], ", ") + ")"
		}
		if p.Kind == 'a' && len(args) == 0 {
			return name + "(*)"
		}
		return name + "(" + strings.Join(args, ", ") + ")"
	}
	return x
}

// binding makes declared types actual ones: the polymorphic stand for elem.
func binding(declared []string, elem string) (args []string, of func(string) string) {
	if slices.ContainsFunc(declared, func(t string) bool { return strings.HasSuffix(t, "range") && strings.HasPrefix(t, "any") }) {
		if !slices.Contains([]string{"int4", "int8", "numeric", "date", "timestamp", "timestamptz"}, elem) {
			elem = "int4"
		}
	}
	ranges := map[string]string{"numeric": "num", "timestamp": "ts", "timestamptz": "tstz"}
	of = func(t string) string {
		r := elem
		if s := ranges[elem]; s != "" {
			r = s
		}
		switch t {
		case "anyelement", "anycompatible", "anynonarray", "anycompatiblenonarray", "any":
			return elem
		case "anyarray", "anycompatiblearray":
			return "_" + elem
		case "anyrange", "anycompatiblerange":
			return r + "range"
		case "anymultirange", "anycompatiblemultirange":
			return r + "multirange"
		case "anyenum":
			return "mood"
		}
		return t
	}
	for _, t := range declared {
		args = append(args, of(t))
	}
	return args, of
}

// elements are types that the polymorphic stand for.
var elements = []string{"int4", "text", "numeric", "date", "int8", "timestamptz", "bool", "float8", "jsonb", "interval", "uuid", "timestamp"}

// accepted asks the translator for an object, as dialect/coverage does, and
// finds in what form a set is had.
func accepted(cat *catalog.Catalog, o *object) bool {
	args, _ := binding(o.args, "int4")
	for i, t := range args {
		args[i] = "CAST($" + fmt.Sprint(i+1) + " AS " + typeSQL(t) + ")"
		if t == "record" {
			args[i] = "ROW(1, 2)"
		} else if p := o.pools[i]; len(p) > 0 {
			args[i] = literalSQL(t, p[0])
		}
	}
	call := o.write(args)
	forms := []string{"SELECT " + call}
	switch {
	case o.table:
		forms = []string{"SELECT * FROM " + call + " AS f", "SELECT * FROM " + call + " AS f(a int, b text)"}
	case o.window():
		forms = []string{"SELECT " + call + " OVER (ORDER BY v.id) FROM vals v"}
	case o.aggregate() && o.proc.AggKind == 'h':
		forms = []string{"SELECT " + strings.Replace(call, "%s", strings.Join(args, ", "), 1)}
	}
	for i, q := range forms {
		if _, err := dialect.Translate(cat, q); err == nil || code(err) != "0A000" && !missing(code(err)) {
			if i == 1 {
				o.columns = "(a int, b text)"
			}
			return err == nil || len(o.pools) > 0 && code(err)[:2] == "22"
		}
	}
	return false
}

// missing are the errors of what no statement can call.
func missing(code string) bool { return strings.HasPrefix(code, "42") }

// seriesPools are bounds and steps of series of few values.
func seriesPools(typ string) map[int][]string {
	switch typ {
	case "numeric":
		return map[int][]string{0: {"1", "-2.5", "0.00", "4.0", "NaN"}, 1: {"3", "-4", "0.5", "10.25", "NaN"}, 2: {"1", "-1", "0.5", "2.25", "-0.75", "0", "NaN"}}
	case "timestamp", "timestamptz":
		return map[int][]string{0: {"2024-01-31 10:00:00", "2024-03-30 12:30:00", "1999-12-31 00:00:00"}, 1: {"2024-04-02 00:00:00", "2024-01-01 00:00:00", "2000-03-01 00:00:00"}, 2: {"1 mon", "10 days", "-1 mon", "-20 days 03:00:00", "1 mon 1 day 01:00:00", "00:00:00", "900 hours"}}
	}
	return map[int][]string{0: {"0", "1", "-5"}, 1: {"3", "10", "-7", "0"}, 2: {"1", "-1", "3", "-2", "0", "1000000000", "2147483647"}}
}
