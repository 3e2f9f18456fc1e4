package dialect

import (
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql/catalog"
)

// The default of a serial column is nextval('…'::regclass), as pg_get_expr
// prints it.
func TestRegclassNamesASequence(t *testing.T) {
	cat := &catalog.Catalog{
		Version: 1, SearchPath: []string{"public"}, Schemas: []string{"public"},
		Sequences: []*catalog.Sequence{{Privileges: "rwU", OID: 5001, Schema: "public", Name: "T_id_seq", Type: oidInt8, Start: 1, Increment: 1, Min: 1, Max: 1 << 40}},
		Tables: []*catalog.Table{{
			OID: 5000, Schema: "public", Name: "t", Kind: 'r', Persistence: 'p', Privileges: "arwd",
			Columns: []catalog.Column{
				{Num: 1, Name: "id", Type: oidInt8, Typmod: -1, NotNull: true, Default: `nextval('public."T_id_seq"'::regclass)`},
				{Num: 2, Name: "n", Type: oidInt4, Typmod: -1},
			},
		}},
	}
	for _, sql := range []string{
		`INSERT INTO t (n) VALUES (1)`,
		`SELECT nextval('"T_id_seq"')`,
		`SELECT nextval('"T_id_seq"'::regclass)`,
		`SELECT nextval('5001'::regclass)`,
	} {
		plan, err := Translate(cat, sql)
		require.NoError(t, err, sql)
		require.Equal(t, []string{"public.T_id_seq"}, plan.Sequences, sql)
	}
	_, err := Translate(cat, `SELECT nextval('nothing'::regclass)`)
	var pg *pgconn.PgError
	require.ErrorAs(t, err, &pg)
	require.Equal(t, "42P01", pg.Code)
}
