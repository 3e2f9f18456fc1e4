package dialect

import (
	"slices"

	"github.com/failoversql/failoversql/catalog"
)

// selfKeys are columns that an UPDATE of these columns has to set as well, to
// what they are: one of each foreign key from the table to itself whose
// referenced columns it sets and whose own it does not.
//
// SQLite counts violations up when a key goes and down when it comes. Where a
// row refers to itself it leaves the row out in the first count; in the second
// it does so only if the row is taken out of the table first, which is when the
// UPDATE names a column of the foreign key (sqlite3FkRequired in fkey.c and its
// caller). Otherwise the sum is wrong, and a key that holds is said not to.
func selfKeys(t *catalog.Table, set []string) []string {
	var touch []string
	in := func(columns []string) bool {
		return slices.ContainsFunc(columns, func(name string) bool { return slices.Contains(set, name) || slices.Contains(touch, name) })
	}
	for i := range t.Constraints {
		k := &t.Constraints[i]
		if k.Kind != 'f' || k.RefSchema != t.Schema || k.RefTable != t.Name || !in(k.RefColumns) || in(k.Columns) {
			continue
		}
		for _, name := range k.Columns {
			if t.Column(name).Generated == "" {
				touch = append(touch, name)
				break
			}
		}
	}
	return touch
}

// touchSelfKeys adds selfKeys to a SET list.
func (a *analyser) touchSelfKeys(src *source, set []setItem) []setItem {
	var names []string
	for _, x := range set {
		names = append(names, x.col.Name)
	}
	for _, name := range selfKeys(src.table, names) {
		i := slices.IndexFunc(src.table.Columns, func(c catalog.Column) bool { return c.Name == name })
		set = append(set, setItem{&src.table.Columns[i], a.columnOf(src, i)})
	}
	return set
}
