package sqlitedb

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/failoversql/failoversql/dialect"
	"github.com/jackc/pgx/v5/pgconn"
)

// Check says, by its error, whether the statements of a text would run on the
// session as the schema is now, without running anything, and by which version
// of the catalog. Each is judged by the schema as it is, not as the ones before
// it would leave it. What it translates is not kept.
func (s *Session) Check(ctx context.Context, query string) (version int64, err error) {
	if err := s.enter(); err != nil {
		return 0, err
	}
	defer s.leave()
	v, err := s.schema(ctx)
	if err != nil {
		return 0, err
	}
	parts, err := dialect.Split(query)
	if err != nil {
		return v.cat.Version, err
	}
	at := 0
	for _, part := range parts {
		at += strings.Index(query[at:], part)
		if !v.plans.lru.Contains(part) {
			if _, err := v.translate(s.file, part); err != nil {
				var pg *pgconn.PgError
				if errors.As(err, &pg) && pg.Position > 0 {
					pg.Position += int32(utf8.RuneCountInString(query[:at]))
				}
				return v.cat.Version, err
			}
		}
		at += len(part)
	}
	return v.cat.Version, nil
}
