package dbsync

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/failoversql/failoversql/dialect"
	"github.com/failoversql/failoversql/sqlitedb"
)

// buildInfix marks a file that is being built beside the one it will replace.
const buildInfix = ".new-"

// build is a new file on its way.
type build struct {
	s      *Sync
	src    *source
	path   string
	file   *sqlitedb.File
	conn   *sqlitedb.Conn
	tables []*copyTable
	writer *copyWriter
}

// build makes the new file: tables, rows, indexes, triggers, checks.
func (s *Sync) build(ctx context.Context, src *source) (_ *build, err error) {
	if err := s.removeLeftovers(); err != nil {
		return nil, err
	}
	b := &build{s: s, src: src, path: s.cfg.File.Path() + buildInfix + strings.TrimPrefix(src.slot, "failoversql_")}
	defer func() {
		if err != nil {
			b.discard()
		}
	}()
	if b.file, err = sqlitedb.Open(ctx, b.path, sqlitedb.Options{Logger: s.log}); err != nil {
		return nil, fmt.Errorf("dbsync: make the new file: %w", err)
	}
	if b.conn, err = b.file.Conn(ctx); err != nil {
		return nil, fmt.Errorf("dbsync: make the new file: %w", err)
	}
	// Nothing of this file counts before it is whole, so it needs no syncs on the
	// way. Sorting for indexes spills to disk, to keep memory bounded.
	for _, pragma := range []string{
		"PRAGMA foreign_keys = OFF", "PRAGMA ignore_check_constraints = ON", "PRAGMA synchronous = OFF",
		"PRAGMA temp_store = FILE", "PRAGMA cache_size = -65536", "PRAGMA wal_autocheckpoint = 16384",
	} {
		if _, err := b.conn.Exec(ctx, pragma); err != nil {
			return nil, fmt.Errorf("dbsync: make the new file: %w", err)
		}
	}
	for _, step := range []func(context.Context) error{b.makeTables, b.copyRows, b.makeIndexes, b.verify} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// makeTables stores the catalog and makes the tables, empty.
func (b *build) makeTables(ctx context.Context) error {
	if err := b.conn.Begin(ctx); err != nil {
		return fmt.Errorf("dbsync: make the new file: %w", err)
	}
	defer b.conn.Rollback()
	version := b.s.cfg.File.Catalog().Version
	// Above every version of the old file: its journals refer to them.
	b.src.catalog.Version = max(version, b.file.Catalog().Version) + 1
	if err := b.conn.StoreCatalog(ctx, b.src.catalog); err != nil {
		return fmt.Errorf("dbsync: store the schema: %w", err)
	}
	if err := b.execAll(ctx, JournalSchema()); err != nil {
		return fmt.Errorf("dbsync: make the journal: %w", err)
	}
	for _, t := range b.src.catalog.Tables {
		sql, err := dialect.TableSQL(b.src.catalog, t)
		if err != nil {
			return fmt.Errorf("dbsync: table %s.%s: %w", t.Schema, t.Name, err)
		}
		if err := b.execAll(ctx, sql); err != nil {
			return fmt.Errorf("dbsync: table %s.%s: %w", t.Schema, t.Name, err)
		}
		ct, err := newCopyTable(b.src.catalog, t)
		if err != nil {
			return err
		}
		b.tables = append(b.tables, ct)
	}
	if err := b.conn.Commit(ctx); err != nil {
		return fmt.Errorf("dbsync: make the new file: %w", err)
	}
	return nil
}

func (b *build) execAll(ctx context.Context, sql []string) error {
	for _, q := range sql {
		if _, err := b.conn.Exec(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

func (b *build) copyRows(ctx context.Context) error {
	b.writer = newCopyWriter(b.conn, b.src.sizes, b.s.cfg.Progress)
	b.writer.total.Phase = "copy"
	for _, t := range b.tables {
		b.writer.total.Expected += b.src.sizes[t.table.OID]
	}
	return b.s.copyAll(ctx, b.src.snapshot, b.tables, b.writer)
}

// makeIndexes makes what waited for the rows: indexes, and triggers, which must
// not see them arrive.
func (b *build) makeIndexes(ctx context.Context) error {
	cat := b.src.catalog
	if err := b.conn.Begin(ctx); err != nil {
		return fmt.Errorf("dbsync: make indexes: %w", err)
	}
	defer b.conn.Rollback()
	for _, t := range cat.Tables {
		b.report("index", t.Schema+"."+t.Name)
		indexes, skipped, err := dialect.IndexSQL(cat, t)
		if err != nil {
			return fmt.Errorf("dbsync: indexes of %s.%s: %w", t.Schema, t.Name, err)
		}
		if len(skipped) > 0 {
			b.s.log.Info("indexes that the copy does without", "table", t.Schema+"."+t.Name, "indexes", skipped)
		}
		for _, sql := range indexes {
			if err := ctx.Err(); err != nil {
				return err
			}
			if _, err := b.conn.Exec(ctx, sql); err != nil {
				return fmt.Errorf("dbsync: indexes of %s.%s: %w", t.Schema, t.Name, err)
			}
		}
	}
	if err := makeTriggers(ctx, b.conn, cat); err != nil {
		return err
	}
	if err := b.conn.Commit(ctx); err != nil {
		return fmt.Errorf("dbsync: make indexes: %w", err)
	}
	return nil
}

func (b *build) report(phase, table string) {
	b.writer.total.Phase, b.writer.total.Table = phase, table
	if b.s.cfg.Progress != nil {
		b.s.cfg.Progress(b.writer.total)
	}
}

// verify compares the counts with the primary's and has SQLite check the file.
func (b *build) verify(ctx context.Context) error {
	for _, t := range b.tables {
		name := t.table.Schema + "." + t.table.Name
		b.report("verify", name)
		var n int64
		if err := b.conn.QueryRow(ctx, "SELECT count(*) FROM "+t.fileName(), nil, &n); err != nil {
			return fmt.Errorf("dbsync: count the copy of %s: %w", name, err)
		}
		if n != t.rows {
			return fmt.Errorf("dbsync: the copy of %s has %d rows, the primary %d", name, n, t.rows)
		}
	}
	var said string
	if err := b.conn.QueryRow(ctx, "PRAGMA quick_check(1)", nil, &said); err != nil || said != "ok" {
		return errors.Join(fmt.Errorf("dbsync: the new file is damaged: %s", said), err)
	}
	return b.checkReferences(ctx)
}

// checkReferences looks for rows whose foreign keys lead nowhere. The primary
// may hold such rows, under constraints that were never validated; they are
// reported, not refused.
func (b *build) checkReferences(ctx context.Context) error {
	var table, parent string
	var row, key any
	err := b.conn.QueryRow(ctx, "PRAGMA foreign_key_check", nil, &table, &row, &parent, &key)
	switch {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return fmt.Errorf("dbsync: check foreign keys: %w", err)
	}
	b.s.log.Warn("rows of the primary break a foreign key", "table", table, "references", parent)
	return nil
}

// close closes the new file.
func (b *build) close() {
	if b.conn != nil {
		_ = b.conn.Close()
		b.conn = nil
	}
	if b.file != nil {
		_ = b.file.Close()
		b.file = nil
	}
}

// discard closes and removes the new file.
func (b *build) discard() {
	b.close()
	removeFile(b.path)
}

// removeLeftovers removes files of snapshots that never finished. Only the
// owner of the file makes them, and there is one.
func (s *Sync) removeLeftovers() error {
	path := s.cfg.File.Path()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("dbsync: %w", err)
	}
	prefix := filepath.Base(path) + buildInfix
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), prefix) {
			if err := os.Remove(filepath.Join(filepath.Dir(path), e.Name())); err != nil && !os.IsNotExist(err) {
				return fmt.Errorf("dbsync: remove what an earlier snapshot left: %w", err)
			}
		}
	}
	return nil
}

// removeFile removes a SQLite database and what stands beside it; nothing is
// lost where that fails, and the next snapshot tries again.
func removeFile(path string) {
	for _, suffix := range []string{"", "-wal", "-shm", "-journal", ".lock"} {
		_ = os.Remove(path + suffix)
	}
}
