//go:build unix

package sqlitedb

import (
	"errors"
	"fmt"
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

// trustedDirectory refuses a directory whose owner, or the owner of the symbolic
// link that leads to it, is another user but root: they could put another file in
// the place of ours, or have it made elsewhere.
func trustedDirectory(dir string, info os.FileInfo) error {
	if !byUsOrRoot(info) && os.Geteuid() != 0 {
		return fmt.Errorf("the directory %s belongs to another user", dir)
	}
	link, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	if link.Mode()&os.ModeSymlink != 0 && !byUsOrRoot(link) {
		return fmt.Errorf("the directory %s is a symbolic link of another user", dir)
	}
	return nil
}

func byUsOrRoot(info os.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return !ok || st.Uid == 0 || int(st.Uid) == os.Geteuid()
}
