package dbsync

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect"
	"github.com/failoversql/failoversql/dialect/pgvalue"
	"github.com/failoversql/failoversql/sqlitedb"
)

// The stream tells of a changed table only with its next row, and of some
// changes never: rows rewritten by ALTER TABLE are not in it, nor is a table
// that was just created. So the primary's catalogs are watched as well.

// schemaShare is how many times longer than the last look at them the pause
// before the next one is at least. Otherwise they are looked at with every
// heartbeat. Reading all of the schema, once their digest has changed, is paid for
// in the same way, but afterwards: up to schemaCredit may be owed.
const (
	schemaShare  = 50
	schemaCredit = 2 * time.Minute
)

// schemaWatch compares the primary's schema with the file's.
type schemaWatch struct {
	s      *Sync
	seen   string          // digest of the primary's catalogs when the file's schema was last theirs
	next   time.Time       // no look before
	paid   time.Time       // when what reading the schema has cost is paid for
	wanted <-chan struct{} // see heart
}

// check compares when it is time to, or when asked, and takes over what is not
// stored otherwise. It says whether the file's schema was the primary's then: not
// so where it was not yet time, and where the follower, which waits for the next
// look, would not let go of the file. It fails with ErrResync where the copy
// cannot follow the primary's schema.
func (w *schemaWatch) check(ctx context.Context, conn *pgx.Conn, asked bool) (bool, error) {
	start := time.Now()
	if start.Before(w.next) && !asked {
		return false, nil
	}
	select {
	case <-w.wanted: // this look is the answer
	default:
	}
	var digest string
	if err := conn.QueryRow(ctx, schemaDigest).Scan(&digest); err != nil {
		return false, fmt.Errorf("dbsync: watch the primary's schema: %w", err)
	}
	w.next = time.Now().Add(schemaShare * time.Since(start))
	if digest == w.seen {
		w.s.position.looked(start)
		return true, nil
	}
	if start.Add(schemaCredit).Before(w.paid) && !asked {
		return false, nil
	}
	defer func() {
		if w.paid.Before(start) {
			w.paid = start
		}
		w.paid = w.paid.Add(schemaShare * time.Since(start))
	}()
	change, err := w.s.compareSchema(ctx, conn)
	if err != nil {
		return false, err
	}
	w.s.position.looked(start)
	if change != nil {
		if err := w.s.storeSchema(ctx, change, w.wanted); errors.Is(err, errWanted) {
			return false, nil
		} else if err != nil {
			return false, err
		}
	}
	w.seen = digest
	return true, nil
}

// schemaDigest changes with every change of a user's object, and now and then
// without one; it only saves reading the whole schema each time.
const schemaDigest = `
	WITH rel AS (SELECT oid, xmin FROM pg_class WHERE oid >= 16384 AND relkind IN ('r','p','v','m','S','f') AND relpersistence <> 't')
	SELECT md5(concat_ws('/',
		(SELECT string_agg(oid || ':' || xmin, ',' ORDER BY oid) FROM rel),
		(SELECT string_agg(attrelid || ':' || attnum || ':' || xmin, ',' ORDER BY attrelid, attnum) FROM pg_attribute
			WHERE attrelid IN (SELECT oid FROM rel) AND attnum > 0),
		(SELECT string_agg(oid || ':' || xmin, ',' ORDER BY oid) FROM pg_attrdef WHERE adrelid IN (SELECT oid FROM rel)),
		(SELECT string_agg(oid || ':' || xmin, ',' ORDER BY oid) FROM pg_constraint WHERE oid >= 16384),
		(SELECT string_agg(indexrelid || ':' || xmin, ',' ORDER BY indexrelid) FROM pg_index WHERE indrelid IN (SELECT oid FROM rel)),
		(SELECT string_agg(oid || ':' || xmin, ',' ORDER BY oid) FROM pg_type WHERE oid >= 16384 AND typtype IN ('e','d')),
		(SELECT string_agg(oid || ':' || xmin, ',' ORDER BY oid) FROM pg_enum),
		(SELECT string_agg(seqrelid || ':' || xmin, ',' ORDER BY seqrelid) FROM pg_sequence),
		(SELECT string_agg(oid || ':' || xmin, ',' ORDER BY oid) FROM pg_rewrite WHERE oid >= 16384),
		(SELECT string_agg(oid || ':' || xmin, ',' ORDER BY oid) FROM pg_trigger WHERE oid >= 16384 AND NOT tgisinternal),
		(SELECT string_agg(oid || ':' || xmin, ',' ORDER BY oid) FROM pg_policy),
		(SELECT string_agg(oid || ':' || xmin, ',' ORDER BY oid) FROM pg_publication),
		(SELECT string_agg(oid::text, ',' ORDER BY oid) FROM pg_publication_rel),
		(SELECT string_agg(inhrelid || ':' || inhparent, ',' ORDER BY inhrelid, inhparent) FROM pg_inherits),
		(SELECT string_agg(oid || ':' || xmin, ',' ORDER BY oid) FROM pg_namespace WHERE oid >= 16384)))`

// schemaChange is what changed on the primary although rows are stored as before:
// defaults, privileges, views and so on.
type schemaChange struct {
	fresh  *catalog.Catalog // nil where it is what the file has
	stamps map[uint32]stamp
}

// compareSchema reads the primary's schema and says what is to be taken over, nil
// where nothing is.
func (s *Sync) compareSchema(ctx context.Context, conn *pgx.Conn) (*schemaChange, error) {
	tx, err := conn.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return nil, fmt.Errorf("dbsync: watch the primary's schema: %w", err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	load, err := s.loadOptions(ctx)
	if err != nil {
		return nil, err
	}
	loaded, err := catalog.Load(ctx, conn, load)
	if err != nil {
		return nil, fmt.Errorf("dbsync: %w", err)
	}
	fresh := choose(loaded, false)
	id, err := s.identity(ctx)
	if err != nil {
		return nil, err
	}
	stamps, err := stampTables(ctx, conn, fresh, id.publication)
	if err != nil {
		return nil, err
	}
	if err := tx.Commit(ctx); err != nil {
		return nil, fmt.Errorf("dbsync: watch the primary's schema: %w", err)
	}

	current := s.cfg.File.Catalog()
	fresh.SystemID = current.SystemID // not every role may read it
	before, err := s.storedStamps(ctx)
	if err != nil {
		return nil, err
	}
	same := true
	for oid, now := range stamps {
		then, ok := before[oid]
		if !ok {
			continue
		}
		if why := now.rewritten(then); why != "" {
			return nil, fmt.Errorf("%w: table %s %s on the primary", errAltered, tableName(fresh, oid), why)
		}
		if now.Published == "" {
			return nil, fmt.Errorf("%w: table %s is not published on the primary", errAltered, tableName(fresh, oid))
		}
		same = same && now.equal(then)
	}
	if catalog.Fingerprint(fresh) == catalog.Fingerprint(current) {
		if same {
			return nil, nil
		}
		return &schemaChange{nil, stamps}, nil // for the next comparison
	}
	if err := sameStorage(current, fresh); err != nil {
		return nil, err
	}
	return &schemaChange{fresh, stamps}, nil
}

// errWanted: the follower is waited for, and waits for the next look itself.
var errWanted = errors.New("dbsync: the follower has the file")

// storeSchema makes a change the file's, when the file is free. The follower may
// hold it in the middle of a transaction and be waiting for another look at the
// schema: it fails with errWanted then.
func (s *Sync) storeSchema(ctx context.Context, change *schemaChange, wanted <-chan struct{}) error {
	conn, err := s.cfg.File.Conn(ctx)
	if err != nil {
		return fmt.Errorf("dbsync: %w", err)
	}
	defer conn.Close()
	if err := beginUnlessWanted(ctx, conn, wanted); err != nil {
		return err
	}
	defer conn.Rollback()
	st, err := conn.State(ctx)
	if err != nil {
		return fmt.Errorf("dbsync: %w", err)
	}
	if err := mayFollow(st); err != nil {
		return err
	}
	if change.fresh != nil {
		if err := s.renewSchema(ctx, conn, change.fresh); err != nil {
			return err
		}
	}
	if err := storeStamps(ctx, conn, change.stamps); err != nil {
		return err
	}
	if err := conn.Commit(ctx); err != nil {
		return fmt.Errorf("dbsync: store the schema: %w", err)
	}
	if change.fresh != nil {
		s.log.Info("the primary's schema has changed and was taken over")
	}
	return nil
}

func beginUnlessWanted(ctx context.Context, conn *sqlitedb.Conn, wanted <-chan struct{}) error {
	wait, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	begun := make(chan struct{})
	var asked sync.WaitGroup
	asked.Go(func() {
		select {
		case <-wanted:
			cancel(errWanted)
		case <-begun:
		}
	})
	err := conn.Begin(wait)
	close(begun)
	asked.Wait()
	switch {
	case err == nil:
		return nil
	case errors.Is(context.Cause(wait), errWanted):
		return errWanted
	}
	return fmt.Errorf("dbsync: %w", err)
}

// renewSchema stores a catalog as the next version, by which the journal's rows
// are read from then on, and makes anew the triggers that it changes.
func (s *Sync) renewSchema(ctx context.Context, conn *sqlitedb.Conn, cat *catalog.Catalog) error {
	stored, err := catalogOf(ctx, conn)
	if err != nil {
		return err
	}
	next := *cat
	next.Version = stored.Version + 1
	if err := conn.StoreCatalog(ctx, &next); err != nil {
		return fmt.Errorf("dbsync: store the schema: %w", err)
	}
	// Earlier versions are for reading journals.
	if _, err := conn.Exec(ctx, `DELETE FROM failoversql_catalog WHERE version < ?1
		AND NOT EXISTS (SELECT 1 FROM failoversql_journal)`, stored.Version); err != nil {
		return fmt.Errorf("dbsync: store the schema: %w", err)
	}
	return makeTriggers(ctx, conn, &next)
}

// sameStorage fails with ErrResync unless the rows and indexes of two catalogs
// lie in the file in the same way.
func sameStorage(current, fresh *catalog.Catalog) error {
	if len(current.Tables) != len(fresh.Tables) {
		return fmt.Errorf("%w: tables have been created or dropped on the primary", errAltered)
	}
	for _, now := range fresh.Tables {
		then := current.TableByOID(now.OID)
		if then == nil {
			return fmt.Errorf("%w: table %s.%s is new on the primary", errAltered, now.Schema, now.Name)
		}
		a, err := storageOf(current, then)
		if err != nil {
			return err
		}
		b, err := storageOf(fresh, now)
		if err != nil {
			return err
		}
		if !slices.Equal(a, b) {
			return fmt.Errorf("%w: table %s.%s has been altered on the primary", errAltered, now.Schema, now.Name)
		}
	}
	return nil
}

// storageOf describes how a table lies in the file: its statements, and the
// types by which values are read.
func storageOf(cat *catalog.Catalog, t *catalog.Table) ([]string, error) {
	sql, err := rowStorageOf(cat, t)
	if err != nil {
		return nil, err
	}
	indexes, _, err := dialect.IndexSQL(cat, t)
	if err != nil {
		return nil, fmt.Errorf("%w: table %s.%s: %w", ErrResync, t.Schema, t.Name, err)
	}
	return append(sql, indexes...), nil
}

// rowStorageOf is storageOf without the indexes.
func rowStorageOf(cat *catalog.Catalog, t *catalog.Table) ([]string, error) {
	sql, err := dialect.TableSQL(cat, t)
	if err != nil {
		return nil, fmt.Errorf("%w: table %s.%s: %w", ErrResync, t.Schema, t.Name, err)
	}
	for i := range t.Columns {
		typ, _ := pgvalue.TypeOf(cat, t.Columns[i].Type, t.Columns[i].Typmod)
		text, err := json.Marshal(typ)
		if err != nil {
			return nil, fmt.Errorf("dbsync: %w", err)
		}
		sql = append(sql, string(text))
	}
	return append(sql, fmt.Sprintf("%c %c", t.Kind, t.ReplicaIdentity)), nil
}

// loadOptions says what of the primary's schema is the copy's.
func (s *Sync) loadOptions(ctx context.Context) (catalog.LoadOptions, error) {
	opt := catalog.LoadOptions{
		Include: s.cfg.Include, Exclude: s.cfg.Exclude,
		Role:           s.cfg.Primary.User, // the application's, whoever makes the copy
		IgnoreTriggers: s.cfg.IgnoreTriggers,
	}
	text, err := s.cfg.File.Meta(ctx, metaExclude)
	if err != nil {
		return opt, fmt.Errorf("dbsync: read what the copy leaves out: %w", err)
	}
	if text != "" {
		var more []string
		if err := json.Unmarshal([]byte(text), &more); err != nil {
			return opt, fmt.Errorf("dbsync: read what the copy leaves out: %w", err)
		}
		opt.Exclude = slices.Concat(opt.Exclude, more)
	}
	return opt, nil
}

func tableName(cat *catalog.Catalog, oid uint32) string {
	if t := cat.TableByOID(oid); t != nil {
		return t.Schema + "." + t.Name
	}
	return fmt.Sprintf("with OID %d", oid)
}
