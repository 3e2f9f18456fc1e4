package pgfunc

import (
	"time"

	"github.com/failoversql/failoversql/dialect/pgvalue"
	"github.com/jackc/pgx/v5/pgtype"
)

// ioTypes are the types whose text form is read and written here, by OID.
var ioTypes = []uint32{
	pgtype.BoolOID, pgtype.Int2OID, pgtype.Int4OID, pgtype.Int8OID, pgtype.OIDOID, pgtype.Float4OID, pgtype.Float8OID, pgtype.NumericOID,
	pgtype.ByteaOID, pgtype.UUIDOID, pgtype.DateOID, pgtype.TimeOID, pgtype.TimetzOID, pgtype.TimestampOID, pgtype.TimestamptzOID,
	pgtype.IntervalOID, pgtype.JSONOID, pgtype.JSONBOID, pgtype.JSONPathOID,
	pgtype.BitOID, pgtype.VarbitOID, pgtype.InetOID, pgtype.CIDROID, pgtype.MacaddrOID, pgtype.Macaddr8OID, oidTSVector, oidTSQuery,
}

// OIDs that pgtype does not name.
const (
	oidTSVector = 3614
	oidTSQuery  = 3615
)

// zoned are the types whose text depends on the session's time zone, and
// timed those whose input may name the current time.
var (
	zoned = map[uint32]bool{pgtype.TimestamptzOID: true}
	timed = map[uint32]bool{pgtype.DateOID: true, pgtype.TimeOID: true, pgtype.TimetzOID: true, pgtype.TimestampOID: true, pgtype.TimestamptzOID: true}
)

var (
	envZone    = []string{"tz"}
	envNow     = []string{"now"}
	envZoneNow = []string{"tz", "now"}
)

// zoneOf finds the zone that a hidden argument names.
func zoneOf(tz any) *time.Location {
	s, _ := tz.(string)
	if loc, err := pgvalue.LoadZone(s); err == nil {
		return loc
	}
	return time.UTC
}

func envOf(tz, now any) *pgvalue.Env {
	n, _ := now.(int64)
	return &pgvalue.Env{TimeZone: zoneOf(tz), Now: n}
}

// castFuncs adds the casts that go through the types' text forms, and those of
// pg_cast to and from text.
func castFuncs(r *registry) {
	r.sql("CASE $1 WHEN 0 THEN 'false' WHEN 1 THEN 'true' END", "text(bool)", "cast(bool,text)")
	all := append(append(append([]uint32(nil), ioTypes...), arrayTypes...), pgvalue.RangeTypes()...)
	for _, oid := range all {
		t, ok := pgvalue.TypeOf(nil, oid, -1)
		if !ok {
			continue
		}
		r.input(t)
		if t.OID == pgtype.BoolOID || t.OID == pgtype.InetOID || t.OID == pgtype.CIDROID {
			continue // casts of their own
		}
		if m, ok := r.output(t); ok {
			r.add("cast("+t.Name+",text)", m)
		}
	}
	r.def("pg_json_jsonb", f1(func(s string) (string, error) {
		j, err := pgvalue.ParseJSONB(s)
		if err != nil {
			return "", err
		}
		return j.String(), nil
	}))
	r.add("cast(json,jsonb)", Impl{Name: "pg_json_jsonb", Go: r.defs["pg_json_jsonb"].Impl})
	r.sql("$1", "cast(jsonb,json)")
	r.sql("($1 & 4294967295)", "cast(int4,oid)")
	r.sql("((($1 + 2147483648) & 4294967295) - 2147483648)", "cast(oid,int4)")
}

// elemOf is the type itself or that of the elements or bounds in it.
func elemOf(t *pgvalue.Type) *pgvalue.Type {
	if t.Elem != nil {
		return elemOf(t.Elem)
	}
	if e := pgvalue.RangeElem(t); e != nil {
		return e
	}
	return t
}

// input adds cast(text,T).
func (r *registry) input(t pgvalue.Type) {
	name := "pg_in_" + t.Name
	if t.OID == pgtype.ByteaOID {
		r.bytea(name, f1(func(s string) (any, error) { return pgvalue.ParseText(&t, s, nil) }), "cast(text,bytea)")
		return
	}
	m := Impl{Name: name}
	if timed[elemOf(&t).OID] {
		m.Env = envZoneNow
		m.Go = func(tz, now, a any) (any, error) {
			if null(a) {
				return nil, nil
			}
			s, err := to[string](a)
			if err != nil {
				return nil, WrapError(err)
			}
			return result(pgvalue.ParseText(&t, s, envOf(tz, now)))
		}
	} else {
		m.Go = f1(func(s string) (any, error) { return pgvalue.ParseText(&t, s, pgvalue.UTC) })
	}
	r.def(name, m.Go)
	r.add("cast(text,"+t.Name+")", m)
}

// output makes the implementation of a type's output function.
func (r *registry) output(t pgvalue.Type) (Impl, bool) {
	switch elemOf(&t).OID {
	case pgtype.Int2OID, pgtype.Int4OID, pgtype.Int8OID, pgtype.OIDOID:
		if t.Elem == nil && pgvalue.RangeElem(&t) == nil {
			return Impl{SQL: "CAST($1 AS TEXT)"}, true
		}
	}
	name := "pg_out_" + t.Name
	if zoned[elemOf(&t).OID] {
		f := func(tz, a any) (any, error) {
			if null(a) {
				return nil, nil
			}
			return result(pgvalue.FormatText(&t, a, envOf(tz, nil)))
		}
		r.def(name, f)
		return Impl{Name: name, Go: f, Env: envZone}, true
	}
	if textNative(&t) {
		return Impl{SQL: "$1"}, true
	}
	r.def(name, f1(func(a any) (string, error) { return pgvalue.FormatText(&t, a, pgvalue.UTC) }))
	return Impl{Name: name, Go: r.defs[name].Impl}, true
}

// textNative reports whether the native value is the text itself.
func textNative(t *pgvalue.Type) bool {
	if t.Elem != nil {
		return true
	}
	switch t.OID {
	case pgtype.BoolOID, pgtype.Int2OID, pgtype.Int4OID, pgtype.Int8OID, pgtype.OIDOID, pgtype.Float4OID, pgtype.Float8OID,
		pgtype.ByteaOID, pgtype.DateOID, pgtype.TimeOID, pgtype.TimestampOID, pgtype.TimestamptzOID, pgtype.InetOID:
		return false
	}
	return true
}
