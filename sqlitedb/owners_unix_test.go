//go:build unix

package sqlitedb

import (
	"bytes"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// The application's user and another one, who need not be known to the system.
const us, them = 54321, 12345

// owners gives files to users. As root they are really given, and the file is
// opened by a process of the application's user. Others may give nothing away:
// then what the file system says of the owner is put on.
type owners struct {
	t       *testing.T
	of      map[string]int // without root: by name, a link's by its name and "@"
	testing string         // as root: this program, where any user may run it
}

func newOwners(t *testing.T) *owners {
	o := &owners{t: t, of: map[string]int{}}
	if os.Geteuid() == 0 {
		o.testing = filepath.Join(o.dir(), "sqlitedb.test")
		self, err := os.Executable()
		require.NoError(t, err)
		text, err := os.ReadFile(self)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(o.testing, text, 0o755))
		return o
	}
	was := owner
	owner = func(info os.FileInfo) int {
		name := info.Name()
		if info.Mode()&fs.ModeSymlink != 0 {
			name += "@"
		}
		if uid, ok := o.of[name]; ok {
			return uid
		}
		return was(info)
	}
	t.Cleanup(func() { owner = was })
	return o
}

// dir is a directory of the application's user, which every user can reach.
func (o *owners) dir() string {
	dir, err := os.MkdirTemp("", "owners")
	require.NoError(o.t, err)
	o.t.Cleanup(func() { require.NoError(o.t, os.RemoveAll(dir)) })
	require.NoError(o.t, os.Chmod(dir, 0o755))
	o.give(dir, us)
	return dir
}

func (o *owners) give(path string, to int) {
	if os.Geteuid() == 0 {
		require.NoError(o.t, os.Lchown(path, to, to))
	} else if to == them {
		info, err := os.Lstat(path)
		require.NoError(o.t, err)
		name := info.Name()
		if info.Mode()&fs.ModeSymlink != 0 {
			name += "@"
		}
		o.of[name] = to
	}
}

// open opens and closes a file as the application's user.
func (o *owners) open(path string) (output string, ok bool) {
	if o.testing == "" {
		var log bytes.Buffer
		f, err := Open(o.t.Context(), path, Options{Logger: slog.New(slog.NewTextHandler(&log, nil))})
		if err != nil {
			return err.Error(), false
		}
		require.NoError(o.t, f.Close())
		return log.String(), true
	}
	cmd := exec.CommandContext(o.t.Context(), o.testing)
	cmd.Env = append(os.Environ(), childVar+"=open:"+path)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: us, Gid: us}}
	out, err := cmd.CombinedOutput()
	return string(out), err == nil
}

// What belongs to another user is not opened: they chose what is in it, or could
// change it.
func TestFilesOfOthers(t *testing.T) {
	o := newOwners(t)
	for name, c := range map[string]struct {
		make func(dir, path string)
		says string
	}{
		"the file":      {func(_, path string) { o.give(path, them) }, "belongs to another user"},
		"the directory": {func(dir, _ string) { o.give(dir, them) }, "belongs to another user"},
		"a link to the directory": {func(dir, path string) {
			real := o.dir()
			require.NoError(t, os.Rename(path, filepath.Join(real, "app.db")))
			require.NoError(t, os.RemoveAll(dir))
			require.NoError(t, os.Symlink(real, dir))
			o.give(dir, them)
		}, "symbolic link of another user"},
		"a link in the place of the file": {func(dir, path string) {
			require.NoError(t, os.Rename(path, filepath.Join(dir, "other.db")))
			require.NoError(t, os.Symlink(filepath.Join(dir, "other.db"), path))
		}, "symbolic link"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := o.dir()
			path := filepath.Join(dir, "app.db")
			out, ok := o.open(path)
			require.True(t, ok, out)
			c.make(dir, path)
			out, ok = o.open(path)
			require.False(t, ok)
			require.Contains(t, out, c.says)
		})
		clear(o.of)
	}
	for _, suffix := range beside {
		for kind, put := range map[string]func(path, target string){
			"of another user": func(path, _ string) {
				require.NoError(t, os.WriteFile(path, nil, 0o666))
				require.NoError(t, os.Chmod(path, 0o666)) // whatever the umask
				o.give(path, them)
			},
			"a link": func(path, target string) {
				require.NoError(t, os.Symlink(target, path))
			},
			"a pipe": func(path, _ string) {
				require.NoError(t, syscall.Mkfifo(path, 0o600))
				o.give(path, us)
			},
		} {
			t.Run(suffix+" "+kind, func(t *testing.T) {
				dir := o.dir()
				path, target := filepath.Join(dir, "app.db"), filepath.Join(dir, "target")
				require.NoError(t, os.WriteFile(target, []byte("precious"), 0o600))
				o.give(target, us)
				out, ok := o.open(path)
				require.True(t, ok, out)
				if err := os.Remove(path + suffix); err != nil {
					require.ErrorIs(t, err, fs.ErrNotExist)
				}
				put(path+suffix, target)
				out, ok = o.open(path)
				require.False(t, ok, out)
				require.Contains(t, out, suffix)
				text, err := os.ReadFile(target)
				require.NoError(t, err)
				require.Equal(t, "precious", string(text))
			})
			clear(o.of)
		}
	}
}

// A file of ours that others may read or write is closed to them; one that turns
// out not to be ours is left alone.
func TestModes(t *testing.T) {
	o := newOwners(t)
	path := filepath.Join(o.dir(), "app.db")
	mode := func(path string) fs.FileMode {
		info, err := os.Lstat(path)
		require.NoError(t, err)
		return info.Mode()
	}
	out, ok := o.open(path)
	require.True(t, ok, out)
	for _, m := range []fs.FileMode{0o644, 0o660, 0o666} {
		require.NoError(t, os.Chmod(path, m))
		require.NoError(t, os.Chmod(path+lockSuffix, m))
		out, ok := o.open(path)
		require.True(t, ok, out)
		require.Equal(t, fs.FileMode(0o600), mode(path))
		require.Equal(t, fs.FileMode(0o600), mode(path+lockSuffix))
	}
	other := filepath.Join(o.dir(), "notes.txt")
	require.NoError(t, os.WriteFile(other, []byte(strings.Repeat("not a database\n", 100)), 0o644))
	require.NoError(t, os.Chmod(other, 0o644))
	o.give(other, us)
	out, ok = o.open(other)
	require.False(t, ok, out)
	require.Equal(t, fs.FileMode(0o644), mode(other))
}

// A directory in which everybody may remove everything is warned of.
func TestExposedDirectory(t *testing.T) {
	o := newOwners(t)
	dir := o.dir()
	path := filepath.Join(dir, "app.db")
	for m, warned := range map[fs.FileMode]bool{0o700: false, 0o770: false, 0o777: true, 0o777 | fs.ModeSticky: false} {
		require.NoError(t, os.Chmod(dir, m))
		out, ok := o.open(path)
		require.True(t, ok, out)
		require.Equal(t, warned, strings.Contains(out, "open to all"), "%v: %s", m, out)
		require.Equal(t, warned, Exposed(path), "%v", m)
	}
}

// What an operator makes is the application's: the owner of the directory can open
// it afterwards. Only root can be another than the application's user.
func TestMadeByRootForOthers(t *testing.T) {
	o := newOwners(t)
	dir := o.dir()
	path := filepath.Join(dir, "app.db")
	f, err := Open(t.Context(), path, Options{})
	require.NoError(t, err)
	require.NoError(t, f.Reserve())
	require.NoError(t, f.Close())
	backup := filepath.Join(dir, "backup.db")
	require.NoError(t, CopyBackup(path, backup))
	s, err := TakeSole(t.Context(), path)
	require.NoError(t, err)
	kept, err := s.PutInPlace(backup)
	require.NoError(t, err)
	s.Leave()
	made, err := os.Stat(dir)
	require.NoError(t, err)
	for _, p := range []string{path, path + useSuffix, path + lockSuffix, kept} {
		info, err := os.Lstat(p)
		require.NoError(t, err)
		require.Equal(t, owner(made), owner(info), p)
	}
	out, ok := o.open(path)
	require.True(t, ok, out)
}

// Where owner and mode cannot be set, as by root of a container without the
// capability or on some mounted directories, the file is opened as it is.
func TestOwnerAndModeThatCannotBeSet(t *testing.T) {
	defer func(o func(*os.File, int, int) error, m func(string, fs.FileMode) error) { chown, chmod = o, m }(chown, chmod)
	for _, denied := range []syscall.Errno{syscall.EPERM, syscall.EINVAL, syscall.ENOTSUP} {
		chown = func(f *os.File, _, _ int) error { return &fs.PathError{Op: "chown", Path: f.Name(), Err: denied} }
		chmod = func(name string, _ fs.FileMode) error { return &fs.PathError{Op: "chmod", Path: name, Err: denied} }
		dir := newOwners(t).dir() // of another user, where root makes the file
		path := filepath.Join(dir, "app.db")
		for _, m := range []fs.FileMode{0o600, 0o644} {
			var log bytes.Buffer
			f, err := Open(t.Context(), path, Options{Logger: slog.New(slog.NewTextHandler(&log, nil))})
			require.NoError(t, err)
			require.NoError(t, f.Close())
			require.Equal(t, m != 0o600, strings.Contains(log.String(), "its mode cannot be changed"), log.String())
			require.NoError(t, os.Chmod(path, 0o644)) // for the next
		}
	}
	chmod = func(name string, _ fs.FileMode) error {
		return &fs.PathError{Op: "chmod", Path: name, Err: syscall.EIO}
	}
	path := filepath.Join(t.TempDir(), "app.db")
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	require.NoError(t, os.Chmod(path, 0o644))
	_, err := Open(t.Context(), path, Options{})
	require.ErrorIs(t, err, syscall.EIO)
}
