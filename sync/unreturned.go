package dbsync

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/internal/pgerr"
	"github.com/failoversql/failoversql/sqlitedb"
)

// Unreturned is what is in the file and, as far as is known, nowhere else: what
// would be lost with it.
type Unreturned struct {
	Transactions int64 // of the journal, not known to be on the primary's disk
	Conflicts    int64 // changes that are parked here and of which the primary has no row
	Rewound      int64 // transactions that were replayed, and that the primary has lost since
	// Unasked is why the primary could not be asked: then every conflict counts,
	// and Rewound is not known.
	Unasked error
}

// None: nothing would be lost.
func (u Unreturned) None() bool {
	return u.Transactions+u.Conflicts+u.Rewound == 0
}

func (u Unreturned) String() string {
	var parts []string
	for _, p := range []struct {
		n    int64
		text string
	}{
		{u.Transactions, "%d transactions that PostgreSQL does not have yet"},
		{u.Conflicts, "%d conflicts that PostgreSQL has no record of"},
		{u.Rewound, "%d transactions that PostgreSQL has lost since they were brought to it"},
	} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf(p.text, p.n))
		}
	}
	return strings.Join(parts, ", ")
}

// Unreturned looks for what would be lost with the file. Nobody writes it
// meanwhile, or what is written is not in the answer.
func (s *Sync) Unreturned(ctx context.Context) (u Unreturned, err error) {
	c, err := s.cfg.File.Conn(ctx)
	if err != nil {
		return u, err
	}
	defer c.Close()
	if ok, err := hasJournal(ctx, c); err != nil || !ok {
		return u, err
	}
	if u.Transactions, err = s.journalPending(ctx, c); err != nil {
		return u, err
	}
	rows, err := c.Query(ctx, `SELECT journal, seq FROM failoversql_conflict`)
	if err != nil {
		return u, err
	}
	copies, err := readConflictRows(rows)
	_ = rows.Close()
	if err != nil {
		return u, err
	}
	list, err := s.journals(ctx, c)
	if err != nil {
		return u, err
	}
	u.Unasked = s.missing(ctx, c, list, copies, &u)
	if u.Unasked != nil {
		u.Rewound = 0
	}
	u.Conflicts = int64(len(copies))
	return u, ctx.Err()
}

// missing takes from copies the conflicts that the primary has, and counts what
// it has lost.
func (s *Sync) missing(ctx context.Context, c *sqlitedb.Conn, list []journalSpan, copies map[conflictRow]bool, u *Unreturned) error {
	conn, err := s.connectReplay(ctx)
	if err != nil {
		return err
	}
	defer closeConn(conn.PgConn())
	id, err := s.identity(ctx)
	if err != nil {
		return err
	}
	r := &replayer{s: s, conn: conn, file: c, marker: markerKey{instance: id.file}}
	if err := r.sameSystem(ctx, id); err != nil {
		return err
	}
	var there bool
	if err := conn.QueryRow(ctx, `SELECT to_regclass('failoversql.replayed') IS NOT NULL AND to_regclass('failoversql.conflict') IS NOT NULL`).Scan(&there); err != nil {
		return err
	}
	for _, j := range list {
		marker, ok := int64(0), false
		if there {
			if marker, ok, err = markerOf(ctx, r.conn, markerKey{r.marker.instance, j.uuid}); err != nil {
				return err
			}
		}
		if j.finished && (!ok || marker < j.last) {
			u.Rewound += j.last - max(marker, j.base)
		}
	}
	if !there {
		return nil
	}
	rows, err := conn.Query(ctx, `SELECT journal, seq FROM failoversql.conflict WHERE instance = $1`, id.file)
	if err != nil {
		return err
	}
	known, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (k conflictRow, err error) { return k, row.Scan(&k.journal, &k.seq) })
	for _, k := range known {
		delete(copies, k)
	}
	return err
}

// Leave takes from the primary what was made there for this file: its replication
// slots, which would hold the primary's log back, its publication and its
// registration. Markers and conflicts stay: a backup of the file may come back,
// and must not be replayed twice.
func (s *Sync) Leave(ctx context.Context) error {
	id, err := s.identity(ctx)
	if err != nil {
		return err
	}
	conn, err := pgx.ConnectConfig(ctx, s.cfg.Replication.Copy())
	if err != nil {
		return fmt.Errorf("dbsync: connect to the primary: %w", pgerr.Attempts(err))
	}
	defer closeConn(conn.PgConn())
	err = errors.Join(dropSlotsNamed(ctx, conn, slotPrefix(id.file)), dropPublication(ctx, conn, id.publication))
	var registered bool
	if rerr := conn.QueryRow(ctx, `SELECT to_regclass('failoversql.instance') IS NOT NULL`).Scan(&registered); rerr != nil || !registered {
		return errors.Join(err, rerr)
	}
	return errors.Join(err, s.forget(ctx, conn))
}

func dropPublication(ctx context.Context, conn *pgx.Conn, name string) error {
	_, err := conn.Exec(ctx, "DROP PUBLICATION IF EXISTS "+quoteIdent(name))
	return err
}

// LeaveSQL is what Leave does, for somebody else to run.
func (s *Sync) LeaveSQL(ctx context.Context) (string, error) {
	id, err := s.identity(ctx)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf(`SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE starts_with(slot_name, %s) AND NOT active;
DROP PUBLICATION IF EXISTS %s;
DELETE FROM failoversql.instance WHERE id = %s;`, quoteLiteral(slotPrefix(id.file)), quoteIdent(id.publication), quoteLiteral(id.file)), nil
}

// ElsewhereAlive says on which host another process has registered with this
// file's identity and lives; "" for none. here is the path at which this file is
// to be used.
func (s *Sync) ElsewhereAlive(ctx context.Context, host, here string) (string, error) {
	id, err := s.identity(ctx)
	if err != nil {
		return "", err
	}
	conn, err := s.connect(ctx)
	if err != nil {
		return "", err
	}
	defer closeConn(conn.PgConn())
	var registered bool
	if err := conn.QueryRow(ctx, `SELECT to_regclass('failoversql.instance') IS NOT NULL`).Scan(&registered); err != nil || !registered {
		return "", err
	}
	var where string
	err = conn.QueryRow(ctx, `SELECT host || ':' || file FROM failoversql.instance WHERE id = $1 AND (host, file) <> ($2, $3)
		AND heartbeat > now() - $4 * interval '1 second'`, id.file, host, here, instanceLife.Seconds()).Scan(&where)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", nil
	}
	return where, err
}
