package dbsync

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/internal/pgerr"
)

// CheckPrimary says whether the primary has what following needs; where it has
// not, the error wraps ErrSetup and names all that is missing, with the SQL that
// grants it. It changes nothing.
func (s *Sync) CheckPrimary(ctx context.Context) error {
	conn, err := pgx.ConnectConfig(ctx, s.cfg.Replication.Copy())
	if err != nil {
		return fmt.Errorf("dbsync: look at the primary's settings: %w", pgerr.Attempts(err))
	}
	defer closeConn(conn.PgConn())
	_, err = s.checkPrimary(ctx, conn)
	return err
}

// A Lack is something that the primary has not and that following needs.
type Lack struct {
	What    string
	SQL     string // puts it right
	Stream  bool   // only the stream needs it; copies at intervals do without
	Restart bool   // the server has to be restarted afterwards
}

func (l Lack) String() string {
	sql := l.SQL
	if l.Restart {
		sql += ", then restart the server"
	}
	return l.What + " (" + sql + ")"
}

// Lacks names everything that the primary lacks for following. It changes
// nothing.
func (s *Sync) Lacks(ctx context.Context) ([]Lack, error) {
	conn, err := pgx.ConnectConfig(ctx, s.cfg.Replication.Copy())
	if err != nil {
		return nil, fmt.Errorf("dbsync: look at the primary's settings: %w", pgerr.Attempts(err))
	}
	defer closeConn(conn.PgConn())
	missing, _, err := s.lacks(ctx, conn)
	return missing, err
}

// Prepare makes our tables on the primary, and lets the application's role use
// them. What is there stays.
func (s *Sync) Prepare(ctx context.Context) error {
	conn, err := pgx.ConnectConfig(ctx, s.cfg.Replication.Copy())
	if err != nil {
		return fmt.Errorf("dbsync: %w", pgerr.Attempts(err))
	}
	defer closeConn(conn.PgConn())
	if err := ensurePrimarySchema(ctx, conn); err != nil {
		return err
	}
	return s.grantPrimarySchema(ctx, conn)
}

// lacks finds out what is missing, and how many replication slots are free.
func (s *Sync) lacks(ctx context.Context, conn *pgx.Conn) (missing []Lack, free int, err error) {
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
		return nil, 0, fmt.Errorf("dbsync: look at the primary's settings: %w", pgerr.Attempts(err))
	}
	if recovery {
		return nil, 0, fmt.Errorf("%w: it is a standby in recovery; connect to the server that accepts writes", ErrSetup)
	}
	add := func(is bool, l Lack) {
		if is {
			missing = append(missing, l)
		}
	}
	role := s.cfg.Replication.User
	add(walLevel != "logical", Lack{"wal_level is " + walLevel + " and must be logical", "ALTER SYSTEM SET wal_level = 'logical'", true, true})
	add(!replication, Lack{"role " + role + " may not replicate", "ALTER ROLE " + quoteIdent(role) + " REPLICATION", true, false})
	add(slotLimit == 0, Lack{"max_replication_slots is 0", "ALTER SYSTEM SET max_replication_slots = 10", true, true})
	add(!create, Lack{"role " + user + " may not create a publication and the schema failoversql", "GRANT CREATE ON DATABASE " + quoteIdent(database) + " TO " + quoteIdent(user), false, false})
	add(!schemaOK, Lack{"role " + user + " may not create tables in the schema failoversql of " + schemaOwner, "GRANT CREATE, USAGE ON SCHEMA failoversql TO " + quoteIdent(user), false, false})
	return missing, slotLimit - slots, nil
}

// checkPrimary asks whether the primary has what following needs, and names
// everything that is missing at once, each with the SQL that grants it. Where
// nothing is missing but what streaming needs, and the method is left open, or
// snapshots are the method anyway, the copy is to be a plain one.
func (s *Sync) checkPrimary(ctx context.Context, conn *pgx.Conn) (plain bool, err error) {
	missing, free, err := s.lacks(ctx, conn)
	if err != nil {
		return false, err
	}
	before := s.lacking.Swap(nil)
	var streaming, all []string
	for _, l := range missing {
		switch {
		case !l.Stream:
			all = append(all, l.String())
		case s.cfg.Method != BySnapshots:
			streaming = append(streaming, l.String())
		}
	}
	if len(all) > 0 || s.cfg.Method == ByStream && len(streaming) > 0 {
		return false, fmt.Errorf("%w: %s", ErrSetup, strings.Join(append(streaming, all...), "; "))
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
	if free <= 1 {
		s.log.Warn("few replication slots are left on the primary", "free", free)
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
	version, err := serverVersion(conn.PgConn())
	if err != nil {
		return err
	}
	all, options := "pubinsert AND pubupdate AND pubdelete AND pubtruncate", "publish = 'insert, update, delete, truncate'"
	if version >= 130000 {
		all, options = all+" AND pubviaroot", options+", publish_via_partition_root = true"
	}
	var exists, whole bool
	var published string
	if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_publication WHERE pubname = $1),
		coalesce((SELECT `+all+` FROM pg_publication WHERE pubname = $1), true),
		coalesce((SELECT string_agg(r.prrelid::regclass::text, ', ') FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid
			WHERE p.pubname = $1), '')`, name).Scan(&exists, &whole, &published); err != nil {
		return fmt.Errorf("dbsync: publication: %w", err)
	}
	if !whole { // somebody's edit
		if _, err := tx.Exec(ctx, "ALTER PUBLICATION "+quoteIdent(name)+" SET ("+options+")"); err != nil {
			return fmt.Errorf("dbsync: publication: %w", err)
		}
	}
	var sql string
	switch {
	case exists && len(tables) > 0:
		sql = "ALTER PUBLICATION " + quoteIdent(name) + " SET TABLE " + list
	case exists && published == "":
		return tx.Commit(ctx)
	case exists: // SET TABLE cannot name none
		sql = "ALTER PUBLICATION " + quoteIdent(name) + " DROP TABLE " + published
	case len(tables) > 0:
		sql = "CREATE PUBLICATION " + quoteIdent(name) + " FOR TABLE " + list
	default:
		sql = "CREATE PUBLICATION " + quoteIdent(name)
	}
	if strings.HasPrefix(sql, "CREATE") {
		sql += " WITH (" + options + ")"
	}
	if _, err := tx.Exec(ctx, sql); err != nil {
		return fmt.Errorf("dbsync: publication: %w", err)
	}
	if err := tx.Commit(ctx); err != nil {
		return fmt.Errorf("dbsync: publication: %w", err)
	}
	return nil
}
