package dialect_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/dialect"
	"github.com/failoversql/failoversql/internal/pgtest"
)

// TestDDLPrivileges asks for changes that a role without privileges is denied.
func TestDDLPrivileges(t *testing.T) {
	server := pgtest.New(t)
	if err := server.Exec(t.Context(), "postgres", `CREATE ROLE app LOGIN; REVOKE CREATE ON SCHEMA public FROM public;
		CREATE SCHEMA mine AUTHORIZATION app; CREATE TABLE theirs (id serial PRIMARY KEY, a int); CREATE INDEX theirs_a ON theirs (a);
		GRANT SELECT, INSERT, UPDATE, DELETE ON theirs TO app; CREATE VIEW theirs_v AS SELECT 1 AS a; CREATE SEQUENCE theirs_s`); err != nil {
		t.Fatal(err)
	}
	conn, cat := connectAs(t, server, "app")
	for _, sql := range []string{
		"CREATE TABLE x (a int)", "CREATE TABLE public.x (a int)", "CREATE TABLE mine.x (a int)", "CREATE SEQUENCE x", "CREATE TYPE x AS ENUM ('a')",
		"ALTER TABLE theirs ADD COLUMN b int", "ALTER TABLE theirs RENAME TO ours", "ALTER TABLE theirs RENAME COLUMN a TO b", "CREATE INDEX ON theirs (a)",
		"DROP TABLE theirs", "DROP INDEX theirs_a", "DROP SEQUENCE theirs_s", "DROP VIEW theirs_v", "TRUNCATE theirs", "COMMENT ON TABLE theirs IS 'x'",
		"CREATE SCHEMA more", "ALTER INDEX theirs_a RENAME TO b",
	} {
		tx, err := conn.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		_, want := tx.Exec(t.Context(), sql, pgx.QueryExecModeSimpleProtocol)
		_ = tx.Rollback(t.Context())
		_, got := dialect.Translate(cat, sql)
		if d := differ(want, got); d != "" {
			t.Errorf("%s\nPostgreSQL: %s\nfallback:   %s\n%s", sql, describe(want), describe(got), d)
		}
	}
}
