package sqlitedb

import (
	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect"
	"github.com/failoversql/failoversql/dialect/pgfunc"
)

// functions are those of the dialect that need the session's state.
func (s *Session) functions() map[string]any {
	return map[string]any{
		dialect.FuncNextval: func(name string) (int64, error) { return carry(s.nextval(name)) },
		dialect.FuncCurrval: func(name string) (int64, error) { return carry(s.currval(name)) },
		dialect.FuncLastval: func() (int64, error) { return carry(s.lastval()) },
		dialect.FuncSetval: func(name string, value, called int64) (int64, error) {
			return carry(s.setval(name, value, called != 0))
		},
		dialect.FuncSequenceAt: func(name string) (any, error) {
			v, err := s.sequenceAt(name)
			return v, pgfunc.WrapError(err)
		},
		dialect.FuncCurrentSetting: s.currentSetting,
		dialect.FuncSetConfig:      s.setConfig,
		dialect.FuncRaise: func(state, message string) (int64, error) {
			return 0, pgfunc.WrapError(errorf(state, "%s", message))
		},
		dialect.FuncAdvisory:   s.advisoryCall,
		dialect.FuncSleep:      s.sleep,
		dialect.FuncSleepUntil: s.sleepUntil,
		dialect.FuncObject: func(what string, args ...any) (any, error) {
			v, err := dialect.Object(s.known(), what, args)
			return v, pgfunc.WrapError(err)
		},
		dialect.FuncTxID: func() int64 { return s.tx.number },
	}
}

// known is the catalog that the session's statements are translated with.
func (s *Session) known() *catalog.Catalog {
	return s.withTemporary(s.baseSchema().withPath(s.file, s.set.searchPath)).cat
}

func (s *Session) currentSetting(setting, missing any) (any, error) {
	name, named := setting.(string)
	missingOK, given := missing.(int64)
	if !named || !given {
		return nil, nil
	}
	v, ok := s.setting(name)
	if !ok {
		err := unknown(name)
		if missingOK != 0 && err.Code == "42704" {
			return nil, nil
		}
		return nil, pgfunc.WrapError(err)
	}
	return v, nil
}

func (s *Session) setConfig(setting, value, isLocal any) (any, error) {
	name, ok := setting.(string)
	if !ok {
		return nil, pgfunc.WrapError(errorf("22004", "SET requires parameter name"))
	}
	local, _ := isLocal.(int64)
	var v *string
	if t, ok := value.(string); ok {
		v = &t
	}
	if err := s.change(name, v, local != 0); err != nil {
		return nil, pgfunc.WrapError(err)
	}
	out, _ := s.setting(name)
	return out, nil
}

// carry makes an error survive its way through SQLite.
func carry(v int64, err error) (int64, error) { return v, pgfunc.WrapError(err) }
