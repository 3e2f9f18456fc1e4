package dbsync

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/sqlitedb"
)

// VerifyOptions narrows a Verify.
type VerifyOptions struct {
	// Tables are the ones to be compared, "name" (in public) or "schema.name".
	// Empty: all.
	Tables []string
	// Rate bounds how many rows of the primary are read in a second. Zero: any.
	Rate int
	// Progress, where set, is told of each table when it has been compared, and
	// before that of transactions that are waited for. It must not block.
	Progress func(VerifyProgress)
}

// VerifyProgress says how a Verify gets on.
type VerifyProgress struct {
	Table      TableReport `json:"table"` // the one just compared
	Tables     int         `json:"tables"`
	TablesDone int         `json:"tables_done"`
	// WaitsFor are the transactions on the primary that have to end before anything
	// can be compared, none once they have. The table is nobody's then.
	WaitsFor []OpenTransaction `json:"waits_for,omitempty"`
}

// choose picks the tables to be compared.
func (o VerifyOptions) choose(cat *catalog.Catalog) ([]*catalog.Table, error) {
	if len(o.Tables) == 0 {
		return cat.Tables, nil
	}
	var out []*catalog.Table
	for _, name := range o.Tables {
		schema, table, qualified := strings.Cut(name, ".")
		if !qualified {
			schema, table = "public", name
		}
		t := cat.Table(schema, table)
		if t == nil {
			return nil, fmt.Errorf("dbsync: the copy has no table %s.%s", schema, table)
		}
		out = append(out, t)
	}
	return out, nil
}

// VerifyReport says how the file compares with the primary at one position.
type VerifyReport struct {
	LSN     LSN           `json:"lsn"` // both sides were read as of here
	Tables  []TableReport `json:"tables"`
	Elapsed time.Duration `json:"elapsed"`

	// Absent are the relations that the copy does not hold and that were
	// therefore not compared.
	Absent []catalog.Relation `json:"absent,omitempty"`
}

// Equal says whether every table was the same on both sides.
func (r VerifyReport) Equal() bool {
	for _, t := range r.Tables {
		if len(t.Differences) > 0 {
			return false
		}
	}
	return true
}

// TableReport compares one table.
type TableReport struct {
	Schema  string `json:"schema"`
	Name    string `json:"name"`
	Primary int64  `json:"primary"` // rows there
	File    int64  `json:"file"`    // rows here

	// Differences are the rows that differ, at most maxDifferences of them.
	Differences []Difference `json:"differences,omitempty"`
	// More: there are differences besides these.
	More bool `json:"more,omitempty"`
}

// Difference is a row that is not the same on both sides.
type Difference struct {
	// Key is the row's primary key, as PostgreSQL writes it, or the whole row
	// of a table that has none.
	Key string `json:"key"`
	// Kind is "missing" (from the file), "extra" (in the file) or "different".
	Kind string `json:"kind"`
}

// verifyPatience bounds how long Verify waits for transactions on the primary, and
// then how long the follower is held back for it.
const verifyPatience = 15 * time.Second

var errLongTransactions = errors.New("dbsync: transactions that write have been open on the primary for too long; try again when they have ended")

// maxDifferences bounds what is reported for a table.
const maxDifferences = 100

// Verify compares every table of the file with the primary, row by row, both as
// of one position of the primary's log, while both go on being written to. It
// needs a follower: Run or Follow must be under way. It holds the follower back
// only while the primary makes a temporary slot, which waits for the transactions
// that have written or are prepared there at that moment. Where one of them has been
// open for long it is waited for before, for a while; then Verify fails and names it.
//
// Values are compared in PostgreSQL's text: the primary's own against what the
// file's values are written as.
//
// Each table is read once from both sides, its rows added up in many buckets by
// their keys; only where buckets differ is it read again, for the rows in them.
func (s *Sync) Verify(ctx context.Context, opt VerifyOptions) (VerifyReport, error) {
	start := time.Now()
	id, err := s.identity(ctx)
	if err != nil {
		return VerifyReport{}, err
	}
	if id.slot == "" {
		return VerifyReport{}, errors.New("dbsync: the file is kept up by snapshots, so that no moment is known at which both sides should be the same; a new copy can be compared when it is made (failoversql migrate)")
	}
	repl, err := s.connectReplication(ctx)
	if err != nil {
		return VerifyReport{}, fmt.Errorf("dbsync: replication connection: %w", err)
	}
	defer closeConn(repl) // drops the temporary slot
	conn, err := s.connect(ctx)
	if err != nil {
		return VerifyReport{}, fmt.Errorf("dbsync: connect to the primary: %w", err)
	}
	defer func() { closeConn(conn.PgConn()) }()
	waits := func(open []OpenTransaction) {
		if opt.Progress != nil {
			opt.Progress(VerifyProgress{WaitsFor: open})
		}
	}
	if err := s.untilNoneIsLong(ctx, conn, verifyPatience, waits); err != nil {
		return VerifyReport{}, err
	}
	file, err := s.cfg.File.Conn(ctx)
	if err != nil {
		return VerifyReport{}, fmt.Errorf("dbsync: %w", err)
	}
	defer file.Close()

	var report VerifyReport
	var snapshot string
	err = s.atPosition(ctx, func() (_ LSN, err error) {
		ctx, cancel := context.WithTimeoutCause(ctx, verifyPatience, errLongTransactions)
		defer cancel()
		err = s.whileMakingSlot(ctx, conn, repl, waits, func() (err error) {
			report.LSN, snapshot, err = temporarySlot(ctx, repl)
			return err
		})
		return report.LSN, err
	}, func() error { return holdFile(ctx, file) })
	if err != nil {
		return VerifyReport{}, err
	}
	cat, err := catalogOf(ctx, file)
	if err != nil {
		return VerifyReport{}, err
	}
	closeConn(conn.PgConn())
	if conn, err = s.connectSnapshot(ctx, snapshot); err != nil {
		return VerifyReport{}, err
	}
	report.Absent = cat.Absent
	tables, err := opt.choose(cat)
	if err != nil {
		return VerifyReport{}, err
	}
	for i, t := range tables {
		r, err := compareTable(ctx, conn.PgConn(), file, cat, t, opt.Rate)
		if err != nil {
			return VerifyReport{}, fmt.Errorf("dbsync: compare %s.%s: %w", t.Schema, t.Name, err)
		}
		report.Tables = append(report.Tables, r)
		if opt.Progress != nil {
			opt.Progress(VerifyProgress{Table: r, Tables: len(tables), TablesDone: i + 1})
		}
	}
	report.Elapsed = time.Since(start)
	return report, nil
}

// temporarySlot exports a snapshot together with its exact position; the slot
// that this takes goes with the connection.
func temporarySlot(ctx context.Context, conn *pgconn.PgConn) (LSN, string, error) {
	name := fmt.Sprintf("failoversql_verify_%d", conn.PID())
	rows, err := queryText(ctx, conn, "CREATE_REPLICATION_SLOT "+quoteIdent(name)+" TEMPORARY LOGICAL pgoutput EXPORT_SNAPSHOT")
	if err != nil {
		return 0, "", fmt.Errorf("dbsync: hold the primary's state: %w", err)
	}
	if len(rows) != 1 || len(rows[0]) < 3 {
		return 0, "", fmt.Errorf("dbsync: hold the primary's state: unexpected answer")
	}
	lsn, err := ParseLSN(rows[0][1])
	return lsn, rows[0][2], err
}

// holdFile begins a reading transaction of the file: WAL keeps what it sees as
// it is while the follower goes on.
func holdFile(ctx context.Context, file *sqlitedb.Conn) error {
	if _, err := file.Exec(ctx, "BEGIN"); err != nil {
		return fmt.Errorf("dbsync: %w", err)
	}
	_, err := file.State(ctx) // the first read takes the snapshot
	return err
}
