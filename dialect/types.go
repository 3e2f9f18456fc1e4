package dialect

import (
	"strconv"
	"strings"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect/pgcatalog"
	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// OIDs of the types that analysis itself knows about.
const (
	oidBool        = 16
	oidBytea       = 17
	oidQChar       = 18
	oidName        = 19
	oidInt8        = 20
	oidInt2        = 21
	oidInt4        = 23
	oidRegproc     = 24
	oidText        = 25
	oidOID         = 26
	oidJSON        = 114
	oidNodeTree    = 194
	oidFloat4      = 700
	oidFloat8      = 701
	oidUnknown     = 705
	oidBpchar      = 1042
	oidVarchar     = 1043
	oidDate        = 1082
	oidTime        = 1083
	oidTimestamp   = 1114
	oidTimestamptz = 1184
	oidInterval    = 1186
	oidTimetz      = 1266
	oidBit         = 1560
	oidVarbit      = 1562
	oidTSQuery     = 3615
	oidNumeric     = 1700
	oidRecord      = 2249
	oidAny         = 2276
	oidAnyArray    = 2277
	oidVoid        = 2278
	oidAnyElement  = 2283
	oidAnyNonArray = 2776
	oidUUID        = 2950
	oidAnyEnum     = 3500
	oidAnyRange    = 3831
	oidJSONB       = 3802
	oidRegclass    = 2205
	oidRegtype     = 2206
	oidTextArray   = 1009
	oidInt2Vector  = 22
	oidOIDVector   = 30

	oidAnyMultirange           = 4537
	oidAnyCompatible           = 5077
	oidAnyCompatibleArray      = 5078
	oidAnyCompatibleNonArray   = 5079
	oidAnyCompatibleRange      = 5080
	oidAnyCompatibleMultirange = 4538
)

// typeInfo is what resolution needs of a type, PostgreSQL's own or the user's.
type typeInfo struct {
	oid       uint32
	name      string // typname
	schema    string // of a user type; "" for PostgreSQL's own
	kind      byte   // typtype
	category  byte
	preferred bool
	elem      uint32 // of a true array
	array     uint32
	base      uint32 // of a domain
	baseMod   int32
	user      *catalog.Type
	fields    []catalog.Column // of a composite type
}

// typ describes a type. An OID that nobody knows gives a type named by its number.
func (a *analyser) typ(oid uint32) *typeInfo {
	if t := a.types[oid]; t != nil {
		return t
	}
	t := a.makeType(oid)
	a.types[oid] = t
	return t
}

func (a *analyser) makeType(oid uint32) *typeInfo {
	if b := pgcatalog.TypeByOID(oid); b != nil {
		t := &typeInfo{oid: oid, name: b.Name, kind: b.Kind, category: b.Category, preferred: b.Preferred, array: b.Array}
		if b.IsArray {
			t.elem = b.Elem
		}
		return t
	}
	for _, ct := range a.cat.Types {
		if ct.Array == oid && oid != 0 {
			return &typeInfo{oid: oid, name: "_" + ct.Name, schema: ct.Schema, kind: 'b', category: 'A', elem: ct.OID}
		}
		if ct.OID != oid {
			continue
		}
		t := &typeInfo{oid: oid, name: ct.Name, schema: ct.Schema, kind: ct.Kind, category: 'U', array: ct.Array, user: ct}
		switch ct.Kind {
		case 'e':
			t.category = 'E'
		case 'd':
			t.base, t.baseMod = ct.Base, ct.Typmod
			t.category = a.typ(ct.Base).category
		case 'c':
			t.category, t.fields = 'C', ct.Fields
		case 'r':
			t.category = 'R'
		}
		if ct.Elem != 0 {
			t.category, t.elem = 'A', ct.Elem
		}
		return t
	}
	if t := a.rowTypeInfo(oid); t != nil {
		return t
	}
	return &typeInfo{oid: oid, name: strconv.FormatUint(uint64(oid), 10), kind: 'b', category: 'U'}
}

// base is the type below all domains.
func (a *analyser) base(oid uint32) uint32 {
	for {
		t := a.typ(oid)
		if t.kind != 'd' {
			return oid
		}
		oid = t.base
	}
}

// baseAndMod is the type below all domains and the modifier that the domains
// give it, -1 where they give none.
func (a *analyser) baseAndMod(oid uint32, mod int32) (uint32, int32) {
	for {
		t := a.typ(oid)
		if t.kind != 'd' {
			return oid, mod
		}
		oid, mod = t.base, t.baseMod
	}
}

func (a *analyser) category(oid uint32) byte { return a.typ(oid).category }

// typeName is the name of a type as PostgreSQL's messages give it (format_type).
func (a *analyser) typeName(oid uint32) string { return a.formatType(oid, -1) }

var sqlNames = map[uint32]string{
	oidBool: "boolean", oidInt2: "smallint", oidInt4: "integer", oidInt8: "bigint", oidFloat4: "real", oidFloat8: "double precision",
	oidNumeric: "numeric", oidVarchar: "character varying", oidBpchar: "character", oidQChar: `"char"`, oidBit: "bit", oidVarbit: "bit varying",
	oidTimestamp: "timestamp without time zone", oidTimestamptz: "timestamp with time zone", oidTime: "time without time zone", oidTimetz: "time with time zone", oidInterval: "interval",
}

// isVector: the arrays that have a name of their own.
func isVector(oid uint32) bool { return oid == oidOIDVector || oid == oidInt2Vector }

func (a *analyser) formatType(oid uint32, mod int32) string {
	t := a.typ(oid)
	if t.elem != 0 && !isVector(oid) {
		return a.formatType(t.elem, mod) + "[]"
	}
	if name, ok := sqlNames[oid]; ok {
		if mod < 0 {
			return name
		}
		switch oid {
		case oidVarchar, oidBpchar:
			return name + "(" + strconv.Itoa(int(mod-4)) + ")"
		case oidNumeric:
			p, s := numericMod(mod)
			return name + "(" + strconv.Itoa(p) + "," + strconv.Itoa(s) + ")"
		case oidBit, oidVarbit:
			return name + "(" + strconv.Itoa(int(mod)) + ")"
		case oidTimestamp, oidTimestamptz, oidTime, oidTimetz:
			first, rest, _ := strings.Cut(name, " ")
			return first + "(" + strconv.Itoa(int(mod)) + ") " + rest
		}
		return name
	}
	if t.schema != "" && !a.typeVisible(t) {
		return ident(t.schema) + "." + ident(t.name)
	}
	return ident(t.name)
}

// typeVisible says whether the name of a user's type alone finds it.
func (a *analyser) typeVisible(t *typeInfo) bool {
	for _, s := range a.cat.Path() {
		if s == t.schema {
			return true
		}
		if a.cat.Type(s, t.name) != nil || a.cat.Table(s, t.name) != nil || a.cat.View(s, t.name) != nil {
			return false
		}
	}
	return false
}

// numericMod takes precision and scale out of a numeric's type modifier.
func numericMod(mod int32) (precision, scale int) {
	m := mod - 4
	return int(m>>16) & 0xffff, int((m&0x7ff)^1024) - 1024
}

// scaled reports whether a column of this type is stored as a scaled integer,
// and its scale (DESIGN: numeric(p,s) with p of at most 18).
func (a *analyser) scaled(oid uint32, mod int32) (scale int, ok bool) {
	oid, mod = a.baseAndMod(oid, mod)
	if oid != oidNumeric || mod < 4 {
		return 0, false
	}
	p, s := numericMod(mod)
	return s, p <= 18 && s >= 0 && s <= p
}

// value is the pgvalue type for a type and modifier.
func (a *analyser) value(oid uint32, mod int32) *pgvalue.Type {
	key := typeKey{oid, mod}
	if t := a.values[key]; t != nil {
		return t
	}
	t, ok := pgvalue.TypeOf(a.cat, oid, mod)
	if !ok {
		info := a.typ(oid)
		t = pgvalue.Type{OID: oid, Typmod: mod, Name: info.name}
	}
	if t.Labels != nil {
		t.Name = a.typeName(oid) // which errors show
	}
	a.values[key] = &t
	return &t
}

type typeKey struct {
	oid uint32
	mod int32
}

// arrayOf is the array type of an element type, or 0.
func (a *analyser) arrayOf(elem uint32) uint32 {
	if elem == oidUnknown {
		return 0
	}
	return a.typ(elem).array
}

// elemOf is the element type of an array type (through domains), or 0.
func (a *analyser) elemOf(oid uint32) uint32 {
	return a.typ(a.base(oid)).elem
}

func isPolymorphic(oid uint32) bool {
	switch oid {
	case oidAnyElement, oidAnyArray, oidAnyNonArray, oidAnyEnum, oidAnyRange, oidAnyMultirange,
		oidAnyCompatible, oidAnyCompatibleArray, oidAnyCompatibleNonArray, oidAnyCompatibleRange, oidAnyCompatibleMultirange:
		return true
	}
	return false
}

// builtinType is the OID of one of PostgreSQL's own types.
func (a *analyser) builtinType(name string) uint32 {
	t := pgcatalog.TypeByName(name)
	if t == nil {
		panic("dialect: no type " + name)
	}
	return t.OID
}
