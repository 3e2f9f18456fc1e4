// Package failoversql is a database/sql driver for PostgreSQL that keeps an
// application reading and writing, on a local SQLite file, while PostgreSQL is
// down, and then brings every write back.
//
//	db, err := sql.Open("failoversql", "postgres://app:secret@db/app?fallback_path=app.db")
//
// While PostgreSQL is healthy every connection is a pgx connection and SQL passes
// through untouched. The file follows PostgreSQL by logical replication. When
// PostgreSQL stops answering, connections go to the file: the same SQL is
// translated, values come back in the same Go types, errors are *pgconn.PgError
// with the same SQLSTATE, and what cannot be given exactly is refused with 0A000.
// Writes made there are journaled, replayed into PostgreSQL exactly once when it
// is back, and traffic returns after a pause of milliseconds.
//
// # What a caller sees
//
// A statement that was provably not sent, and a SELECT that is proven free of
// effects and has not shown a row, runs again on the other side without an error.
// Otherwise a lost connection gives an error that wraps ErrRolledBack (certainly
// nothing was kept; run the transaction again), an *InDoubtError (sent and not
// answered; it may have been done: its Resolve finds out, given
// fallback_commit_tokens), or, where neither side can serve, one that
// wraps ErrUnavailable. Contexts are honoured as pgx honours them: a call returns
// when its context ends, and a cancelled write that was sent is in doubt.
//
// # Watching and steering
//
// FromDB gives the Connector of a database: Status and Subscribe tell what
// serves and why, SwitchToFallback, SwitchToPrimary and ResumeAuto steer by hand,
// Conflicts and ResolveConflict deal with changes that met another, Verify
// compares the two sides, Check says whether the fallback would run a statement.
//
// DSN parameters are listed by Parameters and in the README.
package failoversql
