package dialect_test

import (
	"database/sql/driver"
	"flag"
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"github.com/failoversql/failoversql/dialect/pgcatalog"
	"github.com/failoversql/failoversql/internal/pgtest"
	"github.com/failoversql/failoversql/internal/pgtest/samples"
)

// Draws of every object that both engines must answer, and with a value.
const (
	minAnswered = 3
	minValued   = 1
)

// unanswered are objects that no two engines answer alike, or that the values
// at hand do not reach.
var unanswered = map[string]string{
	"function clock_timestamp()":          "volatile",
	"function timeofday()":                "volatile",
	"function statement_timestamp()":      "the time of each engine",
	"function transaction_timestamp()":    "the time of each engine",
	"function now()":                      "the time of each engine",
	"function random()":                   "volatile",
	"function gen_random_uuid()":          "volatile",
	"function txid_current()":             "numbers of the server's own",
	"function pg_current_xact_id()":       "numbers of the server's own",
	"function version()":                  "names the engine",
	"function pg_backend_pid()":           "numbers of the server's own",
	"function set_config(text,text,bool)": "changes the session",
	"function current_setting(text)":      "few texts name a setting",
	"function lastval()":                  "the session has drawn none",
	"function json_build_object(any)":     "takes arguments in pairs",
	"function jsonb_build_object(any)":    "takes arguments in pairs",
	"function json_to_recordset(json)":    "takes arrays of objects", "function jsonb_to_recordset(jsonb)": "takes arrays of objects",
	"function pg_get_constraintdef(oid)": "the OIDs at hand are of no constraint", "function pg_get_constraintdef(oid,bool)": "the OIDs at hand are of no constraint",
	"function pg_get_indexdef(oid)": "the OIDs at hand are of no index", "function pg_get_indexdef(oid,int4,bool)": "the OIDs at hand are of no index",
	"function col_description(oid,int4)": "the OIDs at hand are of no table", "function obj_description(oid,name)": "the OIDs at hand have no comment",
	"function pg_table_is_visible(oid)": "the OIDs at hand are of no table", "function pg_type_is_visible(oid)": "most OIDs at hand are of no type",
	"cast varchar to regclass": "the names at hand are of no relation", "function has_schema_privilege(oid,oid,text)": "the OIDs at hand are of no schema",
	"function has_table_privilege(oid,oid,text)": "the OIDs at hand are of no table", "function has_table_privilege(oid,text)": "the OIDs at hand are of no table",
	"function pg_sleep(float8)": "waits", "function pg_sleep_for(interval)": "waits", "function pg_sleep_until(timestamptz)": "waits",
	"function to_regrole(text)": "the roles of the primary are not known", "function to_regcollation(text)": "its collations are not known",
	"function has_schema_privilege(oid,text,text)": "the OIDs at hand are of no role",
	"function format_type(oid,int4)":               "its second argument may be left unread",
}

// TestRandomCalls calls every operator, function, cast and aggregate that the
// translator accepts with random expressions, and compares both engines. It
// draws each a few times, or all again and again for RANDOM_SECONDS; the seed is
// printed and taken from RANDOM_SEED, and -run narrows it to one.
func TestRandomCalls(t *testing.T) {
	seed, end := randomRun(t)
	c := newCalls(t)
	var n tally
	var folded, slow int
	counts := map[string]*[2]int{}
	failed := map[string]bool{}
	for round := uint64(0); round == 0 || time.Now().Before(end); round++ {
		for _, o := range c.objects {
			if failed[o.name] || unanswered[o.name] != "" || round > 0 && time.Now().After(end) {
				continue
			}
			if counts[o.name] == nil {
				counts[o.name] = new([2]int)
			}
			count := counts[o.name]
			failed[o.name] = !t.Run(o.name, func(t *testing.T) {
				for try := range uint64(40) {
					h := fnv.New64a()
					fmt.Fprint(h, seed, round, try, o.name)
					flag.Set("rapid.seed", strconv.FormatUint(h.Sum64()|1, 10))
					rapid.Check(t, func(rt *rapid.T) {
						d := &draw{T: rt, calls: c}
						q := d.query(o)
						switch what, detail := c.compare(t, q, d.args); what {
						case "different":
							rt.Fatalf("%s\n\t%q", detail, d.args)
						case "refused":
							n.refused++
							if os.Getenv("RANDOM_REFUSED") != "" {
								t.Log(detail)
							}
						case "folded":
							folded++
						case "slow":
							slow++
							t.Log("slow:", detail)
						case "value":
							count[1]++
							fallthrough
						default:
							count[0]++
							n.equal++
						}
					})
					if count[0] >= minAnswered && count[1] >= minValued {
						break
					}
				}
			})
			if failed[o.name] {
				n.different++
			}
		}
		if round == 0 {
			for _, o := range c.objects {
				if count := counts[o.name]; count != nil && !failed[o.name] && (count[0] < minAnswered || count[1] < minValued) {
					t.Errorf("%s: both engines answered %d draws, %d of them with a value", o.name, count[0], count[1])
				}
			}
		}
	}
	t.Logf("total: %s of %d operators, functions, casts and aggregates; %d decided by constant folding, %d given up as slow", n, len(counts), folded, slow)
}

// randomRun is the seed of a random test and when it should end. The seed is
// printed, and taken from RANDOM_SEED.
func randomRun(t *testing.T) (seed uint64, end time.Time) {
	seed = 9 // the short run makes the same draws each time
	if os.Getenv("RANDOM_SECONDS") != "" {
		seed = rand.Uint64()
	}
	var err error
	if s := os.Getenv("RANDOM_SEED"); s != "" {
		if seed, err = strconv.ParseUint(s, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("RANDOM_SEED=%d", seed)
	end = time.Now()
	if s := os.Getenv("RANDOM_SECONDS"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		end = end.Add(time.Duration(n) * time.Second)
	}
	for name, value := range map[string]string{"rapid.nofailfile": "true", "rapid.shrinktime": "5s", "rapid.checks": "4", "rapid.seed": "0"} {
		old := flag.Lookup(name).Value.String()
		if err := flag.Set(name, value); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { flag.Set(name, old) })
	}
	return seed, end
}

// calls are the objects to call, a table of values to call them with, and both
// engines.
type calls struct {
	*pair
	objects []*object
	values  map[string][]string  // by type, what PostgreSQL takes
	columns map[string]int       // how many columns have the type
	returns map[string][]*object // what an expression of the type can be
}

const valueRows = 7

func newCalls(t *testing.T) *calls {
	server := pgtest.New(t)
	c := &calls{values: map[string][]string{"mood": {"sad", "ok", "happy"}}, columns: map[string]int{}, returns: map[string][]*object{}}
	conn, err := pgx.Connect(t.Context(), server.DSN())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	for typ, pool := range samples.Values {
		for _, v := range pool {
			if _, err := conn.Exec(t.Context(), "SELECT "+literalSQL(typ, v), pgx.QueryExecModeSimpleProtocol); err == nil {
				c.values[typ] = append(c.values[typ], v)
			}
		}
	}
	c.pair = newPair(t, server, "calls", c.schema())
	for _, conn := range []driver.Conn{c.pg, liteConn{c.lite}} {
		if a := ask(t, conn, "SET statement_timeout = '2s'", nil); a.err != nil {
			t.Fatal(a.err)
		}
	}
	c.objects = supportedObjects(c.file.Catalog())
	for _, o := range c.objects {
		scalar := !o.table && !o.aggregate() && !o.window() && (o.proc == nil || !o.proc.RetSet)
		polymorphic := slices.ContainsFunc(o.args, func(t string) bool { return strings.HasPrefix(t, "any") })
		volatile := o.proc != nil && o.proc.Volatile == 'v'
		if scalar && !polymorphic && !volatile && unanswered[o.name] == "" {
			c.returns[o.ret] = append(c.returns[o.ret], o)
		}
	}
	return c
}

// schema is a table with two columns of every type, and the values in its rows.
func (c *calls) schema() string {
	var b strings.Builder
	b.WriteString("CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');\nCREATE TABLE vals (id int PRIMARY KEY")
	types := slices.Sorted(maps.Keys(c.values))
	for _, typ := range types {
		c.columns[typ] = 2
		for i := range 2 {
			fmt.Fprintf(&b, `, %s %s`, columnOf(typ, i), typeSQL(typ))
		}
	}
	b.WriteString(");\n")
	for row := range valueRows {
		fmt.Fprintf(&b, "INSERT INTO vals VALUES (%d", row+1)
		for _, typ := range types {
			for i := range 2 {
				pool := c.values[typ]
				v := literalSQL(typ, pool[(row*(2*i+1)+i)%len(pool)])
				if row == valueRows-2-i {
					v = "NULL"
				}
				b.WriteString(", " + v)
			}
		}
		b.WriteString(");\n")
	}
	return b.String()
}

func columnOf(typ string, n int) string { return fmt.Sprintf(`"%s %d"`, typ, n) }

// compare asks both engines.
func (c *calls) compare(t *testing.T, q string, args []any) (what, detail string) {
	s := caseStep{sql: bare(q), args: args}
	if os.Getenv("RANDOM_TRACE") != "" {
		fmt.Fprintf(os.Stderr, "%s %q\n", s.sql, args)
	}
	want, got := ask(t, c.pg, s.sql, args), ask(t, liteConn{c.lite}, s.sql, args)
	if code(want.err) == "57014" || code(got.err) == "57014" {
		return "slow", s.sql
	}
	if code(got.err) == "0A000" && (code(want.err) != "0A000" || strings.Contains(got.err.Error(), "on the SQLite fallback")) {
		return "refused", got.err.Error()
	}
	diff := difference(want, got, s)
	if diff == "" {
		for _, row := range want.rows {
			if row[len(row)-1] != nil {
				return "value", ""
			}
		}
		return "error or null", ""
	}
	if want.err != nil && got.err != nil && (strings.Contains(q, "GROUP BY") || strings.Contains(q, `."overlaps"`) || strings.Contains(q, " + ") || strings.Contains(q, " OVER (") || severalFail(q, want.err, got.err)) {
		// Which row is looked at first is not defined, nor which argument of a
		// function in SQL, as time + date is one: PostgreSQL writes them where they
		// stand in its body. Nor in which order arguments are computed: SQLite
		// begins with those that are the same for every row.
		return "folded", ""
	}
	if (want.err != nil || got.err != nil) && strings.Contains(q, literalStart) {
		// PostgreSQL's planner computes what is constant and drops what NULL makes
		// NULL; what would have failed there then does not, or fails at once. It
		// does neither with a parameter of a generic plan.
		s.sql, s.args = parameters(q, args)
		if a := ask(t, c.pg, "SET plan_cache_mode = force_generic_plan", nil); a.err != nil {
			t.Fatal(a.err)
		}
		want, got = ask(t, c.pg, s.sql, s.args), ask(t, liteConn{c.lite}, s.sql, s.args)
		if a := ask(t, c.pg, "RESET plan_cache_mode", nil); a.err != nil {
			t.Fatal(a.err)
		}
		diff = difference(want, got, s)
		if code(got.err) == "0A000" || diff == "" || want.err != nil && got.err != nil && severalFail(q, want.err, got.err) {
			return "folded", ""
		}
	}
	return "different", fmt.Sprintf("%s\n\t%s\n\t%s", s.sql, diff, strings.Join(c.explain(s.sql), "\n\t"))
}

// severalFail: both engines met a value that a function does not take, in a query
// of several functions.
func severalFail(q string, want, got error) bool {
	data := strings.HasPrefix(code(want), "22") || strings.HasPrefix(code(got), "22")
	return data && strings.Count(q, "(") > 2
}

// Literals are marked in a query, for compare.
const literalStart, literalEnd = "\x01", "\x02"

// subqueries puts each behind a subquery, where no planner computes it.
var subqueries = strings.NewReplacer(literalStart, "(SELECT ", literalEnd, ")")

// markedLiteral is one as leaf writes it: the value in quotes or NULL, and its type.
var markedLiteral = regexp.MustCompile(literalStart + `(?:NULL|'((?:[^']|'')*)')::([^\x02]*)` + literalEnd)

// parameters makes each literal a parameter.
func parameters(q string, args []any) (string, []any) {
	args = slices.Clone(args)
	q = markedLiteral.ReplaceAllStringFunc(q, func(literal string) string {
		m := markedLiteral.FindStringSubmatch(literal)
		if strings.HasPrefix(literal, literalStart+"NULL") {
			args = append(args, nil)
		} else {
			args = append(args, strings.ReplaceAll(m[1], "''", "'"))
		}
		return fmt.Sprintf("CAST($%d AS %s)", len(args), m[2])
	})
	return bare(q), args
}

func bare(q string) string { return strings.NewReplacer(literalStart, "", literalEnd, "").Replace(q) }

// draw makes a query of random choices.
type draw struct {
	*rapid.T
	calls *calls
	args  []any
	// constant says that no column can be named.
	constant bool
}

func (d *draw) n(n int) int { return rapid.IntRange(0, n-1).Draw(d.T, "") }

func (d *draw) pick(list ...string) string { return list[d.n(len(list))] }

// leaf is a column, a literal or a parameter of a type.
func (d *draw) leaf(typ string, pool []string) string {
	if typ == "record" {
		return "ROW(" + d.leaf("int4", nil) + ", " + d.leaf("text", nil) + ")"
	}
	choice := d.n(10)
	switch {
	case len(pool) > 0 && choice < 8:
		if choice < 2 {
			return d.parameter(typ, d.pick(pool...))
		}
		return literalStart + literalSQL(typ, d.pick(pool...)) + literalEnd
	case choice == 9:
		return literalStart + "NULL::" + typeSQL(typ) + literalEnd
	case choice < 6 && !d.constant && d.calls.columns[typ] > 0:
		return "v." + columnOf(typ, d.n(d.calls.columns[typ]))
	}
	values := d.calls.values[typ]
	if len(values) == 0 {
		return literalStart + "NULL::" + typeSQL(typ) + literalEnd
	}
	if choice == 8 {
		return d.parameter(typ, d.pick(values...))
	}
	return literalStart + literalSQL(typ, d.pick(values...)) + literalEnd
}

func (d *draw) parameter(typ, v string) string {
	d.args = append(d.args, v)
	return fmt.Sprintf("%sCAST($%d AS %s)%s", literalStart, len(d.args), typeSQL(typ), literalEnd)
}

// expr is an expression of a type.
func (d *draw) expr(typ string, depth int) string {
	if list := d.calls.returns[typ]; depth > 0 && len(list) > 0 && d.n(4) == 3 {
		e, _ := d.call(list[d.n(len(list))], depth-1)
		return e
	}
	return d.leaf(typ, nil)
}

// call is a call of an object, and the type of its result.
func (d *draw) call(o *object, depth int) (sql, typ string) {
	types, of := binding(o.args, d.pick(elements...))
	args := make([]string, len(types))
	for i, t := range types {
		switch {
		case o.proc != nil && o.aggregate() && i < o.proc.DirectArgs && o.proc.AggKind == 'o':
			args[i] = d.direct(t)
		case len(o.pools[i]) > 0 || depth == 0:
			args[i] = d.leaf(t, o.pools[i])
		default:
			args[i] = d.expr(t, depth)
		}
	}
	sql = o.write(args)
	if o.aggregate() && o.proc.AggKind == 'h' {
		by := make([]string, len(types))
		for i, t := range types {
			by[i] = "v." + columnOf(t, d.n(2))
			if !strings.HasPrefix(args[i], literalStart) || strings.HasPrefix(args[i], literalStart+"CAST($") {
				sql = strings.Replace(sql, args[i], literalStart+literalSQL(t, d.pick(d.calls.values[t]...))+literalEnd, 1)
			}
		}
		sql = strings.Replace(sql, "%s", strings.Join(by, ", "), 1)
	}
	return sql, of(o.ret)
}

// direct is a direct argument of an ordered-set aggregate.
func (d *draw) direct(typ string) string {
	switch typ {
	case "float8":
		return literalStart + literalSQL(typ, d.pick("0.5", "0", "1", "0.25", "0.9", "1.1", "NaN")) + literalEnd
	case "_float8":
		return literalStart + literalSQL(typ, d.pick("{0.5,0,1}", "{}", "{0.25,NULL}", "{{0.1,0.9}}", "{2}")) + literalEnd
	}
	return literalStart + literalSQL(typ, d.pick(d.calls.values[typ]...)) + literalEnd
}

// sharp are types whose equal values look alike: of others it is not defined
// which of them DISTINCT keeps.
var sharp = []string{"bool", "int2", "int4", "int8", "text", "date", "timestamp", "timestamptz", "uuid", "time", "bytea"}

func (d *draw) query(o *object) string {
	one := fmt.Sprintf(" FROM vals v WHERE v.id = %d", 1+d.n(valueRows))
	switch {
	case o.table:
		call, _ := d.call(o, 1)
		return "SELECT f.* FROM vals v, LATERAL " + call + " AS f" + o.columns + " " + strings.TrimPrefix(one, " FROM vals v ")
	case o.window():
		// Of lag and lead PostgreSQL evaluates the argument in the rows it needs.
		call, _ := d.call(o, 0)
		return "SELECT v.id, " + call + " OVER (" + d.pick("", `PARTITION BY v."bool 0" `) + "ORDER BY v.id" + d.pick("", " DESC") + ") FROM vals v ORDER BY v.id"
	case o.aggregate():
		return d.aggregation(o)
	}
	form := d.n(10)
	d.constant = form == 6
	e, typ := d.call(o, 2)
	switch form {
	case 4, 5:
		return "SELECT v.id, " + e + " AS x FROM vals v ORDER BY v.id"
	case 6:
		return "SELECT " + e
	case 7:
		return "SELECT s.id, s.x FROM (SELECT v.id, " + e + " AS x FROM vals v) s WHERE s.x IS NOT NULL ORDER BY s.id"
	case 8:
		if t := pgcatalog.TypeByName(typ); t != nil && pgcatalog.Ordered(t.OID) {
			return "SELECT v.id FROM vals v ORDER BY " + e + d.pick("", " DESC", " NULLS FIRST") + ", v.id"
		}
	case 9:
		return "SELECT v.id % 2 AS odd, count(" + e + ") FROM vals v GROUP BY 1 ORDER BY 1"
	}
	return "SELECT v.id, " + e + one
}

func (d *draw) aggregation(o *object) string {
	call, _ := d.call(o, 1)
	args, _ := binding(o.args, "")
	if o.proc.AggKind == 'n' && len(args) > 0 {
		inner := strings.TrimSuffix(call, ")")
		switch d.n(4) {
		case 1:
			call = inner + " ORDER BY v.id DESC)"
		case 2:
			if len(args) == 1 && slices.Contains(sharp, args[0]) {
				open := strings.Index(call, "(")
				call = call[:open+1] + "DISTINCT " + call[open+1:]
			}
		}
	}
	if d.n(4) == 3 {
		call += " FILTER (WHERE v.id > 2)"
	}
	switch d.n(5) {
	case 1:
		return `SELECT v."bool 0", ` + call + ` FROM vals v GROUP BY 1 ORDER BY 1`
	case 2:
		if o.proc.AggKind == 'n' && !strings.Contains(call, "DISTINCT ") && !strings.Contains(call, " ORDER BY v.id DESC)") {
			return "SELECT v.id, " + call + " OVER (ORDER BY v.id" + d.pick("", " ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING") + ") FROM vals v ORDER BY v.id"
		}
	}
	return "SELECT " + call + " FROM vals v" + d.pick("", " WHERE v.id = 1", " WHERE false", " WHERE v.id < 4")
}
