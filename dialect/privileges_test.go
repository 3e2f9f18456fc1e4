package dialect_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect"
	"github.com/failoversql/failoversql/internal/pgtest"
)

// restricted is a database in which the role app may do little.
const restricted = `CREATE ROLE app LOGIN; CREATE ROLE other; CREATE ROLE boss;
	CREATE TABLE full_t (id int PRIMARY KEY, a int, b text UNIQUE);
	CREATE TABLE ro (id int PRIMARY KEY, a int, b text); CREATE TABLE wo (id int PRIMARY KEY, a int, b text UNIQUE); CREATE TABLE none (id int PRIMARY KEY, a int);
	CREATE TABLE cols (id int PRIMARY KEY, open int, secret text, put int DEFAULT 3);
	CREATE TABLE ser (id serial PRIMARY KEY, a int); CREATE TABLE idn (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a int);
	CREATE TABLE rls (id int PRIMARY KEY, owner text); ALTER TABLE rls ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON rls USING (owner = current_user);
	CREATE TABLE upd (id int PRIMARY KEY, a int); CREATE TABLE del (id int PRIMARY KEY, a int);
	CREATE UNLOGGED TABLE unl (id int PRIMARY KEY);
	CREATE TABLE trg (id int PRIMARY KEY); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
	CREATE TRIGGER tr BEFORE INSERT ON trg FOR EACH ROW EXECUTE FUNCTION f();
	CREATE TABLE rul (id int PRIMARY KEY); CREATE RULE r AS ON DELETE TO rul DO INSTEAD NOTHING;
	CREATE SCHEMA hid; CREATE TABLE hid.t (id int PRIMARY KEY); GRANT SELECT ON hid.t TO app;
	CREATE SCHEMA vis; GRANT USAGE ON SCHEMA vis TO app; CREATE TABLE vis.t (id int PRIMARY KEY);
	CREATE SEQUENCE s_no; CREATE SEQUENCE s_use; CREATE SEQUENCE s_sel; CREATE SEQUENCE s_upd;
	CREATE VIEW v_yes AS SELECT id, secret FROM cols; CREATE VIEW v_no AS SELECT id FROM ro; CREATE VIEW v_inv WITH (security_invoker = true) AS SELECT id, secret FROM cols;
	CREATE VIEW v_inv2 WITH (security_invoker) AS SELECT id, open FROM cols; CREATE VIEW v_rls AS SELECT id FROM rls; CREATE VIEW v_nest AS SELECT id FROM v_no;
	CREATE VIEW v_poor AS SELECT id FROM none; ALTER VIEW v_poor OWNER TO boss; CREATE VIEW v_hid AS SELECT id FROM hid.t;
	CREATE TABLE forced (id int PRIMARY KEY); ALTER TABLE forced ENABLE ROW LEVEL SECURITY; CREATE VIEW v_boss AS SELECT id FROM forced; ALTER VIEW v_boss OWNER TO boss; GRANT SELECT ON forced TO boss;
	GRANT ALL ON full_t TO app; GRANT SELECT ON ro TO app; GRANT INSERT ON wo TO app; GRANT SELECT (id, open), UPDATE (open), INSERT (id, open) ON cols TO app;
	GRANT INSERT, SELECT ON ser, idn TO app; GRANT ALL ON rls, unl, trg, rul TO app; GRANT UPDATE ON upd TO app; GRANT DELETE ON del TO app;
	GRANT USAGE ON SEQUENCE s_use TO app; GRANT SELECT ON SEQUENCE s_sel TO app; GRANT UPDATE ON SEQUENCE s_upd TO app;
	CREATE VIEW w_all AS SELECT id, a AS x FROM none WHERE id < 100; CREATE VIEW w_read AS SELECT id, a FROM full_t; CREATE VIEW w_put AS SELECT id, a FROM full_t; CREATE VIEW w_col AS SELECT id, a FROM full_t;
	CREATE VIEW w_poor AS SELECT id, a FROM ro; ALTER VIEW w_poor OWNER TO boss; GRANT SELECT ON ro TO boss; CREATE VIEW w_inv WITH (security_invoker) AS SELECT id, a FROM none; CREATE VIEW w_no AS SELECT id FROM full_t;
	GRANT ALL ON w_all, w_poor, w_inv TO app; GRANT SELECT ON w_read TO app; GRANT INSERT ON w_put TO app; GRANT SELECT, UPDATE (a) ON w_col TO app;
	GRANT SELECT ON v_yes, v_inv, v_inv2, v_rls, v_nest, v_poor, v_hid, v_boss TO app`

// TestPrivileges asks for what a restricted role may and may not do: the same
// statements give the same errors. What the fallback refuses besides (0A000) is
// where a policy, a trigger or another's privileges decide.
func TestPrivileges(t *testing.T) {
	server := pgtest.New(t)
	if err := server.Exec(t.Context(), "postgres", restricted); err != nil {
		t.Fatal(err)
	}
	conn, cat := connectAs(t, server, "app")
	equal, refused := 0, 0
	for _, sql := range []string{
		"SELECT * FROM full_t", "SELECT * FROM ro", "SELECT id FROM wo", "SELECT 1 FROM wo", "SELECT count(*) FROM wo", "SELECT * FROM none", "SELECT count(*) FROM none",
		"SELECT 1 FROM full_t WHERE EXISTS (SELECT 1 FROM none)", "SELECT (SELECT max(a) FROM none)", "SELECT * FROM (SELECT id FROM none) s", "WITH x AS (SELECT id FROM none) SELECT * FROM x",
		"WITH x AS (SELECT id FROM none) SELECT 1", "SELECT id FROM ro UNION SELECT id FROM none", "SELECT ro.id FROM ro JOIN none USING (id)", "SELECT ro.id FROM ro NATURAL JOIN none",
		"SELECT ro.id FROM ro, none", "SELECT id FROM ro WHERE a IN (SELECT a FROM none)", "SELECT id FROM ro FOR UPDATE", "SELECT id FROM full_t FOR SHARE", "SELECT full_t.id FROM full_t, ro FOR UPDATE OF full_t",
		"SELECT full_t.id FROM full_t, ro FOR UPDATE OF ro", "SELECT id, open FROM cols", "SELECT secret FROM cols", "SELECT * FROM cols", "SELECT count(*) FROM cols", "SELECT id FROM cols WHERE secret = 'x'",
		"SELECT id FROM cols ORDER BY secret", "SELECT id FROM cols GROUP BY id, secret", "SELECT c.id FROM cols c JOIN full_t f ON f.b = c.secret", "SELECT max(secret) FROM cols", "SELECT cols FROM cols",
		"SELECT row_to_json(cols) FROM cols", "SELECT id FROM cols FOR UPDATE", "SELECT open FROM cols WHERE id = 1 FOR NO KEY UPDATE", "SELECT lower(c.secret) FROM cols c", "TABLE cols", "TABLE none",
		"INSERT INTO full_t VALUES (1, 1, 'x')", "INSERT INTO ro VALUES (1)", "INSERT INTO wo VALUES (1, 1, 'x')", "INSERT INTO wo VALUES (1, 1, 'x') RETURNING id", "INSERT INTO wo VALUES (2) RETURNING 1",
		"INSERT INTO wo (id) SELECT id FROM wo", "INSERT INTO wo (id) SELECT id + 100 FROM ro", "INSERT INTO wo (id) SELECT id FROM none", "INSERT INTO wo (id) VALUES ((SELECT max(id) FROM none))",
		"INSERT INTO wo VALUES (3) ON CONFLICT DO NOTHING", "INSERT INTO wo VALUES (3) ON CONFLICT (id) DO NOTHING", "INSERT INTO wo VALUES (3) ON CONFLICT (id) DO UPDATE SET a = 1",
		"INSERT INTO wo VALUES (3) ON CONFLICT ON CONSTRAINT wo_pkey DO NOTHING", "INSERT INTO full_t VALUES (3) ON CONFLICT (id) DO UPDATE SET a = excluded.a, b = full_t.b", "INSERT INTO full_t VALUES (3) ON CONFLICT (id) DO UPDATE SET a = (SELECT 1 FROM none)",
		"INSERT INTO full_t VALUES (3) ON CONFLICT (id) DO UPDATE SET a = 1 WHERE EXISTS (SELECT 1 FROM none)", "INSERT INTO full_t VALUES (9) RETURNING (SELECT count(*) FROM none)",
		"INSERT INTO cols (id, open) VALUES (1, 1)", "INSERT INTO cols (id) VALUES (2)", "INSERT INTO cols (id, secret) VALUES (3, 'x')", "INSERT INTO cols VALUES (4)", "INSERT INTO cols VALUES (5, 1)", "INSERT INTO cols VALUES (6, 1, 'x')",
		"INSERT INTO cols DEFAULT VALUES", "INSERT INTO cols (id, put) VALUES (7, DEFAULT)", "INSERT INTO cols (id) VALUES (8) RETURNING id", "INSERT INTO cols (id) VALUES (9) RETURNING secret", "INSERT INTO cols (id) VALUES (10) RETURNING *",
		"INSERT INTO cols (id) VALUES (1) ON CONFLICT (id) DO NOTHING", "INSERT INTO cols (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET open = 1", "INSERT INTO cols (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET secret = 'x'",
		"INSERT INTO cols (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET open = excluded.open WHERE cols.secret = 'x'", "INSERT INTO cols (id, open) VALUES (1, 2) ON CONFLICT (id) DO UPDATE SET open = length(excluded.secret)", "WITH x AS (SELECT id FROM none), y AS (SELECT id FROM x) SELECT 1", "WITH x AS (SELECT id FROM none), y AS (SELECT id FROM x) SELECT * FROM y",
		"INSERT INTO cols (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET open = 1 WHERE excluded.secret = 'x'",
		"UPDATE full_t SET a = 1", "UPDATE ro SET a = 1", "UPDATE upd SET a = 1", "UPDATE upd SET a = a + 1", "UPDATE upd SET a = 1 WHERE id = 1", "UPDATE upd SET a = 1 RETURNING id", "UPDATE upd SET a = 1 RETURNING 2",
		"UPDATE cols SET open = 1", "UPDATE cols SET open = open + id WHERE id > 0", "UPDATE cols SET open = 1 WHERE secret = 'x'", "UPDATE cols SET secret = 'x'", "UPDATE cols SET open = 1, put = 2", "UPDATE cols SET (open, id) = (1, 2)",
		"UPDATE cols SET open = length(secret)", "UPDATE cols SET open = 1 RETURNING open", "UPDATE cols SET open = 1 RETURNING secret", "UPDATE cols SET open = f.a FROM full_t f WHERE f.id = cols.id", "UPDATE cols SET open = 1 FROM none",
		"UPDATE full_t SET a = (SELECT max(a) FROM none)", "UPDATE full_t SET a = 1 FROM none WHERE none.id = full_t.id", "UPDATE full_t SET a = 1 WHERE id IN (SELECT id FROM none)",
		"DELETE FROM full_t", "DELETE FROM ro", "DELETE FROM del", "DELETE FROM del WHERE id = 1", "DELETE FROM del RETURNING id", "DELETE FROM cols", "DELETE FROM full_t USING none WHERE none.id = full_t.id", "DELETE FROM full_t WHERE id IN (SELECT id FROM none)",
		"WITH d AS (DELETE FROM none RETURNING id) SELECT * FROM d", "WITH d AS (DELETE FROM none) SELECT 1", "WITH d AS (UPDATE cols SET secret = 'x') SELECT 1", "WITH i AS (INSERT INTO wo VALUES (50) RETURNING id) SELECT * FROM i",
		"MERGE INTO full_t t USING none s ON t.id = s.id WHEN MATCHED THEN DELETE", "MERGE INTO full_t t USING ro s ON t.id = s.id WHEN MATCHED THEN UPDATE SET a = s.a WHEN NOT MATCHED THEN INSERT VALUES (s.id)",
		"MERGE INTO ro t USING full_t s ON t.id = s.id WHEN MATCHED THEN DELETE", "MERGE INTO ro t USING full_t s ON t.id = s.id WHEN MATCHED THEN DO NOTHING", "MERGE INTO cols t USING full_t s ON t.id = s.id WHEN MATCHED THEN UPDATE SET open = 1",
		"MERGE INTO cols t USING full_t s ON t.id = s.id WHEN MATCHED THEN UPDATE SET secret = 'x'", "MERGE INTO cols t USING full_t s ON t.secret = s.b WHEN MATCHED THEN UPDATE SET open = 1", "MERGE INTO cols t USING full_t s ON t.id = s.id WHEN NOT MATCHED THEN INSERT (id, open) VALUES (s.id, 1)",
		"MERGE INTO cols t USING full_t s ON t.id = s.id WHEN NOT MATCHED THEN INSERT (id, secret) VALUES (s.id, 'x')", "MERGE INTO wo t USING full_t s ON t.id = s.id WHEN NOT MATCHED THEN INSERT VALUES (s.id)",
		"SELECT * FROM rls", "INSERT INTO rls VALUES (1, 'app')", "UPDATE rls SET owner = 'x'", "DELETE FROM rls", "SELECT 1 FROM full_t WHERE EXISTS (SELECT 1 FROM rls)", "SELECT * FROM v_rls", "SELECT * FROM v_boss",
		"SELECT * FROM unl", "INSERT INTO unl VALUES (1)", "SELECT * FROM trg", "INSERT INTO trg VALUES (1)", "DELETE FROM rul", "SELECT * FROM rul",
		"SELECT * FROM hid.t", "SELECT * FROM hid.nope", "INSERT INTO hid.t VALUES (1)", "SELECT * FROM vis.t", "SELECT * FROM vis.nope", "SELECT hid.t.id FROM hid.t", "DELETE FROM hid.t",
		"SELECT * FROM v_yes", "SELECT secret FROM v_yes WHERE id = 1", "SELECT * FROM v_no", "SELECT count(*) FROM v_no", "SELECT * FROM v_nest", "SELECT * FROM v_inv", "SELECT id FROM v_inv", "SELECT * FROM v_inv2", "SELECT * FROM v_poor", "SELECT * FROM v_hid",
		"SELECT v.id FROM v_yes v JOIN none n ON n.id = v.id", "SELECT * FROM v_yes v JOIN cols c ON c.secret = v.secret",
		"INSERT INTO w_all VALUES (1, 2)", "INSERT INTO w_all VALUES (1, 2) RETURNING x", "UPDATE w_all SET x = x + 1 WHERE id = 1 RETURNING *", "DELETE FROM w_all WHERE x = 3", "UPDATE w_all SET x = (SELECT max(a) FROM none)",
		"INSERT INTO w_all (id) SELECT id FROM none", "UPDATE w_all SET x = 1 FROM none n WHERE n.id = w_all.id", "DELETE FROM w_all USING full_t f WHERE f.id = w_all.id", "WITH d AS (DELETE FROM w_all RETURNING id) SELECT * FROM d", "UPDATE none SET a = 1",
		"INSERT INTO w_all VALUES (1, 2) ON CONFLICT DO NOTHING", "INSERT INTO w_read VALUES (1, 2)", "UPDATE w_read SET a = 1", "DELETE FROM w_read", "WITH d AS (DELETE FROM w_read) SELECT 1", "INSERT INTO w_no VALUES (1)", "DELETE FROM w_no WHERE id = 1", "UPDATE w_put SET a = 1", "DELETE FROM w_put",
		"INSERT INTO w_put VALUES (1, 2)", "UPDATE w_col SET a = 1", "UPDATE w_poor SET a = 1", "INSERT INTO w_inv VALUES (1)",
		"TRUNCATE full_t", "TRUNCATE ro", "TRUNCATE none", "LOCK TABLE full_t", "DECLARE c CURSOR FOR SELECT * FROM none", "PREPARE p AS SELECT * FROM ro", "SELECT * FROM nope",
	} {
		tx, err := conn.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		_, want := tx.Exec(t.Context(), sql, pgx.QueryExecModeSimpleProtocol)
		_ = tx.Rollback(t.Context())
		_, got := dialect.Translate(cat, sql)
		if code(got) == "0A000" && code(want) != "0A000" {
			refused++
			t.Logf("refused: %v", got)
			continue
		}
		equal++
		switch code(want) {
		case "", "42501", "42P01", "0A000":
		default:
			want = nil // found in the rows
		}
		if d := differ(want, got); d != "" {
			t.Errorf("%s\nPostgreSQL: %s\nfallback:   %s\n%s", sql, describe(want), describe(got), d)
		}
	}
	t.Logf("%d equal, %d refused", equal, refused)
	if refused > 16 {
		t.Errorf("%d statements refused", refused)
	}
}

// connectAs connects as a role and loads the catalog as it sees it.
func connectAs(t *testing.T, server *pgtest.Server, role string) (*pgx.Conn, *catalog.Catalog) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), server.DSN()+" user="+role)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	cat, err := catalog.Load(t.Context(), conn, catalog.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return conn, cat
}
