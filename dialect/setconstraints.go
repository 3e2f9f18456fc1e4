package dialect

import (
	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/catalog"
)

// setConstraints is SET CONSTRAINTS. SQLite cannot change when a constraint is
// checked; what asks for the time at which it is checked anyway changes nothing.
func (a *analyser) setConstraints(s *pg_query.ConstraintsSetStmt) *Plan {
	var found []*catalog.Constraint
	if len(s.GetConstraints()) == 0 {
		for _, t := range a.cat.Tables {
			found = append(found, deferrables(t, "")...)
		}
	}
	for _, n := range s.GetConstraints() {
		found = append(found, a.constraintsNamed(n.GetRangeVar())...)
	}
	for _, k := range found {
		if k.Deferred != s.GetDeferred() {
			a.refuse(-1, "SET CONSTRAINTS that changes when constraint \"%s\" is checked", k.Name)
		}
	}
	return &Plan{Kind: Nothing, Verb: "SET CONSTRAINTS"}
}

// constraintsNamed are the deferrable constraints of a name, in the first schema
// that is searched and has some.
func (a *analyser) constraintsNamed(rv *pg_query.RangeVar) []*catalog.Constraint {
	schemas := a.cat.SearchPath
	if rv.GetSchemaname() != "" {
		schemas = []string{rv.GetSchemaname()}
	}
	for _, schema := range schemas {
		var found []*catalog.Constraint
		exists := false
		for _, t := range a.cat.Tables {
			if t.Schema == schema {
				exists = exists || constraint(t, rv.GetRelname()) != nil
				found = append(found, deferrables(t, rv.GetRelname())...)
			}
		}
		switch {
		case found != nil:
			return found
		case exists:
			a.fail(codeWrongObject, -1, "constraint \"%s\" is not deferrable", rv.GetRelname())
		}
	}
	if len(a.cat.Absent) > 0 {
		a.refuse(-1, "a constraint by name beside relations that are not copied")
	}
	a.fail(codeUndefinedObject, -1, "constraint \"%s\" does not exist", rv.GetRelname())
	return nil
}

// deferrables are the deferrable constraints of a table, of one name or all.
func deferrables(t *catalog.Table, name string) []*catalog.Constraint {
	var out []*catalog.Constraint
	for i := range t.Constraints {
		if k := &t.Constraints[i]; k.Deferrable && (name == "" || k.Name == name) {
			out = append(out, k)
		}
	}
	return out
}
