package sqlitedb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// Backup writes a copy of the file, as one moment has it, into a directory and
// checks it. The copy is named after the file and the time (UTC) and has mode
// 0600; it has that name only when it is whole. Where the clock was set back its
// name follows that of the newest that is there. Applications go on meanwhile.
// Nothing is left behind when it fails; what a killed process leaves is removed
// by a later call.
func (f *File) Backup(ctx context.Context, dir string) (path string, err error) {
	part, path, err := f.beginBackup(dir)
	if err != nil {
		return "", fmt.Errorf("sqlitedb: backup: %w", err)
	}
	defer func() {
		if err != nil {
			_ = remove(part)
			path, err = "", fmt.Errorf("sqlitedb: backup: %w", err)
		}
	}()
	// VACUUM INTO takes an empty file as it is, mode and all.
	err = f.service(ctx, func(c *Conn) error {
		_, err := c.Exec(ctx, `VACUUM INTO ?1`, part)
		return err
	})
	if err != nil {
		return path, err
	}
	if err = f.checkCopy(ctx, part); err != nil {
		return path, err
	}
	if err = syncFile(part); err != nil {
		return path, err
	}
	if err = os.Rename(part, path); err != nil {
		return path, err
	}
	part = path // goes, too, where its name may not be on the disk
	return path, syncFile(path)
}

// beginBackup makes the empty file that becomes a backup, and finds the name that
// it will have then.
func (f *File) beginBackup(dir string) (part, path string, err error) {
	at := time.Now().UTC()
	all, err := f.Backups(dir)
	if err != nil {
		return "", "", err
	}
	if len(all) > 0 && !at.After(all[0].At) { // retention goes by the names
		at = all[0].At.Add(time.Millisecond)
	}
	if err := f.removeParts(dir); err != nil {
		return "", "", err
	}
	for n := 0; ; n++ {
		name := f.backupBase() + "-" + at.Format(backupTime)
		if n > 0 {
			name += fmt.Sprintf("-%d", n)
		}
		part, path = filepath.Join(dir, "."+name+partSuffix), filepath.Join(dir, name+".db")
		file, err := os.OpenFile(part, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if os.IsExist(err) && n < 100 {
			continue
		}
		if err != nil {
			return "", "", err
		}
		if err := file.Close(); err != nil {
			return "", "", errors.Join(err, remove(part))
		}
		if _, err := os.Lstat(path); errors.Is(err, os.ErrNotExist) {
			return part, path, nil
		}
		if err := remove(part); err != nil || n == 100 {
			return "", "", errors.Join(fmt.Errorf("%s is there", path), err)
		}
	}
}

const (
	// partSuffix ends the name of a backup that is being written.
	partSuffix = ".part"
	// partLife is how long after the last change of such a file its writer is
	// taken for dead.
	partLife = 24 * time.Hour
)

// removeParts removes what killed processes have left of backups of this file.
func (f *File) removeParts(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	name := f.backupName(".", partSuffix)
	for _, e := range entries {
		if !name.MatchString(e.Name()) {
			continue
		}
		if info, err := e.Info(); err == nil && time.Since(info.ModTime()) > partLife {
			if err := remove(filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// backupTime is the time in a backup's name.
const backupTime = "20060102T150405.000Z"

// backupBase begins the names of this file's backups.
func (f *File) backupBase() string {
	return strings.TrimSuffix(filepath.Base(f.path), filepath.Ext(f.path))
}

// syncFile makes a file and its name durable.
func syncFile(path string) error {
	for _, p := range []string{path, filepath.Dir(path)} {
		f, err := os.Open(p)
		if err != nil {
			return err
		}
		err = f.Sync()
		f.Close()
		if err != nil && !(p != path && runtime.GOOS == "windows") { // which cannot sync a directory
			return err
		}
	}
	return nil
}

// checkCopy opens a backup by itself and looks it through.
func (f *File) checkCopy(ctx context.Context, path string) error {
	copied := &File{path: path}
	copied.current.Store(f.current.Load())
	db, err := copied.connectReadOnly()
	if err != nil {
		return err
	}
	defer db.Close()
	return integrity(ctx, &registered{file: copied, db: db, have: make(map[string]bool)})
}

// Integrity looks the whole file through (PRAGMA integrity_check) and returns
// an error that lists what is wrong. It reads a snapshot, so that applications
// go on meanwhile.
func (f *File) Integrity(ctx context.Context) error {
	return f.service(ctx, func(c *Conn) error { return integrity(ctx, &c.funcs) })
}

func integrity(ctx context.Context, r *registered) error {
	if err := r.allCollations(); err != nil {
		return err
	}
	if err := r.usedBySchema(ctx); err != nil {
		return err
	}
	rows, err := readAll(ctx, r.db, `PRAGMA integrity_check(20)`)
	if err != nil {
		return err
	}
	var wrong []string
	for _, row := range rows {
		if text, _ := row[0].(string); text != "ok" {
			wrong = append(wrong, text)
		}
	}
	if len(wrong) > 0 {
		return fmt.Errorf("%s: damaged: %s", r.file.path, strings.Join(wrong, "; "))
	}
	return nil
}
