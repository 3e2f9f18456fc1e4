package dialect

import (
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/catalog"
)

// bindOf is a fact of the session as an expression.
func bindOf(source Source, typ uint32, pos int32) *expr {
	return &expr{kind: exBind, source: source, typ: typ, typmod: -1, pos: pos}
}

// specialCall emits functions that the session or the analysis answers; nil for
// all others.
func (a *analyser) specialCall(name string, args []*expr, n *pg_query.FuncCall) *expr {
	pos := n.GetLocation()
	switch len(args) {
	case 0:
		switch name {
		case "now", "transaction_timestamp":
			return bindOf(FromNow, oidTimestamptz, pos)
		case "statement_timestamp":
			return bindOf(FromStmtTime, oidTimestamptz, pos)
		case "current_database":
			return constant(oidName, pos, a.cat.Database)
		case "current_schema":
			return a.currentSchema(pos)
		case "getpgusername":
			return bindOf(FromUser, oidName, pos)
		case "pg_client_encoding", "getdatabaseencoding":
			return constant(oidName, pos, "UTF8") // there is no other here
		case "version":
			return constant(oidText, pos, a.version())
		case "lastval":
			a.volatile = true
			return calling(call(oidInt8, pos, a.fn(FuncLastval)+"()"), true)
		case "txid_current":
			a.volatile = true
			return call(oidInt8, pos, a.fn(FuncTxID)+"()")
		}
	case 1:
		switch name {
		case "nextval", "currval":
			seq := a.sequenceArg(args[0])
			if name == "nextval" {
				return a.nextval(seq, pos)
			}
			a.volatile = true
			if e := a.deniedSequence(seq, "Ur", oidInt8, pos); e != nil {
				return e
			}
			return calling(call(oidInt8, pos, a.fn(FuncCurrval)+"($1)", constant(oidText, pos, seq)), true)
		case "current_setting":
			return call(oidText, pos, a.fn(FuncCurrentSetting)+"($1,0)", a.coerceTo(args[0], oidText, -1, implicit, pos))
		case "pg_typeof":
			return a.evaluated(constant(oidRegtype, pos, int64(a.typeOfRow(args[0]))), args...)
		}
	case 2:
		switch name {
		case "pg_get_serial_sequence":
			return a.literalSequence(args, pos)
		case "current_setting":
			return call(oidText, pos, a.fn(FuncCurrentSetting)+"($1,$2)", a.coerceTo(args[0], oidText, -1, implicit, pos), a.coerceTo(args[1], oidBool, -1, implicit, pos))
		case "setval":
			return a.setval(args, constant(oidBool, pos, int64(1)), pos)
		}
	case 3:
		switch name {
		case "set_config":
			a.volatile = true
			return calling(call(oidText, pos, a.fn(FuncSetConfig)+"($1,$2,$3)", a.coerceTo(args[0], oidText, -1, implicit, pos), a.coerceTo(args[1], oidText, -1, implicit, pos), a.coerceTo(args[2], oidBool, -1, implicit, pos)), true)
		case "setval":
			return a.setval(args, args[2], pos)
		}
	}
	return nil
}

func (a *analyser) currentSchema(pos int32) *expr {
	for _, s := range a.cat.SearchPath {
		for _, known := range a.cat.Schemas {
			if s == known {
				return constant(oidName, pos, s)
			}
		}
	}
	if len(a.cat.SearchPath) > 0 && a.cat.SearchPath[0] != catalog.TempSchema {
		return constant(oidName, pos, a.cat.SearchPath[0])
	}
	return constant(oidName, pos, nil)
}

// version names the primary's version and says what answers.
func (a *analyser) version() string {
	v := a.cat.ServerVersion
	if v == 0 {
		v = 150000
	}
	return "PostgreSQL " + itoa(v/10000) + "." + itoa(v%10000) + " (failoversql fallback on SQLite)"
}

// nextval advances a sequence.
func (a *analyser) nextval(seq string, pos int32) *expr {
	if e := a.deniedSequence(seq, "Uw", oidInt8, pos); e != nil {
		return e
	}
	return a.nextvalOf(seq, pos)
}

// nextvalOf advances a sequence whoever asks, as an identity column does.
func (a *analyser) nextvalOf(seq string, pos int32) *expr {
	a.sequences[seq] = true
	a.volatile = true
	e := call(oidInt8, pos, a.fn(FuncNextval)+"($1)", constant(oidText, pos, seq))
	e.noNull = true
	return calling(e, true)
}

func (a *analyser) setval(args []*expr, called *expr, pos int32) *expr {
	seq := a.sequenceArg(args[0])
	if e := a.deniedSequence(seq, "w", oidInt8, pos); e != nil {
		return e
	}
	a.sequences[seq] = true
	a.volatile = true
	return calling(call(oidInt8, pos, a.fn(FuncSetval)+"($1,$2,$3)", constant(oidText, pos, seq),
		a.coerceTo(args[1], oidInt8, -1, implicit, args[1].pos), a.coerceTo(called, oidBool, -1, implicit, called.pos)), true)
}

// sequenceArg is the qualified name of the sequence that a regclass argument
// names.
func (a *analyser) sequenceArg(e *expr) string {
	x := e
	for x.kind == exCall && len(x.args) == 1 && x.tmpl == "$1" {
		x = x.args[0]
	}
	text := x.text
	if x.kind == exConst {
		if oid, ok := x.val.(int64); ok && x.typ == oidRegclass {
			if q := sequenceByOID(a.cat, oid); q != nil {
				return q.Schema + "." + q.Name
			}
			for r := range relations(a.cat) {
				if int64(r.OID) == oid {
					a.fail(codeWrongObject, -1, "\"%s\" is not a sequence", r.Name)
				}
			}
		}
		s, ok := x.val.(string)
		if !ok {
			a.refuse(e.pos, "a sequence that is not named by a literal")
		}
		text = s
	} else if x.kind != exUnknown || x.null {
		a.refuse(e.pos, "a sequence that is not named by a literal")
	}
	parts := splitIdentifier(text)
	schema, name := a.qualifiedName(parts, e.pos)
	q := a.cat.Sequence(schema, name)
	if q == nil {
		if a.cat.Table(schema, name) != nil {
			a.fail("42809", -1, "\"%s\" is not a sequence", name)
		}
		a.fail(codeUndefinedTable, e.pos, "relation \"%s\" does not exist", text)
	}
	return q.Schema + "." + q.Name
}

// splitIdentifier splits a possibly qualified, possibly quoted name, folding
// what is not quoted.
func splitIdentifier(s string) []string {
	var parts []string
	var b strings.Builder
	quoted := false
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '"' && quoted && i+1 < len(s) && s[i+1] == '"':
			b.WriteByte('"')
			i++
		case c == '"':
			quoted = !quoted
		case c == '.' && !quoted:
			parts = append(parts, b.String())
			b.Reset()
		case quoted:
			b.WriteByte(c)
		case c == ' ' || c == '\t' || c == '\n':
		case c >= 'A' && c <= 'Z':
			b.WriteByte(c + 'a' - 'A')
		default:
			b.WriteByte(c)
		}
	}
	return append(parts, b.String())
}

// valueFunction is current_timestamp and its kin, which take no parentheses.
func (a *analyser) valueFunction(n *pg_query.SQLValueFunction) *expr {
	pos := n.GetLocation()
	now := bindOf(FromNow, oidTimestamptz, pos)
	mod := n.GetTypmod()
	with := func(typ uint32, m int32) *expr {
		out := a.coerceTo(now, typ, m, explicit, pos)
		out.typmod = m
		return out
	}
	switch n.GetOp() {
	case pg_query.SQLValueFunctionOp_SVFOP_CURRENT_DATE:
		return with(oidDate, -1)
	case pg_query.SQLValueFunctionOp_SVFOP_CURRENT_TIMESTAMP:
		return now
	case pg_query.SQLValueFunctionOp_SVFOP_CURRENT_TIMESTAMP_N:
		return with(oidTimestamptz, mod)
	case pg_query.SQLValueFunctionOp_SVFOP_LOCALTIMESTAMP:
		return with(oidTimestamp, -1)
	case pg_query.SQLValueFunctionOp_SVFOP_LOCALTIMESTAMP_N:
		return with(oidTimestamp, mod)
	case pg_query.SQLValueFunctionOp_SVFOP_LOCALTIME:
		return with(oidTime, -1)
	case pg_query.SQLValueFunctionOp_SVFOP_LOCALTIME_N:
		return with(oidTime, mod)
	case pg_query.SQLValueFunctionOp_SVFOP_CURRENT_TIME:
		return with(oidTimetz, -1)
	case pg_query.SQLValueFunctionOp_SVFOP_CURRENT_TIME_N:
		return with(oidTimetz, mod)
	case pg_query.SQLValueFunctionOp_SVFOP_CURRENT_USER, pg_query.SQLValueFunctionOp_SVFOP_CURRENT_ROLE,
		pg_query.SQLValueFunctionOp_SVFOP_USER, pg_query.SQLValueFunctionOp_SVFOP_SESSION_USER:
		return bindOf(FromUser, oidName, pos)
	case pg_query.SQLValueFunctionOp_SVFOP_CURRENT_CATALOG:
		return constant(oidName, pos, a.cat.Database)
	case pg_query.SQLValueFunctionOp_SVFOP_CURRENT_SCHEMA:
		return a.currentSchema(pos)
	}
	a.refuse(pos, "this value function")
	return nil
}

func valueFunctionName(op pg_query.SQLValueFunctionOp) string {
	switch op {
	case pg_query.SQLValueFunctionOp_SVFOP_CURRENT_DATE:
		return "current_date"
	case pg_query.SQLValueFunctionOp_SVFOP_CURRENT_TIME, pg_query.SQLValueFunctionOp_SVFOP_CURRENT_TIME_N:
		return "current_time"
	case pg_query.SQLValueFunctionOp_SVFOP_CURRENT_TIMESTAMP, pg_query.SQLValueFunctionOp_SVFOP_CURRENT_TIMESTAMP_N:
		return "current_timestamp"
	case pg_query.SQLValueFunctionOp_SVFOP_LOCALTIME, pg_query.SQLValueFunctionOp_SVFOP_LOCALTIME_N:
		return "localtime"
	case pg_query.SQLValueFunctionOp_SVFOP_LOCALTIMESTAMP, pg_query.SQLValueFunctionOp_SVFOP_LOCALTIMESTAMP_N:
		return "localtimestamp"
	case pg_query.SQLValueFunctionOp_SVFOP_CURRENT_ROLE:
		return "current_role"
	case pg_query.SQLValueFunctionOp_SVFOP_CURRENT_USER:
		return "current_user"
	case pg_query.SQLValueFunctionOp_SVFOP_USER:
		return "user"
	case pg_query.SQLValueFunctionOp_SVFOP_SESSION_USER:
		return "session_user"
	case pg_query.SQLValueFunctionOp_SVFOP_CURRENT_CATALOG:
		return "current_catalog"
	case pg_query.SQLValueFunctionOp_SVFOP_CURRENT_SCHEMA:
		return "current_schema"
	}
	return ""
}
