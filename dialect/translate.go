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
	"strconv"

	"github.com/failoversql/failoversql/catalog"
	"github.com/jackc/pgx/v5/pgconn"
	pg_query "github.com/pganalyze/pg_query_go/v6"
)

// Translate makes the plan of one statement. A text without any statement
// gives a plan of Kind Empty; one with several is refused with 42601, as
// PostgreSQL refuses it in a prepared statement.
//
// Every error is a *pgconn.PgError with the SQLSTATE, message and position
// PostgreSQL would give, or 0A000 naming what the fallback does not support.
// Translate is safe for concurrent use and keeps no cache.
func Translate(cat *catalog.Catalog, sql string) (*Plan, error) {
	return nil, &pgconn.PgError{Severity: "ERROR", Code: "0A000", Message: "not translated"}
}

func tag(p *Plan, n int64) string {
	count := strconv.FormatInt(n, 10)
	switch p.Kind {
	case Query:
		return "SELECT " + count
	case Exec:
		if p.Verb == "INSERT" {
			return "INSERT 0 " + count
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
	parts, err := pg_query.SplitWithParser(sql, true)
	if err != nil {
		return nil, &pgconn.PgError{Severity: "ERROR", Code: "42601", Message: err.Error()}
	}
	return parts, nil
}
