package sqlitedb

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// Backup writes a copy of the file, as one moment has it, into a directory and
// checks it. The copy is named after the file and the time (UTC) and has mode
// 0600. Applications go on meanwhile. Nothing is left behind when it fails.
func (f *File) Backup(ctx context.Context, dir string) (path string, err error) {
	base := f.backupBase()
	at := time.Now().UTC()
	for n := 0; ; n++ {
		name := base + "-" + at.Format(backupTime)
		if n > 0 {
			name += fmt.Sprintf("-%d", n)
		}
		path = filepath.Join(dir, name+".db")
		file, cerr := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if os.IsExist(cerr) && n < 100 {
			continue
		}
		if cerr != nil {
			return "", fmt.Errorf("sqlitedb: backup: %w", cerr)
		}
		if err := file.Close(); err != nil {
			return "", fmt.Errorf("sqlitedb: backup: %w", err)
		}
		break
	}
	defer func() {
		if err != nil {
			_ = remove(path)
			path, err = "", fmt.Errorf("sqlitedb: backup: %w", err)
		}
	}()
	// VACUUM INTO takes an empty file as it is, mode and all.
	err = f.service(ctx, func(c *Conn) error {
		_, err := c.Exec(ctx, `VACUUM INTO ?1`, path)
		return err
	})
	if err != nil {
		return path, err
	}
	if err = f.checkCopy(ctx, path); err != nil {
		return path, err
	}
	return path, syncFile(path)
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
