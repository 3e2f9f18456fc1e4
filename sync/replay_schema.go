package dbsync

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// primarySchema makes what the way back keeps on the primary. It runs under
// underSchemaLock.
const primarySchema = `
CREATE SCHEMA IF NOT EXISTS failoversql;

CREATE TABLE IF NOT EXISTS failoversql.replayed(
	instance   text   NOT NULL,
	journal    text   NOT NULL,
	last_tx    bigint NOT NULL,
	flushed_at timestamptz,
	PRIMARY KEY (instance, journal)
) WITH (fillfactor = 50);

CREATE TABLE IF NOT EXISTS failoversql.conflict(
	id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	instance     text   NOT NULL,
	journal      text   NOT NULL,
	tx           bigint NOT NULL,
	seq          bigint NOT NULL,
	table_schema text   NOT NULL,
	table_name   text   NOT NULL,
	op           text   NOT NULL,
	cascaded     boolean NOT NULL,
	kind         text   NOT NULL,
	depends_on   bigint,
	columns      text[] NOT NULL DEFAULT '{}',
	constraint_name text NOT NULL DEFAULT '',
	message      text   NOT NULL DEFAULT '',
	statement    text   NOT NULL DEFAULT '',
	base         jsonb,
	local        jsonb,
	remote       jsonb,
	created_at   timestamptz NOT NULL DEFAULT now(),
	resolution   text,
	edited       jsonb,
	resolved_at  timestamptz,
	resolved_by  text,
	UNIQUE (instance, journal, seq)
);

CREATE TABLE IF NOT EXISTS failoversql.rewritten(
	instance text  NOT NULL,
	journal  text  NOT NULL,
	row_key  text  NOT NULL,
	columns  jsonb NOT NULL,
	PRIMARY KEY (instance, row_key)
);

CREATE TABLE IF NOT EXISTS failoversql.instance(
	id         text PRIMARY KEY,
	host       text NOT NULL,
	file       text NOT NULL,
	slot       text NOT NULL DEFAULT '',
	writes     text NOT NULL DEFAULT '',
	started_at timestamptz NOT NULL DEFAULT now(),
	heartbeat  timestamptz NOT NULL DEFAULT now()
);
`

// lockKey is the advisory lock of the way back: one a database, since advisory
// locks are a database's own ("fosq", 1).
const (
	lockKey1 = 0x666f7371
	lockKey2 = 1
)

// ensurePrimarySchema makes the tables of the way back where they are missing.
// Reading first avoids needing the right to create where nothing is to do.
func ensurePrimarySchema(ctx context.Context, conn *pgx.Conn) error {
	if some, err := primarySchemaMissing(ctx, conn); err != nil || !some {
		return err
	}
	return underSchemaLock(ctx, conn, func() error {
		if some, err := primarySchemaMissing(ctx, conn); err != nil || !some {
			return err
		}
		_, err := conn.Exec(ctx, primarySchema, pgx.QueryExecModeSimpleProtocol)
		return err
	})
}

func primarySchemaMissing(ctx context.Context, conn *pgx.Conn) (bool, error) {
	var n int
	err := conn.QueryRow(ctx, `SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = 'failoversql' AND c.relname IN ('replayed', 'conflict', 'rewritten', 'instance')`).Scan(&n)
	return n < 4, err
}

// underSchemaLock runs f in a transaction that nobody else who makes our objects
// on the primary runs at the same time: two CREATE … IF NOT EXISTS at once can
// fail.
func underSchemaLock(ctx context.Context, conn *pgx.Conn, f func() error) error {
	tx, err := conn.Begin(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock($1, $2)`, int32(lockKey1), int32(lockKey2+1)); err != nil {
		return err
	}
	if err := f(); err != nil {
		return err
	}
	return tx.Commit(ctx)
}
