package dbsync

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/failoversql/failoversql/sqlitedb"
)

// carryOver copies into the new file what must survive a new copy of the
// primary: the file's identity, the route, journals and conflicts, leases, the
// catalog versions that journals refer to. fresh is a connection to the new
// file; it is called while nobody writes the old one.
func (b *build) carryOver(ctx context.Context, fresh *sqlitedb.Conn) error {
	if _, err := fresh.Exec(ctx, "ATTACH DATABASE ?1 AS old", b.s.cfg.File.Path()); err != nil {
		return fmt.Errorf("dbsync: read the old file: %w", err)
	}
	defer func() { _, _ = fresh.Exec(context.WithoutCancel(ctx), "DETACH DATABASE old") }()
	if err := fresh.Begin(ctx); err != nil {
		return fmt.Errorf("dbsync: %w", err)
	}
	defer fresh.Rollback()
	names, err := ownTables(ctx, fresh)
	if err != nil {
		return err
	}
	for name, sql := range names {
		if err := carryTable(ctx, fresh, name, sql); err != nil {
			return fmt.Errorf("dbsync: carry over %s: %w", name, err)
		}
	}
	if err := b.settle(ctx, fresh); err != nil {
		return fmt.Errorf("dbsync: store the position: %w", err)
	}
	if err := fresh.Commit(ctx); err != nil {
		return fmt.Errorf("dbsync: %w", err)
	}
	return nil
}

// ownTables lists failoversql's own tables in the old file with the statements
// that made them.
func ownTables(ctx context.Context, fresh *sqlitedb.Conn) (map[string]string, error) {
	rows, err := fresh.Query(ctx, `SELECT name, sql FROM old.sqlite_schema
		WHERE type = 'table' AND substr(name, 1, ?1) = ?2`, len(sqlitedb.Prefix), sqlitedb.Prefix)
	if err != nil {
		return nil, fmt.Errorf("dbsync: read the old file: %w", err)
	}
	defer rows.Close()
	return collectPairs(rows)
}

func carryTable(ctx context.Context, fresh *sqlitedb.Conn, name, sql string) error {
	quoted := quoteIdent(name)
	var n int64
	if err := fresh.QueryRow(ctx, "SELECT count(*) FROM main.sqlite_schema WHERE type = 'table' AND name = ?1", []any{name}, &n); err != nil {
		return err
	}
	if n == 0 {
		if _, err := fresh.Exec(ctx, sql); err != nil {
			return err
		}
		if err := carryIndexes(ctx, fresh, name); err != nil {
			return err
		}
	}
	if name == "failoversql_catalog" {
		// The new file's own version is above all of these.
		_, err := fresh.Exec(ctx, "INSERT OR IGNORE INTO main."+quoted+" SELECT * FROM old."+quoted)
		return err
	}
	columns, err := columnsOf(ctx, fresh, name)
	if err != nil {
		return err
	}
	if _, err := fresh.Exec(ctx, "DELETE FROM main."+quoted); err != nil {
		return err
	}
	_, err = fresh.Exec(ctx, "INSERT INTO main."+quoted+"("+columns+") SELECT "+columns+" FROM old."+quoted)
	return err
}

func carryIndexes(ctx context.Context, fresh *sqlitedb.Conn, table string) error {
	rows, err := fresh.Query(ctx, "SELECT name, sql FROM old.sqlite_schema WHERE type = 'index' AND tbl_name = ?1 AND sql IS NOT NULL", table)
	if err != nil {
		return err
	}
	indexes, err := collectPairs(rows)
	_ = rows.Close()
	if err != nil {
		return err
	}
	for _, sql := range indexes {
		if _, err := fresh.Exec(ctx, sql); err != nil {
			return err
		}
	}
	return nil
}

func columnsOf(ctx context.Context, fresh *sqlitedb.Conn, table string) (string, error) {
	rows, err := fresh.Query(ctx, "SELECT name, '' FROM pragma_table_info(?1, 'old')", table)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	pairs, err := collectPairs(rows)
	if err != nil {
		return "", err
	}
	var names []string
	for name := range pairs {
		names = append(names, quoteIdent(name))
	}
	return strings.Join(names, ", "), nil
}

// collectPairs reads rows of two text columns.
func collectPairs(rows driver.Rows) (map[string]string, error) {
	pairs := map[string]string{}
	row := make([]driver.Value, 2)
	for {
		err := rows.Next(row)
		if errors.Is(err, io.EOF) {
			return pairs, nil
		}
		if err != nil {
			return nil, err
		}
		a, _ := row[0].(string)
		b, _ := row[1].(string)
		pairs[a] = b
	}
}

// settle makes the state row say that the file follows from the snapshot's
// position, and notes the objects on the primary that go with it.
func (b *build) settle(ctx context.Context, fresh *sqlitedb.Conn) error {
	st, err := fresh.State(ctx)
	if err != nil {
		return err
	}
	st.State, st.LSN, st.DivergedLSN = sqlitedb.Following, uint64(b.src.lsn), 0
	st.Serving, st.Capture, st.SnapshotComplete = false, true, true
	if err := fresh.SetState(ctx, st); err != nil {
		return err
	}
	for key, value := range map[string]string{
		metaSlot: b.src.slot, metaPublication: b.src.publication, metaTimeline: b.src.timeline,
		"system_id": b.src.catalog.SystemID, "database": b.src.catalog.Database,
	} {
		if err := fresh.SetMeta(ctx, key, value); err != nil {
			return err
		}
	}
	if b.src.exclude != nil {
		text, err := json.Marshal(b.src.exclude)
		if err != nil {
			return err
		}
		if err := fresh.SetMeta(ctx, metaExclude, string(text)); err != nil {
			return err
		}
	}
	return storeStamps(ctx, fresh, b.src.stamps)
}
