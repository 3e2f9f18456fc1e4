package pgtest

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
)

// sharedDir is a directory of this user for what outlives a process: cluster
// templates, reserved ports, downloads. Its name is predictable, so it must
// really be the user's own.
func sharedDir() (string, error) {
	dir := filepath.Join(os.TempDir(), "failoversql-pgtest-"+strconv.Itoa(os.Getuid()))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return "", err
	}
	if !info.IsDir() || !ownedByMe(info) {
		return "", fmt.Errorf("%s exists and is not this user's directory", dir)
	}
	return dir, nil
}

// copyTree copies a directory of plain files. Modes are kept, owners are not.
func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		if d.IsDir() {
			return os.Mkdir(target, 0o700)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(target, data, 0o600)
	})
}
