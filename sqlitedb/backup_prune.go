package sqlitedb

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Retention says which backups stay: the newest Keep of them, and of those the
// ones not older than MaxAge. Zero means any number, any age.
type Retention struct {
	Keep   int
	MaxAge time.Duration
}

// BackupFile is a backup of this file, by its name.
type BackupFile struct {
	Path string
	At   time.Time // by its name
}

// Written is when the backup was written, as far as its name and the file system
// say: the earlier of the two, for a name may run ahead of a clock that was set
// back.
func (b BackupFile) Written() time.Time {
	if info, err := os.Lstat(b.Path); err == nil && info.ModTime().Before(b.At) {
		return info.ModTime()
	}
	return b.At
}

// backupName matches the names that Backup gives, with what stands before and
// after them.
func (f *File) backupName(before, after string) *regexp.Regexp {
	return regexp.MustCompile(`^` + regexp.QuoteMeta(before+f.backupBase()) + `-(\d{8}T\d{6}\.\d{3}Z)(-\d+)?` + regexp.QuoteMeta(after) + `$`)
}

// Backups lists the backups of this file in a directory, the newest first. Only
// regular files with a name that Backup gives are looked at.
func (f *File) Backups(dir string) ([]BackupFile, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	name := f.backupName("", ".db")
	var all []BackupFile
	for _, e := range entries {
		m := name.FindStringSubmatch(e.Name())
		if m == nil || !e.Type().IsRegular() {
			continue
		}
		if at, err := time.Parse(backupTime, m[1]); err == nil {
			all = append(all, BackupFile{filepath.Join(dir, e.Name()), at})
		}
	}
	slices.SortFunc(all, func(a, b BackupFile) int {
		if c := b.At.Compare(a.At); c != 0 {
			return c
		}
		return strings.Compare(b.Path, a.Path)
	})
	return all, nil
}

// PruneBackups removes backups of this file that keep does not leave, oldest
// last in the list that it returns. The newest stays whatever keep says.
func (f *File) PruneBackups(ctx context.Context, dir string, keep Retention) (removed []string, err error) {
	all, err := f.Backups(dir)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	for n, b := range all {
		if n == 0 || (keep.Keep == 0 || n < keep.Keep) && (keep.MaxAge == 0 || now.Sub(b.At) <= keep.MaxAge) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return removed, err
		}
		if rerr := os.Remove(b.Path); rerr != nil {
			err = errors.Join(err, rerr)
			continue
		}
		removed = append(removed, b.Path)
	}
	return removed, err
}
