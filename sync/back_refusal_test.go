package dbsync

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// What SQLite took and PostgreSQL will not take, however often it is tried, is
// parked: it does not keep everything behind it, and the return, waiting.
func TestRefusedForGood(t *testing.T) {
	long := make([]byte, 9000) // of letters that compress badly
	r := rand.New(rand.NewPCG(1, 1))
	for i := range long {
		long[i] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"[r.IntN(62)]
	}
	for _, c := range []struct{ name, remote, local, want string }{
		{"54000: the row of an index is too long", ``,
			`INSERT INTO customer(id, name, email, balance) VALUES (5, 'Eve', '` + string(long) + `', 0)`, "customer:INSERT:apply_error"},
		{"54000: an index made meanwhile", `CREATE INDEX ON customer(name)`,
			`UPDATE customer SET name = '` + string(long) + `' WHERE id = 1`, "customer:UPDATE:apply_error"},
		{"2BP01: a view made meanwhile", `CREATE VIEW w AS SELECT a FROM plain2`, `DROP TABLE plain2`, ":DDL:apply_error_ddl"},
		{"3F000: a schema dropped meanwhile", `DROP SCHEMA extra`, `CREATE TABLE extra.made(id int PRIMARY KEY)`, ":DDL:apply_error_ddl"},
		{"3F000: another search_path since", `DO $$BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = nowhere', current_database()); END$$`,
			`CREATE TABLE made(id int PRIMARY KEY)`, ":DDL:apply_error_ddl"},
		{"55000: a trigger made meanwhile", raising("object_not_in_prerequisite_state"), `INSERT INTO plain2 VALUES (5)`, "plain2:INSERT:apply_error"},
		{"a trigger with a code of its own", raising("SQLSTATE 'MY123'"), `INSERT INTO plain2 VALUES (5)`, "plain2:INSERT:apply_error"},
		{"42501: a trigger's", raising("insufficient_privilege"), `INSERT INTO plain2 VALUES (5)`, "plain2:INSERT:apply_error"},
		{"42501: a policy's", `CREATE ROLE hedged; GRANT ALL ON ALL TABLES IN SCHEMA public, failoversql TO hedged; GRANT USAGE ON SCHEMA failoversql TO hedged;
			ALTER TABLE plain2 ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON plain2 USING (true) WITH CHECK (a < 5)`,
			`INSERT INTO plain2 VALUES (5)`, "plain2:INSERT:apply_error"},
		{"XX000: a trigger's", raising("internal_error"), `INSERT INTO plain2 VALUES (5)`, "plain2:INSERT:apply_error"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := newOutage(t, shopSchema+`CREATE SCHEMA extra;`)
			o.diverge()
			o.write(c.local)
			o.write(`UPDATE customer SET name = 'after' WHERE id = 2`)
			if c.remote != "" {
				o.primary(c.remote)
			}
			if strings.Contains(c.remote, "ROLE hedged") {
				o.s.cfg.Primary.RuntimeParams["role"] = "hedged" // its own would be above policies
				t.Cleanup(func() { o.primary(`DROP OWNED BY hedged; DROP ROLE hedged`) })
			}
			o.replay()
			o.cutover()
			if got := o.conflicts(); got != c.want {
				t.Errorf("conflicts: got %q, want %q", got, c.want)
			}
			o.expect(`SELECT name FROM customer WHERE id = 2`, `after`)
		})
	}
}

// raising has the primary refuse rows of plain2.
func raising(condition string) string {
	return `CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE ` + condition + `; END$$;
		CREATE TRIGGER g BEFORE INSERT ON plain2 FOR EACH ROW EXECUTE FUNCTION f(); ALTER TABLE plain2 ENABLE ALWAYS TRIGGER g`
}
