// Package catalog holds the PostgreSQL schema as data: tables, columns, types,
// keys, sequences, enums and views, as PostgreSQL's own catalogs describe them.
//
// A *Catalog is immutable once published: a change of schema makes a new one
// (see Clone) with a higher Version. It is kept as JSON inside the fallback
// file, so that the file explains itself when PostgreSQL cannot be asked.
package catalog

import (
	"maps"
	"slices"
	"strings"
)

// Catalog is one version of a database's schema. Safe for concurrent reading;
// never changed after it has been published.
type Catalog struct {
	// Version rises with every change; translated statements are cached by it.
	Version int64 `json:"version"`

	Database      string    `json:"database"`
	SystemID      string    `json:"system_id"`      // pg_control_system().system_identifier; "" for a file that never saw a primary
	ServerVersion int       `json:"server_version"` // server_version_num, such as 150018
	User          string    `json:"user"`           // the application's role
	SearchPath    []string  `json:"search_path"`    // effective schemas, pg_catalog left out
	TimeZone      string    `json:"time_zone"`      // the session default of the role, an IANA name
	Formats       Formats   `json:"formats"`        // the session defaults of lc_numeric and its like; empty in a file of an older version
	TextSearch    string    `json:"text_search"`    // the session default of default_text_search_config, such as "pg_catalog.english"
	Collation     Collation `json:"collation"`      // of the database

	// TextSearchAltered says that the configurations simple and english are not
	// those that PostgreSQL came with.
	TextSearchAltered bool `json:"text_search_altered,omitempty"`

	// Nondeterministic names the collations under which unequal strings can be
	// equal, as Column.Collation names them.
	Nondeterministic []string `json:"nondeterministic,omitempty"`

	Schemas    []string          `json:"schemas"`
	SchemaOIDs map[string]uint32 `json:"schema_oids,omitempty"`
	Creatable  []string          `json:"creatable,omitempty"` // schemas in which User may create objects
	Hidden     []string          `json:"hidden,omitempty"`    // schemas without USAGE for User
	// CreateSchemas says that User may create schemas.
	CreateSchemas bool        `json:"create_schemas,omitempty"`
	Types         []*Type     `json:"types"` // user-defined only; PostgreSQL's own are known to package dialect
	Tables        []*Table    `json:"tables"`
	Sequences     []*Sequence `json:"sequences"`
	Views         []*View     `json:"views"`

	Extensions []string `json:"extensions,omitempty"` // by name

	// Absent lists relations of the primary that the file does not hold, so
	// that a statement naming one is refused for what it is, not told that
	// there is no such table.
	Absent []Relation `json:"absent,omitempty"`

	// Others lists the relations that are not named anywhere above: the composite
	// types' own, what is Absent, and indexes of what is not a table here or that
	// are not valid. Their names and OIDs are all that is known of them.
	Others []NamedRelation `json:"others,omitempty"`

	// Comments are those on objects other than tables, views and columns.
	Comments []Comment `json:"comments,omitempty"`
	// Members are the objects that belong to extensions.
	Members []Member `json:"members,omitempty"`
	// OpClasses are the operator classes that the indexes of user tables have.
	OpClasses []OpClass `json:"op_classes,omitempty"`
	// Storage are the storage parameters of relations and columns.
	Storage []Storage `json:"storage,omitempty"`

	// Routines names what users defined, which a statement may run without
	// looking so: functions ("name"), operators ("operator +") and types with
	// casts of their own ("cast name"). Those that PostgreSQL may choose over its
	// own of that name are there again as "overload name".
	Routines []string `json:"routines,omitempty"`

	// NextOID numbers objects made on the fallback; see FirstLocalOID.
	NextOID uint32 `json:"next_oid"`

	// NoTemporary says that User may not create temporary tables.
	NoTemporary bool `json:"no_temporary,omitempty"`
	// Temporary says that this is a session's own catalog, which has its
	// temporary tables and sequences too, in TempSchema. It is never stored.
	// NextTempOID numbers them.
	Temporary   bool   `json:"-"`
	NextTempOID uint32 `json:"-"`
}

// TempSchema is the schema of temporary tables. It is searched before all
// others, unless the search path names it.
const TempSchema = "pg_temp"

// Path is the search path with the schema of temporary tables where there are
// any.
func (c *Catalog) Path() []string {
	if !c.Temporary || slices.Contains(c.SearchPath, TempSchema) {
		return c.SearchPath
	}
	return append([]string{TempSchema}, c.SearchPath...)
}

// FirstLocalOID is the first OID given to objects created on the fallback, far
// above what a primary gives out, so that the two never meet.
const FirstLocalOID = 0xF0000000

// FirstTempOID is the first OID given to a session's temporary tables and
// sequences.
const FirstTempOID = 0xE0000000

// Formats are the locales by which to_char, to_number and money write, and that
// of messages.
type Formats struct {
	Numeric  string `json:"numeric"`
	Monetary string `json:"monetary"`
	Time     string `json:"time"`
	Messages string `json:"messages"`
}

// Collation is a database's default collation (pg_database.datlocprovider,
// datcollate or daticulocale, datcollversion).
type Collation struct {
	Provider byte   `json:"provider"` // 'c' libc, 'i' ICU, 'b' built in (PostgreSQL 17)
	Locale   string `json:"locale"`
	CType    string `json:"ctype,omitempty"` // datctype: what is a letter, and its case
	Version  string `json:"version"`
}

// Relation names a relation that is not in the file, and why.
type Relation struct {
	Schema string `json:"schema"`
	Name   string `json:"name"`
	Reason string `json:"reason"` // ends a sentence that begins with the name, such as "is a foreign table"
}

// NamedRelation is a row of pg_class.
type NamedRelation struct {
	OID    uint32 `json:"oid"`
	Schema string `json:"schema"`
	Name   string `json:"name"`
	Kind   byte   `json:"kind"` // pg_class.relkind

	// More of the row of pg_class.
	RowType         uint32 `json:"row_type,omitempty"`
	RowArray        uint32 `json:"row_array,omitempty"` // the array type of RowType
	Natts           int16  `json:"natts,omitempty"`
	HasIndex        bool   `json:"has_index,omitempty"`
	Partition       bool   `json:"partition,omitempty"`
	Persistence     byte   `json:"persistence,omitempty"`
	ReplicaIdentity byte   `json:"replica_identity,omitempty"`
	Checks          int16  `json:"checks,omitempty"`
	Method          uint32 `json:"method,omitempty"` // pg_class.relam
}

// Comment is a row of pg_description.
type Comment struct {
	Object uint32 `json:"object"`
	Class  uint32 `json:"class"` // OID of the catalog that the object is in
	Sub    int32  `json:"sub,omitempty"`
	Text   string `json:"text"`
}

// Member is a row of pg_depend by which a schema, relation or type of the user's
// belongs to an extension.
type Member struct {
	Class     uint32 `json:"class"` // OID of the catalog that the object is in
	Object    uint32 `json:"object"`
	Extension uint32 `json:"extension"` // its OID
}

// OpClass is a row of pg_opclass.
type OpClass struct {
	OID     uint32 `json:"oid"`
	Method  uint32 `json:"method"` // OID of the access method
	Name    string `json:"name"`
	Schema  uint32 `json:"schema"`
	Type    uint32 `json:"type"` // opcintype
	Default bool   `json:"default,omitempty"`
	Key     uint32 `json:"key,omitempty"` // opckeytype
}

// Storage are the storage parameters of a relation (pg_class.reloptions), or of
// one of its columns (pg_attribute.attoptions).
type Storage struct {
	Relation uint32 `json:"relation"`
	Column   int16  `json:"column,omitempty"` // 0: of the relation
	Options  string `json:"options"`          // a text[]
}

// Reasons by which nothing is missing from a copy.
const (
	reasonPartition = "is a partition, held in the copy by its partitioned table only"
	reasonExcluded  = "is excluded from the copy"
)

// Intended says that the relation is absent because it was excluded by name, or
// is held by another table: nothing that was wanted is missing.
func (r Relation) Intended() bool { return r.Reason == reasonPartition || r.Reason == reasonExcluded }

// Type is a user-defined type (a row of pg_type).
type Type struct {
	OID    uint32   `json:"oid"`
	Schema string   `json:"schema"`
	Name   string   `json:"name"`
	Kind   byte     `json:"kind"`             // pg_type.typtype: 'b' base, 'e' enum, 'd' domain, 'c' composite, 'r' range
	Elem   uint32   `json:"elem,omitempty"`   // element type of an array type
	Array  uint32   `json:"array,omitempty"`  // its array type
	Labels []string `json:"labels,omitempty"` // of an enum, in sort order; a label is stored as its index here
	Base   uint32   `json:"base,omitempty"`   // of a domain
	Typmod int32    `json:"typmod,omitempty"` // of a domain's base
	// NotNull, Default and Checks belong to a domain.
	NotNull bool         `json:"not_null,omitempty"`
	Default string       `json:"default,omitempty"`
	Checks  []Constraint `json:"checks,omitempty"`
	Fields  []Column     `json:"fields,omitempty"` // of a composite type
}

// Table is a table (pg_class.relkind 'r' or 'p').
type Table struct {
	OID     uint32          `json:"oid"`
	Schema  string          `json:"schema"`
	Name    string          `json:"name"`
	Kind    byte            `json:"kind"` // pg_class.relkind
	Columns []Column        `json:"columns"`
	Natts   int16           `json:"natts"` // pg_class.relnatts: the highest Num ever given out
	Dropped []DroppedColumn `json:"dropped,omitempty"`
	RowType uint32          `json:"row_type,omitempty"` // pg_class.reltype: of a row of it; 0 where it is not known
	// RowArray is the array type of RowType, Method pg_class.relam.
	RowArray uint32 `json:"row_array,omitempty"`
	Method   uint32 `json:"method,omitempty"`

	Constraints []Constraint `json:"constraints"`
	Indexes     []Index      `json:"indexes"` // every index, those behind constraints too

	ReplicaIdentity byte   `json:"replica_identity"`        // 'd' default, 'n' nothing, 'f' full, 'i' index
	Unidentified    bool   `json:"unidentified,omitempty"`  // its replica identity, or that of a partition, does not name its rows
	Persistence     byte   `json:"persistence"`             // 'p' permanent, 'u' unlogged, 't' temporary
	RowSecurity     bool   `json:"row_security,omitempty"`  // enabled, and applies to User
	UserTriggers    bool   `json:"user_triggers,omitempty"` // has enabled user triggers, or rules
	Privileges      string `json:"privileges"`              // what User may do: letters of "arwdD" (INSERT SELECT UPDATE DELETE TRUNCATE), as in aclitem
	Owner           bool   `json:"owner,omitempty"`         // User owns it, or may act for its owner
	Local           bool   `json:"local,omitempty"`         // created on the fallback and not yet on the primary
	Comment         string `json:"comment,omitempty"`
	OnCommit        byte   `json:"-"` // of a temporary table: 'r' its rows go at COMMIT, 'd' it goes itself; 0 neither
}

// Column is a column of a table (a row of pg_attribute). Dropped columns are
// not listed; Num keeps the primary's attnum.
type Column struct {
	Num       int16  `json:"num"`
	Name      string `json:"name"`
	Type      uint32 `json:"type"`
	Typmod    int32  `json:"typmod"`         // -1: none
	Dims      int16  `json:"dims,omitempty"` // pg_attribute.attndims: the dimensions written in its type
	NotNull   bool   `json:"not_null,omitempty"`
	Default   string `json:"default,omitempty"`   // PostgreSQL expression, as pg_get_expr prints it
	Identity  string `json:"identity,omitempty"`  // "a" GENERATED ALWAYS, "d" BY DEFAULT
	Generated string `json:"generated,omitempty"` // expression of a generated column
	Virtual   bool   `json:"virtual,omitempty"`   // the generated column is not stored (PostgreSQL 18)
	Collation string `json:"collation,omitempty"` // where it differs from the database's
	Sequence  string `json:"sequence,omitempty"`  // schema.name of the sequence owned by a serial or identity column; see SequenceOf
	Comment   string `json:"comment,omitempty"`

	// Privileges are those User holds on the column but not on the whole
	// table, letters of "arw".
	Privileges string `json:"privileges,omitempty"`
}

// DroppedColumn is what PostgreSQL keeps of a column that was dropped.
type DroppedColumn struct {
	Num    int16 `json:"num"`
	Len    int16 `json:"len"` // pg_attribute.attlen
	Typmod int32 `json:"typmod"`
	Dims   int16 `json:"dims,omitempty"`
}

// Constraint is a row of pg_constraint.
type Constraint struct {
	OID        uint32   `json:"oid"`
	Name       string   `json:"name"`
	Kind       byte     `json:"kind"` // pg_constraint.contype: 'p' primary key, 'u' unique, 'f' foreign key, 'c' check, 'x' exclusion
	Columns    []string `json:"columns,omitempty"`
	Expr       string   `json:"expr,omitempty"` // of a check, PostgreSQL text
	RefSchema  string   `json:"ref_schema,omitempty"`
	RefTable   string   `json:"ref_table,omitempty"`
	RefColumns []string `json:"ref_columns,omitempty"`
	OnDelete   byte     `json:"on_delete,omitempty"` // 'a' no action, 'r' restrict, 'c' cascade, 'n' set null, 'd' set default
	OnUpdate   byte     `json:"on_update,omitempty"`
	SetColumns []string `json:"set_columns,omitempty"` // ON DELETE SET NULL (columns), where not all
	MatchFull  bool     `json:"match_full,omitempty"`
	Deferrable bool     `json:"deferrable,omitempty"`
	Deferred   bool     `json:"deferred,omitempty"`
	NotValid   bool     `json:"not_valid,omitempty"` // rows from before the constraint were never checked
	Def        string   `json:"def,omitempty"`       // pg_get_constraintdef
}

// Index is an index of a table (pg_index).
type Index struct {
	OID        uint32     `json:"oid"`
	Name       string     `json:"name"`
	Unique     bool       `json:"unique,omitempty"`
	Primary    bool       `json:"primary,omitempty"`
	Constraint bool       `json:"constraint,omitempty"` // stands behind a constraint of the same name
	Method     string     `json:"method"`               // btree, gin, …
	Keys       []IndexKey `json:"keys"`
	Where      string     `json:"where,omitempty"` // predicate, PostgreSQL text
	NullsEqual bool       `json:"nulls_equal,omitempty"`
	Def        string     `json:"def,omitempty"` // pg_get_indexdef
	// Names are those of its own columns (pg_attribute), which they keep when a
	// column of the table gets another.
	Names []string `json:"names,omitempty"`

	// More of the row of pg_index, which an index made on the fallback has not.
	Classes    string `json:"classes,omitempty"`    // indclass
	Collations string `json:"collations,omitempty"` // indcollation
	Clustered  bool   `json:"clustered,omitempty"`
	CheckXmin  bool   `json:"check_xmin,omitempty"`
	Identity   bool   `json:"identity,omitempty"` // indisreplident
}

// IndexKey is a column (Column set) or an expression (Expr set) of an index.
type IndexKey struct {
	Column     string `json:"column,omitempty"`
	Expr       string `json:"expr,omitempty"`
	Desc       bool   `json:"desc,omitempty"`
	NullsFirst bool   `json:"nulls_first,omitempty"`
	Collation  string `json:"collation,omitempty"` // where it differs from the column's own
	OpClass    string `json:"op_class,omitempty"`  // where it is not the type's default
}

// Sequence is a sequence (pg_sequence).
type Sequence struct {
	OID       uint32 `json:"oid"`
	Schema    string `json:"schema"`
	Name      string `json:"name"`
	Type      uint32 `json:"type"`
	Start     int64  `json:"start"`
	Increment int64  `json:"increment"`
	Min       int64  `json:"min"`
	Max       int64  `json:"max"`
	Cycle     bool   `json:"cycle,omitempty"`
	OwnedBy   string `json:"owned_by,omitempty"` // schema.table.column
	Owner     bool   `json:"owner,omitempty"`    // User owns it, or may act for its owner
	// Privileges of User: letters of "rwU" (SELECT UPDATE USAGE).
	Privileges string `json:"privileges"`
	Local      bool   `json:"local,omitempty"` // created on the fallback and not yet on the primary
}

// View is a view; Def is its SELECT as pg_get_viewdef prints it.
type View struct {
	OID     uint32   `json:"oid"`
	Schema  string   `json:"schema"`
	Name    string   `json:"name"`
	Kind    byte     `json:"kind"` // 'v' or 'm'
	Columns []Column `json:"columns"`
	Def     string   `json:"def"`
	// Privileges and Owner as in Table. A view reads its tables with its
	// owner's privileges, not User's.
	Privileges string `json:"privileges"`
	Owner      bool   `json:"owner,omitempty"`
	Comment    string `json:"comment,omitempty"`
	// Invoker says that the view reads its tables as the role that reads it
	// (security_invoker), and OwnerReads that its owner may read all relations
	// that it reads, none of them under row security.
	Invoker    bool `json:"invoker,omitempty"`
	OwnerReads bool `json:"owner_reads,omitempty"`
	// Automatic says that PostgreSQL writes through the view to its table, if at
	// all: it has no triggers, rules, defaults or column grants of its own and
	// is no security_barrier. OwnerWrites is what its owner may do to every
	// relation that it reads (letters of "awd"), Check its CHECK OPTION.
	Automatic   bool   `json:"automatic,omitempty"`
	OwnerWrites string `json:"owner_writes,omitempty"`
	Check       string `json:"check,omitempty"`
	RowType     uint32 `json:"row_type,omitempty"` // as in Table
	RowArray    uint32 `json:"row_array,omitempty"`
	Method      uint32 `json:"method,omitempty"`
	HasIndex    bool   `json:"has_index,omitempty"`
}

// Clone returns a copy with Version raised by one, whose slices may be changed
// before it is published. Elements are shared: replace them, never write
// through them.
func (c *Catalog) Clone() *Catalog {
	n := *c
	n.Version++
	n.Schemas = append([]string(nil), c.Schemas...)
	n.SchemaOIDs = maps.Clone(c.SchemaOIDs)
	n.SearchPath = append([]string(nil), c.SearchPath...)
	n.Types = append([]*Type(nil), c.Types...)
	n.Tables = append([]*Table(nil), c.Tables...)
	n.Sequences = append([]*Sequence(nil), c.Sequences...)
	n.Views = append([]*View(nil), c.Views...)
	n.Extensions = append([]string(nil), c.Extensions...)
	n.Absent = append([]Relation(nil), c.Absent...)
	n.Others = append([]NamedRelation(nil), c.Others...)
	n.Comments = append([]Comment(nil), c.Comments...)
	n.Creatable = append([]string(nil), c.Creatable...)
	n.Hidden = append([]string(nil), c.Hidden...)
	return &n
}

// Table finds a table by schema and name; an empty schema means the search
// path. It returns nil where there is none.
func (c *Catalog) Table(schema, name string) *Table {
	return find(c, schema, func(s string) *Table {
		for _, t := range c.Tables {
			if t.Name == name && t.Schema == s {
				return t
			}
		}
		return nil
	})
}

// TableByOID finds a table by OID, or returns nil.
func (c *Catalog) TableByOID(oid uint32) *Table {
	for _, t := range c.Tables {
		if t.OID == oid {
			return t
		}
	}
	return nil
}

// Sequence finds a sequence as Table finds a table.
func (c *Catalog) Sequence(schema, name string) *Sequence {
	return find(c, schema, func(s string) *Sequence {
		for _, q := range c.Sequences {
			if q.Name == name && q.Schema == s {
				return q
			}
		}
		return nil
	})
}

// View finds a view as Table finds a table.
func (c *Catalog) View(schema, name string) *View {
	return find(c, schema, func(s string) *View {
		for _, v := range c.Views {
			if v.Name == name && v.Schema == s {
				return v
			}
		}
		return nil
	})
}

// Type finds a user-defined type as Table finds a table.
func (c *Catalog) Type(schema, name string) *Type {
	return find(c, schema, func(s string) *Type {
		for _, t := range c.Types {
			if t.Name == name && t.Schema == s {
				return t
			}
		}
		return nil
	})
}

// RowColumns are the name and the columns of the table or view whose rows are of
// a type; nil where there is none.
func (c *Catalog) RowColumns(rowType uint32) (name string, columns []Column) {
	if rowType == 0 {
		return "", nil
	}
	for _, t := range c.Tables {
		if t.RowType == rowType {
			return t.Name, t.Columns
		}
	}
	for _, v := range c.Views {
		if v.RowType == rowType {
			return v.Name, v.Columns
		}
	}
	return "", nil
}

// TypeByOID finds a user-defined type by OID, or returns nil.
func (c *Catalog) TypeByOID(oid uint32) *Type {
	for _, t := range c.Types {
		if t.OID == oid {
			return t
		}
	}
	return nil
}

// SequenceOf is the sequence owned by a column, or nil.
func (c *Catalog) SequenceOf(col *Column) *Sequence {
	if col.Sequence == "" {
		return nil
	}
	for _, q := range c.Sequences {
		if q.Schema+"."+q.Name == col.Sequence {
			return q
		}
	}
	return nil
}

func find[T any](c *Catalog, schema string, in func(string) *T) *T {
	if schema != "" {
		return in(schema)
	}
	for _, s := range c.Path() {
		if x := in(s); x != nil {
			return x
		}
	}
	return nil
}

// Column finds a column by name, or returns nil.
func (t *Table) Column(name string) *Column {
	for i := range t.Columns {
		if t.Columns[i].Name == name {
			return &t.Columns[i]
		}
	}
	return nil
}

// PrimaryKey is the primary key constraint, or nil.
func (t *Table) PrimaryKey() *Constraint {
	for i := range t.Constraints {
		if t.Constraints[i].Kind == 'p' {
			return &t.Constraints[i]
		}
	}
	return nil
}

// SQLiteName is the name of the SQLite table that holds a PostgreSQL table (or
// view) of this schema and name: tables of public keep their name, others are
// "schema.name". It is not quoted.
func SQLiteName(schema, name string) string {
	if schema == "public" {
		return name
	}
	return schema + "." + name
}

// QuoteIdent quotes an identifier for PostgreSQL and SQLite alike.
func QuoteIdent(s string) string {
	return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
}

// QuoteQualified quotes schema.name for PostgreSQL.
func QuoteQualified(schema, name string) string {
	return QuoteIdent(schema) + "." + QuoteIdent(name)
}
