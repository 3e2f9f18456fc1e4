package sqlitedb

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// creating keeps one goroutine's new file from being opened by another before
// its descriptor is closed (see writable).
var creating sync.Mutex

// Exposed reports whether others can remove or rename what is in the directory of
// a file. They cannot read or change it.
func Exposed(path string) bool {
	info, err := os.Stat(filepath.Dir(path))
	return err == nil && othersMayRename(info)
}

// leastDatabase is the size of the smallest database, which has one page.
const leastDatabase = 512

// preparePath makes sure that path is a regular file that may be written,
// making an empty one where there is none.
func preparePath(path string) error {
	creating.Lock()
	defer creating.Unlock()

	dir := filepath.Dir(path)
	switch info, err := os.Stat(dir); {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("the directory %s does not exist", dir)
	case err != nil:
		return err
	case !info.IsDir():
		return fmt.Errorf("%s is not a directory", dir)
	default:
		if err := trustedDirectory(dir, info); err != nil {
			return err
		}
	}

	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
		if err == nil {
			return errors.Join(handOver(f, dir), f.Close()) // the database itself: to whom the directory belongs
		}
		if !errors.Is(err, fs.ErrExist) {
			return err
		}
		info, err = os.Lstat(path) // another process was faster
		if err != nil {
			return err
		}
	} else if err != nil {
		return err
	}

	switch {
	case info.Mode()&fs.ModeSymlink != 0:
		return errors.New("is a symbolic link, which is not followed")
	case info.IsDir():
		return errors.New("is a directory")
	case !info.Mode().IsRegular():
		return errors.New("is not a regular file")
	}
	if err := ownedByOther(info); err != nil {
		return err
	}
	if err := besides(path); err != nil {
		return err
	}
	// SQLite takes a file of a few bytes for an empty one, and writes over it.
	if size := info.Size(); size > 0 && size < leastDatabase {
		if _, err := os.Lstat(path + "-journal"); errors.Is(err, fs.ErrNotExist) {
			return ErrNotSQLite
		}
	}
	// SQLite keeps its log in files beside the database.
	if err := writable(dir); err != nil {
		return err
	}
	if err := writable(path); !errors.Is(err, fs.ErrNotExist) { // another process may just remove it; claim looks again
		return err
	}
	return nil
}
