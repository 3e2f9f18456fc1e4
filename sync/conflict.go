package dbsync

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/failoversql/failoversql/catalog"
)

// Kind names a conflict as EDB Postgres Distributed does.
type Kind string

// The kinds of conflict. Where constraints of the primary refuse a change, the
// kind is InsertExists or UpdateKeyExists for a unique key, ApplyError for a
// foreign key, a check, NOT NULL and whatever else raises an error.
const (
	InsertExists           Kind = "insert_exists"             // a row with this primary or unique key is there
	UpdateOriginChange     Kind = "update_origin_change"      // the row was changed on the primary
	UpdateMissing          Kind = "update_missing"            // the row to update is gone
	UpdateKeyExists        Kind = "update_pkey_exists"        // the new primary or unique key belongs to another row
	DeleteMissing          Kind = "delete_missing"            // the row to delete is gone
	DeleteRecentlyUpdated  Kind = "delete_recently_updated"   // the row to delete was changed on the primary
	MultipleUniqueConflict Kind = "multiple_unique_conflicts" // more than one row is in the way
	TargetColumnMissing    Kind = "target_column_missing"     // the primary's table lacks a column
	TargetTableMissing     Kind = "target_table_missing"      // the primary lacks the table
	ApplyError             Kind = "apply_error"               // the primary refused the change
	ApplyErrorDDL          Kind = "apply_error_ddl"           // the primary refused the DDL, or has something else under that name

	// Dependent is no conflict of its own: the change touches what an earlier
	// parked transaction touched.
	Dependent Kind = "dependent"
	// Member is a change that stands in a parked transaction beside the one in
	// conflict.
	Member Kind = "member"
)

// Policy is what Replay does with a conflict.
type Policy string

// The policies. One that cannot settle a conflict parks it.
const (
	Park       Policy = "park"         // keep the whole transaction for a decision
	KeepRemote Policy = "keep_remote"  // the primary's row stays
	ApplyLocal Policy = "apply_local"  // the fallback's change is forced
	Merge      Policy = "merge"        // columns changed on one side only are merged
	Newer      Policy = "newer"        // "newer:column": the row with the greater value of it stands
	Delta      Policy = "delta"        // "delta:column+column": merge, and counters get the difference
	Discard    Policy = "discard"      // as a Resolution: the change is dropped
	EditedRow  Policy = "apply_edited" // as a Resolution: a row given by the operator is stored
)

// columnsOf are the columns that a policy names.
func (p Policy) columnsOf() []string {
	_, columns, _ := strings.Cut(string(p), ":")
	return strings.Split(columns, "+")
}

// kind is the policy without the columns it names.
func (p Policy) kind() Policy {
	kind, _, _ := strings.Cut(string(p), ":")
	return Policy(kind)
}

// finding is a conflict met while a transaction was tried.
type finding struct {
	kind       Kind
	columns    []string
	constraint string
	message    string
	remote     [][]byte // by shape.columns; nil: no row
	resolution Policy   // how it was settled at once, and by what; "" if it was not
	by         string
	edited     map[string]*string
}

// policyFor finds the policy of a table.
func (s *Sync) policyFor(schema, name string) Policy {
	for _, key := range []string{schema + "." + name, name, "*"} {
		if p, ok := s.cfg.Conflict[key]; ok {
			return p
		}
	}
	return Park
}

// imageJSON writes an image as a JSON object of PostgreSQL's text forms.
func imageJSON(sh *shape, image [][]byte) *string {
	if image == nil || sh == nil {
		return nil
	}
	text := string(mustJSON(imageMap(sh, image)))
	return &text
}

// imageMap is an image by the names of columns; nil for no row.
func imageMap(sh *shape, image [][]byte) map[string]*string {
	if image == nil || sh == nil {
		return nil
	}
	m := make(map[string]*string, len(image))
	for i, v := range image {
		m[sh.columns[i].name] = nil
		if v != nil {
			text := string(v)
			m[sh.columns[i].name] = &text
		}
	}
	return m
}

// mustJSON writes a row in text form; a map of strings always can be written.
func mustJSON(row map[string]*string) []byte {
	b, err := json.Marshal(row)
	if err != nil {
		panic(err)
	}
	return b
}

// refused says whether an error of the primary speaks about the change itself,
// so that trying again would meet it again. What does not (locks, deadlocks,
// shutdown, lack of resources, rights) is for a later attempt or the operator. It
// is known by its SQLSTATE (PostgreSQL manual, appendix A); any other is the
// change's, for triggers raise codes of their own, and what nothing settles would
// keep everything behind it waiting for ever. Of a missing right and of an internal
// error the place in PostgreSQL tells whether it is one: triggers raise those, too.
func refused(err error) (*pgconn.PgError, bool) {
	var e *pgconn.PgError
	if !errors.As(err, &e) || len(e.Code) != 5 {
		return nil, false
	}
	switch class := e.Code[:2]; {
	case e.Code == "42501", class == "XX":
		return e, e.Routine == "exec_stmt_raise" || e.Routine == "ExecWithCheckOptions" // RAISE in PL/pgSQL; a row security policy
	case e.Code == "55P03": // a lock that was not got in time
		return e, false
	default:
		return e, !slices.Contains(notOfTheChange, class)
	}
}

// notOfTheChange are the classes of errors that speak of the connection, the state
// of its transaction (25006: a read-only primary), prepared statements and cursors,
// or the server.
var notOfTheChange = []string{"00", "01", "02", "03", "08", "0B", "25", "26", "28", "2D", "34", "3B", "3D", "40", "53", "57", "58", "72", "F0", "HV"}

// keys are what a change has in common with others: the values of its unique
// keys, the keys its foreign keys point to, or, without any key, its whole row.
type keys struct {
	own    []string // before and after
	lost   []string // before and not after: others may have referred to them
	points []string // of rows it refers to, before and after
}

// keysOf collects the keys of a change.
func keysOf(c *change) keys {
	var k keys
	if c.table == nil {
		return k
	}
	table := catalog.QuoteQualified(c.table.Schema, c.table.Name)
	unique := uniqueColumns(c.table)
	for _, cols := range unique {
		key, ok := keyText(c.shape, c.old, table, cols, cols)
		if after, still := keyText(c.shape, c.new, table, cols, cols); ok && (!still || after != key) {
			k.lost = append(k.lost, key)
		}
	}
	for _, image := range [][][]byte{c.old, c.new} {
		if image == nil {
			continue
		}
		for _, cols := range unique {
			if key, ok := keyText(c.shape, image, table, cols, cols); ok && !slices.Contains(k.own, key) {
				k.own = append(k.own, key)
			}
		}
		if len(unique) == 0 {
			k.own = append(k.own, rowText(c.shape, image, table))
		}
		for i := range c.table.Constraints {
			f := &c.table.Constraints[i]
			if f.Kind != 'f' {
				continue
			}
			parent := catalog.QuoteQualified(f.RefSchema, f.RefTable)
			if key, ok := keyText(c.shape, image, parent, f.Columns, f.RefColumns); ok && !slices.Contains(k.points, key) {
				k.points = append(k.points, key)
			}
		}
	}
	return k
}

// uniqueColumns are the column sets of a table's unique indexes.
func uniqueColumns(t *catalog.Table) [][]string {
	var out [][]string
	for i := range t.Indexes {
		x := &t.Indexes[i]
		if !x.Unique || x.Where != "" {
			continue
		}
		var cols []string
		for _, k := range x.Keys {
			if k.Expr != "" {
				cols = nil
				break
			}
			cols = append(cols, k.Column)
		}
		if cols != nil {
			out = append(out, cols)
		}
	}
	return out
}

// keyText names a row by columns; names are what the key is called (for a
// foreign key, the parent's columns). It reports false where a column is NULL.
func keyText(sh *shape, image [][]byte, table string, columns, names []string) (string, bool) {
	order := make([]int, len(columns))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		if names[a] < names[b] {
			return -1
		}
		return 1
	})
	b := []byte(table)
	for _, i := range order {
		v, ok := sh.value(image, columns[i])
		if !ok || v == nil {
			return "", false
		}
		b = append(b, 0)
		b = append(b, names[i]...)
		b = append(b, 0)
		b = append(b, v...)
	}
	return string(b), true
}

func rowText(sh *shape, image [][]byte, table string) string {
	b := []byte(table)
	for i, v := range image {
		b = append(b, 0)
		b = append(b, sh.columns[i].name...)
		if v != nil {
			b = append(b, 0, 1)
			b = append(b, v...)
		}
	}
	return string(b)
}
