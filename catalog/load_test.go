package catalog_test

import (
	"context"
	_ "embed"
	"encoding/json"
	"reflect"
	"testing"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/internal/pgtest"
	"github.com/jackc/pgx/v5"
)

//go:embed testdata/schema.sql
var schema string

func connect(t *testing.T, dsn string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

func load(t *testing.T, conn *pgx.Conn, opt catalog.LoadOptions) *catalog.Catalog {
	t.Helper()
	cat, err := catalog.Load(t.Context(), conn, opt)
	if err != nil {
		t.Fatal(err)
	}
	return cat
}

func exec(t *testing.T, conn *pgx.Conn, sql string) {
	t.Helper()
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func TestLoad(t *testing.T) {
	server := pgtest.New(t)
	if err := server.Exec(t.Context(), "postgres", schema); err != nil {
		t.Fatal(err)
	}
	conn := connect(t, server.DSN())
	exec(t, conn, "CREATE TEMP TABLE scratch (a int)")
	cat := load(t, conn, catalog.LoadOptions{})

	t.Run("database", func(t *testing.T) {
		if cat.Database != "postgres" || cat.SystemID == "" || cat.ServerVersion < 120000 || cat.User != "postgres" || cat.Version != 1 {
			t.Errorf("database facts: %+v", cat)
		}
		if !reflect.DeepEqual(cat.SearchPath, []string{"public"}) || !reflect.DeepEqual(cat.Schemas, []string{"public", "shop"}) {
			t.Errorf("search path %q, schemas %q", cat.SearchPath, cat.Schemas)
		}
		if cat.Collation.Provider != 'c' || cat.Collation.Locale != "C" {
			t.Errorf("collation %+v", cat.Collation)
		}
		var path string
		if err := conn.QueryRow(t.Context(), "SHOW search_path").Scan(&path); err != nil || path != `"$user", public` {
			t.Errorf("search_path after Load: %q, %v", path, err)
		}
	})
	t.Run("columns", func(t *testing.T) {
		users := cat.Table("", "users")
		want := []catalog.Column{
			{Num: 1, Name: "id", Type: 20, Typmod: -1, NotNull: true, Default: "nextval('public.users_id_seq'::regclass)", Sequence: "public.users_id_seq"},
			{Num: 2, Name: "email", Type: 1043, Typmod: 104, NotNull: true, Comment: "address"},
			{Num: 3, Name: "name", Type: 25, Typmod: -1, Collation: "C"},
			{Num: 4, Name: "active", Type: 16, Typmod: -1, Default: "true"},
			{Num: 5, Name: "m", Type: cat.Type("", "mood").OID, Typmod: -1, Default: "'ok'::public.mood"},
			{Num: 6, Name: "created", Type: 1184, Typmod: -1, NotNull: true, Default: "now()"},
			{Num: 7, Name: "ms", Type: cat.Type("", "mood").Array, Typmod: -1, Dims: 1},
		}
		if !reflect.DeepEqual(users.Columns, want) {
			t.Errorf("columns of users:\n%+v\nwant\n%+v", users.Columns, want)
		}
		if users.Comment != "people" || users.RowSecurity || users.Privileges != "arwdD" || !users.Owner {
			t.Errorf("users: %+v", users)
		}
		orders := cat.Table("shop", "orders")
		if c := orders.Column("id"); c.Identity != "a" || cat.SequenceOf(c) != cat.Sequence("shop", "orders_id_seq") {
			t.Errorf("identity column: %+v", c)
		}
		if c := orders.Column("total"); c.Generated != "(price * (2)::numeric)" || c.Default != "" {
			t.Errorf("generated column: %+v", c)
		}
		if c := cat.Table("shop", "lines").Columns; len(c) != 4 || c[2].Num != 4 {
			t.Errorf("after DROP COLUMN: %+v", c)
		}
		if d := cat.Table("shop", "lines").Dropped; !reflect.DeepEqual(d, []catalog.DroppedColumn{{Num: 3, Len: -1, Typmod: -1}}) {
			t.Errorf("dropped columns: %+v", d)
		}
		if !cat.Table("", "two").UserTriggers || users.UserTriggers {
			t.Error("user triggers")
		}
	})
	t.Run("keys", func(t *testing.T) {
		two := cat.Table("", "two").Constraints[0]
		two.OID, two.Def = 0, ""
		if want := (catalog.Constraint{Name: "two_x_y_fkey", Kind: 'f', Columns: []string{"x", "y"}, RefSchema: "shop", RefTable: "lines",
			RefColumns: []string{"a", "b"}, OnDelete: 'n', OnUpdate: 'a', SetColumns: []string{"y"}, MatchFull: true}); !reflect.DeepEqual(two, want) {
			t.Errorf("foreign key %+v\nwant %+v", two, want)
		}
		if d := cat.Table("shop", "lines").Constraints[0]; !d.Deferrable || !d.Deferred {
			t.Errorf("deferrable: %+v", d)
		}
		byName := map[string]catalog.Index{}
		for _, x := range cat.Table("", "users").Indexes {
			if x.Classes == "" || x.Collations == "" {
				t.Errorf("index without operator classes: %+v", x)
			}
			x.OID, x.Def, x.Classes, x.Collations = 0, "", "", ""
			byName[x.Name] = x
		}
		for _, want := range []catalog.Index{
			{Name: "users_pkey", Unique: true, Primary: true, Constraint: true, Method: "btree", Keys: []catalog.IndexKey{{Column: "id"}}, Names: []string{"id"}},
			{Name: "users_lower_created_idx", Method: "btree", Where: "active",
				Keys: []catalog.IndexKey{{Expr: "lower((email)::text)", Desc: true}, {Column: "created"}}, Names: []string{"lower", "created"}},
			{Name: "users_name_email_idx", Method: "btree", Keys: []catalog.IndexKey{{Column: "name", OpClass: "text_pattern_ops"}, {Column: "email", Collation: "POSIX"}}, Names: []string{"name", "email"}},
			{Name: "users_name_idx", Unique: true, NullsEqual: true, Method: "btree", Keys: []catalog.IndexKey{{Column: "name"}}, Names: []string{"name"}},
		} {
			if !reflect.DeepEqual(byName[want.Name], want) {
				t.Errorf("index %+v\nwant %+v", byName[want.Name], want)
			}
		}
		if d := cat.Type("", "posint"); d.Base != 23 || !d.NotNull || d.Default != "1" || len(d.Checks) != 1 || d.Checks[0].Expr != "(VALUE > 0)" {
			t.Errorf("domain: %+v", d)
		}
		if m := cat.Type("", "mood"); !reflect.DeepEqual(m.Labels, []string{"sad", "ok", "happy"}) || cat.TypeByOID(m.Array).Elem != m.OID {
			t.Errorf("enum: %+v", m)
		}
	})
	t.Run("others", func(t *testing.T) {
		q := *cat.Sequence("shop", "s")
		q.OID = 0
		if want := (catalog.Sequence{Schema: "shop", Name: "s", Type: 21, Start: 5, Increment: 5, Min: 1, Max: 32767, Cycle: true, Owner: true, Privileges: "rwU"}); q != want {
			t.Errorf("sequence: %+v", q)
		}
		if v := cat.View("", "v"); v.Kind != 'v' || len(v.Columns) != 2 || v.Columns[1].Typmod != 655366 {
			t.Errorf("view: %+v", v)
		}
		others := map[string]byte{}
		for _, r := range cat.Others {
			others[r.Name] = r.Kind
		}
		if len(others) != 4 || others["pair"] != 'c' || others["ul"] != 'r' || others["part_1"] != 'r' || others["parent"] != 'r' {
			t.Errorf("others: %v", others)
		}
		absent := map[string]string{}
		for _, a := range cat.Absent {
			absent[a.Name] = a.Reason
		}
		if len(absent) != 3 || absent["ul"] == "" || absent["part_1"] == "" || absent["parent"] == "" || cat.Table("", "ul") != nil || cat.Table("", "part").Kind != 'p' {
			t.Errorf("absent: %v", absent)
		}
	})
	t.Run("json", func(t *testing.T) {
		b, err := json.Marshal(cat)
		if err != nil {
			t.Fatal(err)
		}
		var back catalog.Catalog
		if err := json.Unmarshal(b, &back); err != nil {
			t.Fatal(err)
		}
		if catalog.Fingerprint(cat) != catalog.Fingerprint(&back) {
			t.Error("a catalog read back from JSON differs")
		}
	})
	t.Run("fingerprint", func(t *testing.T) {
		exec(t, conn, "REINDEX TABLE CONCURRENTLY users")
		again := load(t, conn, catalog.LoadOptions{})
		again.Version = 9
		if catalog.Fingerprint(cat) != catalog.Fingerprint(again) {
			t.Error("the fingerprint of an unchanged schema changed")
		}
		exec(t, conn, "BEGIN; ALTER TABLE users ALTER active SET DEFAULT false")
		if changed := load(t, conn, catalog.LoadOptions{}); catalog.Fingerprint(cat) == catalog.Fingerprint(changed) {
			t.Error("the fingerprint did not notice a new default, or Load did not see its own transaction")
		}
		exec(t, conn, "ROLLBACK")
	})
	t.Run("include and exclude", func(t *testing.T) {
		some := load(t, conn, catalog.LoadOptions{Include: []string{"shop.*", "users"}, Exclude: []string{"lines"}})
		if len(some.Tables) != 2 || some.Table("shop", "orders") == nil || some.Table("", "users") == nil {
			t.Errorf("tables: %+v", some.Tables)
		}
		if _, err := catalog.Load(t.Context(), conn, catalog.LoadOptions{Include: []string{"[a"}}); err == nil {
			t.Error("a malformed pattern was accepted")
		}
	})
	restricted := func(t *testing.T, c *catalog.Catalog) {
		u, mine := c.Table("public", "users"), c.Table("public", "mine")
		if u.Privileges != "ar" || !u.RowSecurity || u.Owner || u.Column("email").Privileges != "w" || u.Column("name").Privileges != "" {
			t.Errorf("users as app: %+v", u)
		}
		if mine.Privileges != "arwdD" || !mine.Owner {
			t.Errorf("mine as app: %+v", mine)
		}
		if q := c.Sequence("public", "users_id_seq"); q.Privileges != "U" || q.Owner {
			t.Errorf("sequence as app: %+v", q)
		}
		if c.Table("shop", "orders").Privileges != "" {
			t.Error("a table in a schema without USAGE")
		}
		if c.User != "app" {
			t.Errorf("user %q", c.User)
		}
	}
	t.Run("restricted role", func(t *testing.T) {
		app := load(t, connect(t, server.DSN()+" user=app"), catalog.LoadOptions{})
		restricted(t, app)
		if app.SystemID != "" {
			t.Error("pg_control_system was not denied")
		}
	})
	t.Run("for another role", func(t *testing.T) {
		restricted(t, load(t, conn, catalog.LoadOptions{Role: "app"}))
	})
}

func TestLoadICU(t *testing.T) {
	server := pgtest.New(t, pgtest.Options{ICULocale: "en"})
	conn := connect(t, server.DSN())
	exec(t, conn, "CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false); CREATE TABLE t (a text COLLATE loose)")
	cat := load(t, conn, catalog.LoadOptions{})
	if col := cat.Table("", "t").Column("a").Collation; col != "public.loose" || !reflect.DeepEqual(cat.Nondeterministic, []string{col}) {
		t.Errorf("column collation %q, nondeterministic %q", col, cat.Nondeterministic)
	}
	if cat.Collation.Provider != 'i' || cat.Collation.Locale != "en" || cat.Collation.Version == "" {
		t.Errorf("collation %+v", cat.Collation)
	}
}

// TestLoadWhatIsDroppedMeanwhile: what the transaction still sees, but is not
// there any more, is left out.
func TestLoadWhatIsDroppedMeanwhile(t *testing.T) {
	server := pgtest.New(t)
	conn, other := connect(t, server.DSN()), connect(t, server.DSN())
	for _, drop := range []string{
		"DROP INDEX gone", "ALTER TABLE a DROP CONSTRAINT a_n_check", "ALTER TABLE a DROP CONSTRAINT a_pkey CASCADE", "ALTER TABLE a ALTER n DROP DEFAULT", "ALTER TABLE a DROP COLUMN n CASCADE",
		"DROP VIEW v", "DROP TABLE a CASCADE", "DROP SEQUENCE s CASCADE", "DROP TYPE mood CASCADE", "DROP DOMAIN short CASCADE", "DROP FUNCTION f", "DROP SCHEMA other CASCADE", "DROP COLLATION c CASCADE",
	} {
		exec(t, other, `DROP SCHEMA public CASCADE`)
		exec(t, other, `DROP SCHEMA IF EXISTS other CASCADE`)
		exec(t, other, `CREATE SCHEMA public; CREATE SCHEMA other; CREATE SEQUENCE s; CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE DOMAIN short AS varchar(5) CHECK (length(VALUE) > 1) DEFAULT 'ab';
			CREATE TYPE pair AS (x int, y text); CREATE COLLATION c (provider = libc, locale = 'C');
			CREATE FUNCTION f(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1';
			CREATE TABLE a (id int PRIMARY KEY DEFAULT nextval('s'), n int DEFAULT 7 CHECK (n > 0), m mood, d short, t text COLLATE c, g int GENERATED ALWAYS AS (n + 1) STORED);
			CREATE INDEX gone ON a (n, lower(t)) WHERE n > 3; CREATE TABLE child (id int PRIMARY KEY, a int REFERENCES a);
			CREATE VIEW v AS SELECT n, m FROM a WHERE n > 1; CREATE TABLE other.x (id serial PRIMARY KEY); CREATE VIEW other.y AS SELECT id FROM other.x;`)
		exec(t, conn, "BEGIN ISOLATION LEVEL REPEATABLE READ")
		exec(t, conn, "SELECT count(*) FROM pg_class") // takes the snapshot
		exec(t, other, drop)
		if _, err := catalog.Load(t.Context(), conn, catalog.LoadOptions{}); err != nil {
			t.Errorf("%s: %v", drop, err)
		}
		exec(t, conn, "ROLLBACK")
		// And what a look at the present gives is right.
		if cat := load(t, conn, catalog.LoadOptions{}); cat.Table("public", "child") == nil {
			t.Errorf("%s: the table child is not there", drop)
		}
	}
}
