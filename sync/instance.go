package dbsync

import (
	"context"
	"database/sql/driver"
	"errors"
	"hash/fnv"
	"io"
	"os"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/internal/pgerr"
)

// instanceLife is how long after its last heartbeat an instance counts as
// alive.
const instanceLife = time.Minute

// instanceID is this file's name on the primary: a UUID made with the file, and
// kept when a snapshot replaces it, so that markers and conflicts stay findable.
func (s *Sync) instanceID(ctx context.Context) (string, error) {
	return s.cfg.File.Meta(ctx, "file_id")
}

// Heartbeat registers this file on the primary, or renews its registration, and
// returns how many instances are alive there, this one included. writes is what
// the instance was told to do with writes during an outage, for the operator to
// see. conn is an ordinary connection to the primary.
func (s *Sync) Heartbeat(ctx context.Context, conn *pgx.Conn, writes string) (live int, err error) {
	id, err := s.instanceID(ctx)
	if err != nil {
		return 0, err
	}
	if !s.back.registered.Load() {
		if err := errors.Join(ensurePrimarySchema(ctx, conn), s.grantPrimarySchema(ctx, conn)); err != nil {
			return 0, err
		}
		s.back.registered.Store(true)
	}
	host, _ := os.Hostname()
	_, err = conn.Exec(ctx, `INSERT INTO failoversql.instance(id, host, file, writes) VALUES ($1, $2, $3, $4)
		ON CONFLICT (id) DO UPDATE SET host = excluded.host, file = excluded.file, writes = excluded.writes, heartbeat = now()`,
		id, host, s.cfg.File.Path(), writes)
	if err != nil {
		s.back.registered.Store(false)
		return 0, err
	}
	if err := errors.Join(s.tidy(ctx), s.noteTimeline(ctx, conn)); err != nil {
		return 0, err
	}
	err = conn.QueryRow(ctx, `SELECT count(*) FROM failoversql.instance WHERE heartbeat > now() - $1 * interval '1 second'`,
		instanceLife.Seconds()).Scan(&live)
	return live, err
}

// Rest says that this file's heartbeat will not be heard for a while, although
// it is in use: for a day it counts as alive.
func (s *Sync) Rest(ctx context.Context, conn *pgx.Conn) error {
	id, err := s.instanceID(ctx)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, `UPDATE failoversql.instance SET heartbeat = now() + interval '1 day' WHERE id = $1`, id)
	return err
}

// Part says that no application has this file open any more: it no longer counts
// as alive. The registration stays as long as the file's slot may, so that others
// can clear both away where the file is never opened again.
func (s *Sync) Part(ctx context.Context, conn *pgx.Conn) error {
	id, err := s.instanceID(ctx)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, `UPDATE failoversql.instance SET heartbeat = now() - $2 * interval '1 second' WHERE id = $1`, id, instanceLife.Seconds())
	return err
}

// announce registers a file that is about to have a slot and is in no
// application's hands yet, or leaves it registered as it is. Where the tables are
// not the application's role's to write it is done by the one that replicates.
func (s *Sync) announce(ctx context.Context, conn *pgx.Conn, id string) error {
	err := s.announceOn(ctx, conn, id)
	var e *pgconn.PgError
	if !errors.As(err, &e) || e.Code != "42501" || s.cfg.Replication == s.cfg.Primary {
		return err
	}
	other, connectErr := pgx.ConnectConfig(ctx, s.cfg.Replication.Copy())
	if connectErr != nil {
		return errors.Join(err, pgerr.Attempts(connectErr))
	}
	defer closeConn(other.PgConn())
	return s.announceOn(ctx, other, id)
}

func (s *Sync) announceOn(ctx context.Context, conn *pgx.Conn, id string) error {
	host, _ := os.Hostname()
	_, err := conn.Exec(ctx, `INSERT INTO failoversql.instance(id, host, file, heartbeat) VALUES ($1, $2, $3, now() - $4 * interval '1 second')
		ON CONFLICT (id) DO UPDATE SET heartbeat = greatest(instance.heartbeat, excluded.heartbeat)`,
		id, host, s.cfg.File.Path(), instanceLife.Seconds())
	return err
}

// copyingLock says, by an advisory lock of the connection that holds a copy's
// snapshot, that a file is being copied: it has a slot, and nobody renews its
// registration, however long that takes. It is one of lockKey1's kind; the second
// half is made of the file's name.
func copyingLock(id string) int32 {
	h := fnv.New32a()
	h.Write([]byte(id))
	return max(int32(h.Sum32()&0x7fffffff), lockKey2+1)
}

// forget takes this file's registration from the primary.
func (s *Sync) forget(ctx context.Context, conn *pgx.Conn) error {
	id, err := s.instanceID(ctx)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, `DELETE FROM failoversql.instance WHERE id = $1`, id)
	return err
}

// grantPrimarySchema lets the application's role replay where another role made
// our tables.
func (s *Sync) grantPrimarySchema(ctx context.Context, conn *pgx.Conn) error {
	role := s.cfg.Primary.User
	var granted bool
	err := conn.QueryRow(ctx, `SELECT current_user = $1 OR pg_has_role($1, c.relowner, 'USAGE')
			OR has_schema_privilege($1, c.relnamespace, 'USAGE') AND has_table_privilege($1, c.oid, 'INSERT') FROM pg_class c
		WHERE c.oid = 'failoversql.conflict'::regclass`, role).Scan(&granted)
	if err != nil || granted {
		return err
	}
	to := catalog.QuoteIdent(role)
	_, err = conn.Exec(ctx, `GRANT USAGE ON SCHEMA failoversql TO `+to+`;
		GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA failoversql TO `+to+`;
		GRANT USAGE ON ALL SEQUENCES IN SCHEMA failoversql TO `+to, pgx.QueryExecModeSimpleProtocol)
	return err
}

// readStrings reads a result of one text column.
func readStrings(rows driver.Rows) ([]string, error) {
	out := []string{}
	vals := make([]driver.Value, 1)
	for {
		if err := rows.Next(vals); err == io.EOF {
			return out, nil
		} else if err != nil {
			return nil, err
		}
		s, _ := vals[0].(string)
		out = append(out, s)
	}
}
