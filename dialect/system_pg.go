package dialect

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect/pgcatalog"
)

// pgClass is the OID of pg_class, which pg_description names.
const pgClass = 1259

func addPgCatalog(m map[string]*systemTable) {
	m["pg_catalog.pg_namespace"] = &systemTable{
		absent:  true,
		columns: `oid oid, nspname name, -nspowner oid, -nspacl _text`,
		rows: func(s *systemRows) {
			s.add(row{"oid": 11, "nspname": "pg_catalog"})
			for _, name := range s.cat.Schemas {
				s.add(row{"oid": s.schemaOID(name), "nspname": name})
			}
		},
	}
	m["pg_catalog.pg_class"] = &systemTable{
		absent: true,
		columns: `oid oid, relname name, relnamespace oid, reltype oid, reloftype oid, -relowner oid, relam oid, -relfilenode oid, -reltablespace oid,
			-relpages int4, -reltuples float4, -relallvisible int4, -reltoastrelid oid, relhasindex bool, relisshared bool, relpersistence char, relkind char,
			relnatts int2, relchecks int2, -relhasrules bool, -relhastriggers bool, -relhassubclass bool, -relrowsecurity bool, -relforcerowsecurity bool,
			-relispopulated bool, relreplident char, relispartition bool, -relrewrite oid, -relfrozenxid oid, -relminmxid oid, -relacl _text, reloptions _text, -relpartbound text`,
		rows: classRows,
	}
	m["pg_catalog.pg_attribute"] = &systemTable{
		columns: `attrelid oid, attname name, atttypid oid, -attstattarget int4, attlen int2, attnum int2, attndims int4, -attcacheoff int4, atttypmod int4,
			-attbyval bool, -attalign char, -attstorage char, -attcompression char, attnotnull bool, atthasdef bool, -atthasmissing bool, attidentity char,
			attgenerated char, attisdropped bool, attislocal bool, attinhcount int4, -attcollation oid, -attacl _text, attoptions _text, -attfdwoptions _text, -attmissingval text`,
		rows: attributeRows,
	}
	m["pg_catalog.pg_attrdef"] = &systemTable{
		columns: `-oid oid, adrelid oid, adnum int2, adbin pg_node_tree`,
		rows: func(s *systemRows) {
			for _, t := range s.cat.Tables {
				for i := range t.Columns {
					if c := &t.Columns[i]; c.Default != "" || c.Generated != "" {
						s.add(row{"adrelid": t.OID, "adnum": c.Num, "adbin": s.shorten(c.Default + c.Generated)})
					}
				}
			}
		},
	}
	m["pg_catalog.pg_type"] = &systemTable{
		absent: true,
		columns: `oid oid, typname name, typnamespace oid, -typowner oid, typlen int2, -typbyval bool, typtype char, typcategory char, typispreferred bool,
			typisdefined bool, typdelim char, typrelid oid, -typsubscript oid, typelem oid, typarray oid, -typinput oid, -typoutput oid, -typreceive oid, -typsend oid,
			-typmodin oid, -typmodout oid, -typanalyze oid, -typalign char, -typstorage char, typnotnull bool, typbasetype oid, typtypmod int4, -typndims int4,
			-typcollation oid, -typdefaultbin text, -typdefault text, -typacl _text`,
		rows: typeRows,
	}
	m["pg_catalog.pg_enum"] = &systemTable{
		columns: `-oid oid, enumtypid oid, enumsortorder float4, enumlabel name`,
		whole:   true,
		rows: func(s *systemRows) {
			for _, t := range s.cat.Types {
				for i, l := range t.Labels {
					s.add(row{"enumtypid": t.OID, "enumsortorder": float64(i + 1), "enumlabel": l})
				}
			}
		},
	}
	m["pg_catalog.pg_index"] = &systemTable{
		columns: `indexrelid oid, indrelid oid, indnatts int2, indnkeyatts int2, indisunique bool, indnullsnotdistinct bool, indisprimary bool, indisexclusion bool,
			indimmediate bool, indisclustered bool, indisvalid bool, indcheckxmin bool, indisready bool, indislive bool, indisreplident bool, indkey int2vector,
			indcollation oidvector, indclass oidvector, indoption int2vector, indexprs pg_node_tree, indpred pg_node_tree`,
		rows: indexRows,
	}
	m["pg_catalog.pg_constraint"] = &systemTable{
		columns: `oid oid, conname name, connamespace oid, contype char, condeferrable bool, condeferred bool, convalidated bool, conrelid oid, contypid oid, conindid oid,
			-conparentid oid, confrelid oid, confupdtype char, confdeltype char, confmatchtype char, conislocal bool, -coninhcount int4, connoinherit bool,
			conkey _int2, confkey _int2, -conpfeqop _oid, -conppeqop _oid, -conffeqop _oid, confdelsetcols _int2, conexclop _oid, conbin pg_node_tree`,
		rows: constraintRows,
	}
	m["pg_catalog.pg_description"] = &systemTable{
		columns: `objoid oid, classoid oid, objsubid int4, description text`,
		rows:    descriptionRows,
	}
	m["pg_catalog.pg_am"] = &systemTable{
		absent:  true,
		columns: `oid oid, amname name, -amhandler regproc, amtype char`,
		rows: func(s *systemRows) {
			for name, oid := range accessMethods {
				kind := "i"
				if name == "heap" {
					kind = "t"
				}
				s.add(row{"oid": oid, "amname": name, "amtype": kind})
			}
		},
	}
	m["pg_catalog.pg_range"] = &systemTable{
		whole:   true,
		columns: `rngtypid oid, rngsubtype oid, rngmultitypid oid, -rngcollation oid, -rngsubopc oid, -rngcanonical regproc, -rngsubdiff regproc`,
		rows: func(s *systemRows) {
			for _, t := range s.cat.Types {
				if t.Kind == 'r' {
					s.a.refuse(-1, "reading \"pg_catalog.pg_range\" beside range types of the user's")
				}
			}
			for _, r := range pgcatalog.Ranges() {
				s.add(row{"rngtypid": r.OID, "rngsubtype": r.Subtype, "rngmultitypid": r.Multirange})
			}
		},
	}
	m["pg_catalog.pg_extension"] = &systemTable{
		whole:   true,
		columns: `-oid oid, extname name, -extowner oid, -extnamespace oid, -extrelocatable bool, -extversion text, -extconfig _oid, -extcondition _text`,
		rows: func(s *systemRows) {
			for _, name := range s.cat.Extensions {
				s.add(row{"extname": name})
			}
		},
	}
	m["pg_catalog.pg_sequence"] = &systemTable{
		columns: `seqrelid oid, seqtypid oid, seqstart int8, seqincrement int8, seqmax int8, seqmin int8, -seqcache int8, seqcycle bool`,
		whole:   true,
		rows: func(s *systemRows) {
			for _, q := range s.cat.Sequences {
				s.add(row{"seqrelid": q.OID, "seqtypid": q.Type, "seqstart": q.Start, "seqincrement": q.Increment, "seqmax": q.Max, "seqmin": q.Min, "seqcycle": q.Cycle})
			}
		},
	}
	addStorageCatalogs(m)
	m["pg_catalog.pg_tables"] = &systemTable{
		absent:  true,
		columns: `schemaname name, tablename name, -tableowner name, tablespace name, hasindexes bool, -hasrules bool, -hastriggers bool, -rowsecurity bool`,
		rows: func(s *systemRows) {
			for _, t := range s.cat.Tables {
				s.add(row{"schemaname": t.Schema, "tablename": t.Name, "hasindexes": len(t.Indexes) > 0})
			}
			for _, r := range s.cat.Absent {
				if !strings.Contains(r.Reason, "foreign") {
					s.add(row{"schemaname": r.Schema, "tablename": r.Name})
				}
			}
		},
	}
	m["pg_catalog.pg_indexes"] = &systemTable{
		columns: `schemaname name, tablename name, indexname name, tablespace name, indexdef text`,
		rows: func(s *systemRows) {
			for _, t := range s.cat.Tables {
				for i := range t.Indexes {
					x := &t.Indexes[i]
					s.add(row{"schemaname": t.Schema, "tablename": t.Name, "indexname": x.Name, "indexdef": x.Def})
				}
			}
		},
	}
	m["pg_catalog.pg_views"] = &systemTable{
		columns: `schemaname name, viewname name, -viewowner name, -definition text`,
		rows: func(s *systemRows) {
			for _, v := range s.cat.Views {
				if v.Kind == 'v' {
					s.add(row{"schemaname": v.Schema, "viewname": v.Name})
				}
			}
		},
	}
	m["pg_catalog.pg_sequences"] = &systemTable{
		columns: `schemaname name, sequencename name, -sequenceowner name, -data_type regtype, start_value int8, min_value int8, max_value int8, increment_by int8,
			cycle bool, -cache_size int8, last_value int8`,
		whole: true,
		rows: func(s *systemRows) {
			for _, q := range s.cat.Sequences {
				s.add(row{"schemaname": q.Schema, "sequencename": q.Name, "start_value": q.Start, "min_value": q.Min, "max_value": q.Max, "increment_by": q.Increment, "cycle": q.Cycle, "last_value": s.lastValue(q)})
			}
		},
	}
}

// accessMethods are the OIDs of PostgreSQL's own.
var accessMethods = map[string]uint32{"heap": 2, "btree": 403, "hash": 405, "gist": 783, "gin": 2742, "spgist": 4000, "brin": 3580}

func classRows(s *systemRows) {
	add := func(r catalog.NamedRelation) {
		s.add(row{
			"oid": r.OID, "relname": r.Name, "relnamespace": s.schemaOID(r.Schema), "reltype": r.RowType, "reloftype": 0, "relam": r.Method,
			"relhasindex": r.HasIndex, "relisshared": false, "relpersistence": r.Persistence, "relkind": r.Kind, "relnatts": r.Natts, "relchecks": r.Checks,
			"relreplident": r.ReplicaIdentity, "relispartition": r.Partition, "reloptions": s.storage(r.OID, 0),
		})
	}
	for _, t := range s.cat.Tables {
		checks := 0
		for i := range t.Constraints {
			if t.Constraints[i].Kind == 'c' {
				checks++
			}
		}
		if t.RowType == 0 && s.mentioned("reltype") {
			s.a.refuse(-1, "the row type of a table that was made on the fallback")
		}
		add(catalog.NamedRelation{
			OID: t.OID, Schema: t.Schema, Name: t.Name, Kind: t.Kind, RowType: t.RowType, Natts: t.Natts, HasIndex: len(t.Indexes) > 0, Persistence: 'p',
			ReplicaIdentity: t.ReplicaIdentity, Checks: int16(checks), Method: t.Method,
		})
		for i := range t.Indexes {
			x := &t.Indexes[i]
			kind := byte('i')
			if t.Kind == 'p' {
				kind = 'I'
			}
			method := accessMethods[x.Method]
			if method == 0 && s.mentioned("relam") {
				s.a.refuse(-1, "the access method %s", x.Method)
			}
			add(catalog.NamedRelation{
				OID: x.OID, Schema: t.Schema, Name: x.Name, Kind: kind, Natts: int16(len(x.Keys) + len(including(x))), Persistence: 'p', ReplicaIdentity: 'n', Method: method,
			})
		}
	}
	for _, q := range s.cat.Sequences {
		add(catalog.NamedRelation{OID: q.OID, Schema: q.Schema, Name: q.Name, Kind: 'S', Natts: 3, Persistence: 'p', ReplicaIdentity: 'n'})
	}
	for _, v := range s.cat.Views {
		r := catalog.NamedRelation{OID: v.OID, Schema: v.Schema, Name: v.Name, Kind: v.Kind, RowType: v.RowType, Natts: int16(len(v.Columns)), Persistence: 'p', ReplicaIdentity: 'n'}
		if v.Kind == 'm' {
			r.ReplicaIdentity, r.Method, r.HasIndex = 'd', v.Method, v.HasIndex
		}
		add(r)
	}
	for r := range relations(s.cat) {
		if slices.ContainsFunc(s.cat.Others, func(o catalog.NamedRelation) bool { return o.OID == r.OID }) {
			add(r)
		}
	}
}

func attributeRows(s *systemRows) {
	add := func(relation uint32, c *catalog.Column) {
		generated := ""
		if c.Generated != "" {
			generated = "s"
			if c.Virtual {
				generated = "v"
			}
		}
		s.add(row{
			"attrelid": relation, "attname": c.Name, "atttypid": c.Type, "attlen": typeLength(s.a, c.Type), "attnum": c.Num, "atttypmod": c.Typmod,
			"attndims": c.Dims, "attnotnull": c.NotNull, "atthasdef": c.Default != "" || c.Generated != "", "attidentity": c.Identity, "attgenerated": generated,
			"attisdropped": false, "attislocal": true, "attinhcount": 0, "attoptions": s.storage(relation, c.Num),
		})
	}
	system := func(relation uint32) {
		for i, c := range systemAttributes {
			add(relation, &catalog.Column{Num: -int16(i) - 1, Name: c.name, Type: c.typ, Typmod: -1, NotNull: true})
		}
	}
	for _, t := range s.cat.Tables {
		for i := range t.Columns {
			add(t.OID, &t.Columns[i])
		}
		for _, c := range t.Dropped {
			s.add(row{
				"attrelid": t.OID, "attname": "........pg.dropped." + itoa(int(c.Num)) + "........", "atttypid": 0, "attlen": c.Len, "attnum": c.Num,
				"atttypmod": c.Typmod, "attndims": c.Dims, "attnotnull": false, "atthasdef": false, "attidentity": "", "attgenerated": "",
				"attisdropped": true, "attislocal": true, "attinhcount": 0,
			})
		}
		system(t.OID)
		for i := range t.Indexes {
			s.indexAttributes(t, &t.Indexes[i], add)
		}
	}
	for _, v := range s.cat.Views {
		for i := range v.Columns {
			add(v.OID, &v.Columns[i])
		}
		if v.Kind == 'm' {
			system(v.OID)
		}
	}
	for _, q := range s.cat.Sequences {
		for i, c := range []catalog.Column{{Name: "last_value", Type: oidInt8}, {Name: "log_cnt", Type: oidInt8}, {Name: "is_called", Type: oidBool}} {
			c.Num, c.Typmod, c.NotNull = int16(i+1), -1, true
			add(q.OID, &c)
		}
		system(q.OID)
	}
	for _, r := range s.cat.Others {
		if t := s.cat.TypeByOID(r.RowType); r.Kind == 'c' && t != nil {
			for i := range t.Fields {
				add(r.OID, &t.Fields[i])
			}
		}
	}
}

// systemAttributes have the numbers -1, -2 and so on.
var systemAttributes = []struct {
	name string
	typ  uint32
}{{"ctid", 27}, {"xmin", 28}, {"cmin", 29}, {"xmax", 28}, {"cmax", 29}, {"tableoid", oidOID}}

// indexAttributes adds the columns of an index. What type an expression has, and
// what other methods than btree keep of a column, is not known.
func (s *systemRows) indexAttributes(t *catalog.Table, x *catalog.Index, add func(uint32, *catalog.Column)) {
	said := unknownCell("the type of a column of index \"" + x.Name + "\"")
	covered := including(x)
	for i, name := range x.Names {
		var c *catalog.Column
		plain := true
		if i < len(x.Keys) {
			k := &x.Keys[i]
			c = t.Column(k.Column)
			plain = x.Method == "btree" && k.OpClass == "" && c != nil && s.a.base(c.Type) != oidName
		} else if n := i - len(x.Keys); n < len(covered) {
			c = t.Column(covered[n])
		}
		if c == nil {
			c, plain = &catalog.Column{}, false
		}
		add(x.OID, &catalog.Column{Num: int16(i + 1), Name: name, Type: c.Type, Typmod: c.Typmod, Dims: c.Dims})
		if r := s.rows[len(s.rows)-1]; !plain {
			r["atttypid"], r["attlen"], r["atttypmod"], r["attndims"] = said, said, said, said
		}
	}
}

func typeRows(s *systemRows) {
	for _, t := range pgcatalog.Types() {
		s.add(row{
			"oid": t.OID, "typname": t.Name, "typnamespace": 11, "typlen": t.Len, "typtype": t.Kind, "typcategory": t.Category, "typispreferred": t.Preferred,
			"typisdefined": true, "typelem": t.Elem, "typarray": t.Array, "typnotnull": false, "typbasetype": t.Base, "typtypmod": -1,
			"typdelim": delimiter(t.OID), "typrelid": 0,
		})
	}
	rows := func(schema, name string, relation, oid, array uint32) {
		if oid == 0 || array == 0 {
			s.a.refuse(-1, "reading \"pg_catalog.pg_type\" beside tables that were made on the fallback")
		}
		r := row{
			"oid": oid, "typname": name, "typnamespace": s.schemaOID(schema), "typlen": -1, "typtype": "c", "typcategory": "C", "typispreferred": false,
			"typisdefined": true, "typelem": 0, "typarray": array, "typnotnull": false, "typbasetype": 0, "typtypmod": -1, "typdelim": ",", "typrelid": relation,
		}
		s.add(r)
		of := maps.Clone(r)
		of["oid"], of["typname"], of["typtype"], of["typcategory"], of["typelem"], of["typarray"], of["typrelid"] = array, clip("_"+name, maxIdentifier), "b", "A", oid, 0, 0
		s.add(of)
	}
	for _, t := range s.cat.Tables {
		rows(t.Schema, t.Name, t.OID, t.RowType, t.RowArray)
	}
	for _, v := range s.cat.Views {
		rows(v.Schema, v.Name, v.OID, v.RowType, v.RowArray)
	}
	composite := map[uint32]uint32{}
	for _, r := range s.cat.Others {
		switch r.Kind {
		case 'c':
			composite[r.RowType] = r.OID
		case 'r', 'p', 'f':
			rows(r.Schema, r.Name, r.OID, r.RowType, r.RowArray)
		}
	}
	for _, t := range s.cat.Types {
		info := s.a.typ(t.OID)
		mod := int32(-1)
		if t.Kind == 'd' {
			mod = t.Typmod
		}
		s.add(row{
			"oid": t.OID, "typname": t.Name, "typnamespace": s.schemaOID(t.Schema), "typlen": typeLength(s.a, t.OID), "typtype": t.Kind, "typcategory": info.category,
			"typispreferred": false, "typisdefined": true, "typelem": t.Elem, "typarray": t.Array, "typnotnull": t.NotNull, "typbasetype": t.Base, "typtypmod": mod,
			"typdelim": ",", "typrelid": composite[t.OID],
		})
	}
}

// delimiter separates the elements of arrays of a type.
func delimiter(oid uint32) string {
	if oid == 603 || oid == 1020 { // box
		return ";"
	}
	return ","
}

func indexRows(s *systemRows) {
	for _, t := range s.cat.Tables {
		for i := range t.Indexes {
			x := &t.Indexes[i]
			k := constraint(t, x.Name)
			r := row{
				"indexrelid": x.OID, "indrelid": t.OID, "indnkeyatts": len(x.Keys), "indisunique": x.Unique, "indnullsnotdistinct": x.NullsEqual,
				"indisprimary": x.Primary, "indisexclusion": k != nil && k.Kind == 'x', "indimmediate": k == nil || !k.Deferrable, "indisvalid": true,
				"indisready": true, "indislive": true,
			}
			s.indexKeys(r, t, x)
			if x.Classes == "" && (s.mentioned("indclass") || s.mentioned("indcollation")) {
				s.a.refuse(-1, "the operator classes of an index that was made on the fallback")
			}
			r["indclass"], r["indcollation"], r["indisclustered"], r["indcheckxmin"], r["indisreplident"] = x.Classes, x.Collations, x.Clustered, x.CheckXmin, x.Identity
			if x.Where != "" {
				r["indpred"] = s.shorten(x.Where)
			}
			s.add(r)
		}
	}
}

// indexKeys fills in the columns of an index.
func (s *systemRows) indexKeys(r row, t *catalog.Table, x *catalog.Index) {
	var keys, options, exprs []string
	for _, k := range x.Keys {
		num := 0
		if k.Column == "" {
			e := s.shorten(k.Expr)
			if strings.HasPrefix(e, "(") && strings.HasSuffix(e, ")") {
				e = e[1 : len(e)-1] // of pg_get_indexdef
			}
			exprs = append(exprs, e)
		} else {
			num = int(t.Column(k.Column).Num)
		}
		option := int(boolInt(k.Desc)) + 2*int(boolInt(k.NullsFirst))
		keys, options = append(keys, itoa(num)), append(options, itoa(option))
	}
	for _, name := range including(x) {
		keys = append(keys, itoa(int(t.Column(name).Num)))
	}
	r["indnatts"], r["indkey"], r["indoption"] = len(keys), strings.Join(keys, " "), strings.Join(options, " ")
	if exprs != nil {
		r["indexprs"] = strings.Join(exprs, ", ")
	}
}

func constraintRows(s *systemRows) {
	for _, t := range s.cat.Tables {
		for i := range t.Constraints {
			k := &t.Constraints[i]
			r := row{
				"oid": k.OID, "conname": k.Name, "connamespace": s.schemaOID(t.Schema), "contype": k.Kind, "condeferrable": k.Deferrable, "condeferred": k.Deferred,
				"convalidated": !k.NotValid, "conrelid": t.OID, "contypid": 0, "conindid": 0, "confrelid": 0, "confupdtype": " ", "confdeltype": " ",
				"confmatchtype": " ", "conislocal": true, "conkey": attributeNumbers(t, k.Columns),
			}
			r["connoinherit"] = k.Kind != 'c'
			switch {
			case k.Kind == 'c':
				r["conbin"], r["connoinherit"] = s.shorten(k.Expr), strings.HasSuffix(k.Def, " NO INHERIT")
			case t.Kind == 'p':
				r["connoinherit"] = unknownCell("whether a key of a partitioned table is inherited")
			case k.Kind == 'x':
				r["conexclop"] = unknownCell("the operators of an exclusion constraint")
			}
			for j := range t.Indexes {
				if x := &t.Indexes[j]; x.Constraint && x.Name == k.Name {
					r["conindid"] = x.OID
				}
			}
			if parent := s.cat.Table(k.RefSchema, k.RefTable); k.Kind == 'f' && parent != nil {
				r["confrelid"], r["confupdtype"], r["confdeltype"], r["confmatchtype"] = parent.OID, k.OnUpdate, k.OnDelete, "s"
				if k.MatchFull {
					r["confmatchtype"] = "f"
				}
				r["confkey"] = attributeNumbers(parent, k.RefColumns)
				if k.SetColumns != nil {
					r["confdelsetcols"] = attributeNumbers(t, k.SetColumns)
				}
				if x, _ := s.referencedKey(k); x != nil {
					r["conindid"] = x.OID
				}
			}
			s.add(r)
		}
	}
}

// attributeNumbers is an int2[] of the numbers of columns.
func attributeNumbers(t *catalog.Table, columns []string) string {
	numbers := make([]string, len(columns))
	for i, name := range columns {
		numbers[i] = strconv.Itoa(int(t.Column(name).Num))
	}
	return "{" + strings.Join(numbers, ",") + "}"
}

func descriptionRows(s *systemRows) {
	add := func(oid uint32, column int16, text string) {
		if text != "" {
			s.add(row{"objoid": oid, "classoid": uint32(pgClass), "objsubid": int32(column), "description": text})
		}
	}
	for _, c := range s.cat.Comments {
		s.add(row{"objoid": c.Object, "classoid": c.Class, "objsubid": c.Sub, "description": c.Text})
	}
	for _, t := range s.cat.Tables {
		add(t.OID, 0, t.Comment)
		for i := range t.Columns {
			add(t.OID, t.Columns[i].Num, t.Columns[i].Comment)
		}
	}
	for _, v := range s.cat.Views {
		add(v.OID, 0, v.Comment)
		for i := range v.Columns {
			add(v.OID, v.Columns[i].Num, v.Columns[i].Comment)
		}
	}
}

// evaluated is a value that does not depend on arguments, which PostgreSQL
// evaluates all the same: they may fail.
func (a *analyser) evaluated(e *expr, args ...*expr) *expr {
	var holes []string
	var all []*expr
	for _, x := range args {
		switch x.kind {
		case exConst, exUnknown, exParam, exBind, exColumn, exRow:
			continue
		}
		all = append(all, x)
		holes = append(holes, "($"+itoa(len(all))+" IS NULL)")
	}
	if all == nil {
		return e
	}
	all = append(all, e)
	value := "$" + itoa(len(all))
	out := call(e.typ, e.pos, "CASE "+strings.Join(holes, " + ")+" WHEN 0 THEN "+value+" ELSE "+value+" END", all...)
	out.typmod = e.typmod
	return out
}

// shortDef prints a constraint as it reads under the search path.
func (s *systemRows) shortDef(k *catalog.Constraint) string {
	def := s.shorten(k.Def)
	if k.Kind == 'f' && s.cat.Table("", k.RefTable) == s.cat.Table(k.RefSchema, k.RefTable) {
		def = strings.Replace(def, "REFERENCES "+qualified(k.RefSchema, k.RefTable)+"(", "REFERENCES "+ident(k.RefTable)+"(", 1)
	}
	return def
}
