package sqlitedb

// formatVersion is raised by every change that an older program cannot read.
const formatVersion = 2

// applicationID marks a fallback file in its SQLite header ("FOSQ").
const applicationID = 0x464F5351

// Prefix begins the name of every table of our own in the file.
const Prefix = "failoversql_"

// schema makes our own tables in an empty file. Those of synchronisation
// (journal, conflicts) are package dbsync's and are made by it.
const schema = `
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
	snapshot_complete INTEGER NOT NULL DEFAULT 0,
	pin               TEXT    NOT NULL DEFAULT '',
	draining          INTEGER NOT NULL DEFAULT 0
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
` + orderTable

// orderTable holds the one order that may be under way; see Order.
const orderTable = `
CREATE TABLE IF NOT EXISTS failoversql_order(
	id        TEXT    PRIMARY KEY,
	want      TEXT    NOT NULL,
	withdrawn INTEGER NOT NULL DEFAULT 0,
	answer    TEXT    NOT NULL DEFAULT '',
	error     TEXT    NOT NULL DEFAULT ''
) STRICT;
`

// upgrades turn a file of a format into one of the next.
var upgrades = map[int64]string{
	1: `ALTER TABLE failoversql_state ADD COLUMN pin TEXT NOT NULL DEFAULT '';
		ALTER TABLE failoversql_state ADD COLUMN draining INTEGER NOT NULL DEFAULT 0;` + orderTable,
}
