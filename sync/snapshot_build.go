package dbsync

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/dialect"
	"github.com/failoversql/failoversql/sqlitedb"
)

// buildInfix marks a file that is being built beside the one it will replace.
const buildInfix = ".new-"

// build is a new file on its way.
type build struct {
	s        *Sync
	src      *source
	tell     func(Progress)  // or nil
	only     map[uint32]bool // the tables to be copied; nil: all
	regions  map[uint32]region
	compare  bool // every row with the primary's, before the copy is put in place
	path     string
	file     *sqlitedb.File
	conn     *sqlitedb.Conn
	tables   []*copyTable
	progress *tracker
}

// build makes the new file: tables, rows, indexes, triggers, checks.
func (s *Sync) build(ctx context.Context, src *source, opt SnapshotOptions) (_ *build, err error) {
	b, err := s.newBuild(ctx, src, opt)
	if err != nil {
		return nil, err
	}
	for _, step := range []func(context.Context) error{b.makeTables, b.copyRows, b.makeIndexes, b.verify} {
		if err := step(ctx); err != nil {
			b.discard()
			return nil, err
		}
	}
	return b, nil
}

// newBuild makes the new file, empty.
func (s *Sync) newBuild(ctx context.Context, src *source, opt SnapshotOptions) (_ *build, err error) {
	if err := s.removeLeftovers(); err != nil {
		return nil, err
	}
	b := &build{s: s, src: src, tell: opt.tell(s), compare: opt.Compare, path: s.cfg.File.Path() + buildInfix + strings.TrimPrefix(src.slot, "failoversql_")}
	defer func() {
		if err != nil {
			b.discard()
		}
	}()
	if b.file, err = sqlitedb.Open(ctx, b.path, sqlitedb.Options{Logger: s.log, Scratch: true}); err != nil {
		return nil, fmt.Errorf("dbsync: make the new file: %w", err)
	}
	if b.conn, err = b.file.Conn(ctx); err != nil {
		return nil, fmt.Errorf("dbsync: make the new file: %w", err)
	}
	// Sorting for indexes spills to disk, to keep memory bounded.
	for _, pragma := range []string{
		"PRAGMA foreign_keys = OFF", "PRAGMA ignore_check_constraints = ON",
		"PRAGMA temp_store = FILE", "PRAGMA cache_size = -32768",
	} {
		if _, err := b.conn.Exec(ctx, pragma); err != nil {
			return nil, fmt.Errorf("dbsync: make the new file: %w", err)
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
	if err := b.conn.StoreCatalog(ctx, b.src.catalog); err != nil {
		return fmt.Errorf("dbsync: store the schema: %w", err)
	}
	if err := b.execAll(ctx, JournalSchema()); err != nil {
		return fmt.Errorf("dbsync: make the journal: %w", err)
	}
	for _, t := range b.src.catalog.Tables {
		if b.only != nil && !b.only[t.OID] {
			continue
		}
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
		ct.where = b.regions[t.OID].primary
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
	b.progress = newTracker(b.tell, b.src.sizes, b.tables)
	b.progress.phase("copy")
	return b.s.copyAll(ctx, b.src, b.tables, newCopyWriter(b.conn, b.progress))
}

// makeIndexes makes what waited for the rows: indexes, and triggers, which must
// not see them arrive.
func (b *build) makeIndexes(ctx context.Context) error {
	if err := at("snapshot.copied"); err != nil {
		return err
	}
	cat := b.src.catalog
	if err := b.conn.Begin(ctx); err != nil {
		return fmt.Errorf("dbsync: make indexes: %w", err)
	}
	defer b.conn.Rollback()
	b.progress.phase("index")
	for _, ct := range b.tables {
		t := ct.table
		b.progress.at(ct, 0, 0)
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
		b.progress.done(ct)
	}
	if err := makeTriggers(ctx, b.conn, cat); err != nil {
		return err
	}
	if err := b.conn.Commit(ctx); err != nil {
		return fmt.Errorf("dbsync: make indexes: %w", err)
	}
	return nil
}

// verify compares the counts with the primary's, and every row where that was
// asked for, and has SQLite check the file.
func (b *build) verify(ctx context.Context) error {
	b.progress.phase("verify")
	var conn *pgx.Conn
	if b.compare {
		var err error
		if conn, err = b.s.connectSnapshot(ctx, b.src.snapshot); err != nil {
			return err
		}
		defer closeConn(conn.PgConn())
	}
	for _, t := range b.tables {
		b.progress.at(t, 0, 0)
		name := t.table.Schema + "." + t.table.Name
		var n int64
		if err := b.conn.QueryRow(ctx, "SELECT count(*) FROM "+t.fileName(), nil, &n); err != nil {
			return fmt.Errorf("dbsync: count the copy of %s: %w", name, err)
		}
		if rows := t.rows.Load(); n != rows {
			return fmt.Errorf("dbsync: the copy of %s has %d rows, the primary %d", name, n, rows)
		}
		if conn != nil {
			r, err := compareTable(ctx, conn.PgConn(), b.conn, b.src.catalog, t.table, 0)
			if err != nil {
				return fmt.Errorf("dbsync: compare %s: %w", name, err)
			}
			if len(r.Differences) > 0 {
				return fmt.Errorf("dbsync: the copy of %s is not what the primary holds: the row with the key %s is %s", name, r.Differences[0].Key, r.Differences[0].Kind)
			}
		}
		b.progress.done(t)
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
	for _, suffix := range []string{"", "-wal", "-shm", "-journal", ".lock", ".use"} {
		_ = os.Remove(path + suffix)
	}
}
