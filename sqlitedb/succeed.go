package sqlitedb

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Succeed makes this file, a copy of a backup, fit to take the place of old; nil
// where that is not there or cannot be read. Values of sequences are given out by
// one file only: the leases of the backup, from which values may have been given
// out since, go, and those of old come in their place. What belonged to
// the processes of that time (pin, orders, gate) is old's, or nothing. It says
// whether there are leases.
func (f *File) Succeed(ctx context.Context, old *File) (leases bool, err error) {
	var st State
	var spent, local [][]any
	if old != nil {
		err = old.service(ctx, func(c *Conn) (err error) {
			if st, err = c.State(ctx); err != nil {
				return err
			}
			var same int64
			id := func(f *Conn, key string) (v string) { _ = getMeta(ctx, f.db, key, &v); return v }
			err = f.service(ctx, func(own *Conn) error {
				if id(c, "system_id") == id(own, "system_id") && id(c, "database") == id(own, "database") {
					same = 1
				}
				return nil
			})
			if err != nil || same == 0 {
				return err
			}
			if spent, err = c.rowsOf(ctx, `SELECT id, sequence, start, finish, next FROM failoversql_lease`); err != nil {
				return err
			}
			local, err = c.rowsOf(ctx, `SELECT oid, sequence, last_value, is_called FROM failoversql_sequence WHERE is_called`)
			return err
		})
		if err != nil {
			return false, err
		}
	}
	return len(spent) > 0, f.Update(ctx, func(c *Conn) error {
		own, err := c.State(ctx)
		if err != nil {
			return err
		}
		own.Mode, own.Reason, own.Since, own.Pin = "", "", time.Time{}, st.Pin
		own.Generation = max(own.Generation, st.Generation) + 1
		own.Draining, own.Serving, own.Capture = false, false, true
		if err := c.SetState(ctx, own); err != nil {
			return err
		}
		if _, err := c.Exec(ctx, `UPDATE failoversql_state SET tx = max(tx, ?1), depth = 0`, st.Tx); err != nil {
			return err
		}
		if err := errors.Join(c.putOrder(ctx, Order{}), c.SetMeta(ctx, metaTask, "")); err != nil {
			return err
		}
		if _, err := c.Exec(ctx, `DELETE FROM failoversql_lease`); err != nil {
			return err
		}
		for _, r := range spent {
			if _, err := c.Exec(ctx, `INSERT INTO failoversql_lease(id, sequence, start, finish, next) VALUES (?1, ?2, ?3, ?4, ?5)`, r...); err != nil {
				return err
			}
		}
		for _, r := range local {
			if _, err := c.Exec(ctx, `UPDATE failoversql_sequence SET last_value = max(last_value, ?3), is_called = max(is_called, ?4) WHERE oid = ?1 AND sequence = ?2`, r...); err != nil {
				return err
			}
		}
		return nil
	})
}

func (c *Conn) rowsOf(ctx context.Context, query string) ([][]any, error) {
	rows, err := readAll(ctx, c.db, query)
	if err != nil {
		return nil, err
	}
	out := make([][]any, len(rows))
	for i, r := range rows {
		for _, v := range r {
			out[i] = append(out[i], v)
		}
	}
	return out, nil
}

// CountTx makes the next transaction's number greater than n.
func (f *File) CountTx(ctx context.Context, n int64) error {
	return f.Update(ctx, func(c *Conn) error {
		_, err := c.Exec(ctx, `UPDATE failoversql_state SET tx = max(tx, ?1)`, n)
		return err
	})
}

// CopyBackup copies a file at rest, as a backup is, to a name that is free, with
// mode 0600. It refuses what is no regular file, and a symbolic link.
func CopyBackup(from, to string) (err error) {
	for _, suffix := range []string{"", "-wal"} {
		info, err := os.Lstat(from + suffix)
		if suffix != "" && errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if !info.Mode().IsRegular() {
			return fmt.Errorf("%s is not a regular file", from+suffix)
		}
		if suffix == "" && info.Size() == 0 {
			return fmt.Errorf("%s is empty", from)
		}
		if err := copyFile(from+suffix, to+suffix); err != nil {
			return errors.Join(err, remove(to))
		}
	}
	return nil
}

func copyFile(from, to string) error {
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer src.Close()
	dst, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(dst, src)
	return errors.Join(err, dst.Sync(), dst.Close())
}

// PutInPlace puts a file that nobody has open in the place of the one of s, which
// keeps its content under another name beside it: kept is that name, "" where
// there was none. It is one step but for a file whose log SQLite could not bring
// home, which is damaged anyway.
func (s *Sole) PutInPlace(fresh string) (kept string, err error) {
	if _, err := os.Lstat(fresh + "-wal"); err == nil {
		return "", fmt.Errorf("%s has a log still", fresh)
	}
	if _, err := os.Lstat(s.path); err == nil {
		base := strings.TrimSuffix(s.path, filepath.Ext(s.path)) + "-replaced-" + time.Now().UTC().Format(backupTime)
		kept = base + ".db"
		for n := 1; ; n++ {
			if _, err := os.Lstat(kept); errors.Is(err, os.ErrNotExist) {
				break
			}
			kept = fmt.Sprintf("%s-%d.db", base, n)
		}
		if err := os.Rename(s.path+"-wal", kept+"-wal"); err != nil && !errors.Is(err, os.ErrNotExist) {
			return "", err
		}
		if err := os.Link(s.path, kept); err != nil { // a file system without them
			if err := os.Rename(s.path, kept); err != nil {
				return "", err
			}
		}
	}
	_ = os.Remove(s.path + "-shm")
	was := s.path
	if _, err := os.Lstat(was); errors.Is(err, os.ErrNotExist) && kept != "" {
		was = kept
	}
	if err := handOverFresh(fresh, was); err != nil {
		return kept, err
	}
	if err := os.Rename(fresh, s.path); err != nil {
		return kept, err
	}
	return kept, errors.Join(syncFile(s.path), remove(fresh))
}

func handOverFresh(fresh, path string) error {
	f, err := os.Open(fresh)
	if err != nil {
		return err
	}
	return errors.Join(handOver(f, path), f.Close())
}

// Discard removes a copy that was not put in place, with all beside it.
func Discard(path string) error { return remove(path) }
