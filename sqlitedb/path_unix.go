//go:build unix

package sqlitedb

import (
	"errors"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// writable asks the system without opening the file: closing a descriptor of a
// database would drop the locks that SQLite holds on it in this process.
func writable(path string) error {
	if err := unix.Access(path, unix.R_OK|unix.W_OK); err != nil {
		return &os.PathError{Op: "open for writing", Path: path, Err: err}
	}
	return nil
}

// ownedByOther refuses a file that another user could change behind our back.
func ownedByOther(info os.FileInfo) error {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return nil
	}
	if uid := os.Geteuid(); uid != 0 && int(st.Uid) != uid {
		return errors.New("belongs to another user")
	}
	return nil
}
