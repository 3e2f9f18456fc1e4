package dialect

import (
	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// A Plan says how one PostgreSQL statement runs on the fallback: the SQLite
// statements, what to bind to them, how to read their rows, and what the
// session has to do besides. A Plan is immutable and may be shared by any
// number of connections; it is valid for the catalog version it was made with.
type Plan struct {
	Kind Kind

	// Verb is the SQL command as PostgreSQL names it in messages, such as
	// "INSERT" or "SELECT FOR UPDATE" ("cannot execute INSERT in a read-only
	// transaction").
	Verb string

	// Params are the types of $1, $2, … as PostgreSQL infers them. An argument
	// count other than len(Params) is the caller's error.
	Params []*pgvalue.Type

	// Columns describe the result rows. They are nil for a statement that
	// returns none (Kind Exec without RETURNING, and so on).
	Columns []Column

	// Steps are the SQLite statements, run in order. All but the simplest plans
	// have one; where there are several they are run in one savepoint.
	Steps []Step

	// Writes says that the statement changes rows, schema or sequences, or locks
	// rows: it needs the writer's place before its first step, and is refused in
	// a read-only transaction (25006).
	Writes bool
	// NoWait is the message of the error (55P03) with which the statement fails
	// where it would have to wait for the writer's place; "" where it waits.
	NoWait string
	// Alone names the command in the error (25001) with which the statement fails
	// inside a transaction block; "" where it may run there.
	Alone string
	// Volatile says that running the statement twice is not the same as running
	// it once (a write, nextval, a volatile function).
	Volatile bool

	// Functions and Collations are the names of Go functions (pgfunc.Func and
	// the Session functions below) and collations that the connection must have
	// registered before a step is prepared.
	Functions  []string
	Collations []string

	// Sequences are the qualified names ("schema.name", unquoted) of sequences
	// the statement may advance.
	Sequences []string

	// Tables are the tables the statement names, for Check and for permissions.
	Tables []TableUse

	Tx     *Tx     // Kind Transaction
	Set    *Set    // Kind SetVariable
	Show   string  // Kind ShowVariable: the variable's name, lower case; "all" for SHOW ALL
	DDL    *Change // Kind DDL
	Cursor *Cursor // Kind DeclareCursor, FetchCursor, CloseCursor

	// Name is the name of the prepared statement, "" for all (Kind Prepare,
	// Execute, Deallocate), and Inner what PREPARE prepares.
	Name   string
	Inner  *Plan
	Notice string // a NOTICE or WARNING that PostgreSQL would raise; for the log
}

// Kind says what sort of statement a Plan is.
type Kind uint8

const (
	Empty         Kind = iota // no statement at all (a comment, "", ";"): nothing runs, no rows, no tag
	Query                     // SELECT, VALUES, TABLE: rows come back; Tag "SELECT n"
	Exec                      // INSERT, UPDATE, DELETE; rows come back where Columns is not nil
	Transaction               // BEGIN, COMMIT, ROLLBACK, SAVEPOINT, …: see Tx
	SetVariable               // SET, RESET, DISCARD: see Set
	ShowVariable              // SHOW: one row of text columns, named by Columns
	DDL                       // see Change; Steps, if any, come after it
	DeclareCursor             // DECLARE: the plan is that of the query, Columns included; see Cursor
	FetchCursor               // FETCH and MOVE: see Cursor
	CloseCursor               // CLOSE: see Cursor
	Prepare                   // PREPARE: see Name and Inner
	Execute                   // EXECUTE: see Name; its arguments are TranslateArguments'
	Deallocate                // DEALLOCATE: see Name
	Nothing                   // accepted and without effect here (ANALYZE, VACUUM, …)
)

// TextOrder is the collation of the database's own order of text, in
// Plan.Collations; package sqlitedb makes it from the catalog's Collation.
const TextOrder = "pg_text"

// JSONTextOrder is the order of jsonb where its strings are in TextOrder.
const JSONTextOrder = "pg_jsonb_text"

// Session functions that the connection provides (package sqlitedb), because
// they need its state. Names are as registered in SQLite; sequence names are
// qualified as in Plan.Sequences.
const (
	FuncNextval        = "pg_nextval"         // (sequence text) integer
	FuncCurrval        = "pg_currval"         // (sequence text) integer; 55000 before nextval
	FuncLastval        = "pg_lastval"         // () integer; 55000 before nextval
	FuncSetval         = "pg_setval"          // (sequence text, value integer, is_called integer) integer
	FuncCurrentSetting = "pg_current_setting" // (name text, missing_ok integer) text; 42704
	FuncSetConfig      = "pg_set_config"      // (name text, value text, is_local integer) text
	FuncRaise          = "pg_raise"           // (sqlstate text, message text): always fails with that error
	FuncAdvisory       = "pg_advisory"        // (what text, shared integer, transaction integer, key integer …): lock, try, unlock, unlock_all
	FuncSleep          = "pg_sleep"           // (seconds real): waits, no longer than the statement may run
	FuncSleepUntil     = "pg_sleep_until"     // (microseconds since 2000-01-01 UTC integer)
	FuncObject         = "pg_object"          // (what text, argument …): Object, with the catalog
	FuncSequenceAt     = "pg_sequence_at"     // (sequence text) integer: the value given last; NULL before the first
	FuncTxID           = "pg_tx_id"           // () integer: number of the current transaction (txid_current)
)

// A Step is one SQLite statement.
type Step struct {
	SQL   string
	Binds []Bind // for ?1, ?2, … in order

	// Returns says that the rows of this step are the rows of the plan.
	Returns bool
	// Counts says that the rows this step changed (or returned, for a Query) are
	// the count in the command tag.
	Counts bool
	// Keep says that the rows of this step are kept for the next step with Each,
	// which runs once for every one of them, its columns bound to ?1, ?2, …
	Keep, Each bool
}

// Source says where a bound value comes from.
type Source uint8

const (
	FromParam    Source = iota // argument Bind.Param through pgvalue.EncodeArg for Bind.Type
	FromNow                    // transaction start (now()), int64 µs since 2000-01-01 UTC
	FromStmtTime               // statement_timestamp(), the same unit
	FromTimeZone               // the session's TimeZone, its IANA name as text
	FromUser                   // current_user, text
	FromSession                // the session's setting named Bind.Setting, text
	FromNull                   // NULL
)

// A Bind is one bound value.
type Bind struct {
	Source Source
	Param  int           // index into Plan.Params, from 0
	Type   *pgvalue.Type // of the parameter
	// Column says that the value goes into storage as a column of Type: encode
	// with pgvalue.ToColumn after EncodeArg.
	Column  bool
	Setting string // FromSession
}

// A Column describes one result column.
type Column struct {
	Name string
	Type *pgvalue.Type // with its typmod
	// Stored says that the value comes as table columns hold it: decode with
	// pgvalue.FromColumn before ToGo.
	Stored bool
	// Table and Num are the origin of a plain column (as in RowDescription), or 0.
	Table uint32
	Num   int16
}

// TableUse is a table named by a statement and what the statement does with it.
type TableUse struct {
	Table *catalog.Table
	// Uses holds letters as in catalog.Table.Privileges: a INSERT, r SELECT,
	// w UPDATE, d DELETE.
	Uses string
	// Given are the columns to which the statement gives values.
	Given []string
}

// Tag is the command tag PostgreSQL would send for n rows.
func (p *Plan) Tag(n int64) string {
	return tag(p, n)
}

// TxOp is a transaction command.
type TxOp uint8

const (
	TxBegin          TxOp = iota // BEGIN, START TRANSACTION
	TxCommit                     // COMMIT, END
	TxRollback                   // ROLLBACK, ABORT
	TxSavepoint                  // SAVEPOINT name
	TxRelease                    // RELEASE SAVEPOINT name
	TxRollbackTo                 // ROLLBACK TO SAVEPOINT name
	TxSetTransaction             // SET TRANSACTION modes (Session false) or SET SESSION CHARACTERISTICS (Session true)
)

// Tx is a transaction command and its options.
type Tx struct {
	Op         TxOp
	Name       string // of a savepoint
	Isolation  string // "read uncommitted", "read committed", "repeatable read", "serializable"; "" where not given
	ReadOnly   *bool  // nil where not given
	Deferrable *bool
	Chain      bool // AND CHAIN
	Session    bool // SET SESSION CHARACTERISTICS AS TRANSACTION
}

// Set is a SET, RESET or DISCARD.
type Set struct {
	Name    string  // lower case; "" with All
	Value   *string // nil: back to the default (RESET, SET … TO DEFAULT)
	Local   bool    // SET LOCAL: until the end of the transaction
	All     bool    // RESET ALL, DISCARD ALL
	Discard bool    // DISCARD ALL
	// Temporary is DISCARD TEMP: the session's temporary tables go.
	Temporary bool
}

// A Change is what a DDL statement does.
type Change struct {
	Catalog *catalog.Catalog // the schema after it
	SQL     []string         // SQLite statements, run in order in one transaction
	Text    string           // the statement's own text, for the journal
	// Temporary says that only temporary tables and sequences change, which
	// belong to the session: Catalog is its own, and nothing is journaled.
	Temporary bool
}
