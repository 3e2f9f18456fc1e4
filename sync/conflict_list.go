package dbsync

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/jackc/pgx/v5"
)

// Conflict is one change of a parked transaction. The changes of a transaction
// share Instance, Journal and Tx; at least one of them has a Kind that is
// neither Member nor Dependent, unless the transaction was parked because it
// depends on another.
type Conflict struct {
	ID         int64    `json:"id"`       // 0 for a copy in the file
	Instance   string   `json:"instance"` // of the file it was written on
	Journal    string   `json:"journal"`
	Tx         int64    `json:"tx"`
	Seq        int64    `json:"seq"`
	Schema     string   `json:"schema"`
	Table      string   `json:"table"`
	Op         string   `json:"op"`       // INSERT, UPDATE, DELETE or DDL
	Cascaded   bool     `json:"cascaded"` // set off by the change before it
	Kind       Kind     `json:"kind"`
	DependsOn  int64    `json:"depends_on,omitempty"` // the parked transaction of the same journal it waits for; 0: none
	Columns    []string `json:"columns"`              // that are in conflict
	Constraint string   `json:"constraint,omitempty"`
	Message    string   `json:"message"`
	Statement  string   `json:"statement,omitempty"` // of DDL

	// Base is the row as the fallback knew it, Local as it left it, Remote as
	// the primary had it: columns in PostgreSQL's text form, nil for NULL. A nil
	// map stands for no row.
	Base   map[string]*string `json:"base"`
	Local  map[string]*string `json:"local"`
	Remote map[string]*string `json:"remote"`

	CreatedAt time.Time `json:"created_at"`
	// Decided is what was decided for this change, while the transaction waits
	// for decisions on others.
	Decided Policy `json:"decided,omitempty"`
}

const conflictColumns = `id, instance, journal, tx, seq, table_schema, table_name, op, cascaded, kind, coalesce(depends_on, 0), columns,
	constraint_name, message, statement, base::text, local::text, remote::text, created_at, coalesce(resolution, '')`

func scanConflict(row pgx.CollectableRow) (c Conflict, err error) {
	var base, local, remote *string
	err = row.Scan(&c.ID, &c.Instance, &c.Journal, &c.Tx, &c.Seq, &c.Schema, &c.Table, &c.Op, &c.Cascaded, &c.Kind, &c.DependsOn, &c.Columns,
		&c.Constraint, &c.Message, &c.Statement, &base, &local, &remote, &c.CreatedAt, &c.Decided)
	if err != nil {
		return c, err
	}
	return c, readImages(&c, base, local, remote)
}

// readImage reads a row in text form.
func readImage(text *string) (row map[string]*string, err error) {
	if text != nil {
		err = json.Unmarshal([]byte(*text), &row)
	}
	return row, err
}

func readImages(c *Conflict, base, local, remote *string) error {
	for _, x := range []struct {
		text *string
		dest *map[string]*string
	}{{base, &c.Base}, {local, &c.Local}, {remote, &c.Remote}} {
		row, err := readImage(x.text)
		if err != nil {
			return fmt.Errorf("dbsync: image of conflict %d: %w", c.ID, err)
		}
		*x.dest = row
	}
	return nil
}

// Conflicts lists what is parked and not settled, of every instance, in the
// order in which it was written. It asks the primary; while that cannot be
// reached it gives the copies in the file, which have no ID and cannot be
// resolved.
func (s *Sync) Conflicts(ctx context.Context) ([]Conflict, error) {
	conn, err := s.connectReplay(ctx)
	if err != nil {
		if list, ferr := s.localConflicts(ctx); ferr == nil && len(list) > 0 {
			return list, nil
		}
		return nil, err
	}
	defer closeConn(conn.PgConn())
	var there bool
	if err := conn.QueryRow(ctx, `SELECT to_regclass('failoversql.conflict') IS NOT NULL`).Scan(&there); err != nil || !there {
		return nil, err
	}
	if err := s.dropSettledCopies(ctx, conn); err != nil {
		s.log.Warn("the fallback file still has copies of settled conflicts", "error", err)
	}
	rows, err := conn.Query(ctx, `SELECT `+conflictColumns+` FROM failoversql.conflict WHERE resolved_at IS NULL ORDER BY created_at, journal, tx, seq`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scanConflict)
}

// localConflicts reads the copies in the file.
func (s *Sync) localConflicts(ctx context.Context) ([]Conflict, error) {
	c, err := s.cfg.File.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	rows, err := c.Query(ctx, `SELECT journal, tx, seq, kind, table_schema, table_name, op, message, base, local, remote, created_at FROM failoversql_conflict ORDER BY created_at, tx, seq`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Conflict
	vals := make([]driver.Value, 12)
	text := func(i int) string { s, _ := vals[i].(string); return s }
	image := func(i int) *string {
		if s, ok := vals[i].(string); ok {
			return &s
		}
		return nil
	}
	for {
		if err := rows.Next(vals); err == io.EOF {
			return out, nil
		} else if err != nil {
			return nil, err
		}
		k := Conflict{Journal: text(0), Kind: Kind(text(3)), Schema: text(4), Table: text(5), Op: text(6), Message: text(7)}
		k.Tx, _ = vals[1].(int64)
		k.Seq, _ = vals[2].(int64)
		at, _ := vals[11].(int64)
		k.CreatedAt = time.UnixMicro(at)
		if err := readImages(&k, image(8), image(9), image(10)); err != nil {
			return nil, err
		}
		out = append(out, k)
	}
}
