package dbsync

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect"
	"github.com/failoversql/failoversql/sqlitedb"
)

// A change of the schema concerns few tables, and only those are copied anew: in
// a snapshot of the primary at some later position, up to which the stream is
// then applied to all the others, and in the same transaction of the file the new
// tables take the place of the old ones. So the file goes from the state at one
// position to the state at another, and never shows a mixture. Of a partitioned
// table whose partitions came and went only the rows in their bounds are copied.

// errAltered: the primary's schema is not the file's any more.
var errAltered = fmt.Errorf("%w: the schema has changed", ErrResync)

// tableChanges says what a change of the schema asks for.
type tableChanges struct {
	fresh   *catalog.Catalog
	stamps  map[uint32]stamp
	before  map[uint32]stamp  // the file's
	copied  map[uint32]bool   // to be copied: new, or stored otherwise than before
	regions map[uint32]region // to be copied in part
	reindex []*catalog.Table
	dropped []*catalog.Table // of the file's catalog, with what is copied anew
	kept    *catalog.Catalog // the file's, with the tables whose rows stay
}

// region is a part of a table's rows: a condition in the primary's SQL and in the
// file's.
type region struct{ primary, file string }

// whole has tables copied that were to be copied in part.
func (ch *tableChanges) whole() {
	partly := func(t *catalog.Table) bool { return ch.regions[t.OID] != region{} }
	for _, t := range ch.kept.Tables {
		if partly(t) {
			ch.copied[t.OID] = true
			ch.dropped = append(ch.dropped, t)
		}
	}
	ch.kept.Tables = slices.DeleteFunc(ch.kept.Tables, partly)
	ch.reindex = slices.DeleteFunc(ch.reindex, partly)
	ch.regions = nil
}

// resyncTables brings the file up to a changed schema. It fails where more than
// some tables is needed; nothing is changed then. The caller holds busy.
func (s *Sync) resyncTables(ctx context.Context) error {
	select {
	case s.copying <- struct{}{}:
		defer s.copying.give()
	default:
		return errors.New("dbsync: a new copy is being made already")
	}
	start := time.Now()
	id, err := s.identity(ctx)
	if err != nil {
		return err
	}
	conn, err := s.connect(ctx)
	if err != nil {
		return fmt.Errorf("dbsync: connect to the primary: %w", err)
	}
	defer closeConn(conn.PgConn())
	src, published, err := s.holdTables(ctx, conn, id)
	if err != nil {
		return err
	}
	defer closeConn(src.holder)
	ch, err := s.tableChanges(ctx, src)
	if err != nil {
		return err
	}
	if !sameTables(published, ch.fresh) {
		return errTablesChanged
	}
	err = s.renewTables(ctx, src, ch)
	if err != nil && len(ch.regions) > 0 && ctx.Err() == nil {
		// As where the stream tells of rows that it never told had come.
		s.log.Info("partitions of these tables have changed and cannot be copied by themselves", "tables", tableNames(ch.fresh, ch.regions), "error", err)
		ch.whole()
		err = s.renewTables(ctx, src, ch)
	}
	if err != nil {
		return err
	}
	gone := 0
	for _, t := range ch.dropped {
		if !ch.copied[t.OID] {
			gone++
		}
	}
	s.log.Info("the primary's schema has changed: these tables were copied anew", "tables", tableNames(ch.fresh, ch.copied),
		"partly", tableNames(ch.fresh, ch.regions), "dropped", gone, "reindexed", len(ch.reindex), "lsn", src.lsn, "took", time.Since(start))
	return nil
}

// renewTables copies what has to be and puts it in place.
func (s *Sync) renewTables(ctx context.Context, src *source, ch *tableChanges) error {
	b, err := s.buildTables(ctx, src, ch)
	if err != nil {
		return err
	}
	defer b.discard()
	if err := s.exchangeTables(ctx, b, ch); err != nil {
		return err
	}
	b.progress.phase("done")
	return nil
}

func tableNames[V any](cat *catalog.Catalog, oids map[uint32]V) []string {
	names := []string{}
	for oid := range oids {
		names = append(names, tableName(cat, oid))
	}
	slices.Sort(names)
	return names
}

// holdTables publishes what is to be followed from now on and holds the primary's
// state of a later position. The slot for that is a temporary one: the file goes
// on with its own.
func (s *Sync) holdTables(ctx context.Context, conn *pgx.Conn, id identity) (src *source, published *catalog.Catalog, err error) {
	load, err := s.loadOptions(ctx)
	if err != nil {
		return nil, nil, err
	}
	loaded, err := catalog.Load(ctx, conn, load)
	if err != nil {
		return nil, nil, fmt.Errorf("dbsync: %w", err)
	}
	published = choose(loaded, false)
	if err := publish(ctx, conn, id.publication, published.Tables); err != nil {
		return nil, nil, err
	}
	repl, err := s.connectReplication(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("dbsync: replication connection: %w", err)
	}
	src = &source{holder: repl, publication: id.publication}
	if err = s.checkSystem(ctx, repl); err == nil {
		err = s.whileMakingSlot(ctx, conn, repl, nil, func() (err error) {
			src.lsn, src.snapshot, err = temporarySlot(ctx, repl)
			return err
		})
		if err == nil {
			err = s.inSnapshot(ctx, src, load)
		}
	}
	if err != nil {
		closeConn(repl)
		return nil, nil, err
	}
	return src, published, nil
}

// tableChanges compares the file's catalog with the primary's.
func (s *Sync) tableChanges(ctx context.Context, src *source) (*tableChanges, error) {
	current := s.cfg.File.Catalog()
	src.catalog.SystemID = current.SystemID
	ch := &tableChanges{fresh: src.catalog, stamps: src.stamps, copied: map[uint32]bool{}, regions: map[uint32]region{}, kept: current.Clone()}
	before, err := s.storedStamps(ctx)
	if err != nil {
		return nil, err
	}
	ch.before = before
	unseen := map[uint32][]uint32{}
	for part := range s.unseen {
		// It may be a table of its own before and after, or another's partition.
		for _, of := range []uint32{part.of, part.oid} {
			unseen[of] = append(unseen[of], part.oid)
		}
		for of, st := range before {
			if _, ok := st.Leaves[part.oid]; ok && of != part.of {
				unseen[of] = append(unseen[of], part.oid)
			}
		}
	}
	ch.kept.Version, ch.kept.Tables = current.Version, nil
	for _, then := range current.Tables {
		now := ch.fresh.TableByOID(then.OID)
		if now == nil {
			ch.dropped = append(ch.dropped, then)
			continue
		}
		same, indexed, err := sameTable(current, then, ch.fresh, now)
		if err != nil {
			return nil, err
		}
		stamped, known := before[then.OID]
		if stamp := src.stamps[then.OID]; !same || !known || stamp.rewritten(stamped) != "" || stamp.Published == "" || unseen[then.OID] != nil {
			part := region{}
			if same && known {
				part = regionOf(current, then, stamp.region(stamped, unseen[then.OID]))
			}
			if part == (region{}) {
				ch.copied[then.OID] = true
				ch.dropped = append(ch.dropped, then)
				continue
			}
			ch.regions[then.OID] = part
		}
		ch.kept.Tables = append(ch.kept.Tables, then)
		if !indexed {
			ch.reindex = append(ch.reindex, now)
		}
	}
	for _, now := range ch.fresh.Tables {
		if current.TableByOID(now.OID) == nil {
			ch.copied[now.OID] = true
		}
	}
	return ch, nil
}

// regionOf is a region as both sides understand it, none where they do not.
func regionOf(cat *catalog.Catalog, t *catalog.Table, condition string) region {
	if condition == "" {
		return region{}
	}
	sql, err := dialect.Condition(cat, t, condition)
	if err != nil {
		return region{}
	}
	return region{condition, sql}
}

// sameTable says whether the rows of a table lie in the file as before, and
// whether its indexes do.
func sameTable(current *catalog.Catalog, then *catalog.Table, fresh *catalog.Catalog, now *catalog.Table) (rows, indexed bool, err error) {
	a, err := rowStorageOf(current, then)
	if err != nil {
		return false, false, err
	}
	b, err := rowStorageOf(fresh, now)
	if err != nil || !slices.Equal(a, b) {
		return false, false, err
	}
	if a, _, err = dialect.IndexSQL(current, then); err != nil {
		return false, false, err
	}
	if b, _, err = dialect.IndexSQL(fresh, now); err != nil {
		return false, false, err
	}
	return true, slices.Equal(a, b), nil
}

// storedStamps reads how the tables lay on the primary when they were copied.
func (s *Sync) storedStamps(ctx context.Context) (map[uint32]stamp, error) {
	text, err := s.cfg.File.Meta(ctx, metaStamps)
	if err != nil {
		return nil, fmt.Errorf("dbsync: %w", err)
	}
	var stamps map[uint32]stamp
	if err := json.Unmarshal([]byte(text), &stamps); err != nil {
		return nil, fmt.Errorf("%w: the file does not say how its tables lay on the primary", ErrResync)
	}
	return stamps, nil
}

// buildTables copies some tables into a file of their own.
func (s *Sync) buildTables(ctx context.Context, src *source, ch *tableChanges) (_ *build, err error) {
	b, err := s.newBuild(ctx, src, SnapshotOptions{})
	if err != nil {
		return nil, err
	}
	b.only, b.regions = maps.Clone(ch.copied), ch.regions
	for oid := range ch.regions {
		b.only[oid] = true
	}
	for _, step := range []func(context.Context) error{b.makeTables, b.copyRows} {
		if err := step(ctx); err != nil {
			b.discard()
			return nil, err
		}
	}
	b.close()
	return b, nil
}

// exchangeTables applies the stream up to the snapshot's position to the tables
// that stay, and puts the others in place, in one transaction of the file.
func (s *Sync) exchangeTables(ctx context.Context, b *build, ch *tableChanges) error {
	st, err := s.cfg.File.State(ctx)
	if err != nil {
		return err
	}
	if err := mayFollow(st); err != nil {
		return err
	}
	from := LSN(st.LSN)
	stream, err := s.openStream(ctx, from)
	if err != nil {
		return err
	}
	defer stream.close()
	file, err := s.applyConn(ctx)
	if err != nil {
		return err
	}
	defer file.Close()
	if _, err := file.Exec(ctx, "ATTACH DATABASE ?1 AS fresh", b.path); err != nil {
		return fmt.Errorf("dbsync: read the new tables: %w", err)
	}
	defer func() { _, _ = file.Exec(context.WithoutCancel(ctx), "DETACH DATABASE fresh") }()
	f := &follower{s: s}
	f.conn = file
	if err := f.beginFile(ctx); err != nil {
		return err
	}
	defer file.Rollback()
	if err := at("resync.begun"); err != nil {
		return err
	}
	if err := s.applyBefore(ctx, file, stream, ch, from, b.src.lsn); err != nil {
		return err
	}
	if err := at("resync.applied"); err != nil {
		return err
	}
	if err := exchange(ctx, file, b, ch); err != nil {
		return err
	}
	if err := s.renewSchema(ctx, file, ch.fresh); err != nil {
		return err
	}
	if err := storeStamps(ctx, file, ch.stamps); err != nil {
		return err
	}
	if err := at("resync.commit"); err != nil {
		return err
	}
	return f.commitFile(ctx)
}

// errBefore ends the stream at a position.
var errBefore = errors.New("dbsync: the position is reached")

// applyBefore applies to the tables that are kept what committed before a
// position, inside the open transaction, and stores that position.
func (s *Sync) applyBefore(ctx context.Context, file *sqlitedb.Conn, stream *stream, ch *tableChanges, from, until LSN) error {
	nothing := func(context.Context) error { return nil }
	a := &applier{
		cat: ch.kept, partial: true, partitions: partitions{known: leavesOf(ch.before, ch.stamps)}, conn: file, begin: nothing, commit: nothing,
		relations: map[uint32]*relation{}, stored: from, passed: from, open: true, since: time.Now(),
		beginning: func(_ context.Context, commit LSN) error {
			if commit >= until {
				return errBefore
			}
			return nil
		},
	}
	defer a.close()
	tick := time.NewTicker(askInterval)
	defer tick.Stop()
	for a.inside || a.passed < until {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-tick.C:
			stream.ask()
		case c, ok := <-stream.full:
			if !ok {
				return stream.err
			}
			err := c.messages(func(b []byte) error {
				if !a.inside && a.passed >= until {
					return errBefore
				}
				return a.message(ctx, b)
			})
			stream.release(c)
			if errors.Is(err, errBefore) {
				a.inside, a.passed = false, until
			} else if err != nil {
				return err
			}
		}
	}
	a.passed = until // what lay between held nothing
	return a.store(ctx)
}

// exchange drops the tables that are gone or changed, and puts in the new ones
// with their rows.
func exchange(ctx context.Context, file *sqlitedb.Conn, b *build, ch *tableChanges) error {
	run := func(table *catalog.Table, sql ...string) error {
		for _, q := range sql {
			if err := ctx.Err(); err != nil {
				return err
			}
			if _, err := file.Exec(ctx, q); err != nil {
				return fmt.Errorf("dbsync: table %s.%s: %w", table.Schema, table.Name, err)
			}
		}
		return nil
	}
	for _, t := range ch.dropped {
		if err := run(t, "DROP TABLE main."+quoteIdent(catalog.SQLiteName(t.Schema, t.Name))); err != nil {
			return err
		}
	}
	for _, ct := range b.tables {
		part, partly := ch.regions[ct.table.OID]
		sql := []string{"DELETE FROM main." + ct.fileName() + " WHERE " + part.file}
		if !partly {
			var err error
			if sql, err = dialect.TableSQL(ch.fresh, ct.table); err != nil {
				return fmt.Errorf("dbsync: table %s.%s: %w", ct.table.Schema, ct.table.Name, err)
			}
		}
		if err := run(ct.table, sql...); err != nil {
			return err
		}
		names := make([]string, len(ct.columns))
		for i, c := range ct.columns {
			names[i] = quoteIdent(c.name)
		}
		list := strings.Join(names, ", ")
		if err := run(ct.table, "INSERT INTO main."+ct.fileName()+"("+list+") SELECT "+list+" FROM fresh."+ct.fileName()); err != nil {
			return err
		}
		if partly {
			continue
		}
		if err := makeIndexesOf(ctx, file, ch.fresh, ct.table); err != nil {
			return err
		}
	}
	for _, t := range ch.reindex {
		rows, err := file.Query(ctx, "SELECT name, '' FROM main.sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ?1", catalog.SQLiteName(t.Schema, t.Name))
		if err != nil {
			return fmt.Errorf("dbsync: indexes of %s.%s: %w", t.Schema, t.Name, err)
		}
		old, err := collectPairs(rows)
		_ = rows.Close()
		if err != nil {
			return fmt.Errorf("dbsync: indexes of %s.%s: %w", t.Schema, t.Name, err)
		}
		for name := range old {
			if err := run(t, "DROP INDEX main."+quoteIdent(name)); err != nil {
				return err
			}
		}
		if err := makeIndexesOf(ctx, file, ch.fresh, t); err != nil {
			return err
		}
	}
	return nil
}

func makeIndexesOf(ctx context.Context, file *sqlitedb.Conn, cat *catalog.Catalog, t *catalog.Table) error {
	indexes, _, err := dialect.IndexSQL(cat, t)
	if err != nil {
		return fmt.Errorf("dbsync: indexes of %s.%s: %w", t.Schema, t.Name, err)
	}
	for _, sql := range indexes {
		if err := ctx.Err(); err != nil {
			return err
		}
		if _, err := file.Exec(ctx, sql); err != nil {
			return fmt.Errorf("dbsync: indexes of %s.%s: %w", t.Schema, t.Name, err)
		}
	}
	return nil
}
