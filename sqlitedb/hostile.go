package sqlitedb

import (
	"context"
	"fmt"
	"io/fs"
	"os"

	"github.com/mattn/go-sqlite3"
)

// checkObjects refuses a file with what we never make: a view, a virtual table, or
// a trigger that is not ours would run as part of statements that know nothing of
// it, with functions whose input they choose.
func checkObjects(ctx context.Context, db *sqlite3.SQLiteConn) error {
	rows, err := readAll(ctx, db, `SELECT type, name FROM sqlite_schema WHERE type NOT IN ('table', 'index', 'trigger')
			OR type = 'trigger' AND substr(name, 1, 11) <> 'failoversql' OR type = 'table' AND rootpage = 0
		UNION ALL SELECT type, name FROM pragma_table_list WHERE schema = 'main' AND type <> 'table'`)
	if err != nil {
		return err
	}
	if len(rows) > 0 {
		return fmt.Errorf("%w: it holds a %v that failoversql did not make, %q", ErrForeignFile, rows[0][0], rows[0][1])
	}
	return nil
}

// besides refuses what lies beside a database and would be written in its place:
// whoever put a link there chose the target.
func besides(path string) error {
	for _, suffix := range []string{"-wal", "-shm", "-journal"} {
		info, err := os.Lstat(path + suffix)
		if err == nil && info.Mode()&fs.ModeSymlink != 0 {
			return fmt.Errorf("%s is a symbolic link, which is not followed", path+suffix)
		}
	}
	return nil
}
