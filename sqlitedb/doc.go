// Package sqlitedb is the fallback file: a SQLite database that holds a copy of
// a PostgreSQL database and answers PostgreSQL's SQL.
//
// A File is opened once per process and path and is safe for concurrent use. It
// hands out two sorts of connections: Conn, plain SQLite for synchronisation,
// and Session, which speaks PostgreSQL. Both belong to one goroutine at a time,
// like a driver.Conn.
//
// SQLite has one writer at a time. Within a process writers queue in a fair
// FIFO; between processes SQLite's own lock decides. Every writing transaction
// passes the gate, one row of the file itself: whoever closes it in a
// transaction knows that nobody, in any process, commits an application's
// write after it (see ErrNotServing).
//
// An open result set of a Session is a running SQLite statement: it holds a
// snapshot, and the write-ahead log cannot be shortened past it. Close rows.
package sqlitedb
