package dbsync

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/catalog"
)

// checkPrimary asks whether the primary has what following needs, and names
// everything that is missing at once, each with the SQL that grants it. Where
// nothing is missing but what streaming needs, and the method is left open, or
// snapshots are the method anyway, the copy is to be a plain one.
func (s *Sync) checkPrimary(ctx context.Context, conn *pgx.Conn) (plain bool, err error) {
	var (
		walLevel, user, database, schemaOwner   string
		recovery, create, replication, schemaOK bool
		slots, slotLimit                        int
	)
	err = conn.QueryRow(ctx, `SELECT current_setting('wal_level'), current_user::text, current_database()::text,
			pg_is_in_recovery(), has_database_privilege(current_database(), 'CREATE'),
			(SELECT rolreplication OR rolsuper OR EXISTS (SELECT FROM pg_roles m
					WHERE m.rolname = 'rds_replication' AND pg_has_role(r.oid, m.oid, 'MEMBER'))
				FROM pg_roles r WHERE rolname = coalesce(nullif($1, ''), current_user)) IS TRUE,
			coalesce((SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = 'failoversql'), ''),
			coalesce((SELECT has_schema_privilege(oid, 'CREATE') FROM pg_namespace WHERE nspname = 'failoversql'), true),
			(SELECT count(*) FROM pg_replication_slots)::int, current_setting('max_replication_slots')::int`,
		s.cfg.Replication.User).Scan(&walLevel, &user, &database, &recovery, &create, &replication, &schemaOwner, &schemaOK, &slots, &slotLimit)
	if err != nil {
		return false, fmt.Errorf("dbsync: look at the primary's settings: %w", err)
	}
	if recovery {
		return false, fmt.Errorf("%w: it is a standby in recovery; connect to the server that accepts writes", ErrSetup)
	}
	var missing, streaming []string
	if walLevel != "logical" {
		streaming = append(streaming, "wal_level is "+walLevel+" and must be logical (ALTER SYSTEM SET wal_level = 'logical', then restart the server)")
	}
	if !replication {
		streaming = append(streaming, "role "+s.cfg.Replication.User+" may not replicate (ALTER ROLE "+quoteIdent(s.cfg.Replication.User)+" REPLICATION)")
	}
	if !create {
		missing = append(missing, "role "+user+" may not create a publication and the schema failoversql (GRANT CREATE ON DATABASE "+quoteIdent(database)+" TO "+quoteIdent(user)+")")
	}
	if !schemaOK {
		missing = append(missing, "role "+user+" may not create tables in the schema failoversql of "+schemaOwner+" (GRANT CREATE, USAGE ON SCHEMA failoversql TO "+quoteIdent(user)+")")
	}
	if slotLimit == 0 {
		streaming = append(streaming, "max_replication_slots is 0 (ALTER SYSTEM SET max_replication_slots = 10, then restart the server)")
	}
	before := s.lacking.Swap(nil)
	if s.cfg.Method == BySnapshots {
		streaming = nil
	}
	if missing := append(streaming, missing...); len(missing) > 0 && (len(missing) > len(streaming) || s.cfg.Method == ByStream) {
		return false, fmt.Errorf("%w: %s", ErrSetup, strings.Join(missing, "; "))
	}
	if s.cfg.Method == BySnapshots {
		return true, nil
	}
	if len(streaming) > 0 {
		text := strings.Join(streaming, "; ")
		s.lacking.Store(&text)
		if before != nil && *before == text {
			return true, nil // it was said
		}
		s.log.Warn("PostgreSQL cannot be followed, so it is copied whole at intervals: the copy is as old as the last of them", "lacks", text, "interval", s.cfg.SnapshotInterval)
		return true, nil
	}
	if slots >= slotLimit-1 {
		s.log.Warn("few replication slots are left on the primary", "used", slots, "max_replication_slots", slotLimit)
	}
	return false, nil
}

// setupLock is the advisory lock under which sessions prepare a primary, so
// that two never alter the same publication at once.
const setupLock = 0x464F5351

// publish makes the file's publication list exactly these tables. A list is
// kept, and not FOR ALL TABLES: that needs a superuser, and it would make the
// application's UPDATE and DELETE fail on every table without replica identity.
func publish(ctx context.Context, conn *pgx.Conn, name string, tables []*catalog.Table) error {
	quoted := make([]string, len(tables))
	for i, t := range tables {
		quoted[i] = catalog.QuoteQualified(t.Schema, t.Name)
		if t.Kind != 'p' {
			quoted[i] = "ONLY " + quoted[i]
		}
	}
	list := strings.Join(quoted, ", ")

	tx, err := conn.Begin(ctx)
	if err != nil {
		return fmt.Errorf("dbsync: publication: %w", err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1)", int64(setupLock)); err != nil {
		return fmt.Errorf("dbsync: publication: %w", err)
	}
	var exists bool
	var published string
	if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_publication WHERE pubname = $1),
		coalesce((SELECT string_agg(r.prrelid::regclass::text, ', ') FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid
			WHERE p.pubname = $1), '')`, name).Scan(&exists, &published); err != nil {
		return fmt.Errorf("dbsync: publication: %w", err)
	}
	var sql string
	switch {
	case exists && len(tables) > 0:
		sql = "ALTER PUBLICATION " + quoteIdent(name) + " SET TABLE " + list
	case exists && published == "":
		return nil
	case exists: // SET TABLE cannot name none
		sql = "ALTER PUBLICATION " + quoteIdent(name) + " DROP TABLE " + published
	case len(tables) > 0:
		sql = "CREATE PUBLICATION " + quoteIdent(name) + " FOR TABLE " + list
	default:
		sql = "CREATE PUBLICATION " + quoteIdent(name)
	}
	version, err := serverVersion(conn.PgConn())
	if err != nil {
		return err
	}
	if strings.HasPrefix(sql, "CREATE") && version >= 130000 {
		sql += " WITH (publish_via_partition_root = true)"
	}
	if _, err := tx.Exec(ctx, sql); err != nil {
		return fmt.Errorf("dbsync: publication: %w", err)
	}
	if err := tx.Commit(ctx); err != nil {
		return fmt.Errorf("dbsync: publication: %w", err)
	}
	return nil
}
