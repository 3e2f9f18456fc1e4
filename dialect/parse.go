package dialect

import (
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v6"
)

// parse parses a text. PostgreSQL takes a comment between the parts of a literal
// that goes on in another line, which this copy of its grammar does not: then the
// text is parsed with blanks in the place of such comments.
func parse(sql string) (*pg_query.ParseResult, error) {
	tree, err := pg_query.Parse(sql)
	if err == nil || !strings.Contains(sql, "--") {
		return tree, err
	}
	scan, serr := pg_query.Scan(sql)
	if serr != nil {
		return nil, err
	}
	text := []byte(sql)
	for _, t := range scan.GetTokens() {
		if t.GetToken() != pg_query.Token_SQL_COMMENT {
			continue
		}
		for i := t.GetStart(); i < t.GetEnd(); i++ {
			text[i] = ' '
		}
	}
	if tree, blank := pg_query.Parse(string(text)); blank == nil {
		return tree, nil
	}
	return nil, err
}
