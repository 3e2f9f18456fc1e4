package dbsync

import (
	"fmt"
	"strings"

	"github.com/failoversql/failoversql/catalog"
)

// The journal is one table of the fallback file. Triggers of followed tables
// put a row into it for every row an application inserts, updates or deletes
// while the file serves; DDL is put there by package sqlitedb as its text. Rows
// are in the order in which things happened (seq); those of one transaction
// stand together, for SQLite has one writer at a time.
//
// A row holds the values as SQLite stores them, in columns without a type, so
// that nothing is converted: JSON would lose digits of floating-point numbers
// and cannot hold bytea. An update holds the old values followed by the new
// ones. An image wider than journalWidth goes on in rows of op '+'.
//
// One wide table was measured against one table a followed table with a
// sequence in common: the latter needs two b-tree insertions a change and was
// up to twice as slow for single-row transactions.
const (
	journalWidth = 40

	opInsert   = "I"
	opUpdate   = "U"
	opDelete   = "D"
	opDDL      = "X" // c1 is the statement's text
	opContinue = "+"
)

// journalSchema makes the tables of the way back. failoversql_journals has a
// row for each time that the file began to serve on its own: an outage.
func journalSchema() []string {
	var b strings.Builder
	b.WriteString(`CREATE TABLE IF NOT EXISTS failoversql_journal(
	seq INTEGER PRIMARY KEY, tx INTEGER NOT NULL, tbl INTEGER NOT NULL, ver INTEGER NOT NULL,
	op TEXT NOT NULL, cascaded INTEGER NOT NULL`)
	for i := 1; i <= journalWidth; i++ {
		fmt.Fprintf(&b, ", c%d", i)
	}
	b.WriteString(")")
	return []string{
		b.String(),
		`CREATE TABLE IF NOT EXISTS failoversql_journals(
	id         INTEGER PRIMARY KEY,
	uuid       TEXT    NOT NULL UNIQUE,
	reason     TEXT    NOT NULL,
	created_at INTEGER NOT NULL, -- µs since 1970
	base_tx    INTEGER NOT NULL, -- transactions after this one belong to it
	base_lsn   INTEGER NOT NULL, -- last followed position of the primary
	flushed_tx INTEGER NOT NULL, -- replayed, and known to be on the primary's disk
	last_tx    INTEGER,          -- its last transaction, once all is replayed; NULL while it is open
	final_lsn  INTEGER,          -- position of the primary after the final marker
	undone_at  INTEGER           -- µs since 1970; when Rejoin took its changes back
) STRICT`,
		`CREATE TABLE IF NOT EXISTS failoversql_conflict(
	journal TEXT NOT NULL, seq INTEGER NOT NULL, tx INTEGER NOT NULL,
	kind TEXT NOT NULL, table_schema TEXT NOT NULL, table_name TEXT NOT NULL, op TEXT NOT NULL, message TEXT NOT NULL,
	base TEXT, local TEXT, remote TEXT, created_at INTEGER NOT NULL,
	PRIMARY KEY (journal, seq)
) STRICT`,
		`CREATE TABLE IF NOT EXISTS failoversql_backend(
	pid INTEGER NOT NULL, backend_start TEXT NOT NULL,
	replay INTEGER NOT NULL, -- 1: it replays; 0: it works for the application
	PRIMARY KEY (pid, backend_start)
) STRICT`,
	}
}

// JournalSchema gives the statements that make the journal's tables in a
// fallback file, where they are not there yet. Diverge runs them; a snapshot
// may do so in advance.
func JournalSchema() []string { return journalSchema() }

// CaptureTriggers gives the statements that make a table's journal triggers,
// for sqlitedb.Options.Capture.
//
// They must be made after the table's other triggers: SQLite fires the newest
// first, and a change has to stand in the journal before those it cascades to.
func CaptureTriggers(_ *catalog.Catalog, t *catalog.Table) []string {
	var out []string
	for _, sql := range captures(t) {
		name, err := triggerName(sql)
		if err != nil {
			panic(err) // it is our own text
		}
		out = append(out, "DROP TRIGGER IF EXISTS "+quoteIdent(name), sql)
	}
	return out
}

// captures are the statements themselves. The version of the catalog that a row
// is read back by is not in their text but looked up as they fire: then a change
// of the schema leaves the triggers of all other tables as they are. It is the
// right one because a version is stored in the transaction that alters a table and
// makes its triggers anew, with no row captured in between.
func captures(t *catalog.Table) []string {
	var out []string
	for _, op := range []struct{ op, event, images string }{
		{opInsert, "INSERT", "n"}, {opUpdate, "UPDATE", "on"}, {opDelete, "DELETE", "o"},
	} {
		var values []string
		for _, image := range op.images {
			row := "NEW."
			if image == 'o' {
				row = "OLD."
			}
			for _, c := range t.Columns {
				values = append(values, row+catalog.QuoteIdent(c.Name))
			}
		}
		name := catalog.QuoteIdent(fmt.Sprintf("failoversql_capture_%d_%s", t.OID, strings.ToLower(op.event)))
		var b strings.Builder
		fmt.Fprintf(&b, "CREATE TRIGGER %s AFTER %s ON %s WHEN (SELECT capture FROM failoversql_state WHERE id=1)=1 BEGIN",
			name, op.event, catalog.QuoteIdent(catalog.SQLiteName(t.Schema, t.Name)))
		code := op.op
		for first := true; first || len(values) > 0; first = false {
			n := min(len(values), journalWidth)
			b.WriteString(" INSERT INTO failoversql_journal(tx,tbl,ver,op,cascaded")
			for i := range n {
				fmt.Fprintf(&b, ",c%d", i+1)
			}
			fmt.Fprintf(&b, ") SELECT tx,%d,%s,'%s',depth>0", t.OID, currentVersion, code)
			for _, v := range values[:n] {
				b.WriteString("," + v)
			}
			b.WriteString(" FROM failoversql_state WHERE id=1;")
			values, code = values[n:], opContinue
		}
		b.WriteString(" END")
		out = append(out, b.String())
	}
	return out
}

// currentVersion reads the number of the newest version of the catalog: the end
// of its key, whatever the size of what is stored there.
const currentVersion = "(SELECT max(version) FROM failoversql_catalog)"

// JournalDDL gives the statement that records DDL in the journal, for
// sqlitedb.Options.JournalDDL.
func JournalDDL(text string) (sql string, args []any) {
	return `INSERT INTO failoversql_journal(tx,tbl,ver,op,cascaded,c1)
		SELECT tx,0,` + currentVersion + `,'` + opDDL + `',0,?1 FROM failoversql_state WHERE id=1 AND capture=1`,
		[]any{text}
}
