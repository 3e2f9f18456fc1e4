//go:build unix

package sqlitedb

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
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
	if uid := os.Geteuid(); uid != 0 && owner(info) != uid {
		return errors.New("belongs to another user")
	}
	return nil
}

// openToOthers: the file's mode lets others read or write it, and we may change
// that.
func openToOthers(info os.FileInfo) bool {
	return info.Mode().Perm()&0o077 != 0 && (os.Geteuid() == 0 || owner(info) == os.Geteuid())
}

// handOver gives a file that root has made to the owner of the database to which
// it belongs, or of the directory where that is not there yet: an operator who is
// root works for the application's user, who must be able to open it afterwards.
func handOver(f *os.File, path string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	info, err := f.Stat()
	if err != nil {
		return err
	}
	to, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		to, err = os.Stat(filepath.Dir(path))
	}
	if err != nil {
		return err
	}
	if want, ok := to.Sys().(*syscall.Stat_t); ok && owner(info) == 0 && want.Uid != 0 {
		if err := chown(f, int(want.Uid), int(want.Gid)); !beyondUs(err) {
			return err
		}
	}
	return nil
}

var (
	chown = (*os.File).Chown
	chmod = os.Chmod
)

// beyondUs says that owner or mode cannot be set here whoever asks, or not by this
// root: one of a container without the capability, or whose user namespace lacks
// the owner of a mounted directory, and file systems that have neither. The file
// is as usable as it is.
func beyondUs(err error) bool {
	return errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported)
}

// othersMayRename: the directory is open to all, and not one in which everybody
// keeps what is theirs, as /tmp is.
func othersMayRename(dir os.FileInfo) bool {
	return dir.Mode().Perm()&0o002 != 0 && dir.Mode()&os.ModeSticky == 0
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
	uid := owner(info)
	return uid == 0 || uid == os.Geteuid()
}

// owner is the user to whom a file belongs. Tests where nobody may make files of
// others have it say what they need.
var owner = func(info os.FileInfo) int {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return int(st.Uid)
	}
	return os.Geteuid()
}
