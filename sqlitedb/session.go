package sqlitedb

import (
	"context"
	"database/sql/driver"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/failoversql/failoversql/dialect"
	"github.com/failoversql/failoversql/dialect/pgvalue"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/mattn/go-sqlite3"
)

// SessionOptions are what PostgreSQL would know of a session from its
// connection string. Empty ones are taken from the catalog.
type SessionOptions struct {
	User string
	// RuntimeParams are settings given at connect (timezone, search_path,
	// application_name, statement_timeout, lock_timeout, …), as SET takes them.
	// They are what RESET goes back to.
	RuntimeParams map[string]string
	// RejectWrites makes every statement that writes fail with 25006, as on a
	// PostgreSQL that is read-only.
	RejectWrites bool
	// MaxPages, unless it is 0, is the number of pages past which the session
	// does not let the file grow: what needs more fails with 53100, and the
	// space beyond stays free for whoever brings the journal back.
	MaxPages int64
}

// Session is one connection to the fallback that speaks PostgreSQL: its SQL,
// its types, its errors (always *pgconn.PgError, unless the caller's context
// ended) and its rules of transactions. Like a driver.Conn it belongs to one
// goroutine at a time.
//
// READ COMMITTED reads statement by statement and takes the writer's place at
// its first write. REPEATABLE READ and SERIALIZABLE hold one snapshot; when
// they come to write after another writer has committed they get 40001.
type Session struct {
	file  *File
	db    *sqlite3.SQLiteConn
	funcs registered
	opt   SessionOptions

	stmts    stmtCache
	gate     *sqlite3.SQLiteStmt
	private  *schemaVersion // of an open transaction that has run DDL
	set      settings
	changes  int             // of settings, so far
	custom   map[string]bool // settings of the user's own that exist
	presets  map[string]string
	zoneName string
	env      pgvalue.Env
	stmtTime int64
	tx       transaction
	seq      sessionSequences
	rows     map[*Rows]struct{} // open, streaming
	args     []driver.NamedValue
	ctx      context.Context // of the statement that runs, for functions that wait
	seen     *seenRow        // while failedRow looks
	closed   bool
	cursors  map[string]*cursor
	prepared map[string]*statement // by PREPARE

	temp          *temporary // nil without temporary tables
	tempView      temporaryView
	tempSequences map[uint32]position // of temporary sequences, by OID
	nextTempOID   uint32

	// The lock is between the session's user and the timer that ends a
	// transaction left idle (idle_in_transaction_session_timeout).
	mu    sync.Mutex
	calls uint64
	timer *time.Timer
	died  *pgconn.PgError
}

// NewSession opens a connection that speaks PostgreSQL. The caller closes it.
// Bad values in opt.RuntimeParams are refused as PostgreSQL refuses them.
func (f *File) NewSession(ctx context.Context, opt SessionOptions) (*Session, error) {
	if err := f.hold(); err != nil {
		return nil, err
	}
	db, err := f.connect(ctx)
	if err != nil {
		f.drop()
		return nil, err
	}
	s := &Session{file: f, db: db, opt: opt, presets: make(map[string]string), rows: make(map[*Rows]struct{})}
	s.tx.status = idle
	s.env.ObjectName = func(typ, oid uint32) (string, error) { return dialect.ObjectName(s.known(), typ, oid) }
	s.stmts.init(f.opt.StmtCache)
	s.funcs.init(f, db, s.functions())
	if err = f.refresh(ctx); err == nil {
		err = s.funcs.allCollations()
	}
	if err == nil {
		_, err = db.ExecContext(ctx, "PRAGMA synchronous = "+sessionSync, nil) // see Durable
	}
	if err == nil {
		err = s.applyPresets()
	}
	if err == nil && opt.MaxPages > 0 {
		_, err = db.ExecContext(ctx, "PRAGMA max_page_count="+strconv.FormatInt(opt.MaxPages, 10), nil)
	}
	if err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *Session) applyPresets() error {
	for name, value := range s.opt.RuntimeParams {
		if name == "options" {
			continue
		}
		if err := s.change(name, &value, false); err != nil {
			return err
		}
	}
	// The server's command line: -c name=value -c name=value …
	words := strings.Fields(s.opt.RuntimeParams["options"])
	for i, w := range words {
		w = strings.TrimPrefix(w, "--")
		if w = strings.TrimPrefix(w, "-c"); w == "" && i+1 < len(words) {
			continue
		}
		name, value, _ := strings.Cut(w, "=")
		if err := s.change(strings.ReplaceAll(name, "-", "_"), &value, false); err != nil {
			return err
		}
	}
	s.presets, s.set.session = s.set.session, nil
	return s.derive()
}

func (s *Session) user() string {
	if s.opt.User != "" {
		return s.opt.User
	}
	return s.file.current.Load().cat.User
}

// SQLiteConn is the go-sqlite3 connection below. What is written through it
// outside a transaction begun by the session passes no gate and no journal's
// transaction number.
func (s *Session) SQLiteConn() *sqlite3.SQLiteConn { return s.db }

// TxStatus is 'I' outside a transaction, 'T' inside one, 'E' inside one that
// has failed and waits for its ROLLBACK.
func (s *Session) TxStatus() byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return byte(s.tx.status)
}

// IsValid says whether the session can be used again: it and its file are open.
func (s *Session) IsValid() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.closed && s.died == nil
}

// Ping reads from the file.
func (s *Session) Ping(ctx context.Context) error {
	if err := s.enter(); err != nil {
		return err
	}
	defer s.leave()
	if err := ctx.Err(); err != nil {
		return err
	}
	var n int64
	return queryRow(ctx, s.db, "SELECT serving FROM failoversql_state", nil, &n)
}

// ResetSession prepares the session for its next user in a pool. Like pgx, it
// keeps settings and refuses a session with an open transaction.
func (s *Session) ResetSession(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.died != nil || s.tx.status != idle {
		return driver.ErrBadConn
	}
	return nil
}

// Reset rolls back what is open and puts the session back to its state after
// NewSession (DISCARD ALL).
func (s *Session) Reset(context.Context) error {
	if err := s.enter(); err != nil {
		return err
	}
	defer s.leave()
	return s.reset()
}

func (s *Session) reset() error {
	s.rollback()
	s.set.session, s.set.local = nil, nil
	s.seq = sessionSequences{}
	s.file.advisory.unlockAll(s)
	clear(s.cursors)
	clear(s.prepared)
	if err := s.dropTemporary(); err != nil {
		return err
	}
	return s.derive()
}

// Close rolls back what is open and closes the connection.
func (s *Session) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.end() {
		return nil
	}
	return s.release()
}

// end gives up what the session holds, and says whether that was still to be done.
func (s *Session) end() bool {
	if s.timer != nil {
		s.timer.Stop()
	}
	if s.closed {
		return false
	}
	for r := range s.rows {
		r.stop()
	}
	s.rollback()
	s.closed = true
	s.file.advisory.unlockAll(s)
	return true
}

// release closes SQLite's connection of a session that has ended.
func (s *Session) release() error {
	s.stmts.clear()
	if s.gate != nil {
		_ = s.gate.Close()
	}
	err := s.db.Close()
	s.file.drop()
	return err
}

// schema is the catalog that the next statement is planned with.
func (s *Session) schema(ctx context.Context) (*schemaVersion, error) {
	v := s.baseSchema()
	if s.private == nil && s.tx.schema == nil && (v.seq != s.file.shared.schemaSeq() || v.seq%2 == 1) {
		if err := s.file.refresh(ctx); err != nil {
			return nil, err
		}
		v = s.file.current.Load()
	}
	return s.withTemporary(v.withPath(s.file, s.set.searchPath)), nil
}

// baseSchema is the catalog as the session last knew it: its transaction's, or
// the file's.
func (s *Session) baseSchema() *schemaVersion {
	switch {
	case s.private != nil:
		return s.private
	case s.tx.schema != nil:
		return s.tx.schema
	}
	return s.file.current.Load()
}

// prepare finds or makes the plan of one statement.
func (s *Session) prepare(ctx context.Context, query string) (*prepared, error) {
	v, err := s.schema(ctx)
	if err != nil {
		return nil, err
	}
	if p := s.stmts.get(query); p != nil && p.schema.plans == v.plans {
		p.schema = v
		s.file.hits.Add(1)
		return p, nil
	}
	plan, err := v.plan(s.file, query)
	if err != nil {
		return nil, err
	}
	p := &prepared{text: query, schema: v, plan: plan, steps: make([]slot, len(plan.Steps))}
	s.stmts.put(p)
	return p, nil
}

// Stmt is a statement prepared on a session. Its plan is made anew when the
// schema changes.
type Stmt struct {
	session *Session
	query   string
	inputs  int
}

// PrepareContext translates one statement and checks it, so that its errors
// show before it runs.
func (s *Session) PrepareContext(ctx context.Context, query string) (*Stmt, error) {
	if err := s.enter(); err != nil {
		return nil, err
	}
	defer s.leave()
	p, err := s.begin(ctx, query)
	if err != nil {
		return nil, err
	}
	return &Stmt{session: s, query: query, inputs: len(p.plan.Params)}, nil
}

// NumInput is the number of parameters.
func (st *Stmt) NumInput() int { return st.inputs }

// Close gives up the statement; the session may keep its plan.
func (st *Stmt) Close() error { return nil }

// ExecContext runs the statement.
func (st *Stmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	if err := st.session.enter(); err != nil {
		return nil, err
	}
	defer st.session.leave()
	return st.session.execOne(ctx, st.query, args)
}

// QueryContext runs the statement and gives its rows.
func (st *Stmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	return st.session.QueryContext(ctx, st.query, args)
}

// ExecContext runs a statement, or several where there are no arguments: those
// are one transaction unless they say otherwise, as in PostgreSQL's simple
// protocol. Arguments are what pgx takes; its QueryExecMode and the like in
// front of them are passed over.
func (s *Session) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if err := s.enter(); err != nil {
		return nil, err
	}
	defer s.leave()
	args, err := arguments(args)
	if err != nil {
		return nil, err
	}
	if len(args) > 0 {
		return s.execOne(ctx, query, args)
	}
	if _, err := s.prepare(ctx, query); isSyntaxError(err) {
		if parts, serr := dialect.Split(query); serr == nil && len(parts) > 1 {
			return s.execSeveral(ctx, query, parts)
		}
	}
	return s.execOne(ctx, query, nil)
}

func (s *Session) execOne(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	r, err := s.run(ctx, query, args, false)
	if err != nil {
		return nil, err
	}
	n := r.affected
	if r.rows != nil {
		if n, err = r.rows.drain(); err != nil {
			return nil, err
		}
		if r.affected > n {
			n = r.affected
		}
	}
	return driver.RowsAffected(n), nil
}

// QueryContext runs one statement and gives its rows. The first row has been
// computed when it returns, so that an error of it is returned here, as pgx
// does.
func (s *Session) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if err := s.enter(); err != nil {
		return nil, err
	}
	defer s.leave()
	r, err := s.run(ctx, query, args, true)
	if err != nil {
		return nil, err
	}
	if r.rows == nil {
		return &Rows{session: s, plan: r.plan}, nil
	}
	return r.rows, nil
}

// arguments are those of a statement without what pgx takes in front of them to
// say how to run it. In the modes that do not ask the server for the parameters'
// types, pgx sends the text of each, whatever it is for.
func arguments(args []driver.NamedValue) ([]driver.NamedValue, error) {
	var mode pgx.QueryExecMode
	for len(args) > 0 {
		switch v := args[0].Value.(type) {
		case pgx.QueryExecMode:
			mode = v
		case pgx.QueryResultFormats, pgx.QueryResultFormatsByOID:
		default:
			return asText(mode, args)
		}
		args = args[1:]
	}
	return args, nil
}

func asText(mode pgx.QueryExecMode, args []driver.NamedValue) ([]driver.NamedValue, error) {
	if mode != pgx.QueryExecModeExec && mode != pgx.QueryExecModeSimpleProtocol {
		return args, nil
	}
	out := make([]driver.NamedValue, len(args))
	for i, arg := range args {
		buf, err := pgtype.NewMap().Encode(0, pgtype.TextFormatCode, arg.Value, []byte{})
		if err != nil {
			if mode == pgx.QueryExecModeExec {
				err = fmt.Errorf("failed to encode args[%d]: %w", i, err)
			}
			return nil, err
		}
		out[i].Ordinal = arg.Ordinal
		if buf != nil {
			out[i].Value = string(buf)
		}
	}
	return out, nil
}

// pgEpoch is where PostgreSQL's times count from.
var pgEpoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

func micros(t time.Time) int64 { return t.Sub(pgEpoch).Microseconds() }
