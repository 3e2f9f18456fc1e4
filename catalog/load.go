package catalog

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// LoadOptions chooses what Load reads.
type LoadOptions struct {
	// Include and Exclude name tables as "table" or "schema.table"; either
	// part may hold the wildcards of path.Match. An empty Include means every
	// table. Exclude wins.
	Include, Exclude []string

	// Role is the role whose privileges are recorded; empty means the
	// connection's own. It matters where the copy is made by another role
	// than the application's.
	Role string

	// IgnoreTriggers records tables with user triggers or rules as if they had
	// none: the user says that writing them without is safe.
	IgnoreTriggers bool
}

// Load reads the schema of the connection's database, inside whatever
// transaction the connection is in; outside one it opens its own, so that the
// answer is of one moment. System schemas, the schema failoversql and temporary
// tables are left out. It understands PostgreSQL 12 to 18.
//
// The Catalog's Version is 1. Expressions and definitions are printed with an
// empty search path, so that they mean the same under every search path.
//
// If ctx ends, the connection is closed, as pgx does.
func Load(ctx context.Context, conn *pgx.Conn, opt LoadOptions) (*Catalog, error) {
	sel, err := newSelection(opt)
	if err != nil {
		return nil, err
	}
	if conn.PgConn().TxStatus() == 'I' {
		tx, err := conn.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
		if err != nil {
			return nil, fmt.Errorf("read the primary's schema: %w", err)
		}
		// Nothing was written; how it ends does not matter.
		defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	}
	l := &loader{ctx: ctx, conn: conn, sel: sel, role: opt.Role, ignoreTriggers: opt.IgnoreTriggers, cat: &Catalog{Version: 1, NextOID: FirstLocalOID}}
	if err := l.load(); err != nil {
		return nil, fmt.Errorf("read the primary's schema: %w", err)
	}
	return l.cat, nil
}

// loader carries one Load.
type loader struct {
	ctx  context.Context
	conn *pgx.Conn
	sel  *selection
	role string
	cat  *Catalog

	ignoreTriggers bool

	tables map[uint32]*Table
}

func (l *loader) load() error {
	restore, err := l.database()
	if err != nil {
		return err
	}
	for _, step := range []func() error{l.types, l.fields, l.readTables, l.columns, l.dropped, l.indexes, l.constraints, l.sequences, l.views, l.others, l.comments, l.members, l.opClasses, l.storage, l.routines} {
		if err := step(); err != nil {
			return err
		}
	}
	return l.exec("SELECT set_config('search_path', $1, true)", restore)
}

// userSchema is the condition that a pg_namespace row n is the user's.
const userSchema = `n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'failoversql')`

// alteredTextSearch reports whether the mappings or dictionaries of the
// configurations simple and english are others than initdb made.
const alteredTextSearch = `(SELECT count(*) <> 38 OR NOT coalesce(bool_and(CASE WHEN c.cfgname = 'english' AND m.maptokentype IN (1, 2, 10, 11, 16, 17)
				THEN d.dictname = 'english_stem' AND d.dictinitoption = $$language = 'english', stopwords = 'english'$$
				ELSE d.dictname = 'simple' AND d.dictinitoption IS NULL END), false)
			FROM pg_ts_config c JOIN pg_ts_config_map m ON m.mapcfg = c.oid JOIN pg_ts_dict d ON d.oid = m.mapdict
			WHERE c.cfgname IN ('simple', 'english') AND c.cfgnamespace = 'pg_catalog'::regnamespace)`

// database reads facts of the database and the session, and then empties the
// search path for the rest of the transaction. It returns the path to restore.
func (l *loader) database() (searchPath string, err error) {
	c := l.cat
	var mayControl bool
	err = l.row(`SELECT current_database(), current_setting('server_version_num')::int,
			CASE WHEN $1 = '' THEN current_user::text ELSE $1 END,
			array(SELECT s::text FROM unnest(current_schemas(false)) s WHERE s <> 'failoversql'),
			current_setting('TimeZone'), current_setting('lc_numeric'), current_setting('lc_monetary'), current_setting('lc_time'), current_setting('lc_messages'),
			current_setting('default_text_search_config'), `+alteredTextSearch+`, current_setting('search_path'),
			has_function_privilege('pg_control_system()', 'EXECUTE'),
			has_database_privilege(CASE WHEN $1 = '' THEN current_user::text ELSE $1 END, current_database(), 'CREATE'),
			NOT has_database_privilege(CASE WHEN $1 = '' THEN current_user::text ELSE $1 END, current_database(), 'TEMP')`,
		[]any{l.role}, func(scan scanFunc) error {
			return scan(&c.Database, &c.ServerVersion, &c.User, &c.SearchPath, &c.TimeZone, &c.Formats.Numeric, &c.Formats.Monetary, &c.Formats.Time, &c.Formats.Messages, &c.TextSearch, &c.TextSearchAltered, &searchPath, &mayControl, &c.CreateSchemas, &c.NoTemporary)
		})
	if err != nil {
		return "", err
	}
	if mayControl {
		// It cannot stand in the query above: where it is not allowed,
		// naming it is already an error.
		err = l.row("SELECT system_identifier::text FROM pg_control_system()", nil, func(scan scanFunc) error {
			return scan(&c.SystemID)
		})
		if err != nil {
			return "", err
		}
	}
	l.role = c.User
	if err := l.collation(); err != nil {
		return "", err
	}
	// With thousands of tables PostgreSQL believes its catalogs to be worth
	// compiling queries for, which takes longer than they do.
	if err := l.exec("SELECT set_config('search_path', '', true), set_config('jit', 'off', true)"); err != nil {
		return "", err
	}
	if err := l.rows(`SELECT CASE WHEN n.nspname = 'pg_catalog' THEN k.collname::text ELSE n.nspname || '.' || k.collname END
		FROM pg_collation k JOIN pg_namespace n ON n.oid = k.collnamespace WHERE NOT k.collisdeterministic ORDER BY 1`, nil,
		func(scan scanFunc) error {
			c.Nondeterministic = append(c.Nondeterministic, "")
			return scan(&c.Nondeterministic[len(c.Nondeterministic)-1])
		}); err != nil {
		return "", err
	}
	if err := l.rows("SELECT extname::text FROM pg_extension ORDER BY 1", nil, func(scan scanFunc) error {
		c.Extensions = append(c.Extensions, "")
		return scan(&c.Extensions[len(c.Extensions)-1])
	}); err != nil {
		return "", err
	}
	c.SchemaOIDs = map[string]uint32{}
	return searchPath, l.rows(`SELECT n.oid::int8, n.nspname::text, has_schema_privilege($1, n.oid, 'CREATE'), has_schema_privilege($1, n.oid, 'USAGE')
		FROM pg_namespace n WHERE `+userSchema+` ORDER BY 2`, []any{l.role}, func(scan scanFunc) error {
		var oid int64
		var name string
		var create, usage bool
		if err := scan(&oid, &name, &create, &usage); err != nil {
			return err
		}
		c.SchemaOIDs[name] = uint32(oid)
		c.Schemas = append(c.Schemas, name)
		if !usage {
			c.Hidden = append(c.Hidden, name)
		}
		if create {
			c.Creatable = append(c.Creatable, name)
		}
		return nil
	})
}

// collation reads the database's default collation; its columns were renamed
// twice, so the row is read as JSON.
func (l *loader) collation() error {
	c := &l.cat.Collation
	return l.row(`SELECT coalesce(j->>'datlocprovider', 'c'),
			coalesce(CASE WHEN j->>'datlocprovider' IN ('i', 'b') THEN coalesce(j->>'datlocale', j->>'daticulocale') END, j->>'datcollate'),
			coalesce(j->>'datctype', ''),
			coalesce(j->>'datcollversion', (
				SELECT pg_collation_actual_version(k.oid) FROM pg_collation k
				WHERE j->>'datlocprovider' IS NULL AND k.collprovider = 'c' AND k.collcollate = j->>'datcollate'
				ORDER BY k.oid LIMIT 1), '')
		FROM (SELECT to_jsonb(d) AS j FROM pg_database d WHERE datname = current_database()) d`,
		nil, func(scan scanFunc) error {
			var provider string
			if err := scan(&provider, &c.Locale, &c.CType, &c.Version); err != nil {
				return err
			}
			c.Provider = provider[0]
			return nil
		})
}
