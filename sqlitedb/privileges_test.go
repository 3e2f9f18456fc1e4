package sqlitedb

import (
	"reflect"
	"testing"

	"github.com/failoversql/failoversql/internal/pgtest"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// TestPrivilegesKeepDetails breaks constraints as a role that may write and not,
// or not everything, read: the details of errors tell it nothing it may not see,
// word for word as in PostgreSQL.
func TestPrivilegesKeepDetails(t *testing.T) {
	setup := []string{
		`CREATE TABLE parent (id int PRIMARY KEY, name text)`,
		`CREATE TABLE w (id int PRIMARY KEY, a int CHECK (a > 0), b text NOT NULL DEFAULT 'secret', c text UNIQUE, p int REFERENCES parent(id))`,
		`INSERT INTO parent VALUES (1, 'x'), (2, 'y')`,
		`INSERT INTO w VALUES (1, 1, 'top', 'c1', 1), (2, 2, 'top', 'c2', 2)`,
	}
	server := pgtest.New(t)
	f := open(t, "", Options{})
	serve(t, f, true)
	owner := session(t, f)
	for _, sql := range setup {
		mustExec(t, owner, sql)
	}
	if err := server.Exec(ctx, "postgres", append(setup, `CREATE ROLE app LOGIN`)...); err != nil {
		t.Fatal(err)
	}
	statements := []string{
		`exec:INSERT INTO w VALUES (1, 5, 'v', 'new', 1)`,
		`exec:INSERT INTO w (id, a, c) VALUES (5, 5, 'c1')`,
		`exec:INSERT INTO w (id, a) VALUES (5, -1)`,
		`exec:INSERT INTO w (id, a, b) VALUES (5, 1, NULL)`,
		`exec:INSERT INTO w (id, a, p) VALUES (5, 1, 99)`,
		`exec:UPDATE w SET a = -1`,
		`exec:UPDATE w SET c = 'c1'`,
		`exec:UPDATE w SET b = NULL`,
		`exec:UPDATE w SET p = 99`,
		`exec:DELETE FROM parent`,
		`exec:UPDATE parent SET id = 100`,
		`exec:WITH i AS (INSERT INTO w (id, a) VALUES (5, -1)) SELECT 1`,
		`exec:INSERT INTO w (id, a, c) SELECT 7, 7, 'c1'`,
	}
	for _, grants := range []struct {
		sql             string
		w, parent       string
		columns         map[string]string // of w
		parentOfColumns map[string]string
	}{
		{`GRANT INSERT, UPDATE ON w TO app; GRANT DELETE, UPDATE ON parent TO app`, "aw", "wd", nil, nil},
		{`GRANT INSERT, UPDATE, SELECT (id, c) ON w TO app; GRANT DELETE, UPDATE, SELECT (id) ON parent TO app`, "aw", "wd", map[string]string{"id": "r", "c": "r"}, map[string]string{"id": "r"}},
		{`GRANT INSERT (id, a, c), UPDATE (a), SELECT (id) ON w TO app; GRANT SELECT (name), DELETE ON parent TO app`, "", "d", map[string]string{"id": "ra", "a": "aw", "c": "a"}, map[string]string{"name": "r"}},
		{`GRANT ALL ON w, parent TO app`, "arwdD", "arwdD", nil, nil},
	} {
		if err := server.Exec(ctx, "postgres", `REVOKE ALL ON w, parent FROM app`, grants.sql); err != nil {
			t.Fatal(err)
		}
		grant(t, f, "w", grants.w, grants.columns)
		grant(t, f, "parent", grants.parent, grants.parentOfColumns)
		cfg, err := pgx.ParseConfig(server.DSN() + " user=app")
		if err != nil {
			t.Fatal(err)
		}
		cfg.RuntimeParams["timezone"] = "UTC"
		conn, err := stdlib.GetConnector(*cfg).Connect(ctx)
		if err != nil {
			t.Fatal(err)
		}
		pg, lite := postgresSide(t, conn.(*stdlib.Conn)), fallbackSide(session(t, f))
		for _, sql := range statements {
			want, got := pg.run(q(sql)), lite.run(q(sql))
			if !reflect.DeepEqual(want, got) {
				t.Errorf("%s\n  %s\n  PostgreSQL: %s\n  fallback:   %s", grants.sql, sql, want, got)
			}
		}
		if err := conn.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// grant gives the user of a file these privileges on a table, as if the table
// were the primary's.
func grant(t *testing.T, f *File, name, privileges string, columns map[string]string) {
	t.Helper()
	c, err := f.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	cat := f.Catalog().Clone()
	for i, table := range cat.Tables {
		if table.Name != name {
			continue
		}
		changed := *table
		changed.Local, changed.Owner, changed.Privileges = false, false, privileges
		changed.Columns = append(changed.Columns[:0:0], table.Columns...)
		for j := range changed.Columns {
			changed.Columns[j].Privileges = columns[changed.Columns[j].Name]
		}
		cat.Tables[i] = &changed
	}
	if err := c.Begin(ctx); err != nil {
		t.Fatal(err)
	}
	if err := c.StoreCatalog(ctx, cat); err != nil {
		t.Fatal(err)
	}
	if err := c.Commit(ctx); err != nil {
		t.Fatal(err)
	}
}
