package pgfunc

import (
	"slices"
	"strconv"
	"strings"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// rowField is a field of the records that a collation compares.
type rowField struct {
	typ    *pgvalue.Type // nil: by text
	fields []rowField    // of a record
}

// RowCollation makes the collation of a name as pgvalue.RowCollationPrefix has it; nil where it is none of a row.
func RowCollation(name string) func(a, b string) int {
	text, arrays := strings.CutPrefix(name, pgvalue.RowArrayPrefix)
	if !arrays {
		var ok bool
		if text, ok = strings.CutPrefix(name, pgvalue.RowCollationPrefix); !ok {
			return nil
		}
	}
	fields, rest := rowFieldsOf(strings.Split(text, "_")[1:])
	if len(rest) > 0 {
		return nil
	}
	if arrays {
		return func(a, b string) int { return compareRowArrays(fields, a, b) }
	}
	return func(a, b string) int { return compareRows(fields, a, b) }
}

// compareRowArrays compares arrays of one dimension, without NULLs.
func compareRowArrays(fields []rowField, a, b string) int {
	x, err1 := pgvalue.ParseArray(a)
	y, err2 := pgvalue.ParseArray(b)
	if err1 != nil || err2 != nil {
		return strings.Compare(a, b)
	}
	return slices.CompareFunc(x.Elems, y.Elems, func(p, q *string) int { return compareRows(fields, *p, *q) })
}

func rowFieldsOf(parts []string) (fields []rowField, rest []string) {
	for len(parts) > 0 && parts[0] != "e" {
		part := parts[0]
		parts = parts[1:]
		switch part {
		case "0":
			fields = append(fields, rowField{})
		case "r":
			var f rowField
			f.fields, parts = rowFieldsOf(parts)
			if len(parts) == 0 {
				return nil, []string{part}
			}
			parts = parts[1:]
			fields = append(fields, f)
		default:
			oid, err := strconv.ParseUint(part, 10, 32)
			t, ok := pgvalue.TypeOf(nil, uint32(oid), -1)
			if err != nil || !ok {
				return nil, []string{part}
			}
			fields = append(fields, rowField{typ: &t})
		}
	}
	return fields, parts
}

// compareRows is record_cmp over the texts of two records: NULL fields are equal
// and come last.
func compareRows(fields []rowField, a, b string) int {
	x, y := recordFields(a), recordFields(b)
	for i, f := range fields {
		if i >= len(x) || i >= len(y) {
			break
		}
		if x[i] == nil || y[i] == nil {
			switch {
			case x[i] != nil:
				return -1
			case y[i] != nil:
				return 1
			}
			continue
		}
		if c := f.compare(*x[i], *y[i]); c != 0 {
			return c
		}
	}
	return 0
}

func (f rowField) compare(a, b string) int {
	switch {
	case a == b:
		return 0
	case f.fields != nil:
		return compareRows(f.fields, a, b)
	case f.typ == nil:
		return strings.Compare(a, b)
	}
	v, err1 := pgvalue.ParseText(f.typ, a, pgvalue.UTC)
	w, err2 := pgvalue.ParseText(f.typ, b, pgvalue.UTC)
	if err1 != nil || err2 != nil {
		return strings.Compare(a, b)
	}
	return pgvalue.Compare(f.typ, v, w)
}
