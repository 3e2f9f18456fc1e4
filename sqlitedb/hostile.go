package sqlitedb

import (
	"context"
	"errors"
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

// beside is what comes after the name of a database in the names of what lies
// beside it: SQLite's own files, and ours.
var beside = []string{"-wal", "-shm", "-journal", lockSuffix, reserveSuffix, orderSuffix, taskSuffix, primarySuffix, useSuffix}

// besides refuses what lies beside a database and is not ours to write: whoever
// put a link there chose the target, and whoever owns a log chooses the content.
func besides(path string) error {
	for _, suffix := range beside {
		info, err := os.Lstat(path + suffix)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			return err
		case info.Mode()&fs.ModeSymlink != 0:
			return fmt.Errorf("%s is a symbolic link, which is not followed", path+suffix)
		case !info.Mode().IsRegular():
			return fmt.Errorf("%s is not a regular file", path+suffix)
		}
		if err := ownedByOther(info); err != nil && !byUsOrRoot(info) {
			return fmt.Errorf("%s %w", path+suffix, err)
		}
	}
	return nil
}

// makePrivate takes from others what they may do with a file that is ours, and
// with what lies beside it: somebody has copied it with the rights of any file.
func makePrivate(path string) error {
	for _, suffix := range append([]string{""}, beside...) {
		info, err := os.Lstat(path + suffix)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil && openToOthers(info) {
			err = chmod(path+suffix, info.Mode().Perm()&^0o077)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
