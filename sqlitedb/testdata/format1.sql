-- The tables of a file of format 1, as they were made.
CREATE TABLE IF NOT EXISTS failoversql_meta(
	key   TEXT PRIMARY KEY,
	value ANY
) STRICT;

CREATE TABLE IF NOT EXISTS failoversql_catalog(
	version INTEGER PRIMARY KEY,
	json    TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS failoversql_state(
	id                INTEGER PRIMARY KEY CHECK (id = 1),
	mode              TEXT    NOT NULL DEFAULT '',
	generation        INTEGER NOT NULL DEFAULT 0,
	reason            TEXT    NOT NULL DEFAULT '',
	since             INTEGER NOT NULL DEFAULT 0,
	serving           INTEGER NOT NULL DEFAULT 0,
	capture           INTEGER NOT NULL DEFAULT 1,
	tx                INTEGER NOT NULL DEFAULT 0,
	depth             INTEGER NOT NULL DEFAULT 0,
	lsn               INTEGER NOT NULL DEFAULT 0,
	state             TEXT    NOT NULL DEFAULT 'empty',
	diverged_lsn      INTEGER NOT NULL DEFAULT 0,
	journal           TEXT    NOT NULL DEFAULT '',
	snapshot_complete INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT OR IGNORE INTO failoversql_state(id) VALUES (1);

CREATE TABLE IF NOT EXISTS failoversql_lease(
	id       INTEGER PRIMARY KEY,
	sequence TEXT    NOT NULL,
	start    INTEGER NOT NULL,
	finish   INTEGER NOT NULL,
	next     INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS failoversql_lease_sequence ON failoversql_lease(sequence, id);

CREATE TABLE IF NOT EXISTS failoversql_sequence(
	oid        INTEGER PRIMARY KEY,
	sequence   TEXT    NOT NULL,
	last_value INTEGER NOT NULL,
	is_called  INTEGER NOT NULL
) STRICT;
