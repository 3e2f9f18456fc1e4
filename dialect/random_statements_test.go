package dialect_test

import (
	"fmt"
	"strings"
)

// steps makes a random case: now and then rows of its own first, then a query or
// a statement that changes rows and a look at what it left. plain says that
// every expression in it is evaluated for every row.
func (g *generator) steps() (steps []caseStep, plain bool) {
	add := func(q string) { steps = append(steps, caseStep{sql: q}) }
	if g.IntN(3) == 0 {
		add(g.insert(1+g.IntN(3), 100))
	}
	g.aliases = []string{"k"}
	switch g.IntN(10) {
	case 0, 1:
		add(g.joined())
	case 2:
		add(g.grouped())
	case 3:
		add(g.windowed())
	case 4:
		add(g.nested())
	case 5, 6:
		add(g.change())
		add("SELECT * FROM kinds ORDER BY id")
		add("SELECT * FROM line ORDER BY a, b")
	default:
		var q string
		q, plain = g.query()
		add(q)
	}
	return steps, plain
}

// narrow are values for columns that do not hold all of their type's.
var narrow = map[string][]string{"i2": {"1", "0", "-7", "32767", "NULL"}, "n2": {"1.5", "0", "-12.345", "99999.999", "'NaN'", "NULL"}, "vc": {"'one'", "''", "'Two'", "'héllo'", "NULL"}, "ch": {"'c1'", "''", "'cccc'", "NULL"}, "f4": {"1.5", "'-0'", "'NaN'", "'Infinity'", "0.1", "NULL"}}

func (g *generator) literal(column, typ string) string {
	if list := narrow[column]; list != nil && g.IntN(30) > 0 {
		return g.pick(list...)
	}
	return g.pick(randomLiterals[typ]...)
}

// over makes an expression of columns of the given tables.
func (g *generator) over(typ string, depth int, aliases ...string) string {
	saved := g.aliases
	g.aliases = aliases
	defer func() { g.aliases = saved }()
	return g.expr(typ, depth)
}

func (g *generator) joined() string {
	e := func(n int) string { return g.over(g.typ(), n, "k", "j") }
	on := fmt.Sprintf("k.id = j.%s", g.pick("id", "i2", "i4"))
	switch g.IntN(4) {
	case 0:
		on += " AND " + g.over("bool", 1, "k", "j")
	case 1:
		on = g.over("bool", 1, "k", "j")
	}
	kind := g.pick("JOIN", "LEFT JOIN", "RIGHT JOIN")
	switch g.IntN(6) {
	case 0:
		kind, on = "FULL JOIN", fmt.Sprintf("k.id = j.%s", g.pick("id", "i2", "i4"))
	case 1:
		return fmt.Sprintf("SELECT k.id, l.* FROM kinds k %s LATERAL (SELECT j.id AS jid, %s AS x FROM kinds j WHERE %s ORDER BY j.id LIMIT %d) l ON true", g.pick("JOIN", "LEFT JOIN"), e(1), g.over("bool", 1, "k", "j"), 1+g.IntN(3))
	case 2:
		return fmt.Sprintf("SELECT k.id, j.id, i.a, i.b, %s FROM kinds k %s kinds j ON %s %s line i ON i.a = %s", e(1), kind, on, g.pick("JOIN", "LEFT JOIN"), g.pick("k.id", "j.id", "j.i2"))
	}
	where := ""
	if g.IntN(2) == 0 {
		where = " WHERE " + g.over("bool", 1, "k", "j")
	}
	return fmt.Sprintf("SELECT k.id, j.id, %s, %s FROM kinds k %s kinds j ON %s%s", e(1), e(2), kind, on, where)
}

// randomAggregates give one answer whatever the order of the rows: of equal
// values that look different PostgreSQL keeps any.
var randomAggregates = []string{"count(*)", "count({text})", "sum({int})", "sum({numeric})", "avg({int})", "min({date})", "max({text})", "max({timestamp})", "min({time})", "max({float})", "bool_and({bool})", "bool_or({bool})", "array_agg({int} ORDER BY k.id)", "string_agg({text}, ',' ORDER BY k.id)",
	"jsonb_agg({jsonb} ORDER BY k.id)", "count(DISTINCT {int})", "sum(DISTINCT {int})", "count(*) FILTER (WHERE {bool})", "sum({int}) FILTER (WHERE {bool})", "min({mood})", "bit_and({int})", "every({bool})", "jsonb_object_agg(k.id, {int})", "variance({int})", "percentile_cont(0.5) WITHIN GROUP (ORDER BY k.id)", "mode() WITHIN GROUP (ORDER BY k.b)"}

func (g *generator) grouped() string {
	a := func() string { return g.fill(g.pick(randomAggregates...), 1) }
	having := ""
	if g.IntN(2) == 0 {
		having = g.pick(" HAVING count(*) > 1", " HAVING max(k.i4) > 0", " HAVING bool_or("+g.expr("bool", 1)+")")
	}
	if g.IntN(2) == 0 {
		by := g.pick("ROLLUP (k.b, k.m)", "CUBE (k.b, k.t)", "GROUPING SETS ((k.b), (k.m, k.b), ())", "k.b, ROLLUP (k.m)", "GROUPING SETS ((k.b), ROLLUP (k.b, k.t))")
		return fmt.Sprintf("SELECT k.b, grouping(k.b), %s, %s FROM kinds k GROUP BY %s%s", a(), a(), by, having)
	}
	x, y := g.expr(g.pick("bool", "int", "text", "date", "mood", "uuid", "ints"), 1), g.expr(g.pick("bool", "int", "text"), 1)
	return fmt.Sprintf("SELECT %s AS x, %s AS y, %s, %s, %s FROM kinds k GROUP BY 1, 2%s", x, y, a(), a(), a(), having)
}

func (g *generator) windowed() string {
	frame := ""
	switch g.IntN(4) {
	case 0:
		frame = g.pick(" ROWS", " GROUPS", " RANGE") + g.pick(" UNBOUNDED PRECEDING", " CURRENT ROW", " BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING", " BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING") + g.pick("", " EXCLUDE CURRENT ROW", " EXCLUDE TIES", " EXCLUDE GROUP")
	case 1:
		frame = g.pick(" ROWS", " GROUPS", " RANGE") + g.pick(" 1 PRECEDING", " BETWEEN 1 PRECEDING AND 2 FOLLOWING", " BETWEEN 2 FOLLOWING AND 3 FOLLOWING", " BETWEEN 3 PRECEDING AND 1 PRECEDING")
	}
	call := func() string {
		return g.fill(g.pick("row_number()", "rank()", "dense_rank()", "percent_rank()", "cume_dist()", "ntile(2)", "lag({numeric})", "lead({text}, 2)", "lag({int}, 1, 7)", "first_value({date})", "last_value({int})", "nth_value({text}, 2)", "count({text})", "sum({int})", "avg({int})", "min({numeric})", "max({float})", "max({interval})", "bool_or({bool})", "array_agg({int})", "string_agg({text}, '|')", "sum({numeric}) FILTER (WHERE {bool})"), 1)
	}
	return fmt.Sprintf("SELECT k.id, %s OVER w, %s OVER w FROM kinds k WINDOW w AS (%sORDER BY k.id%s%s) ORDER BY k.id", call(), call(), g.pick("", "PARTITION BY k.b ", "PARTITION BY "+g.expr(g.pick("bool", "text", "int"), 1)+" "), g.pick("", " DESC"), frame)
}

func (g *generator) nested() string {
	b := func(aliases ...string) string { return g.over("bool", 1, aliases...) }
	switch g.IntN(7) {
	case 0:
		return fmt.Sprintf("WITH c AS (SELECT k.id, %s AS x FROM kinds k WHERE %s) SELECT k.id, c.x, (SELECT count(*) FROM c d WHERE d.id >= k.id) FROM kinds k LEFT JOIN c ON c.id = k.id", g.expr(g.typ(), 2), b("k"))
	case 1:
		return fmt.Sprintf("SELECT k.id FROM kinds k WHERE %sEXISTS (SELECT 1 FROM kinds j WHERE %s) ORDER BY k.id", g.pick("", "NOT "), b("k", "j"))
	case 2:
		t := g.pick("int", "text", "date", "bool", "numeric")
		return fmt.Sprintf("SELECT k.id, %s %s (SELECT %s FROM kinds j WHERE %s) FROM kinds k ORDER BY k.id", g.expr(t, 1), g.pick("IN", "NOT IN", "= ANY", "<> ALL", "> ANY", "<= ALL"), g.over(t, 1, "j"), b("k", "j"))
	case 3:
		return fmt.Sprintf("SELECT s.id, s.x FROM (SELECT k.id, %s AS x FROM kinds k WHERE %s ORDER BY k.id %s LIMIT %d OFFSET %d) s WHERE s.x IS NOT NULL", g.expr(g.typ(), 2), b("k"), g.pick("", "DESC"), 1+g.IntN(4), g.IntN(2))
	case 4:
		t := g.pick("int", "text", "date", "bool", "mood")
		return fmt.Sprintf("SELECT DISTINCT ON (%s) k.id, %s FROM kinds k ORDER BY %[1]s, k.id", g.expr(t, 1), g.expr(g.typ(), 1))
	case 5:
		t := g.pick("int", "text", "date", "bool", "uuid", "ints")
		return fmt.Sprintf("SELECT %s FROM kinds k %s SELECT %s FROM kinds k %s SELECT %s FROM kinds k WHERE %s", g.expr(t, 1), g.setOp(), g.expr(t, 1), g.setOp(), g.expr(t, 1), b("k"))
	}
	return fmt.Sprintf("SELECT k.id, (SELECT %s FROM kinds j WHERE %s ORDER BY j.id LIMIT 1), ARRAY(SELECT j.id FROM kinds j WHERE %s ORDER BY j.id) FROM kinds k ORDER BY k.id", g.over(g.typ(), 2, "k", "j"), b("k", "j"), b("k", "j"))
}

func (g *generator) setOp() string {
	return g.pick("UNION", "UNION ALL", "INTERSECT", "INTERSECT ALL", "EXCEPT", "EXCEPT ALL")
}

// settable are the columns of the table kinds that statements change, with the
// types of what they get.
var settable = [][2]string{{"b", "bool"}, {"i2", "int"}, {"i4", "int"}, {"i8", "bigint"}, {"f4", "float"}, {"f8", "float"}, {"n", "numeric"}, {"n2", "numeric"}, {"t", "text"}, {"vc", "text"}, {"ch", "text"}, {"d", "date"}, {"ts", "timestamp"},
	{"tz", "timestamptz"}, {"tm", "time"}, {"iv", "interval"}, {"u", "uuid"}, {"jb", "jsonb"}, {"ia", "ints"}, {"ta", "texts"}, {"m", "mood"}}

// insert makes an INSERT of some rows, whose ids begin at most at first.
func (g *generator) insert(rows, first int) string {
	columns, chosen := []string{"id"}, [][2]string(nil)
	for _, c := range settable {
		if g.IntN(3) == 0 {
			columns, chosen = append(columns, c[0]), append(chosen, c)
		}
	}
	var lists []string
	id := first
	for range rows {
		list := []string{fmt.Sprint(id)}
		id += 1 + g.IntN(2)
		for _, c := range chosen {
			list = append(list, g.literal(c[0], c[1]))
		}
		lists = append(lists, "("+strings.Join(list, ", ")+")")
	}
	return "INSERT INTO kinds AS k (" + strings.Join(columns, ", ") + ") VALUES " + strings.Join(lists, ", ")
}

// set makes the assignments of an UPDATE.
func (g *generator) set(aliases ...string) string {
	var list []string
	for _, c := range settable {
		if g.IntN(8) == 0 {
			list = append(list, c[0]+" = "+g.over(c[1], 1, aliases...))
		}
	}
	if list == nil {
		return "i4 = " + g.over("int", 1, aliases...)
	}
	return strings.Join(list, ", ")
}

func (g *generator) change() string {
	returning := g.pick("", " RETURNING k.id, "+g.expr(g.typ(), 1)+" AS x", " RETURNING *")
	of := func(all string) string { // what * is of several tables
		if returning == " RETURNING *" {
			return " RETURNING " + all
		}
		return returning
	}
	switch g.IntN(9) {
	case 0:
		return g.insert(1+g.IntN(3), g.IntN(8)) + g.pick("", " ON CONFLICT DO NOTHING", " ON CONFLICT (id) DO NOTHING") + returning
	case 1, 2:
		// EXCLUDED has the same columns.
		return g.insert(1+g.IntN(3), g.IntN(8)) + " ON CONFLICT (id) DO UPDATE SET " + g.set("k", "excluded") + g.pick("", " WHERE "+g.over("bool", 1, "k", "excluded")) + returning
	case 3:
		return fmt.Sprintf("INSERT INTO kinds AS k (id, %s) SELECT k.id + 50, %s FROM kinds k WHERE %s%s", "t, n", g.expr("text", 1)+", "+g.expr("numeric", 1), g.expr("bool", 1), returning)
	case 4:
		return fmt.Sprintf("UPDATE kinds k SET %s WHERE %s%s", g.set("k"), g.expr("bool", 1), returning)
	case 5:
		return fmt.Sprintf("UPDATE kinds k SET %s FROM kinds j WHERE j.id = k.id AND %s%s", g.set("k", "j"), g.over("bool", 1, "k", "j"), of("k.*, j.id"))
	case 6:
		return fmt.Sprintf("DELETE FROM kinds k WHERE %s%s", g.expr("bool", 1), returning)
	case 7:
		return fmt.Sprintf("DELETE FROM kinds k USING line i WHERE i.a = k.id AND %s%s", g.expr("bool", 1), of("k.*"))
	}
	n := func() string { return g.pick("0", "1", "2", "3", "NULL", "7") }
	return fmt.Sprintf("INSERT INTO line (a, b, qty, price) VALUES (%s, %s, %s, %s.5), (%d, %d, %s, %s) ON CONFLICT (a, b) DO %s RETURNING *", g.pick("1", "2"), g.pick("1", "2", "3"), g.pick("1", "4"), g.pick("1", "20"), 5+g.IntN(2), 5+g.IntN(2), n(), n(),
		g.pick("NOTHING", "UPDATE SET qty = line.qty + EXCLUDED.qty, price = coalesce(EXCLUDED.price, line.price)", "UPDATE SET qty = EXCLUDED.qty WHERE line.price IS NOT NULL", "UPDATE SET (qty, price) = (SELECT i.qty, i.price FROM line i WHERE i.a = EXCLUDED.a ORDER BY i.b LIMIT 1)"))
}
