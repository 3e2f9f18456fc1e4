package pgvalue

import "github.com/jackc/pgx/v5/pgtype"

// objectTypes are the object identifier types, with the names of their arrays'
// element types as PostgreSQL numbers them. regconfig and regdictionary are left
// out: text search here goes by the names of configurations, whose OIDs initdb
// gives out.
var objectTypes = map[uint32]bool{
	24: true, 2202: true, 2203: true, 2204: true, // regproc, regprocedure, regoper, regoperator
	2205: true, 2206: true, 4089: true, 4096: true, 4191: true, // regclass, regtype, regnamespace, regrole, regcollation
}

// IsObjectID reports whether a type is an object identifier type: its values are
// OIDs, which print as the names of what they stand for.
func IsObjectID(oid uint32) bool { return objectTypes[oid] }

// NoObject is the text of an object identifier that is 0: of an operator, "-" would
// be a name.
func NoObject(typ uint32) string {
	if typ == 2203 || typ == 2204 {
		return "0"
	}
	return "-"
}

// objectName is the text of a value of an object identifier type.
func objectName(t *Type, oid int64, env *Env) (string, error) {
	if oid == 0 {
		return NoObject(t.OID), nil
	}
	if env == nil || env.ObjectName == nil {
		return "", Errorf(codeNotSupported, "the name of a %s inside another value is not supported on the SQLite fallback", t.Name)
	}
	return env.ObjectName(t.OID, uint32(oid))
}

// ObjectNames makes an array of OIDs, as arrays of an object identifier type are
// here, one of what name gives for each.
func ObjectNames(array string, name func(oid string) (string, error)) (string, error) {
	a, err := ParseArray(array)
	if err != nil {
		return "", err
	}
	for i, e := range a.Elems {
		if e == nil {
			continue
		}
		s, err := name(*e)
		if err != nil {
			return "", err
		}
		a.Elems[i] = &s
	}
	return a.String(), nil
}

// parseObjectID reads the number of an object. What is given by name is looked up
// by the dialect, which has the catalog.
func parseObjectID(t *Type, s string) (any, error) {
	if s == NoObject(t.OID) {
		return int64(0), nil
	}
	if !isAllDigits(s) {
		return nil, Errorf(codeNotSupported, "a %s given by name inside another value is not supported on the SQLite fallback", t.Name)
	}
	return parseOID(s)
}

// encodeObjectID is the text of an argument of an object identifier type, as pgx
// sends it; the dialect looks it up.
func encodeObjectID(t *Type, arg any) (any, error) {
	text, ok := arg.(string)
	if !ok {
		buf, err := pgtype.NewMap().Encode(t.OID, pgtype.TextFormatCode, arg, []byte{})
		if err != nil || buf == nil {
			return nil, err
		}
		text = string(buf)
	}
	return text, CheckText(text)
}
