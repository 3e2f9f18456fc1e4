package dialect

import (
	"slices"
	"strconv"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// storage is how a column is kept in SQLite, as far as its declaration and the
// comparison of its stored values go.
type storage struct {
	affinity  string // STRICT column type
	collation string // declared on the column; "" is BINARY
	// exact says that two stored values are equal under the collation exactly
	// when PostgreSQL holds them equal, so that a UNIQUE index and a foreign
	// key mean the same.
	exact bool
	// form is equal for two columns whose stored values can be compared with
	// one another.
	form string
}

// Type OIDs that matter to storage alone.
const (
	oidCidr      = 650
	oidMacaddr8  = 774
	oidMacaddr   = 829
	oidInet      = 869
	oidPGLSN     = 3220
	oidTSVector  = 3614
	oidInt4range = 3904
	oidTSRange   = 3908
	oidTSTZRange = 3910
	oidDateRange = 3912
	oidInt8range = 3926
)

// storageOf says how a column of a type is stored. The collation is the
// column's own (catalog.Column.Collation), which matters only where it is
// nondeterministic.
func storageOf(cat *catalog.Catalog, t *pgvalue.Type, collation string) storage {
	s := storage{affinity: pgvalue.ColumnAffinity(t)}
	u := t.Underlying()
	s.form = strconv.FormatUint(uint64(u.OID), 10)
	switch u.OID {
	case oidInt2, oidInt4, oidInt8, oidOID:
		s.exact, s.form = true, "integer"
	case oidText, oidVarchar, oidName, oidQChar:
		s.form = "text"
		s.exact = !slices.Contains(cat.Nondeterministic, collation)
	case oidBpchar:
		// Trailing blanks do not count, and two lengths may be compared.
		s.collation = "RTRIM"
		s.exact = !slices.Contains(cat.Nondeterministic, collation)
	case oidFloat4, oidFloat8:
		s.exact, s.form = true, "float"
	case oidNumeric:
		s.exact = true
		if scale, ok := scaledNumeric(u.Typmod); ok {
			s.form = "scaled by " + strconv.Itoa(scale)
		} else {
			s.collation = "pg_numeric"
		}
	case oidInterval, oidTimetz, oidJSONB, oidInet, oidCidr, oidTSVector:
		s.exact = true
		s.collation, _ = pgvalue.Collation(u)
	case oidBool, oidBytea, oidDate, oidTime, oidTimestamp, oidTimestamptz, oidUUID, oidMacaddr, oidMacaddr8,
		oidBit, oidVarbit, oidPGLSN, oidInt4range, oidInt8range, oidDateRange, oidTSRange, oidTSTZRange:
		// Stored as a number, as bytes, or as text of which there is one for
		// every value.
		s.exact = true
	default:
		switch {
		case u.IsEnum():
			s.exact = true
		case pgvalue.RangeElem(u) != nil:
			s.collation, _ = pgvalue.Collation(u)
			s.exact = true
		case u.Fields != nil:
			s.exact = oneText(cat, u)
		case u.Elem != nil:
			s.collation, s.exact = pgvalue.Collation(u)
			s.exact = s.exact || u.Elem.IsEnum() // one text for every value
		}
	}
	return s
}

// oneText reports whether a composite type has one text for every value, so that
// its text tells equal ones. No collation is declared for others: SQLite would
// ask for it before anything else of the file can be read.
func oneText(cat *catalog.Catalog, t *pgvalue.Type) bool {
	return !slices.ContainsFunc(t.Fields, func(f pgvalue.Field) bool {
		u := f.Type.Underlying()
		s := storageOf(cat, f.Type, "")
		return !s.exact || s.collation != "" || u.Elem != nil || u.OID == oidFloat4 || u.OID == oidFloat8
	})
}

// scaledNumeric reports whether numeric with this modifier is stored as an
// integer, and by which power of ten it is scaled.
func scaledNumeric(typmod int32) (scale int, ok bool) {
	if typmod < 4 {
		return 0, false
	}
	precision := int((typmod - 4) >> 16 & 0xffff)
	scale = int((typmod-4)&0x7ff^1024) - 1024
	return scale, scale >= 0 && scale <= precision && precision <= 18
}

// columnStorage is storageOf for a column of a table.
func columnStorage(cat *catalog.Catalog, c *catalog.Column) (storage, *pgvalue.Type, error) {
	t, ok := pgvalue.TypeOf(cat, c.Type, c.Typmod)
	if !ok {
		return storage{}, nil, pgvalue.Errorf("0A000", "the type of column %q (OID %d) is not supported on the fallback", c.Name, c.Type)
	}
	return storageOf(cat, &t, c.Collation), &t, nil
}
