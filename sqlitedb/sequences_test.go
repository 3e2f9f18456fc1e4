package sqlitedb

import (
	"testing"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect"
	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// sequenceTranslate lets SELECT nextval-like calls of the session's functions
// through.
func sequenceTranslate(cat *catalog.Catalog, q string) (*dialect.Plan, error) {
	p, err := sqliteTranslate(cat, q)
	if err == nil && p.Kind == dialect.Query {
		int8Type, _ := pgvalue.TypeOf(nil, 20, -1)
		p.Columns = []dialect.Column{{Name: "c", Type: &int8Type}}
		p.Writes = true
		p.Functions = []string{dialect.FuncNextval, dialect.FuncCurrval, dialect.FuncLastval, dialect.FuncSetval}
		p.Sequences = []string{"public.s", "public.l"}
	}
	return p, err
}

func sequences(t *testing.T, path string) *File {
	f := plain(t, path)
	f.translate = sequenceTranslate
	c, err := f.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if f.Catalog().Version == 0 {
		if err := c.Begin(ctx); err != nil {
			t.Fatal(err)
		}
		if err := c.StoreCatalog(ctx, &catalog.Catalog{Version: 1, Schemas: []string{"public"}, SearchPath: []string{"public"}, NextOID: catalog.FirstLocalOID + 5, Sequences: []*catalog.Sequence{
			{OID: 1, Schema: "public", Name: "s", Increment: 1, Min: 1, Max: 1 << 62, Start: 1},
			{OID: catalog.FirstLocalOID, Schema: "public", Name: "l", Increment: -2, Min: -5, Max: 1, Start: 1, Local: true},
		}}); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Exec(ctx, `INSERT INTO failoversql_lease(sequence, start, finish, next) VALUES ('public.s', 101, 103, 101), ('public.s', 201, 202, 201)`); err != nil {
			t.Fatal(err)
		}
		if err := c.Commit(ctx); err != nil {
			t.Fatal(err)
		}
	}
	return f
}

func TestLeasedSequence(t *testing.T) {
	f := sequences(t, "")
	s := session(t, f)
	const next = `SELECT pg_nextval('public.s')`
	_, err := query(s, `SELECT pg_currval('public.s')`)
	code(t, err, "55000")
	if v := one(t, s, next); v != int64(101) {
		t.Fatal(v)
	}
	// A rollback burns values, and so does a failed statement.
	mustExec(t, s, `BEGIN`)
	if v := one(t, s, next); v != int64(102) {
		t.Fatal(v)
	}
	mustExec(t, s, `ROLLBACK`)
	if v := one(t, s, next); v != int64(103) {
		t.Fatal("a value was given again", v)
	}
	if v := one(t, s, `SELECT pg_lastval()`); v != int64(103) {
		t.Fatal(v)
	}
	// Another process goes on in the next block.
	g := sequences(t, f.Path())
	o := session(t, g)
	if v := one(t, o, next); v != int64(201) {
		t.Fatal(v)
	}
	if v := one(t, s, next); v != int64(202) {
		t.Fatal(v)
	}
	_, err = query(s, next)
	if pg := code(t, err, "2200H"); pg.Message == "" || s.TxStatus() != 'I' {
		t.Fatal(pg)
	}
	c, err := f.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	left, err := readAll(ctx, c.db, `SELECT start, next FROM failoversql_lease ORDER BY id`)
	if err != nil || left[0][1] != int64(104) || left[1][1] != int64(203) {
		t.Fatal(left, err)
	}
	if _, err := c.Exec(ctx, `INSERT INTO failoversql_lease(sequence, start, finish, next) VALUES ('public.s', 301, 400, 301)`); err != nil {
		t.Fatal(err)
	}
	if v := one(t, s, next); v != int64(301) {
		t.Fatal(v)
	}
	_, err = query(s, `SELECT pg_setval('public.s', 1, 1)`)
	code(t, err, "0A000")
}

func TestLocalSequence(t *testing.T) {
	f := sequences(t, "")
	s := session(t, f)
	const next = `SELECT pg_nextval('public.l')`
	for _, want := range []int64{1, -1, -3, -5} {
		if v := one(t, s, next); v != want {
			t.Fatal(v, "want", want)
		}
	}
	_, err := query(s, next)
	if pg := code(t, err, "2200H"); pg.Message != `nextval: reached minimum value of sequence "l" (-5)` {
		t.Fatal(pg.Message)
	}
	one(t, s, `SELECT pg_setval('public.l', -1, 0)`)
	f.Close()
	g := sequences(t, f.Path())
	o := session(t, g)
	for _, want := range []int64{-1, -3} {
		if v := one(t, o, next); v != want {
			t.Fatal(v, "want", want)
		}
	}
	_, err = query(o, `SELECT pg_setval('public.l', 2, 0)`)
	code(t, err, "22003")
}

// TestSequenceReadInsideAStatement is about a sequence that the plan does not
// name: it is read while the statement runs.
func TestSequenceReadInsideAStatement(t *testing.T) {
	f := sequences(t, "")
	f.translate = func(cat *catalog.Catalog, q string) (*dialect.Plan, error) {
		p, err := sequenceTranslate(cat, q)
		if err == nil {
			p.Sequences = nil
		}
		return p, err
	}
	s := session(t, f)
	if v := one(t, s, `SELECT pg_nextval('public.s') + 1000 * pg_nextval('public.l')`); v != int64(1101) {
		t.Fatal(v)
	}
	_, err := query(s, `SELECT pg_nextval('public.none')`)
	code(t, err, "42P01")
}
