package dialect_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/failoversql/failoversql/internal/pgtest"
)

// TestRandomQueries makes queries and changes of random typed expressions, over
// rows that are random too, and compares both engines: 400 of them, or for
// RANDOM_SECONDS. See randomRun.
func TestRandomQueries(t *testing.T) {
	schema, err := os.ReadFile("testdata/conformance/schema/shop.sql")
	if err != nil {
		t.Fatal(err)
	}
	b := newPair(t, pgtest.New(t), "random", string(schema))
	seed, end := randomRun(t)
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 1))}
	var n tally
	folded, codes := 0, map[string]int{}
	for i := 0; i < 400 || time.Now().Before(end); i++ {
		marked, plain := g.steps()
		steps, hidden := literals(marked)
		switch what, detail := b.run(t, conformanceCase{steps: steps}); what {
		case "equal":
			n.equal++
			if detail != "" {
				codes[detail]++
			}
		case "refused":
			n.refused++
			if os.Getenv("RANDOM_REFUSED") != "" {
				t.Log(detail)
			}
		default:
			if bothInvalid.MatchString(detail) {
				n.refused++ // for two reasons, of which each engine comes to another first
				continue
			}
			if evaluation(detail) {
				// PostgreSQL's planner computes what is constant and drops what NULL
				// makes NULL; what would have failed there then does not, or fails at
				// once. It does neither with what a subquery gives.
				if what, again := b.run(t, conformanceCase{steps: hidden}); what != "different" {
					folded++
					continue
				} else if !plain && evaluation(again) {
					// Which rows and conditions are looked at first is not defined.
					n.refused++
					continue
				}
			}
			n.different++
			t.Errorf("different: %s", detail)
			if n.different > 20 {
				t.Fatal("and so on")
			}
		}
	}
	t.Logf("total: %s, %d decided by constant folding; errors of both: %v", n, folded, codes)
	failed := 0
	for code, times := range codes {
		failed += times
		if code[:2] == "42" && times > n.equal/20 {
			t.Errorf("%d of %d statements are no SQL (%s)", times, n.equal, code)
		}
	}
	if failed > n.equal/2 {
		t.Errorf("%d of %d answers are errors", failed, n.equal)
	}
	if folded > n.equal/100 {
		t.Errorf("%d differences in errors of %d queries", folded, n.equal)
	}
	if n.equal < 200 {
		t.Errorf("only %d answers to compare", n.equal)
	}
}

// literals are the steps with their marked literals as they are, and with each
// behind a subquery.
func literals(marked []caseStep) (steps, hidden []caseStep) {
	for _, s := range marked {
		steps = append(steps, caseStep{sql: bare(s.sql)})
		hidden = append(hidden, caseStep{sql: subqueries.Replace(s.sql)})
	}
	return steps, hidden
}

// bothInvalid is a statement that neither engine takes, whatever the rows.
var bothInvalid = regexp.MustCompile(`error ERROR: .* \(SQLSTATE 42\w{3}\), PostgreSQL: ERROR: .* \(SQLSTATE 42\w{3}\)`)

// evaluation reports whether a difference is of an error with which the
// evaluation of an expression failed.
func evaluation(detail string) bool {
	for _, s := range []string{"SQLSTATE 22", "cannot convert NaN", "cannot convert infinity", "error says"} {
		if strings.Contains(detail, s) {
			return true
		}
	}
	return false
}

// generator makes random SQL over the table kinds.
type generator struct {
	*rand.Rand
	aliases []string // of the tables whose columns expressions name
}

func (g *generator) pick(list ...string) string { return list[g.IntN(len(list))] }

var randomColumns = map[string][]string{
	"bool": {"b"}, "int": {"i2", "i4", "id"}, "bigint": {"i8"}, "float": {"f4", "f8"}, "numeric": {"n", "n2"}, "text": {"t", "vc"}, "char": {"ch"},
	"date": {"d"}, "timestamp": {"ts"}, "timestamptz": {"tz"}, "time": {"tm"}, "interval": {"iv"}, "jsonb": {"jb"}, "ints": {"ia"}, "texts": {"ta"}, "uuid": {"u"}, "mood": {"m"},
}

var randomTypes = []string{"bool", "int", "bigint", "float", "numeric", "text", "char", "date", "timestamp", "timestamptz", "time", "interval", "jsonb", "ints", "texts", "uuid", "mood"}

var randomLiterals = map[string][]string{
	"bool": {"true", "false", "NULL::bool"}, "int": {"0", "1", "-7", "32767", "2147483647", "NULL::int", "10"}, "bigint": {"5000000000", "0::bigint", "-1::bigint"},
	"float": {"1.5::float8", "0::float8", "'NaN'::float8", "'-Infinity'::float8", "1e-10::float8", "0.1::float4"}, "numeric": {"1.5", "0.00", "-12.345", "100.10", "1e10::numeric", "'NaN'::numeric", "99999999999999999999.5"},
	"text": {"'one'", "''", "'Two'", "'%o%'", "'héllo wörld'", "NULL::text", "'12'", "' x '"}, "char": {"'c1'::char(4)", "''::char(2)"},
	"date": {"'2024-02-29'::date", "'1900-01-01'::date", "'infinity'::date", "'0044-03-15 BC'::date"}, "timestamp": {"'2024-02-29 12:00'::timestamp", "'1999-12-31 23:59:59.999999'::timestamp"},
	"timestamptz": {"'2024-03-31 01:59:00+01'::timestamptz", "'epoch'::timestamptz"}, "time": {"'12:34:56.789'::time", "'00:00'::time"},
	"interval": {"'1 month'::interval", "'-1 day 02:03:04.5'::interval", "'1 year 2 mons 3 days'::interval"}, "jsonb": {`'{"a": 1}'::jsonb`, "'[1, \"x\", null]'::jsonb", "'null'::jsonb", "'1.50'::jsonb"},
	"ints": {"'{1,2}'::int[]", "'{}'::int[]", "ARRAY[3,NULL]"}, "texts": {"'{x,NULL,\"a b\"}'::text[]", "ARRAY['x','y']"}, "uuid": {"'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid"}, "mood": {"'ok'::mood", "'sad'::mood"},
}

// randomForms are templates: {type} is an expression of that type.
var randomForms = map[string][]string{
	"bool": {"({int} = {int})", "({int} < {bigint})", "({numeric} >= {numeric})", "({float} <> {float})", "({text} = {text})", "({text} < {text})", "({date} > {date})", "({timestamp} <= {timestamp})",
		"({timestamptz} = {timestamptz})", "({date} < {timestamp})", "({date} >= {timestamptz})", "({timestamp} > {timestamptz})", "({interval} = {interval})", "({interval} < {interval})", "({jsonb} @> {jsonb})", "({jsonb} = {jsonb})", "({jsonb} ? {text})", "({uuid} = {uuid})", "({mood} < {mood})", "({bool} AND {bool})", "({bool} OR {bool})", "(NOT {bool})",
		"({int} IS NULL)", "({text} IS NOT NULL)", "({bool} IS TRUE)", "({bool} IS NOT FALSE)", "({numeric} IS DISTINCT FROM {numeric})", "({text} IS NOT DISTINCT FROM {text})", "({interval} IS DISTINCT FROM {interval})", "({text} LIKE {text})", "({text} ILIKE {text})", "({text} NOT LIKE 'o%')",
		"({int} BETWEEN {int} AND {int})", "({numeric} BETWEEN {int} AND {numeric})", "({int} IN ({int}, {int}, {int}))", "({numeric} NOT IN ({numeric}, {int}))", "({text} IN ({text}, {text}))", "({int} = ANY({ints}))", "({int} <> ALL({ints}))", "({int} > ANY({ints}))", "({text} = ANY({texts}))", "({ints} = {ints})", "({ints} @> {ints})", "({texts} && {texts})",
		"({int} = {numeric})", "({int} < {float})", "({numeric} > {float})", "({char} = {char})", "({char} < {char})", "({char} = {text})", "(({int}, {text}) = ({int}, {text}))", "(({int}, {numeric}) < ({int}, {numeric}))", "coalesce({bool}, {bool})", "(CASE WHEN {bool} THEN {bool} ELSE {bool} END)", "starts_with({text}, {text})", "({time} < {time})", "({int})::bool",
		"EXISTS (SELECT 1 FROM kinds z WHERE z.id = k.id AND {bool})", "({int} IN (SELECT z.i4 FROM kinds z))", "({numeric} IN (SELECT z.n2 FROM kinds z WHERE z.id > k.id))"},
	"int": {"({int} + {int})", "({int} - {int})", "({int} * {int})", "({int} / {int})", "({int} % {int})", "(- {int})", "abs({int})", "length({text})", "({text})::int", "({numeric})::int", "({float})::int", "({date} - {date})", "coalesce({int}, {int})", "nullif({int}, {int})", "greatest({int}, {int})", "least({int}, {int}, {int})",
		"(CASE WHEN {bool} THEN {int} ELSE {int} END)", "(CASE {int} WHEN {int} THEN {int} END)", "({bool})::int", "position({text} in {text})", "cardinality({ints})", "array_length({texts}, 1)", "({ints})[{int}]", "sign({int})::int", "({int} & {int})", "({int} | {int})", "octet_length({text})", "char_length({char})", "ascii({text})", "strpos({text}, {text})",
		"(SELECT max(z.i4) FROM kinds z WHERE z.id < k.id)", "(SELECT count(*)::int FROM kinds z WHERE z.b = k.b)", "extract(day FROM {date})::int"},
	"bigint": {"({bigint} + {int})", "({bigint} * {int})", "({int})::bigint", "({bigint} - {bigint})", "({bigint} / {int})", "(SELECT count(*) FROM kinds z WHERE {bool})", "({numeric})::bigint", "coalesce({bigint}, {int})", "abs({bigint})", "({text})::bigint"},
	"float":  {"({float} + {float})", "({float} * {float})", "({float} - {int})", "({float} / {float})", "({int})::float8", "({numeric})::float8", "abs({float})", "round({float})", "floor({float})", "ceil({float})", "coalesce({float}, {int})", "greatest({float}, {float})", "({text})::float8", "date_part('epoch', {interval})", "(- {float})", "trunc({float})", "sqrt(abs({int}))"},
	"numeric": {"({numeric} + {numeric})", "({numeric} - {int})", "({numeric} * {numeric})", "({numeric} / {numeric})", "({numeric} % {numeric})", "round({numeric}, 2)", "round({numeric})", "trunc({numeric}, 1)", "abs({numeric})", "ceil({numeric})", "floor({numeric})", "(- {numeric})", "({int})::numeric", "({float})::numeric", "coalesce({numeric}, {int})", "greatest({numeric}, {numeric})", "least({numeric}, {int})", "nullif({numeric}, {numeric})",
		"({text})::numeric", "extract(epoch FROM {timestamp})", "extract(year FROM {date})", "extract(hour FROM {interval})", "({numeric})::numeric(10,1)", "sign({numeric})", "(CASE WHEN {bool} THEN {numeric} ELSE {int} END)", "(SELECT sum(z.n2) FROM kinds z WHERE z.id <= k.id)", "(SELECT avg(z.i4) FROM kinds z)", "mod({numeric}, {numeric})", "({numeric} + {float}::numeric)"},
	"text":        {"({text} || {text})", "upper({text})", "lower({text})", "substr({text}, {int})", "substring({text} from 2 for 3)", "trim({text})", "ltrim({text}, {text})", "replace({text}, {text}, {text})", "coalesce({text}, {text})", "nullif({text}, {text})", "({int})::text", "({numeric})::text", "({float})::text", "({bool})::text", "({date})::text", "({timestamp})::text", "({interval})::text", "({jsonb})::text", "({uuid})::text", "({mood})::text", "({char})::text", "({ints})::text", "({jsonb} ->> {text})", "({jsonb} ->> {int})", "({jsonb} #>> {texts})", "concat({text}, {int}, {bool})", "concat_ws('-', {text}, {int}, {date})", "left({text}, {int})", "right({text}, 2)", "reverse({text})", "lpad({text}, 6, '*')", "repeat({text}, 2)", "md5({text})", "split_part({text}, 'o', 1)", "greatest({text}, {text})", "least({text}, {text})", "(CASE WHEN {bool} THEN {text} END)", "array_to_string({texts}, ',')", "({texts})[1]", "({text})::varchar(3)", "initcap({text})", "to_char({timestamp}, 'YYYY-MM-DD HH24:MI:SS')", "(SELECT string_agg(z.t, ',' ORDER BY z.id) FROM kinds z WHERE {bool})", "quote_literal({text})", "({text} || {int})", "jsonb_typeof({jsonb})", "(SELECT min(z.t) FROM kinds z)"},
	"char":        {"({text})::char(3)"},
	"date":        {"({date} + {int})", "({timestamp})::date", "({timestamptz})::date", "coalesce({date}, {date})", "greatest({date}, {date})", "(CASE WHEN {bool} THEN {date} END)", "make_date(2024, 2, 29)"},
	"timestamp":   {"({timestamp} + {interval})", "({date} + {interval})", "({timestamp} - {interval})", "({date})::timestamp", "({timestamptz})::timestamp", "date_trunc('month', {timestamp})", "date_trunc('week', {timestamp})", "({timestamptz} AT TIME ZONE 'Europe/Berlin')", "coalesce({timestamp}, {date})", "least({timestamp}, {timestamp})", "({date} + {time})"},
	"timestamptz": {"({timestamptz} + {interval})", "({timestamptz} - {interval})", "({timestamp})::timestamptz", "({timestamp} AT TIME ZONE 'America/New_York')", "date_trunc('day', {timestamptz})", "coalesce({timestamptz}, {timestamp})", "({date})::timestamptz"},
	"time":        {"({time} + {interval})", "({timestamp})::time", "coalesce({time}, {time})"},
	"interval":    {"({timestamp} - {timestamp})", "({timestamptz} - {timestamptz})", "({interval} + {interval})", "({interval} * {int})", "({interval} / 3)", "(- {interval})", "age({timestamp}, {timestamp})", "justify_days({interval})", "({time} - {time})", "coalesce({interval}, {interval})", "make_interval(days => {int})"},
	"jsonb":       {"({jsonb} -> {text})", "({jsonb} -> {int})", "({jsonb} || {jsonb})", "({jsonb} #> {texts})", "to_jsonb({int})", "to_jsonb({text})", "to_jsonb({numeric})", "to_jsonb({date})", "to_jsonb({ints})", "jsonb_build_object('k', {int}, 'v', {text})", "jsonb_build_array({int}, {bool}, {timestamp})", "coalesce({jsonb}, {jsonb})", "jsonb_strip_nulls({jsonb})", "({jsonb} - {text})", "(SELECT jsonb_agg(z.t ORDER BY z.id) FROM kinds z)"},
	"ints":        {"({ints} || {int})", "({ints} || {ints})", "array_append({ints}, {int})", "array_remove({ints}, {int})", "ARRAY[{int}, {int}]", "coalesce({ints}, {ints})", "ARRAY(SELECT z.id FROM kinds z WHERE {bool} ORDER BY 1)", "({ints})[1:2]"},
	"texts":       {"({texts} || {text})", "array_append({texts}, {text})", "string_to_array({text}, 'o')", "ARRAY[{text}, {text}]", "array_cat({texts}, {texts})"},
	"uuid":        {"coalesce({uuid}, {uuid})"},
	"mood":        {"coalesce({mood}, {mood})", "greatest({mood}, {mood})"},
}

func (g *generator) expr(typ string, depth int) string {
	switch n := g.IntN(10); {
	case depth <= 0 || n < 2:
		if g.IntN(3) > 0 {
			return g.pick(g.aliases...) + "." + g.pick(randomColumns[typ]...)
		}
		return literalStart + g.pick(randomLiterals[typ]...) + literalEnd
	}
	return g.fill(g.pick(randomForms[typ]...), depth)
}

// fill writes expressions of their types in the holes of a template.
func (g *generator) fill(form string, depth int) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(form, "{")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		inner, after, found := strings.Cut(rest, "}")
		if _, known := randomForms[inner]; found && known {
			b.WriteString(g.expr(inner, depth-1))
		} else {
			b.WriteString("{" + inner + "}")
		}
		form = after
	}
}

func (g *generator) typ() string { return g.pick(randomTypes...) }

// query makes a query; plain says that every expression in it is evaluated for
// every row.
func (g *generator) query() (sql string, plain bool) {
	depth := 1 + g.IntN(3)
	e := func() string { return g.expr(g.typ(), depth) }
	switch g.IntN(8) {
	case 0:
		return fmt.Sprintf("SELECT k.id FROM kinds k WHERE %s ORDER BY k.id", g.expr("bool", depth)), false
	case 1:
		return fmt.Sprintf("SELECT k.id FROM kinds k ORDER BY %s %s, k.id", e(), g.pick("", "DESC", "NULLS FIRST", "DESC NULLS LAST")), false
	case 2:
		// Of equal values that look different PostgreSQL keeps any.
		x := g.expr(g.pick("bool", "int", "bigint", "text", "date", "timestamp", "timestamptz", "time", "ints", "texts", "uuid", "mood"), depth)
		return fmt.Sprintf("SELECT %s AS x, count(*), min(k.id), max(%s), sum(%s) FROM kinds k GROUP BY 1 ORDER BY min(k.id)", x, g.expr(g.pick("int", "text", "date", "float", "timestamp", "time"), 1), g.expr(g.pick("int", "numeric", "bigint"), 1)), false
	case 3:
		// Of equal values that look different PostgreSQL keeps any.
		t := g.pick("bool", "int", "bigint", "text", "date", "timestamp", "timestamptz", "time", "ints", "texts", "uuid", "mood")
		return fmt.Sprintf("SELECT %s FROM kinds k UNION %s SELECT %s FROM kinds k", g.expr(t, depth), g.pick("ALL", ""), g.expr(t, depth)), false
	case 4:
		return fmt.Sprintf("SELECT k.id, %s OVER (PARTITION BY %s ORDER BY %s, k.id) FROM kinds k ORDER BY k.id",
			g.pick("row_number()", "rank()", "count(*)", "sum(k.i4)", "max(k.t)", "lag(k.n2)", "first_value(k.d)", "avg(k.i2)", "min(k.m)"), g.expr(g.pick("bool", "text", "int", "date"), 1), g.expr(g.pick("text", "int", "numeric"), 1)), false
	case 5:
		return fmt.Sprintf("SELECT count(DISTINCT %s), count(%s) FILTER (WHERE %s) FROM kinds k", e(), e(), g.expr("bool", 1)), false
	}
	return fmt.Sprintf("SELECT k.id, %s, %s, %s FROM kinds k ORDER BY k.id", e(), e(), e()), true
}
