package pgfunc

import (
	"strings"

	"github.com/failoversql/failoversql/dialect/pgvalue"
	"github.com/jackc/pgx/v5/pgtype"
)

// Record and RecordField are what the emitter calls for rows as values: a row
// is the text that record_out gives of it.
const (
	Record       = "pg_record"        // (zone, descriptor, value, …) text
	RecordField  = "pg_record_field"  // (text, index, descriptor, zone) native value
	CompositeIn  = "pg_composite_in"  // (text, descriptor, zone, now) a value of the composite type
	CompositeOut = "pg_composite_out" // (value, descriptor, zone) text
)

func recordFuncs(r *registry) {
	r.def(Record, typedZoned(recordOut))
	r.def(CompositeIn, called(func(args []any) (any, error) {
		s, ok := args[0].(string)
		if !ok {
			return nil, nil
		}
		return pgvalue.ParseText(typeFrom(args[1]), s, envOf(args[2], args[3]))
	}))
	r.def(CompositeOut, called(func(args []any) (any, error) {
		s, ok := args[0].(string)
		if !ok {
			return nil, nil
		}
		return pgvalue.FormatText(typeFrom(args[1]), s, &pgvalue.Env{TimeZone: zoneOf(args[2])})
	}))
	r.def(RecordField, f4(func(row string, i int64, desc any, tz string) (any, error) {
		fields := recordFields(row)
		if int(i) >= len(fields) || fields[i] == nil {
			return nil, nil
		}
		t := typeFrom(desc)
		if t.OID == pgtype.RecordOID {
			return *fields[i], nil
		}
		return pgvalue.ParseText(t, *fields[i], &pgvalue.Env{TimeZone: zoneOf(tz)})
	}))
}

// recordOut is record_out.
func recordOut(env *pgvalue.Env, fields []value) (string, error) {
	texts := make([]*string, len(fields))
	for i, f := range fields {
		if f.v == nil {
			continue
		}
		s, err := f.text(env)
		if err != nil {
			return "", err
		}
		texts[i] = &s
	}
	return pgvalue.RecordText(texts), nil
}

// recordFields takes apart what recordOut made; nil is NULL.
func recordFields(s string) []*string {
	var fields []*string
	s = strings.TrimSuffix(strings.TrimPrefix(s, "("), ")")
	for i := 0; ; i++ {
		var b strings.Builder
		some, quoted := false, false
		for ; i < len(s) && (quoted || s[i] != ','); i++ {
			some = true
			switch {
			case s[i] == '"' && quoted && i+1 < len(s) && s[i+1] == '"', s[i] == '\\' && i+1 < len(s):
				i++
				b.WriteByte(s[i])
			case s[i] == '"':
				quoted = !quoted
			default:
				b.WriteByte(s[i])
			}
		}
		if some {
			text := b.String()
			fields = append(fields, &text)
		} else {
			fields = append(fields, nil)
		}
		if i >= len(s) {
			return fields
		}
	}
}
