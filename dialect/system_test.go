package dialect_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect"
	"github.com/failoversql/failoversql/internal/pgtest"
)

// Parameters of queries over the system catalogs are of the types that
// PostgreSQL gives them.
func TestSystemCatalogParameters(t *testing.T) {
	server := pgtest.New(t)
	conn, err := pgx.Connect(t.Context(), server.DSN())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	cat, err := catalog.Load(t.Context(), conn, catalog.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{
		"SELECT count(*) FROM information_schema.tables WHERE table_schema = CURRENT_SCHEMA() AND table_name = $1 AND table_type = $2",
		"SELECT count(*) FROM pg_indexes WHERE tablename = $1 AND indexname = $2 AND schemaname = CURRENT_SCHEMA()",
		"SELECT attname FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > $2",
		"SELECT to_regclass($1), format_type($2, $3), has_table_privilege($4, $5)",
		"SELECT relname FROM pg_class WHERE relname = ANY ($1) AND relnamespace = $2::regnamespace",
	} {
		plan, err := dialect.Translate(cat, sql)
		if err != nil {
			t.Fatalf("%s\n%v", sql, err)
		}
		description, err := conn.Prepare(t.Context(), "", sql)
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range plan.Params {
			if p.OID != description.ParamOIDs[i] {
				t.Errorf("%s\n$%d is of type %d, not %d", sql, i+1, p.OID, description.ParamOIDs[i])
			}
		}
	}
}
