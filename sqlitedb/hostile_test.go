package sqlitedb

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mattn/go-sqlite3"
	"github.com/stretchr/testify/require"
)

// A file that says it is ours, and was made by somebody with ideas, is refused or
// does no more than give wrong rows.
func TestHostileFiles(t *testing.T) {
	whole, err := sound()
	require.NoError(t, err)
	const mustRefuse, mayWork = true, false
	for name, c := range map[string]struct {
		sql    string
		refuse bool
	}{
		"a view":                     {`CREATE VIEW v AS SELECT 1`, mustRefuse},
		"a view in a table's place":  {`ALTER TABLE parent RENAME TO p; CREATE VIEW parent AS SELECT * FROM p`, mustRefuse},
		"a trigger":                  {`CREATE TRIGGER t AFTER UPDATE ON failoversql_state BEGIN DELETE FROM parent; END`, mustRefuse},
		"a trigger without an end":   {`CREATE TRIGGER failoversql_x AFTER UPDATE ON parent BEGIN INSERT INTO child(id, parent) WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r LIMIT 1000) SELECT n + 100, 2 FROM r; END`, mayWork},
		"a virtual table":            {`CREATE VIRTUAL TABLE v USING fts3(x)`, mustRefuse},
		"a virtual table, disguised": {`CREATE VIRTUAL TABLE v USING fts3(x); PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql = replace(sql, 'CREATE VIRTUAL', 'CREATE/**/VIRTUAL') WHERE name = 'v'`, mustRefuse},
		"no state":                   {`DELETE FROM failoversql_state`, mustRefuse},
		"no table of state":          {`DROP TABLE failoversql_state`, mustRefuse},
		"no meta":                    {`DELETE FROM failoversql_meta`, mustRefuse},
		"a catalog that is no JSON":  {`UPDATE failoversql_catalog SET json = '{'`, mustRefuse},
		"a catalog without end":      {`UPDATE failoversql_catalog SET json = '{"tables":' || replace(hex(zeroblob(50000)), '0', '[')`, mustRefuse},
		"a catalog of another shape": {`UPDATE failoversql_catalog SET json = '{"tables":[{"columns":[{"type":-1}],"constraints":[{"kind":"f","ref_table":"none"}]}]}'`, mayWork},
		"no catalog":                 {`DELETE FROM failoversql_catalog`, mayWork},
		"a schema that is none":      {`PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql = 'CREATE TABLE parent(' WHERE name = 'parent'`, mustRefuse},
		"two tables on one page":     {`PRAGMA writable_schema=ON; UPDATE sqlite_schema SET rootpage = 2 WHERE name = 'parent'`, mayWork},
		"a page far away":            {`PRAGMA writable_schema=ON; UPDATE sqlite_schema SET rootpage = 1000000 WHERE name = 'child'`, mayWork},
		"a format from the future":   {`UPDATE failoversql_meta SET value = 9e18 WHERE key = 'format_version'`, mustRefuse},
		"a format that is no number": {`UPDATE failoversql_meta SET value = 'x' WHERE key = 'format_version'`, mustRefuse},
		"a value of another type":    {`PRAGMA ignore_check_constraints=ON; UPDATE failoversql_meta SET value = x'00ff' WHERE key = 'file_id'`, mayWork},
		"a lease without end":        {`INSERT INTO failoversql_lease VALUES (1, 'public.child_id_seq', 1, 9223372036854775807, 9223372036854775807)`, mayWork},
		"a task that is no JSON":     {`INSERT INTO failoversql_meta VALUES ('task', '{{')`, mayWork},
		"another application's file": {`PRAGMA application_id = 1`, mustRefuse},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "app.db")
			require.NoError(t, os.WriteFile(path, whole, 0o600))
			raw, err := (&sqlite3.SQLiteDriver{}).Open(path)
			require.NoError(t, err)
			for _, sql := range strings.Split(c.sql, "; ") {
				if strings.HasPrefix(c.sql, "CREATE TRIGGER") {
					sql = c.sql
				}
				_, err = raw.(*sqlite3.SQLiteConn).Exec(sql, nil)
				require.NoError(t, err, sql)
				if sql == c.sql {
					break
				}
			}
			require.NoError(t, raw.Close())
			err = useFile(t, path)
			if c.refuse {
				require.Error(t, err)
			}
			t.Log(err)
		})
	}
}

// Links of others are not followed, and files and directories of others not used.
func TestOpenRefusesLinks(t *testing.T) {
	dir := t.TempDir()
	target := filepath.Join(dir, "target")
	require.NoError(t, os.WriteFile(target, []byte("precious"), 0o600))
	for _, suffix := range []string{"", "-wal", "-shm", "-journal", ".lock", useSuffix} {
		path := filepath.Join(t.TempDir(), "app.db")
		f, err := Open(t.Context(), path, Options{})
		require.NoError(t, err)
		require.NoError(t, f.Close())
		_ = os.Remove(path + suffix)
		require.NoError(t, os.Symlink(target, path+suffix))
		_, err = Open(t.Context(), path, Options{})
		require.Error(t, err, "%q", suffix)
		text, err := os.ReadFile(target)
		require.NoError(t, err)
		require.Equal(t, "precious", string(text), suffix)
	}
	// Our own link to a directory is our own affair.
	linked := filepath.Join(dir, "linked")
	require.NoError(t, os.Symlink(t.TempDir(), linked))
	f, err := Open(t.Context(), filepath.Join(linked, "app.db"), Options{})
	require.NoError(t, err)
	require.NoError(t, f.Close())
	require.ErrorIs(t, (&OpenError{Err: ErrInUse}), ErrInUse)
	var open *OpenError
	_, err = Open(t.Context(), filepath.Join(dir, "none", "app.db"), Options{})
	require.True(t, errors.As(err, &open))
}
