package sqlitedb

import (
	"context"
	"database/sql/driver"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5/pgconn"
)

// execSeveral runs the statements of one call without arguments as one
// transaction, as PostgreSQL's simple protocol does. parts are those of text, in
// order.
func (s *Session) execSeveral(ctx context.Context, text string, parts []string) (driver.Result, error) {
	own := s.tx.status == idle
	var last driver.Result = driver.RowsAffected(0)
	at := 0
	for _, part := range parts {
		part = strings.TrimSpace(part)
		if n := strings.Index(text[at:], part); n >= 0 {
			at += n
		}
		if s.tx.status == idle && own {
			s.startTx("")
			s.tx.implicit = true
		}
		res, err := s.execOne(ctx, part, nil)
		if err != nil {
			if s.tx.implicit {
				s.rollback()
			}
			return nil, moved(err, text[:at])
		}
		last = res
		at += len(part)
	}
	if s.tx.status != idle && s.tx.implicit {
		if s.tx.status == failed {
			s.rollback()
			return last, nil
		}
		if err := s.commit(ctx); err != nil {
			return nil, err
		}
	}
	return last, nil
}

// moved gives an error's position in a statement as that in a text where other
// text stands before the statement.
func moved(err error, before string) error {
	pg, ok := err.(*pgconn.PgError)
	if !ok || pg.Position == 0 || before == "" {
		return err
	}
	c := *pg
	c.Position += int32(utf8.RuneCountInString(before))
	return &c
}
