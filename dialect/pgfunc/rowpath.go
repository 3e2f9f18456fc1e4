package pgfunc

import (
	"slices"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// PathAppend and RowIn are what SEARCH and CYCLE of recursive queries call: paths
// are arrays of rows.
const (
	PathAppend = "pg_path_append" // (path, row) path
	RowIn      = "pg_row_in"      // (collation, row, path) boolean
)

func rowPathFuncs(r *registry) {
	r.def(PathAppend, called(func(args []any) (any, error) {
		path, _ := args[0].(string)
		row, ok := args[1].(string)
		a, err := pgvalue.ParseArray(path)
		if err != nil || !ok {
			return nil, err
		}
		return pgvalue.NewArray(append(a.Elems, &row)).String(), nil
	}))
	r.def(RowIn, called(func(args []any) (any, error) {
		name, _ := args[0].(string)
		row, _ := args[1].(string)
		path, _ := args[2].(string)
		a, err := pgvalue.ParseArray(path)
		if err != nil {
			return nil, err
		}
		compare := RowCollation(name)
		return slices.ContainsFunc(a.Elems, func(e *string) bool { return e != nil && compare(*e, row) == 0 }), nil
	}))
}
