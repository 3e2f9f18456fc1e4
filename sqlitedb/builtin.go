package sqlitedb

import (
	"errors"
	"fmt"
	"strings"

	"github.com/failoversql/failoversql/dialect"
	"github.com/jackc/pgx/v5/pgconn"
)

// functions are those of the dialect that need the session's state.
func (s *Session) functions() map[string]any {
	return map[string]any{
		dialect.FuncNextval: func(name string) (int64, error) { return sqliteResult(s.nextval(name)) },
		dialect.FuncCurrval: func(name string) (int64, error) { return sqliteResult(s.currval(name)) },
		dialect.FuncLastval: func() (int64, error) { return sqliteResult(s.lastval()) },
		dialect.FuncSetval: func(name string, value, called int64) (int64, error) {
			return sqliteResult(s.setval(name, value, called != 0))
		},
		dialect.FuncCurrentSetting: s.currentSetting,
		dialect.FuncSetConfig:      s.setConfig,
		dialect.FuncRaise: func(state, message string) (int64, error) {
			return 0, fmt.Errorf("pgerr:%s:%s", state, message)
		},
		dialect.FuncTxID: func() int64 { return s.tx.number },
	}
}

// sqliteResult puts an error into the only form that SQLite carries, a text.
func sqliteResult(v int64, err error) (int64, error) { return v, sqliteError(err) }

func sqliteError(err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return fmt.Errorf("pgerr:%s:%s", pg.Code, pg.Message)
	}
	return err
}

func (s *Session) currentSetting(name string, missingOK int64) (any, error) {
	v, ok := s.setting(name)
	if !ok {
		if missingOK != 0 {
			return nil, nil
		}
		return nil, sqliteError(errorf("42704", "unrecognized configuration parameter %q", strings.ToLower(name)))
	}
	return v, nil
}

func (s *Session) setConfig(name string, value any, local int64) (any, error) {
	var v *string
	if t, ok := value.(string); ok {
		v = &t
	}
	if err := s.change(name, v, local != 0); err != nil {
		return nil, sqliteError(err)
	}
	out, _ := s.setting(name)
	return out, nil
}
