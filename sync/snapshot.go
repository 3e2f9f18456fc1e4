package dbsync

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/sqlitedb"
)

// SnapshotReport says what a snapshot did.
type SnapshotReport struct {
	LSN     LSN           `json:"lsn"` // the copy is the primary's state at this position
	Tables  int           `json:"tables"`
	Rows    int64         `json:"rows"`
	Bytes   int64         `json:"bytes"` // received from the primary
	Elapsed time.Duration `json:"elapsed"`

	// Absent are the relations that the copy does not hold, with the reasons.
	Absent []catalog.Relation `json:"absent,omitempty"`
}

// errTablesChanged: a table appeared between publishing and the snapshot.
var errTablesChanged = errors.New("dbsync: tables kept appearing on the primary while a snapshot was being prepared")

// SnapshotOptions says how a snapshot is made.
type SnapshotOptions struct {
	// LeaveOut makes the snapshot where relations have no faithful form in the
	// copy. Without it IncompleteError lists them before anything is changed.
	LeaveOut bool
	// Exclude replaces, where it is not nil, the tables that an earlier snapshot
	// was told to leave out besides those of Config.Exclude, in the same form.
	// It stays with the file, for the snapshots after this one too.
	Exclude []string
	// Compare compares every row of the copy with the primary's before it is put
	// in place.
	Compare bool
	// Progress, where set, is told how it gets on, as Config.Progress is.
	Progress func(Progress)
}

func (o SnapshotOptions) tell(s *Sync) func(Progress) {
	if o.Progress != nil {
		return o.Progress
	}
	return s.cfg.Progress
}

// waits is told of the transactions that the copy waits for.
func (o SnapshotOptions) waits(s *Sync) func([]OpenTransaction) {
	tell := o.tell(s)
	if tell == nil {
		return nil
	}
	return func(open []OpenTransaction) { tell(Progress{Phase: "wait", WaitsFor: open}) }
}

// IncompleteError lists the relations that a copy would lack.
type IncompleteError struct{ Absent []catalog.Relation }

func (e *IncompleteError) Error() string {
	var b strings.Builder
	b.WriteString("dbsync: the copy cannot hold all that is on the primary")
	for _, r := range e.Absent {
		fmt.Fprintf(&b, "; %s.%s %s", r.Schema, r.Name, r.Reason)
	}
	return b.String()
}

// missing lists what a copy with this catalog lacks against anybody's will.
func missing(cat *catalog.Catalog) []catalog.Relation {
	var out []catalog.Relation
	for _, r := range cat.Absent {
		if !r.Intended() {
			out = append(out, r)
		}
	}
	return out
}

// Snapshot copies the primary's schema and rows, as of one position of its log,
// into a new file that then takes the place of the old one in one step. Until
// that step the old copy serves, and where Snapshot fails or its process is
// killed it goes on serving; what is left lying about is cleared away by the
// next call.
//
// The file must not be serving, nor hold journal rows that were not replayed
// (ErrDiverged). ErrSetup says what the primary lacks, ErrBusy that another
// Snapshot, Follow or Rejoin is under way; see Renew. When ctx ends it returns
// its error.
func (s *Sync) Snapshot(ctx context.Context) (SnapshotReport, error) {
	if !s.busy.TryLock() {
		return SnapshotReport{}, ErrBusy
	}
	defer s.busy.Unlock()
	return s.snapshot(ctx)
}

// snapshot makes a new copy while nothing else is done with the file.
func (s *Sync) snapshot(ctx context.Context) (SnapshotReport, error) {
	if err := s.copying.take(ctx); err != nil {
		return SnapshotReport{}, err
	}
	defer s.copying.give()
	return s.copyAnew(ctx, SnapshotOptions{LeaveOut: true}, s.putInPlace)
}

// copyAnew makes a new copy and has place put it in place. The caller is the only
// one to make copies (Sync.copying).
func (s *Sync) copyAnew(ctx context.Context, opt SnapshotOptions, place func(context.Context, *build) (bool, error)) (report SnapshotReport, err error) {
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
	plain, err := s.checkPrimary(ctx, conn)
	if err != nil {
		return report, err
	}
	load, err := s.loadOptions(ctx)
	if err != nil {
		return report, err
	}
	if opt.Exclude != nil {
		load.Exclude = slices.Concat(s.cfg.Exclude, opt.Exclude)
	}
	if !opt.LeaveOut {
		loaded, err := catalog.Load(ctx, conn, load)
		if err != nil {
			return report, fmt.Errorf("dbsync: %w", err)
		}
		if lacks := missing(choose(loaded, plain)); len(lacks) > 0 {
			return report, &IncompleteError{lacks}
		}
	}
	if err := ensurePrimarySchema(ctx, conn); err != nil {
		return report, fmt.Errorf("dbsync: prepare the primary: %w", err)
	}
	if err := s.keepRewound(ctx, conn); err != nil {
		return report, err
	}

	src, err := s.hold(ctx, conn, id, load, plain, opt.waits(s))
	if err != nil {
		return report, err
	}
	src.exclude = opt.Exclude
	kept := false
	defer func() {
		closeConn(src.holder)
		if kept || plain {
			return
		}
		// The slot would hold the primary's log back for a copy that is not
		// there. The next snapshot tries again where this fails.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		s.dropSlotAnew(ctx, src.slot)
	}()

	if err := at("snapshot.held"); err != nil {
		return report, err
	}
	b, err := s.build(ctx, src, opt)
	if err != nil {
		return report, err
	}
	defer b.discard()
	if err := at("snapshot.built"); err != nil {
		return report, err
	}
	if kept, err = place(ctx, b); err != nil {
		return report, err
	}
	if err := at("snapshot.placed"); err != nil {
		return report, err
	}
	b.progress.phase("done")
	s.clearReplaced(ctx, conn, src, id)
	if plain {
		s.position.copied(src.lsn, src.since)
	}
	for _, r := range src.catalog.Absent {
		s.log.Warn("not in the copy", "relation", r.Schema+"."+r.Name, "reason", r.Reason)
	}
	report = SnapshotReport{
		LSN: src.lsn, Tables: len(src.catalog.Tables), Rows: b.progress.total.Rows, Bytes: b.progress.total.Bytes,
		Elapsed: time.Since(start), Absent: src.catalog.Absent,
	}
	s.log.Info("snapshot complete", "lsn", report.LSN, "tables", report.Tables, "rows", report.Rows, "took", report.Elapsed)
	return report, nil
}

// hold makes the primary's state of one moment readable for as long as the
// connection src.holder is open.
func (s *Sync) hold(ctx context.Context, conn *pgx.Conn, id identity, load catalog.LoadOptions, plain bool, waits func([]OpenTransaction)) (*source, error) {
	if plain {
		return s.holdPlain(ctx, id, load)
	}
	repl, err := s.connectReplication(ctx)
	if err != nil {
		return nil, fmt.Errorf("dbsync: replication connection: %w", err)
	}
	src, err := s.holdSlot(ctx, conn, repl, id, load, waits)
	if err != nil {
		closeConn(repl)
		return nil, err
	}
	src.holder = repl
	return src, nil
}

func (s *Sync) holdSlot(ctx context.Context, conn *pgx.Conn, repl *pgconn.PgConn, id identity, load catalog.LoadOptions, waits func([]OpenTransaction)) (*source, error) {
	if err := s.checkSystem(ctx, repl); err != nil {
		return nil, err
	}
	if err := s.announce(ctx, conn, id.file); err != nil {
		return nil, fmt.Errorf("dbsync: register on the primary: %w", err)
	}
	if _, err := queryText(ctx, repl, fmt.Sprintf("SELECT pg_advisory_lock_shared(%d, %d)", lockKey1, copyingLock(id.file))); err != nil {
		return nil, fmt.Errorf("dbsync: note that a copy is made: %w", err)
	}
	if err := dropOtherSlots(ctx, repl, id.file, id.slot); err != nil {
		return nil, fmt.Errorf("dbsync: drop slots left by an earlier snapshot: %w", err)
	}
	system, _, err := identifySystem(ctx, repl)
	if err != nil {
		return nil, err
	}
	src, err := s.freeze(ctx, conn, repl, id, load, waits)
	if err != nil {
		return nil, err
	}
	src.catalog.SystemID = system
	return src, nil
}

// clearReplaced removes from the primary what went with the copy that was replaced.
func (s *Sync) clearReplaced(ctx context.Context, conn *pgx.Conn, src *source, id identity) {
	if src.plain {
		if id.slot != "" {
			s.dropSlotAnew(ctx, id.slot)
		}
		return
	}
	if src.exclude != nil {
		if err := publish(ctx, conn, id.publication, src.catalog.Tables); err != nil {
			s.log.Warn("tables that the copy leaves out are still published", "error", err)
		}
	}
	if err := dropOtherSlots(ctx, src.holder, id.file, src.slot); err != nil {
		s.log.Warn("a replication slot of the copy that was replaced is still on the primary", "error", err)
	}
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
	holder      *pgconn.PgConn // keeps the snapshot
	plain       bool           // no slot continues it
	since       time.Time      // it shows all that had been committed then
	slot        string
	publication string
	snapshot    string
	lsn         LSN
	timeline    string
	catalog     *catalog.Catalog
	exclude     []string // to be kept with the file; nil: as it is
	stamps      map[uint32]stamp
	sizes       map[uint32]int64 // estimated rows
	pages       map[uint32]int64
}

// freeze publishes the tables and makes a slot with its snapshot, which lives
// as long as repl stays as it is. A table that appears in between would be in
// the snapshot and not in the stream, so the schema is read again inside the
// snapshot.
func (s *Sync) freeze(ctx context.Context, conn *pgx.Conn, repl *pgconn.PgConn, id identity, load catalog.LoadOptions, waits func([]OpenTransaction)) (*source, error) {
	for range 5 {
		loaded, err := catalog.Load(ctx, conn, load)
		if err != nil {
			return nil, fmt.Errorf("dbsync: %w", err)
		}
		published := choose(loaded, false)
		tables, err := s.stillPublished(ctx, conn, published, load)
		if err != nil {
			return nil, err
		}
		if err := publish(ctx, conn, id.publication, tables); err != nil {
			return nil, err
		}
		src := &source{slot: nextSlot(id.file, id.slot), publication: id.publication}
		err = s.whileMakingSlot(ctx, conn, repl, waits, func() (err error) {
			src.lsn, src.snapshot, err = createSlot(ctx, repl, src.slot)
			return err
		})
		if err != nil {
			return nil, err
		}
		err = s.inSnapshot(ctx, src, load)
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

// stillPublished adds to the tables of a new copy those of the old one that it
// leaves out by choice: until it is in place the old one is followed, and where
// it fails for ever.
func (s *Sync) stillPublished(ctx context.Context, conn *pgx.Conn, fresh *catalog.Catalog, load catalog.LoadOptions) ([]*catalog.Table, error) {
	before, err := s.loadOptions(ctx)
	if err != nil || slices.Equal(before.Exclude, load.Exclude) {
		return fresh.Tables, err
	}
	loaded, err := catalog.Load(ctx, conn, before)
	if err != nil {
		return nil, fmt.Errorf("dbsync: %w", err)
	}
	tables := slices.Clone(fresh.Tables)
	for _, t := range choose(loaded, false).Tables {
		if fresh.TableByOID(t.OID) == nil && s.cfg.File.Catalog().TableByOID(t.OID) != nil {
			tables = append(tables, t)
		}
	}
	return tables, nil
}

// inSnapshot reads the schema as the snapshot sees it.
func (s *Sync) inSnapshot(ctx context.Context, src *source, load catalog.LoadOptions) error {
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
	loaded, err := catalog.Load(ctx, conn, load)
	if err != nil {
		return fmt.Errorf("dbsync: %w", err)
	}
	src.catalog = choose(loaded, src.plain)
	if err := conn.QueryRow(ctx, timelineQuery+"::text").Scan(&src.timeline); err != nil {
		return fmt.Errorf("dbsync: ask for the primary's timeline: %w", err)
	}
	if src.stamps, err = stampTables(ctx, conn, src.catalog, src.publication); err != nil {
		return err
	}
	return src.estimate(ctx, conn)
}

// estimate reads how many rows tables have by the planner's reckoning, and how many
// pages: as many rows to a page as when the table was last analyzed or, where it
// never was, as its columns let expect.
func (src *source) estimate(ctx context.Context, conn *pgx.Conn) error {
	rows, err := conn.Query(ctx, `SELECT c.oid, coalesce(sum(CASE
				WHEN l.reltuples > 0 AND l.relpages > 0 THEN l.reltuples / l.relpages * s.pages
				ELSE s.pages * floor((current_setting('block_size')::int - 24) / (28.0 + w.width)) END), 0)::int8,
			coalesce(sum(s.pages), 0)::int8
		FROM pg_class c LEFT JOIN LATERAL (
			SELECT c.reltuples, c.relpages, c.oid WHERE c.relkind = 'r'
			UNION ALL SELECT x.reltuples, x.relpages, x.oid FROM pg_partition_tree(c.oid) p JOIN pg_class x ON x.oid = p.relid
				WHERE c.relkind = 'p' AND x.relkind = 'r') l ON true
			LEFT JOIN LATERAL (SELECT pg_relation_size(l.oid) / current_setting('block_size')::int AS pages) s ON true
			LEFT JOIN LATERAL (SELECT least(sum(CASE WHEN attlen > 0 THEN attlen ELSE 32 END), 2000) AS width
				FROM pg_attribute WHERE attrelid = l.oid AND attnum > 0 AND NOT attisdropped) w ON true
		WHERE c.relkind IN ('r', 'p') AND c.oid >= 16384 GROUP BY c.oid`)
	if err != nil {
		return fmt.Errorf("dbsync: estimate the primary's rows: %w", err)
	}
	src.sizes, src.pages = map[uint32]int64{}, map[uint32]int64{}
	var oid uint32
	var n, pages int64
	if _, err := pgx.ForEachRow(rows, []any{&oid, &n, &pages}, func() error {
		src.sizes[oid], src.pages[oid] = n, pages
		return nil
	}); err != nil {
		return fmt.Errorf("dbsync: estimate the primary's rows: %w", err)
	}
	return nil
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
