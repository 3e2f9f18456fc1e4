package sqlitedb

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sync/errgroup"
)

// older makes a file of format 1 with a state of its own.
func older(t *testing.T) (path string, want State) {
	t.Helper()
	schema, err := os.ReadFile("testdata/format1.sql")
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "app.db")
	f := open(t, path, Options{}) // for the connection
	c, err := f.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"meta", "catalog", "state", "lease", "sequence", "order"} {
		if _, err := c.Exec(ctx, `DROP TABLE failoversql_`+name); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.Exec(ctx, string(schema)+`
		INSERT INTO failoversql_meta(key, value) VALUES ('format_version', 1), ('file_id', 'f'), ('system_id', '42'), ('database', 'app');
		UPDATE failoversql_state SET mode = 'fallback', generation = 9, serving = 1, tx = 5, journal = 'j'`); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(c.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
	return path, State{Mode: "fallback", Generation: 9, Serving: true, Capture: true, Tx: 5, State: Empty, Journal: "j"}
}

// A file of an older format is brought to ours when it is opened, with all that
// is in it, also by several at the same time.
func TestUpgrade(t *testing.T) {
	path, want := older(t)
	if _, err := Open(ctx, path, Options{Database: "other"}); !errors.Is(err, ErrOtherDatabase) {
		t.Fatal(err)
	}
	var group errgroup.Group
	for range 8 {
		group.Go(func() error {
			f, err := Open(ctx, path, Options{Database: "app"})
			if err != nil {
				return err
			}
			defer f.Close()
			if st, err := f.State(ctx); err != nil || st != want {
				return fmt.Errorf("%+v, %w", st, err)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	f, fresh := open(t, path, Options{}), open(t, "", Options{})
	if v, err := f.Meta(ctx, "format_version"); err != nil || v != fmt.Sprint(formatVersion) {
		t.Fatal(v, err)
	}
	if a, b := tables(t, f), tables(t, fresh); a != b {
		t.Fatalf("an upgraded file has\n%s\na new one\n%s", a, b)
	}
	if id, _ := f.Meta(ctx, "file_id"); id != "f" {
		t.Fatal("another identity", id)
	}
}

// tables lists the columns of every table.
func tables(t *testing.T, f *File) (list string) {
	t.Helper()
	c, err := f.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	err = c.QueryRow(ctx, `SELECT group_concat(x, char(10)) FROM (SELECT format('%s.%s %s %d %s', m.name, p.name, p.type, p."notnull", p.dflt_value) AS x
		FROM sqlite_schema m, pragma_table_info(m.name) p WHERE m.type = 'table' ORDER BY m.name, p.cid)`, nil, &list)
	if err != nil {
		t.Fatal(err)
	}
	return list
}
