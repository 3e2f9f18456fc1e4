// Package failoversql is a database/sql driver for PostgreSQL that keeps an
// application reading and writing, on a local SQLite file, while PostgreSQL is
// down, and then brings every write back.
package failoversql
