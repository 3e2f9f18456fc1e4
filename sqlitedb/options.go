package sqlitedb

import (
	"log/slog"
	"time"

	"github.com/failoversql/failoversql/catalog"
)

// Options of Open. The zero value opens any fallback file and journals nothing.
type Options struct {
	// SystemID and Database name the primary that the file must belong to; an
	// empty one is not compared. They are stored in a new file.
	SystemID string
	Database string

	// StrictCollation refuses statements (0A000) whose result depends on an
	// order of text that cannot be reproduced exactly on this platform; see
	// File.CollationExact.
	StrictCollation bool

	// WriterWait bounds the wait for the writer's place of statements whose
	// lock_timeout is 0; default 30 seconds. PostgreSQL would wait for ever, but
	// there a statement waits for a row, here for every other writer.
	WriterWait time.Duration

	// PlanCache is how many translated statements are kept for one catalog
	// version; default 2,000. StmtCache is how many prepared SQLite statements
	// one connection keeps; default 200.
	PlanCache int
	StmtCache int

	// Capture gives the statements that make the journal's triggers for a table.
	// They run in the transaction of the DDL that made or changed the table,
	// after that table's old triggers have been dropped.
	Capture func(cat *catalog.Catalog, t *catalog.Table) []string

	// JournalDDL gives the statement that records DDL in the journal. It runs in
	// the DDL's own transaction, after the new catalog version (the highest in
	// failoversql_catalog) has been stored. A sql of "" records nothing.
	JournalDDL func(text string) (sql string, args []any)

	// Scratch opens a file that counts for nothing before it is whole, such as a
	// copy that is being built for Replace: it keeps no log and waits for no disk.
	// Where a write fails or is rolled back, or the process ends, only throwing the
	// file away is left. A reader and the writer shut each other out.
	Scratch bool

	// Sole is given by one who has the file alone already (TakeSole).
	Sole *Sole

	Logger *slog.Logger // default: slog.Default()
}

func (o *Options) setDefaults() {
	if o.WriterWait <= 0 {
		o.WriterWait = 30 * time.Second
	}
	if o.PlanCache <= 0 {
		o.PlanCache = 2000
	}
	if o.StmtCache <= 0 {
		o.StmtCache = 200
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
}
