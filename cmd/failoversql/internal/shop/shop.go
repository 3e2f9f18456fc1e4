// Package shop is the application of the demo: a mail-order bookshop that takes
// orders. It is written as any application over PostgreSQL is, with nothing but
// database/sql; of failoversql it knows the two errors that a careful
// application asks about.
package shop

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"

	"github.com/failoversql/failoversql"
)

// Shop takes orders into a database. Safe for concurrent use.
type Shop struct {
	db *sql.DB
}

// New returns a shop over an opened database that holds its schema.
func New(db *sql.DB) *Shop { return &Shop{db: db} }

//go:embed schema.sql
var schema string

// Create makes the schema and puts the catalogue and the customers in.
func Create(ctx context.Context, db *sql.DB) error {
	if _, err := db.ExecContext(ctx, schema); err != nil {
		return err
	}
	return inTx(ctx, db, func(tx *sql.Tx) error {
		if err := seedBooks(ctx, tx); err != nil {
			return err
		}
		return seedCustomers(ctx, tx)
	})
}

// maxAttempts bounds how often a transaction is run again; more than one outage
// within one transaction's life is unheard of.
const maxAttempts = 5

// inTx runs fn in a transaction. A transaction whose connection was lost before
// its COMMIT was sent is certainly gone, so it is simply run again: on the route
// that serves now.
func inTx(ctx context.Context, db *sql.DB, fn func(*sql.Tx) error) error {
	var err error
	for range maxAttempts {
		err = once(ctx, db, fn)
		if !errors.Is(err, failoversql.ErrRolledBack) {
			return err
		}
		if count := retriesFrom(ctx); count != nil {
			count.Add(1)
		}
	}
	return err
}

func once(ctx context.Context, db *sql.DB, fn func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := fn(tx); err != nil {
		return err
	}
	return tx.Commit()
}
