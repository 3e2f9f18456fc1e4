package pgvalue

import (
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgtype"
)

// Field is a field of a composite type.
type Field struct {
	Name string
	Type *Type
}

// ParseRecord splits a record literal of n fields, without interpreting them; a
// nil field is NULL.
func ParseRecord(s string, n int) ([]*string, error) {
	malformed := func(detail string) ([]*string, error) {
		e := Errorf(codeInvalidText, "malformed record literal: \"%s\"", s)
		e.Detail = detail
		return nil, e
	}
	i := 0
	space := func() {
		for i < len(s) && isArraySpace(s[i]) {
			i++
		}
	}
	if space(); i == len(s) || s[i] != '(' {
		return malformed("Missing left parenthesis.")
	}
	i++
	fields := make([]*string, 0, n)
	for k := range n {
		if k > 0 {
			if i == len(s) || s[i] != ',' {
				return malformed("Too few columns.")
			}
			i++
		}
		if i < len(s) && (s[i] == ',' || s[i] == ')') {
			fields = append(fields, nil)
			continue
		}
		var b strings.Builder
		quoted := false
		for quoted || i == len(s) || s[i] != ',' && s[i] != ')' {
			if i == len(s) {
				return malformed("Unexpected end of input.")
			}
			c := s[i]
			i++
			switch {
			case c == '\\':
				if i == len(s) {
					return malformed("Unexpected end of input.")
				}
				b.WriteByte(s[i])
				i++
			case c == '"' && quoted && i < len(s) && s[i] == '"':
				b.WriteByte('"')
				i++
			case c == '"':
				quoted = !quoted
			default:
				b.WriteByte(c)
			}
		}
		text := b.String()
		fields = append(fields, &text)
	}
	if i == len(s) || s[i] != ')' {
		return malformed("Too many columns.")
	}
	i++
	if space(); i < len(s) {
		return malformed("Junk after right parenthesis.")
	}
	return fields, nil
}

// RecordText is record_out: the text of a record of these fields.
func RecordText(fields []*string) string {
	b := []byte{'('}
	for i, f := range fields {
		if i > 0 {
			b = append(b, ',')
		}
		if f == nil {
			continue
		}
		s := *f
		if s != "" && !strings.ContainsAny(s, "\"\\(), \t\n\v\f\r") {
			b = append(b, s...)
			continue
		}
		b = append(b, '"')
		for j := range len(s) {
			if s[j] == '"' || s[j] == '\\' {
				b = append(b, s[j])
			}
			b = append(b, s[j])
		}
		b = append(b, '"')
	}
	return string(append(b, ')'))
}

// recordNormal reads the fields of a record in one environment and writes them
// in another.
func recordNormal(t *Type, s string, in, out *Env) (string, error) {
	fields, err := ParseRecord(s, len(t.Fields))
	if err != nil {
		return "", err
	}
	for i, f := range fields {
		if f == nil {
			continue
		}
		v, err := ParseText(t.Fields[i].Type, *f, in)
		if err != nil {
			return "", err
		}
		text, err := FormatText(t.Fields[i].Type, v, out)
		if err != nil {
			return "", err
		}
		fields[i] = &text
	}
	return RecordText(fields), nil
}

// zoned reports whether the text of a type's values depends on the time zone.
func zoned(t *Type) bool {
	t = t.Underlying()
	switch t.OID {
	case pgtype.TimestamptzOID, pgtype.TstzrangeOID, pgtype.TstzmultirangeOID:
		return true
	}
	if t.Elem != nil {
		return zoned(t.Elem)
	}
	for _, f := range t.Fields {
		if zoned(f.Type) {
			return true
		}
	}
	return false
}

// compareRecords is record_cmp: NULL fields are equal and come last.
func compareRecords(t *Type, a, b string) int {
	x, err1 := ParseRecord(a, len(t.Fields))
	y, err2 := ParseRecord(b, len(t.Fields))
	if err1 != nil || err2 != nil {
		return strings.Compare(a, b)
	}
	for i := range x {
		if x[i] == nil || y[i] == nil {
			if c := boolInt(x[i] == nil) - boolInt(y[i] == nil); c != 0 {
				return c
			}
			continue
		}
		f := t.Fields[i].Type
		v, err1 := ParseText(f, *x[i], UTC)
		w, err2 := ParseText(f, *y[i], UTC)
		if err1 != nil || err2 != nil {
			return strings.Compare(a, b)
		}
		if c := Compare(f, v, w); c != 0 {
			return c
		}
	}
	return 0
}

// RowCollationPrefix begins the names of collations that compare the texts of
// records: after it come the OIDs of the fields' types, "0" for a field that
// compares by its text, and "r" … "e" around the fields of a record within the
// record, all after "_".
//
// One that begins with RowArrayPrefix instead compares arrays of such records.
const (
	RowCollationPrefix = "pg_row"
	RowArrayPrefix     = "pg_rowarray"
)

// recordCollation names the collation of a composite type; ok is false where a
// field has no equality.
func recordCollation(t *Type) (name string, ok bool) {
	var b strings.Builder
	b.WriteString(RowCollationPrefix)
	for _, f := range t.Fields {
		u := f.Type.Underlying()
		inner, known := Collation(u)
		switch {
		case u.Fields != nil && known:
			b.WriteString("_r" + strings.TrimPrefix(inner, RowCollationPrefix) + "_e")
		case u.Labels != nil, u.OID == pgtype.TextOID, u.OID == pgtype.VarcharOID:
			b.WriteString("_0")
		case !known || u.OID == pgtype.JSONOID || u.OID == pgtype.JSONPathOID:
			return "", false
		case u.Elem != nil && inner == "":
			b.WriteString("_0")
		default:
			if _, own := builtin[u.OID]; !own {
				return "", false
			}
			b.WriteString("_" + strconv.FormatUint(uint64(u.OID), 10))
		}
	}
	return b.String(), true
}
