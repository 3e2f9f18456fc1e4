// Package dialect turns PostgreSQL SQL into SQLite SQL that gives the same
// answers, or refuses it.
//
// A statement is parsed with PostgreSQL's own grammar, analysed against the
// catalog as PostgreSQL would (names, types of every expression and parameter,
// overload resolution by PostgreSQL's own pg_operator, pg_proc and pg_cast),
// and emitted as SQLite SQL with an encoder for every parameter and a decoder
// for every result column. What cannot be given exactly is refused with 0A000.
package dialect

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	pg_query "github.com/pganalyze/pg_query_go/v6"
	"github.com/pganalyze/pg_query_go/v6/parser"

	"github.com/failoversql/failoversql/catalog"
)

// Translate makes the plan of one statement. A text without any statement
// gives a plan of Kind Empty; one with several is refused with 42601, as
// PostgreSQL refuses it in a prepared statement.
//
// Every error is a *pgconn.PgError with the SQLSTATE, message and position
// PostgreSQL would give, or 0A000 naming what the fallback does not support.
// Translate is safe for concurrent use and keeps no cache.
func Translate(cat *catalog.Catalog, sql string) (plan *Plan, err error) {
	defer recovered(&plan, &err)
	tree, err := parse(sql)
	if err != nil {
		return nil, syntaxError(sql, err)
	}
	switch len(tree.GetStmts()) {
	case 0:
		return &Plan{Kind: Empty}, nil
	case 1:
	default:
		return nil, &pgconn.PgError{Severity: "ERROR", SeverityUnlocalized: "ERROR", Code: codeSyntax, Message: "cannot insert multiple commands into a prepared statement"}
	}
	a := newAnalyser(cat, sql)
	plan = a.statement(tree.GetStmts()[0].GetStmt())
	if plan.Kind == Query || plan.Kind == Exec {
		a.dividedByZero(tree.GetStmts()[0].GetStmt())
	}
	return plan, nil
}

// recovered turns the panic with which analysis stops into an error.
func recovered(plan **Plan, err *error) {
	if r := recover(); r != nil {
		pe, ok := r.(*pgconn.PgError)
		if !ok {
			pe = &pgconn.PgError{Severity: "ERROR", SeverityUnlocalized: "ERROR", Code: "XX000", Message: fmt.Sprintf("internal error in translation: %v", r)}
		}
		*plan, *err = nil, pe
	}
}

// parserCodes are the errors of the scanner and the grammar that are not
// syntax_error. The parser hands on only their text.
var parserCodes = []struct{ begins, code string }{
	{"invalid byte sequence for encoding", "22021"},
	{"unsafe use of", "22P06"},
	{"unsafe use of string constant with Unicode escapes", "0A000"},
	{"invalid escape string", "22025"},
}

// syntaxError makes the parser's error PostgreSQL's.
func syntaxError(sql string, err error) error {
	e := &pgconn.PgError{Severity: "ERROR", SeverityUnlocalized: "ERROR", Code: codeSyntax, Message: err.Error()}
	var pe *parser.Error
	if errors.As(err, &pe) {
		e.Message = pe.Message
		for _, c := range parserCodes {
			if strings.HasPrefix(e.Message, c.begins) {
				e.Code = c.code
			}
		}
		if pe.Cursorpos > 0 {
			e.Position = int32(pe.Cursorpos)
			if at, ok := afterRunes(sql, pe.Cursorpos-1); ok && e.Message == "invalid Unicode escape" && strings.HasPrefix(strings.ToLower(at), `\u`) {
				e.Code = "22025" // in E'…'; in U&'…' it is a syntax error
			}
		}
	}
	return e
}

// afterRunes is what follows the first n characters.
func afterRunes(s string, n int) (string, bool) {
	for i := range s {
		if n == 0 {
			return s[i:], true
		}
		n--
	}
	return "", false
}

// statementNames are the names of statements that are refused, as PostgreSQL has
// them.
var statementNames = map[string]string{
	"copy stmt": "COPY", "do stmt": "DO", "call stmt": "CALL", "listen stmt": "LISTEN", "unlisten stmt": "UNLISTEN", "notify stmt": "NOTIFY", "explain stmt": "EXPLAIN",
	"view stmt": "CREATE VIEW", "create function stmt": "CREATE FUNCTION", "create trig stmt": "CREATE TRIGGER", "cluster stmt": "CLUSTER", "reindex stmt": "REINDEX", "load stmt": "LOAD",
	"checkpoint stmt": "CHECKPOINT", "merge stmt": "MERGE",
}

// statement translates by kind of statement.
func (a *analyser) statement(n *pg_query.Node) *Plan {
	switch x := n.GetNode().(type) {
	case *pg_query.Node_SelectStmt:
		if into := intoClause(x.SelectStmt); into != nil {
			return a.createTableAs(&pg_query.CreateTableAsStmt{Query: n, Into: into, Objtype: pg_query.ObjectType_OBJECT_TABLE, IsSelectInto: true})
		}
		return a.selectPlan(x.SelectStmt)
	case *pg_query.Node_CreateTableAsStmt:
		return a.createTableAs(x.CreateTableAsStmt)
	case *pg_query.Node_InsertStmt:
		return a.insertPlan(x.InsertStmt)
	case *pg_query.Node_UpdateStmt:
		return a.updatePlan(x.UpdateStmt)
	case *pg_query.Node_MergeStmt:
		return a.mergePlan(x.MergeStmt)
	case *pg_query.Node_DeleteStmt:
		return a.deletePlan(x.DeleteStmt)
	}
	if p := a.utility(n); p != nil {
		return p
	}
	name := nodeName(n)
	if known, ok := statementNames[name]; ok {
		name = known
	}
	a.refuse(-1, "statement %s", name)
	return nil
}

func (a *analyser) selectPlan(s *pg_query.SelectStmt) *Plan {
	if modifying(s.GetWithClause()) {
		return a.stagedSelect(s)
	}
	q := a.selectQuery(nil, s, true)
	m := &emitter{a: a}
	m.queryAs(q, true)
	p := a.queryPlan(q)
	p.Steps = []Step{{SQL: m.String(), Binds: m.binds, Returns: true, Counts: true}}
	return a.finishQuery(p)
}

// queryPlan is the plan of a query, without its steps.
func (a *analyser) queryPlan(q *query) *Plan {
	p := &Plan{Kind: Query, Verb: "SELECT", Columns: a.columns(q.targets, q.op == "" && q.values == nil)}
	if p.Columns == nil {
		p.Columns = []Column{}
	}
	return p
}

func (a *analyser) finishQuery(p *Plan) *Plan {
	if a.locking != "" {
		p.Verb, p.Writes, p.NoWait = a.locking, true, a.noWait
	}
	if len(a.sequences) > 0 || a.functions[FuncTxID] {
		p.Writes = true // a transaction that only reads has no number
	}
	return a.finish(p)
}

func tag(p *Plan, n int64) string {
	count := strconv.FormatInt(n, 10)
	switch p.Kind {
	case Query:
		return "SELECT " + count
	case DDL:
		if len(p.Steps) > 0 { // CREATE TABLE AS
			return "SELECT " + count
		}
	case Exec:
		if p.Verb == "INSERT" {
			return "INSERT 0 " + count
		}
		if p.Verb == "TRUNCATE TABLE" {
			return p.Verb
		}
		return p.Verb + " " + count
	}
	return p.Verb
}

// Split cuts a text into its statements (the simple protocol, which takes
// several when there are no arguments), without analysing them: each is to be
// translated when its turn comes, after the ones before it have run, since they
// may change the schema. A text with one statement comes back whole; one with
// none gives no element. The error is 42601 where any of it does not parse.
func Split(sql string) ([]string, error) {
	tree, err := parse(sql)
	if err != nil {
		return nil, syntaxError(sql, err)
	}
	stmts := tree.GetStmts()
	if len(stmts) == 1 {
		return []string{sql}, nil
	}
	var out []string
	for _, s := range stmts {
		from := int(s.GetStmtLocation())
		to := len(sql)
		if s.GetStmtLen() > 0 {
			to = from + int(s.GetStmtLen())
		}
		out = append(out, sql[from:to])
	}
	return out, nil
}
