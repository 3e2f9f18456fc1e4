package dbsync

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/sqlitedb"
)

// SnapshotReport says what a snapshot did.
type SnapshotReport struct {
	LSN     LSN // the copy is the primary's state at this position
	Tables  int
	Rows    int64
	Bytes   int64 // received from the primary
	Elapsed time.Duration

	// Absent are the relations that the copy does not hold, with the reasons.
	Absent []catalog.Relation
}

// Progress says how a snapshot gets on.
type Progress struct {
	// Phase is "copy", "index", "verify" or "replace".
	Phase string
	// Table is the one being worked on, "schema.name".
	Table string
	// Rows and Bytes have been copied; Expected is the primary's own estimate
	// of the rows there are.
	Rows, Expected int64
	Bytes          int64
}

// errTablesChanged: a table appeared between publishing and the snapshot.
var errTablesChanged = errors.New("dbsync: tables kept appearing on the primary while a snapshot was being prepared")

// Snapshot copies the primary's schema and rows, as of one position of its log,
// into a new file that then takes the place of the old one in one step. Until
// that step the old copy serves, and where Snapshot fails or its process is
// killed it goes on serving; what is left lying about is cleared away by the
// next call.
//
// The file must not be serving, nor hold journal rows that were not replayed
// (ErrDiverged). ErrSetup says what the primary lacks, ErrBusy that another
// Snapshot, Follow or Rejoin is under way. When ctx ends it returns its error.
func (s *Sync) Snapshot(ctx context.Context) (SnapshotReport, error) {
	if !s.busy.TryLock() {
		return SnapshotReport{}, ErrBusy
	}
	defer s.busy.Unlock()
	return s.snapshot(ctx)
}

func (s *Sync) snapshot(ctx context.Context) (report SnapshotReport, err error) {
	start := time.Now()
	if err := s.mayReplace(ctx); err != nil {
		return report, err
	}
	id, err := s.identity(ctx)
	if err != nil {
		return report, err
	}
	conn, err := s.connect(ctx)
	if err != nil {
		return report, fmt.Errorf("dbsync: connect to the primary: %w", err)
	}
	defer closeConn(conn.PgConn())
	if err := s.checkPrimary(ctx, conn); err != nil {
		return report, err
	}
	if err := ensurePrimarySchema(ctx, conn); err != nil {
		return report, fmt.Errorf("dbsync: prepare the primary: %w", err)
	}

	repl, err := s.connectReplication(ctx)
	if err != nil {
		return report, fmt.Errorf("dbsync: replication connection: %w", err)
	}
	defer closeConn(repl)
	if err := s.checkSystem(ctx, repl); err != nil {
		return report, err
	}
	if err := dropOtherSlots(ctx, repl, id.file, id.slot); err != nil {
		return report, fmt.Errorf("dbsync: drop slots left by an earlier snapshot: %w", err)
	}
	system, _, err := identifySystem(ctx, repl)
	if err != nil {
		return report, err
	}

	src, err := s.freeze(ctx, conn, repl, id)
	if err != nil {
		return report, err
	}
	src.catalog.SystemID = system
	kept := false
	defer func() {
		if kept {
			return
		}
		// The slot would hold the primary's log back for a copy that is not
		// there. The next snapshot tries again where this fails.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		s.dropSlotAnew(ctx, src.slot)
	}()

	b, err := s.build(ctx, src)
	if err != nil {
		return report, err
	}
	defer b.discard()
	if kept, err = s.putInPlace(ctx, b); err != nil {
		return report, err
	}
	if err := dropOtherSlots(ctx, repl, id.file, src.slot); err != nil {
		s.log.Warn("a replication slot of the copy that was replaced is still on the primary", "error", err)
	}
	for _, r := range src.catalog.Absent {
		s.log.Warn("not in the copy", "relation", r.Schema+"."+r.Name, "reason", r.Reason)
	}
	report = SnapshotReport{
		LSN: src.lsn, Tables: len(src.catalog.Tables), Rows: b.writer.total.Rows, Bytes: b.writer.total.Bytes,
		Elapsed: time.Since(start), Absent: src.catalog.Absent,
	}
	s.log.Info("snapshot complete", "lsn", report.LSN, "tables", report.Tables, "rows", report.Rows, "took", report.Elapsed)
	return report, nil
}

// mayReplace says whether the file's content may be thrown away.
func (s *Sync) mayReplace(ctx context.Context) error {
	conn, err := s.cfg.File.Conn(ctx)
	if err != nil {
		return fmt.Errorf("dbsync: %w", err)
	}
	defer conn.Close()
	return s.replaceable(ctx, conn)
}

// replaceable says so in the transaction of conn.
func (s *Sync) replaceable(ctx context.Context, conn *sqlitedb.Conn) error {
	st, err := conn.State(ctx)
	if err != nil {
		return fmt.Errorf("dbsync: %w", err)
	}
	if st.Serving {
		return fmt.Errorf("%w: it is serving", ErrDiverged)
	}
	open, err := openJournals(ctx, conn)
	if err != nil {
		return err
	}
	if open > 0 {
		return fmt.Errorf("%w: its journal has not been replayed", ErrDiverged)
	}
	return nil
}

// openJournals counts the journals that have not been replayed to their end.
func openJournals(ctx context.Context, conn *sqlitedb.Conn) (int64, error) {
	var n int64
	err := conn.QueryRow(ctx, "SELECT count(*) FROM sqlite_schema WHERE name = 'failoversql_journals'", nil, &n)
	if err == nil && n > 0 {
		err = conn.QueryRow(ctx, "SELECT count(*) FROM failoversql_journals WHERE last_tx IS NULL", nil, &n)
	}
	if err != nil {
		return 0, fmt.Errorf("dbsync: read the file's journals: %w", err)
	}
	return n, nil
}

// source is the primary, held still: a snapshot and the slot that continues it.
type source struct {
	slot        string
	publication string
	snapshot    string
	lsn         LSN
	catalog     *catalog.Catalog
	stamps      map[uint32]stamp
	sizes       map[uint32]int64
}

// freeze publishes the tables and makes a slot with its snapshot, which lives
// as long as repl stays as it is. A table that appears in between would be in
// the snapshot and not in the stream, so the schema is read again inside the
// snapshot.
func (s *Sync) freeze(ctx context.Context, conn *pgx.Conn, repl *pgconn.PgConn, id identity) (*source, error) {
	for range 5 {
		loaded, err := catalog.Load(ctx, conn, s.loadOptions())
		if err != nil {
			return nil, fmt.Errorf("dbsync: %w", err)
		}
		published := choose(loaded)
		if err := publish(ctx, conn, id.publication, published.Tables); err != nil {
			return nil, err
		}
		src := &source{slot: nextSlot(id.file, id.slot), publication: id.publication}
		patience := time.AfterFunc(5*time.Second, func() {
			s.log.Warn("the snapshot waits for transactions that are open on the primary to end")
		})
		src.lsn, src.snapshot, err = createSlot(ctx, repl, src.slot)
		patience.Stop()
		if err != nil {
			return nil, err
		}
		err = s.inSnapshot(ctx, src)
		if err == nil && sameTables(published, src.catalog) {
			return src, nil
		}
		if derr := dropSlot(ctx, repl, src.slot); derr != nil {
			return nil, errors.Join(err, fmt.Errorf("dbsync: drop replication slot %s: %w", src.slot, derr))
		}
		if err != nil {
			return nil, err
		}
	}
	return nil, errTablesChanged
}

// inSnapshot reads the schema as the snapshot sees it.
func (s *Sync) inSnapshot(ctx context.Context, src *source) error {
	conn, err := s.connectSnapshot(ctx, src.snapshot)
	if err != nil {
		return err
	}
	defer closeConn(conn.PgConn())
	// The catalog records the application's own settings, and is compared with
	// what an ordinary connection reads.
	for name := range outputSettings {
		if _, err := conn.PgConn().Exec(ctx, "RESET "+name).ReadAll(); err != nil {
			return fmt.Errorf("dbsync: %w", err)
		}
	}
	loaded, err := catalog.Load(ctx, conn, s.loadOptions())
	if err != nil {
		return fmt.Errorf("dbsync: %w", err)
	}
	src.catalog = choose(loaded)
	if src.stamps, err = stampTables(ctx, conn, src.catalog); err != nil {
		return err
	}
	src.sizes, err = estimateRows(ctx, conn)
	return err
}

// estimateRows reads how many rows the planner believes tables to have.
func estimateRows(ctx context.Context, conn *pgx.Conn) (map[uint32]int64, error) {
	rows, err := conn.Query(ctx, `SELECT c.oid, greatest(sum(greatest(l.reltuples, l.relpages)), 0)::int8
		FROM pg_class c JOIN LATERAL (
			SELECT reltuples, relpages FROM pg_class x WHERE x.oid = c.oid
			UNION ALL SELECT x.reltuples, x.relpages FROM pg_partition_tree(c.oid) p JOIN pg_class x ON x.oid = p.relid AND x.oid <> c.oid) l ON true
		WHERE c.relkind IN ('r', 'p') AND c.oid >= 16384 GROUP BY c.oid`)
	if err != nil {
		return nil, fmt.Errorf("dbsync: estimate the primary's rows: %w", err)
	}
	sizes := map[uint32]int64{}
	var oid uint32
	var n int64
	if _, err := pgx.ForEachRow(rows, []any{&oid, &n}, func() error {
		sizes[oid] = n
		return nil
	}); err != nil {
		return nil, fmt.Errorf("dbsync: estimate the primary's rows: %w", err)
	}
	return sizes, nil
}

// sameTables says whether two catalogs have the same tables.
func sameTables(a, b *catalog.Catalog) bool {
	if len(a.Tables) != len(b.Tables) {
		return false
	}
	for _, t := range a.Tables {
		if b.TableByOID(t.OID) == nil {
			return false
		}
	}
	return true
}

// dropSlotAnew drops a slot over a connection of its own.
func (s *Sync) dropSlotAnew(ctx context.Context, name string) {
	conn, err := s.connectReplication(ctx)
	if err == nil {
		err = dropSlot(ctx, conn, name)
		closeConn(conn)
	}
	if err != nil {
		s.log.Warn("a replication slot could not be dropped", "slot", name, "error", err)
	}
}
