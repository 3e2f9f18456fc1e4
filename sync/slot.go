package dbsync

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// A file has one publication, and one slot at a time: a new snapshot makes a
// new slot and drops the old one only when the new copy is in place, so that an
// interrupted snapshot leaves the old copy able to follow.

// publicationName and slotPrefix are derived from the file's identity, so that
// no two files meet on a server and a file knows its own.
func publicationName(fileID string) string { return "failoversql_" + compactID(fileID) }

func slotPrefix(fileID string) string { return "failoversql_" + compactID(fileID) + "_" }

// compactID keeps of an identity what a slot's name may hold.
func compactID(id string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9', r >= 'a' && r <= 'z':
			return r
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		}
		return -1
	}, id)
}

// nextSlot names the slot that follows the one of this name.
func nextSlot(fileID, current string) string {
	n, _ := strconv.ParseUint(strings.TrimPrefix(current, slotPrefix(fileID)), 36, 64) // 0 for none
	return slotPrefix(fileID) + strconv.FormatUint(n+1, 36)
}

// createSlot makes a slot and exports the snapshot that its stream continues.
// The snapshot lives as long as conn is idle and open. It waits for the
// transactions that are open on the primary at that moment to end.
func createSlot(ctx context.Context, conn *pgconn.PgConn, name string) (consistent LSN, snapshot string, err error) {
	rows, err := queryText(ctx, conn, "CREATE_REPLICATION_SLOT "+quoteIdent(name)+" LOGICAL pgoutput EXPORT_SNAPSHOT")
	if err != nil {
		var pgErr *pgconn.PgError
		if errors.As(err, &pgErr) && pgErr.Code == "53400" {
			return 0, "", fmt.Errorf("%w: all replication slots are in use; raise max_replication_slots or drop slots nobody reads: %w", ErrSetup, err)
		}
		return 0, "", fmt.Errorf("dbsync: create replication slot: %w", err)
	}
	if len(rows) != 1 || len(rows[0]) < 3 {
		return 0, "", errors.New("dbsync: create replication slot: unexpected answer")
	}
	consistent, err = ParseLSN(rows[0][1])
	return consistent, rows[0][2], err
}

// slotState is what the primary says of a slot.
type slotState struct {
	exists    bool
	confirmed LSN
	lost      bool   // the log it needs has been removed
	activePID string // the backend that reads it, or ""
}

func readSlot(ctx context.Context, conn *pgconn.PgConn, name string) (slotState, error) {
	version, err := serverVersion(conn)
	if err != nil {
		return slotState{}, err
	}
	lost := "false"
	if version >= 130000 {
		lost = "coalesce(wal_status = 'lost', false)"
	}
	rows, err := queryText(ctx, conn, `SELECT coalesce(confirmed_flush_lsn::text, '0/0'), `+lost+`, coalesce(active_pid::text, '')
		FROM pg_replication_slots WHERE slot_name = `+quoteLiteral(name)+` AND database = current_database() AND plugin = 'pgoutput'`)
	if err != nil || len(rows) == 0 {
		return slotState{}, err
	}
	confirmed, err := ParseLSN(rows[0][0])
	return slotState{exists: true, confirmed: confirmed, lost: rows[0][1] == "t", activePID: rows[0][2]}, err
}

// freeSlot ends the backend that still reads one of our slots. Only the holder
// of the file's lock gets here, so that backend serves a process that is dead
// or a connection that is.
func freeSlot(ctx context.Context, conn *pgconn.PgConn, st slotState) error {
	if st.activePID == "" {
		return nil
	}
	_, err := queryText(ctx, conn, "SELECT pg_terminate_backend("+st.activePID+")")
	return err
}

// dropSlot drops a slot, ending whoever reads it. A missing slot is no error.
func dropSlot(ctx context.Context, conn *pgconn.PgConn, name string) error {
	st, err := readSlot(ctx, conn, name)
	if err != nil || !st.exists {
		return err
	}
	if err := freeSlot(ctx, conn, st); err != nil {
		return err
	}
	_, err = queryText(ctx, conn, "DROP_REPLICATION_SLOT "+quoteIdent(name)+" WAIT")
	var pgErr *pgconn.PgError
	if errors.As(err, &pgErr) && pgErr.Code == "42704" {
		return nil
	}
	return err
}

// dropOtherSlots drops the slots of this file but keep: left by a snapshot that
// did not finish, or by the copy that a snapshot has replaced.
func dropOtherSlots(ctx context.Context, conn *pgconn.PgConn, fileID, keep string) error {
	prefix := slotPrefix(fileID)
	rows, err := queryText(ctx, conn, `SELECT slot_name FROM pg_replication_slots
		WHERE left(slot_name, `+strconv.Itoa(len(prefix))+`) = `+quoteLiteral(prefix)+` AND slot_name <> `+quoteLiteral(keep))
	if err != nil {
		return err
	}
	for _, r := range rows {
		if err := dropSlot(ctx, conn, r[0]); err != nil {
			return err
		}
	}
	return nil
}

// queryText runs one statement by the simple protocol, the only one that a
// replication connection speaks, and returns its rows as text; NULL is "".
func queryText(ctx context.Context, conn *pgconn.PgConn, sql string) ([][]string, error) {
	results, err := conn.Exec(ctx, sql).ReadAll()
	if err != nil {
		return nil, err
	}
	var rows [][]string
	for _, r := range results {
		if r.Err != nil {
			return nil, r.Err
		}
		for _, row := range r.Rows {
			cells := make([]string, len(row))
			for i, c := range row {
				cells[i] = string(c)
			}
			rows = append(rows, cells)
		}
	}
	return rows, nil
}

// serverVersion is server_version_num, worked out from what the server says at
// every connect ("15.3 (Debian 15.3-1)", "16beta1").
func serverVersion(conn *pgconn.PgConn) (int, error) {
	s := conn.ParameterStatus("server_version")
	major, rest := leadingInt(s)
	if major == 0 {
		return 0, fmt.Errorf("dbsync: server version %q not understood", s)
	}
	minor := 0
	if after, ok := strings.CutPrefix(rest, "."); ok {
		minor, _ = leadingInt(after)
	}
	return major*10000 + minor, nil
}

func leadingInt(s string) (int, string) {
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	n, _ := strconv.Atoi(s[:i]) // digits only, or empty: 0
	return n, s[i:]
}

func quoteIdent(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// quoteLiteral quotes a string for PostgreSQL with standard_conforming_strings,
// and for SQLite.
func quoteLiteral(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
