package dialect

import (
	"slices"
	"strings"

	"github.com/failoversql/failoversql/catalog"
)

// want is what a statement needs of a relation: a privilege, by letter, on some
// columns; without columns, on any.
type want struct {
	table   *catalog.Table
	view    *catalog.View
	letter  byte
	columns []string
}

// use notes a use of a table, and the privilege that it needs.
func (a *analyser) use(t *catalog.Table, letter string, columns ...string) {
	i := slices.IndexFunc(a.uses, func(u TableUse) bool { return u.Table == t })
	if i < 0 {
		i = len(a.uses)
		a.uses = append(a.uses, TableUse{Table: t})
	}
	if !strings.Contains(a.uses[i].Uses, letter) {
		a.uses[i].Uses += letter
	}
	if letter == "a" || letter == "w" {
		a.uses[i].Given = append(a.uses[i].Given, columns...)
	}
	if a.trusted > 0 || t.Local {
		return
	}
	for _, w := range a.wants {
		if w.table == t && w.letter == letter[0] {
			w.columns = append(w.columns, columns...)
			return
		}
	}
	a.wants = append(a.wants, &want{table: t, letter: letter[0], columns: columns})
}

// needs adds the privileges that a WITH query needs.
func (a *analyser) needs(wants []*want) {
	for _, w := range wants {
		if w.table != nil {
			a.use(w.table, string(w.letter), w.columns...)
		} else {
			a.wants = append(a.wants, w)
		}
	}
}

// readsColumns notes that a statement reads columns.
func (a *analyser) readsColumns(e *expr) {
	if a.trusted > 0 {
		return
	}
	e.walk(func(x *expr) bool {
		if x.kind == exColumn && !x.src.trusted {
			t := x.src.table
			if t == nil {
				t = x.src.excluded
			}
			if t != nil {
				a.use(t, "r", x.src.cols[x.col].name)
			}
		}
		return true
	})
}

// useView notes that a view is read. What it reads in turn is its owner's
// affair, whose privileges must be known to suffice.
func (a *analyser) useView(v *catalog.View) {
	if a.trusted == 0 {
		a.wants = append(a.wants, &want{view: v, letter: 'r'})
	}
	if !v.Invoker && !v.OwnerReads {
		a.refuse(-1, "view \"%s\", whose owner may not read all that it reads or reads it under row security,", v.Name)
	}
}

// checkPrivileges fails as PostgreSQL would where the role lacks a privilege.
// It comes last: PostgreSQL checks when it runs the statement.
func (a *analyser) checkPrivileges() {
	for _, w := range a.wants {
		switch {
		case w.view != nil:
			if !strings.Contains(w.view.Privileges, string(w.letter)) {
				a.fail(codePrivilege, -1, "permission denied for view %s", w.view.Name)
			}
		case !w.granted():
			a.fail(codePrivilege, -1, "permission denied for table %s", w.table.Name)
		}
	}
}

// granted reports whether the role has the privilege, on the table or on each
// of the columns.
func (w *want) granted() bool {
	if strings.Contains(w.table.Privileges, string(w.letter)) {
		return true
	}
	has := func(c *catalog.Column) bool { return strings.Contains(c.Privileges, string(w.letter)) }
	if len(w.columns) == 0 {
		return slices.ContainsFunc(w.table.Columns, func(c catalog.Column) bool { return has(&c) })
	}
	return !slices.ContainsFunc(w.columns, func(name string) bool { c := w.table.Column(name); return c == nil || !has(c) })
}

// deniedSequence is an expression that fails where the role has none of some
// privileges on a sequence; nil where it has one.
func (a *analyser) deniedSequence(name, letters string, typ uint32, pos int32) *expr {
	for _, q := range a.cat.Sequences {
		if q.Schema+"."+q.Name == name && !q.Local && !q.Owner && !strings.ContainsAny(q.Privileges, letters) {
			return call(typ, pos, a.raise(codePrivilege, "permission denied for sequence "+q.Name))
		}
	}
	return nil
}

// hiddenSchema fails for a schema that the role has no USAGE of.
func (a *analyser) hiddenSchema(name string, at int32) {
	if name != "" && slices.Contains(a.cat.Hidden, name) && a.trusted == 0 {
		a.fail(codePrivilege, at, "permission denied for schema %s", name)
	}
}

func columnNames(columns []*catalog.Column) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = c.Name
	}
	return out
}
