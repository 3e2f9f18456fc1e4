// Package pgcatalog holds PostgreSQL's own catalogs: its built-in types, casts,
// operators, functions, aggregates and settings, exported from a live server by go
// generate and embedded. They are read on first use and never change.
package pgcatalog

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:generate go run ./gen -out catalog.tsv.gz

//go:embed catalog.tsv.gz
var packed []byte

// Type is a built-in type (a row of pg_type).
type Type struct {
	OID       uint32
	Name      string
	Kind      byte // typtype: 'b' base, 'p' pseudo, 'r' range, 'm' multirange
	Category  byte // typcategory
	Preferred bool
	Elem      uint32 // typelem
	Array     uint32 // typarray
	Base      uint32 // typbasetype
	IsArray   bool   // a true array type
	Len       int
}

// Proc is a built-in function, aggregate or window function (a row of pg_proc).
type Proc struct {
	OID        uint32
	Name       string
	Kind       byte // prokind: 'f' function, 'a' aggregate, 'w' window function, 'p' procedure
	RetSet     bool
	Strict     bool
	Volatile   byte   // provolatile: 'i' immutable, 's' stable, 'v' volatile
	Variadic   uint32 // element type of a VARIADIC last parameter, or 0
	Defaults   int    // number of trailing parameters that have defaults
	Ret        uint32
	Args       []uint32
	ArgNames   []string // of the input parameters; nil where they have none
	AggKind    byte     // aggkind: 'n' normal, 'o' ordered-set, 'h' hypothetical-set
	DirectArgs int
	AllTypes   []uint32 // proallargtypes
	Modes      string   // proargmodes, one letter each
	AllNames   []string // proargnames
	Support    bool     // called by the server itself, for a type, an operator, an index or the like
	Sig        string   // "name(type,type)" with typname names: the key of package pgfunc
}

// Operator is a built-in operator (a row of pg_operator).
type Operator struct {
	OID    uint32
	Name   string
	Left   uint32 // 0 for a prefix operator
	Right  uint32
	Result uint32
	Proc   *Proc // its implementation (oprcode)
}

// Cast is a row of pg_cast.
type Cast struct {
	Source, Target uint32
	Func           *Proc // nil unless Method is 'f'
	Context        byte  // castcontext: 'i' implicit, 'a' assignment, 'e' explicit
	Method         byte  // castmethod: 'f' function, 'i' input/output, 'b' binary-coercible
}

// Relation is a relation of schema pg_catalog (a row of pg_class).
type Relation struct {
	OID  uint32 // 0 where it is not the same on every server
	Name string
	Kind byte // relkind
}

// Range is a row of pg_range.
type Range struct{ OID, Subtype, Multirange uint32 }

// Setting is a run-time parameter (a row of pg_settings).
type Setting struct {
	Name     string
	Type     string   // vartype: bool, enum, integer, real or string
	Values   []string // of an enum
	Min, Max string   // of a number
	Plans    bool     // sessions may set it, and only plans and resources depend on it
}

type data struct {
	types     map[uint32]*Type
	typeName  map[string]*Type
	procs     map[uint32]*Proc
	procName  map[string][]*Proc
	operators map[string][]*Operator
	casts     map[[2]uint32]*Cast
	settings  map[string]*Setting
	relations map[string]*Relation
	info      map[string]bool
	ranges    []Range
	opclass   map[uint32]string // type → access methods that have a default operator class for it
}

var load = sync.OnceValue(read)

// SettingByName returns a run-time parameter by its name in lower case, or nil.
func SettingByName(name string) *Setting { return load().settings[name] }

// TypeByOID returns a built-in type, or nil.
func TypeByOID(oid uint32) *Type { return load().types[oid] }

// TypeByName returns a built-in type by pg_type.typname, or nil.
func TypeByName(name string) *Type { return load().typeName[name] }

// RelationByName returns a relation of pg_catalog, or nil.
func RelationByName(name string) *Relation { return load().relations[name] }

// InformationSchema reports whether schema information_schema has a relation, type
// or constraint of a name.
func InformationSchema(name string) bool { return load().info[name] }

// Ranges returns the built-in range types, in order of OID.
func Ranges() []Range { return load().ranges }

// RelationByOID returns a relation of pg_catalog whose OID is the same on every
// server, or nil.
func RelationByOID(oid uint32) *Relation {
	for _, r := range load().relations {
		if r.OID == oid && oid != 0 {
			return r
		}
	}
	return nil
}

// OperatorByOID returns a built-in operator, or nil.
func OperatorByOID(oid uint32) *Operator {
	for _, list := range load().operators {
		for _, o := range list {
			if o.OID == oid {
				return o
			}
		}
	}
	return nil
}

// Types returns the built-in types, in order of OID.
func Types() []*Type {
	types := slices.Collect(maps.Values(load().types))
	slices.SortFunc(types, func(a, b *Type) int { return cmp.Compare(a.OID, b.OID) })
	return types
}

// ProcByOID returns a built-in function, or nil.
func ProcByOID(oid uint32) *Proc { return load().procs[oid] }

// Procs returns the built-in functions of a name.
func Procs(name string) []*Proc { return load().procName[name] }

// Operators returns the built-in operators of a name.
func Operators(name string) []*Operator { return load().operators[name] }

// EachOperator calls f for every built-in operator, in order of name and OID.
func EachOperator(f func(*Operator)) {
	for _, name := range slices.Sorted(maps.Keys(load().operators)) {
		for _, o := range load().operators[name] {
			f(o)
		}
	}
}

// EachCast calls f for every built-in cast, in order of source and target.
func EachCast(f func(*Cast)) {
	casts := slices.Collect(maps.Values(load().casts))
	slices.SortFunc(casts, func(a, b *Cast) int {
		return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Target, b.Target))
	})
	for _, c := range casts {
		f(c)
	}
}

// CastBetween returns the built-in cast from one type to another, or nil.
func CastBetween(source, target uint32) *Cast { return load().casts[[2]uint32{source, target}] }

// Ordered reports whether a built-in type has a default btree operator class:
// whether its values can be sorted.
func Ordered(oid uint32) bool { return strings.Contains(load().opclass[oid], "b") }

// Hashed reports whether a built-in type has a default hash operator class.
func Hashed(oid uint32) bool { return strings.Contains(load().opclass[oid], "h") }

// Each calls f for every built-in function, in order of OID.
func Each(f func(*Proc)) {
	d := load()
	for _, p := range d.order() {
		f(p)
	}
}

func (d *data) order() []*Proc {
	all := make([]*Proc, 0, len(d.procs))
	for _, list := range d.procName {
		all = append(all, list...)
	}
	slices.SortFunc(all, func(a, b *Proc) int { return cmp.Compare(a.OID, b.OID) })
	return all
}

func read() *data {
	d := &data{
		types: map[uint32]*Type{}, typeName: map[string]*Type{},
		procs: make(map[uint32]*Proc, 4096), procName: make(map[string][]*Proc, 2048),
		operators: map[string][]*Operator{}, casts: map[[2]uint32]*Cast{}, opclass: map[uint32]string{}, relations: map[string]*Relation{}, info: map[string]bool{}, settings: map[string]*Setting{},
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		panic(fmt.Sprintf("pgcatalog: embedded data: %v", err))
	}
	section := ""
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		if strings.HasPrefix(line, "#") && !strings.Contains(line, "\t") {
			section = line[1:]
			continue
		}
		d.add(section, strings.Split(line, "\t"))
	}
	if err := lines.Err(); err != nil {
		panic(fmt.Sprintf("pgcatalog: embedded data: %v", err))
	}
	return d
}

func (d *data) add(section string, f []string) {
	switch section {
	case "type":
		t := &Type{OID: oid(f[0]), Name: f[1], Kind: f[2][0], Category: f[3][0], Preferred: f[4] == "1", Elem: oid(f[5]), Array: oid(f[6]), Base: oid(f[7]), IsArray: f[8] == "1", Len: number(f[9])}
		d.types[t.OID] = t
		d.typeName[t.Name] = t
	case "proc":
		p := &Proc{OID: oid(f[0]), Name: f[1], Kind: f[2][0], RetSet: f[3] == "1", Strict: f[4] == "1", Volatile: f[5][0], Variadic: oid(f[6]), Defaults: number(f[7]),
			Ret: oid(f[8]), Args: oids(f[9], " "), ArgNames: list(f[10]), DirectArgs: number(f[12]), AllTypes: oids(f[13], ","), Modes: strings.ReplaceAll(f[14], ",", ""), AllNames: list(f[15])}
		if f[11] != "" {
			p.AggKind = f[11][0]
		}
		p.Sig = d.signature(p)
		d.procs[p.OID] = p
		d.procName[p.Name] = append(d.procName[p.Name], p)
	case "operator":
		o := &Operator{OID: oid(f[0]), Name: f[1], Left: oid(f[3]), Right: oid(f[4]), Result: oid(f[5]), Proc: d.procs[oid(f[6])]}
		d.operators[o.Name] = append(d.operators[o.Name], o)
	case "cast":
		c := &Cast{Source: oid(f[0]), Target: oid(f[1]), Func: d.procs[oid(f[2])], Context: f[3][0], Method: f[4][0]}
		d.casts[[2]uint32{c.Source, c.Target}] = c
	case "relation":
		d.relations[f[1]] = &Relation{OID: oid(f[0]), Name: f[1], Kind: f[2][0]}
	case "information":
		d.info[f[0]] = true
	case "range":
		d.ranges = append(d.ranges, Range{oid(f[0]), oid(f[1]), oid(f[2])})
	case "opclass":
		d.opclass[oid(f[0])] += f[1][:1]
	case "setting":
		d.settings[strings.ToLower(f[0])] = &Setting{Name: f[0], Type: f[1], Values: list(f[2]), Min: f[3], Max: f[4], Plans: f[5] == "1"}
	case "support":
		if p := d.procs[oid(f[0])]; p != nil {
			p.Support = true
		}
	}
}

func (d *data) signature(p *Proc) string {
	var b strings.Builder
	b.WriteString(p.Name)
	b.WriteByte('(')
	for i, a := range p.Args {
		if i > 0 {
			b.WriteByte(',')
		}
		if t := d.types[a]; t != nil {
			b.WriteString(t.Name)
		} else {
			b.WriteString(strconv.FormatUint(uint64(a), 10))
		}
	}
	b.WriteByte(')')
	return b.String()
}

func oid(s string) uint32 {
	n, err := strconv.ParseUint(s, 10, 32)
	if err != nil {
		panic(fmt.Sprintf("pgcatalog: embedded data: %v", err))
	}
	return uint32(n)
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		panic(fmt.Sprintf("pgcatalog: embedded data: %v", err))
	}
	return n
}

func oids(s, sep string) []uint32 {
	if s == "" {
		return nil
	}
	parts := strings.Split(s, sep)
	out := make([]uint32, len(parts))
	for i, p := range parts {
		out[i] = oid(p)
	}
	return out
}

func list(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}
