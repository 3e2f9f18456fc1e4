package sqlitedb

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"

	"github.com/failoversql/failoversql/catalog"
	"github.com/mattn/go-sqlite3"
)

// schemaVersion is one version of the catalog with the statements translated
// against it. seq is the shared schema counter at which it was known current.
type schemaVersion struct {
	cat   *catalog.Catalog
	seq   uint64
	plans *plans
	text  *textOrder
}

// checkFormat reads what the file says of itself, and makes our tables in an
// empty file.
func (f *File) checkFormat(ctx context.Context, db *sqlite3.SQLiteConn) error {
	// The first statement to read the file decides whether it is SQLite at all.
	var objects, app int64
	err := retryBusy(ctx, func() error {
		return queryRow(ctx, db, `SELECT count(*), (SELECT application_id FROM pragma_application_id) FROM sqlite_schema`, nil, &objects, &app)
	})
	if err != nil {
		return openFailure(err)
	}
	if objects > 0 && app != applicationID {
		return ErrForeignFile
	}
	if err := checkObjects(ctx, db); err != nil {
		return openFailure(err)
	}
	if err := f.configure(ctx, db); err != nil {
		return err
	}
	if objects == 0 {
		if err := f.create(ctx, db); err != nil {
			return err
		}
	}
	var version int64
	if err := getMeta(ctx, db, "format_version", &version); err != nil {
		if noRows(err) {
			return ErrForeignFile
		}
		return err
	}
	if version > formatVersion {
		return fmt.Errorf("%w (format %d; this one reads up to %d)", ErrNewerFormat, version, formatVersion)
	}
	if err := f.checkIdentity(ctx, db); err != nil || version == formatVersion {
		return err
	}
	return upgrade(ctx, db)
}

// upgrade brings a file of an older format to ours, in one transaction. Another
// process may be at the same work.
func upgrade(ctx context.Context, db *sqlite3.SQLiteConn) error {
	return inTransaction(ctx, db, func() error {
		for {
			var version int64
			if err := getMeta(ctx, db, "format_version", &version); err != nil || version >= formatVersion {
				return err
			}
			steps, ok := upgrades[version]
			if !ok {
				return fmt.Errorf("sqlitedb: unknown format %d", version)
			}
			if _, err := db.ExecContext(ctx, steps, nil); err != nil {
				return fmt.Errorf("upgrading from format %d: %w", version, err)
			}
			if _, err := db.ExecContext(ctx, `UPDATE failoversql_meta SET value = ?1 WHERE key = 'format_version'`, namedArgs([]any{version + 1})); err != nil {
				return err
			}
		}
	})
}

// inTransaction runs work on a bare connection, for what is done before the
// File is open.
func inTransaction(ctx context.Context, db *sqlite3.SQLiteConn, work func() error) error {
	if err := beginImmediate(ctx, db); err != nil {
		return err
	}
	err := work()
	if err == nil {
		_, err = db.ExecContext(context.Background(), "COMMIT", nil)
	}
	if err != nil && !db.AutoCommit() {
		_, _ = db.ExecContext(context.Background(), "ROLLBACK", nil)
	}
	return err
}

func (f *File) create(ctx context.Context, db *sqlite3.SQLiteConn) error {
	return inTransaction(ctx, db, func() error {
		if _, err := db.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d;", applicationID)+schema, nil); err != nil {
			return err
		}
		for k, v := range map[string]any{
			"format_version": int64(formatVersion),
			"file_id":        newUUID(),
			"system_id":      f.opt.SystemID,
			"database":       f.opt.Database,
		} {
			if _, err := db.ExecContext(ctx, `INSERT OR IGNORE INTO failoversql_meta(key, value) VALUES (?1, ?2)`, namedArgs([]any{k, v})); err != nil {
				return err
			}
		}
		return nil
	})
}

func (f *File) checkIdentity(ctx context.Context, db *sqlite3.SQLiteConn) error {
	for _, id := range []struct{ key, want string }{{"system_id", f.opt.SystemID}, {"database", f.opt.Database}} {
		var have string
		if err := getMeta(ctx, db, id.key, &have); err != nil && !noRows(err) {
			return err
		}
		if id.want != "" && have != "" && have != id.want {
			return fmt.Errorf("%w (its %s is %q, not %q)", ErrOtherDatabase, id.key, have, id.want)
		}
	}
	return nil
}

// Meta reads a value of failoversql_meta: "" where there is none.
func (f *File) Meta(ctx context.Context, key string) (string, error) {
	var v any
	err := f.service(ctx, func(c *Conn) error { return getMeta(ctx, c.db, key, &v) })
	if noRows(err) {
		return "", nil
	}
	if err != nil || v == nil {
		return "", err
	}
	return fmt.Sprint(v), nil
}

// SetMeta stores a value of failoversql_meta inside the connection's
// transaction, or at once where none is open.
func (c *Conn) SetMeta(ctx context.Context, key, value string) error {
	_, err := c.Exec(ctx, `INSERT INTO failoversql_meta(key, value) VALUES (?1, ?2) ON CONFLICT(key) DO UPDATE SET value = excluded.value`, key, value)
	return err
}

func getMeta(ctx context.Context, db *sqlite3.SQLiteConn, key string, dest any) error {
	return queryRow(ctx, db, `SELECT value FROM failoversql_meta WHERE key = ?1`, []any{key}, dest)
}

// refresh makes the current catalog the one in the file, if a change of it may
// have been committed since it was read.
func (f *File) refresh(ctx context.Context) error {
	if cur := f.current.Load(); cur != nil && cur.seq == f.shared.schemaSeq() && cur.seq%2 == 0 {
		return nil
	}
	f.reload.Lock()
	defer f.reload.Unlock()
	seq := f.shared.schemaSeq()
	cur := f.current.Load()
	if cur != nil && cur.seq == seq && seq%2 == 0 {
		return nil
	}
	return f.service(ctx, func(c *Conn) error {
		v, err := f.readSchema(ctx, c.db, cur, seq)
		if err == nil && v != cur {
			f.current.Store(v)
		}
		return err
	})
}

// catalogTop is the newest catalog's version, 0 where there is none.
func catalogTop(ctx context.Context, db *sqlite3.SQLiteConn) (version int64, err error) {
	err = queryRow(ctx, db, `SELECT coalesce(max(version), 0) FROM failoversql_catalog`, nil, &version)
	return version, err
}

// readSchema reads the catalog as db's transaction sees it; have is what is
// known, returned as it is (but for seq) when still current.
func (f *File) readSchema(ctx context.Context, db *sqlite3.SQLiteConn, have *schemaVersion, seq uint64) (*schemaVersion, error) {
	version, err := catalogTop(ctx, db)
	if err != nil {
		return nil, err
	}
	if have != nil && have.cat.Version == version {
		if have.seq == seq {
			return have, nil
		}
		return have.at(seq), nil
	}
	if version == 0 {
		return f.newSchema(&catalog.Catalog{
			Database:   f.opt.Database,
			SearchPath: []string{"public"},
			Schemas:    []string{"public"},
			TimeZone:   "UTC",
			NextOID:    catalog.FirstLocalOID,
			Collation:  catalog.Collation{Provider: 'c', Locale: "C"},
		}, seq), nil
	}
	var text string
	if err := queryRow(ctx, db, `SELECT json FROM failoversql_catalog WHERE version = ?1`, []any{version}, &text); err != nil {
		return nil, err
	}
	cat := new(catalog.Catalog)
	if err := json.Unmarshal([]byte(text), cat); err != nil {
		return nil, fmt.Errorf("sqlitedb: catalog version %d: %w", version, err)
	}
	return f.newSchema(cat, seq), nil
}

func (f *File) newSchema(cat *catalog.Catalog, seq uint64) *schemaVersion {
	return &schemaVersion{cat: cat, seq: seq, plans: newPlans(f.opt.PlanCache), text: orderOf(cat.Collation)}
}

// at is the same version, known to be current at another count.
func (v *schemaVersion) at(seq uint64) *schemaVersion {
	n := *v
	n.seq = seq
	return &n
}

// publish makes a catalog that was just committed the current one.
func (f *File) publish(cat *catalog.Catalog, seq uint64) {
	f.reload.Lock()
	defer f.reload.Unlock()
	if cur := f.current.Load(); cur == nil || cur.cat.Version < cat.Version {
		f.current.Store(f.newSchema(cat, seq))
	}
}

func storeCatalog(ctx context.Context, db *sqlite3.SQLiteConn, cat *catalog.Catalog) error {
	text, err := json.Marshal(cat)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, `INSERT INTO failoversql_catalog(version, json)
		SELECT ?1, ?2 WHERE ?1 > (SELECT coalesce(max(version), 0) FROM failoversql_catalog)`, namedArgs([]any{cat.Version, string(text)}))
	if err != nil {
		return err
	}
	var top int64
	if err := queryRow(ctx, db, `SELECT changes()`, nil, &top); err != nil {
		return err
	}
	if top != 1 {
		return fmt.Errorf("sqlitedb: catalog version %d is not newer than the stored one", cat.Version)
	}
	return nil
}

// CatalogVersion reads a version of the catalog that is kept in the file, such
// as the one a journal row was written under.
func (c *Conn) CatalogVersion(ctx context.Context, version int64) (*catalog.Catalog, error) {
	var text string
	if err := c.QueryRow(ctx, `SELECT json FROM failoversql_catalog WHERE version = ?1`, []any{version}, &text); err != nil {
		if noRows(err) {
			err = fmt.Errorf("sqlitedb: no catalog version %d in the file", version)
		}
		return nil, err
	}
	cat := new(catalog.Catalog)
	if err := json.Unmarshal([]byte(text), cat); err != nil {
		return nil, fmt.Errorf("sqlitedb: catalog version %d: %w", version, err)
	}
	return cat, nil
}

func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
