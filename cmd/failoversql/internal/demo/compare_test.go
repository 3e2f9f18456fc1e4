package demo

import (
	"database/sql"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/cmd/failoversql/internal/shop"
	"github.com/failoversql/failoversql/internal/pgtest"
)

// The comparison finds a value changed on one side, a row missing and a row too
// many.
func TestCompareSides(t *testing.T) {
	ctx := t.Context()
	pg := pgtest.New(t)
	direct, err := sql.Open("pgx", pg.DSN())
	require.NoError(t, err)
	defer direct.Close()
	require.NoError(t, shop.Create(ctx, direct))

	path := filepath.Join(t.TempDir(), "app.db")
	db, err := sql.Open("failoversql", pg.URL()+"&"+url.Values{"fallback_path": {path}}.Encode())
	require.NoError(t, err)
	connector, err := failoversql.FromDB(ctx, db)
	require.NoError(t, err)
	require.Eventually(t, func() bool { return connector.Status(ctx).Fallback.Following }, 30*time.Second, 5*time.Millisecond)
	require.NoError(t, db.Close())

	c, err := compareSides(ctx, direct, path)
	require.NoError(t, err)
	require.True(t, c.equal, c.details)
	require.Empty(t, c.details)
	require.Equal(t, 5, c.tables)
	require.Equal(t, int64(64+300), c.rows)

	for _, query := range []string{
		`UPDATE books SET price = price + 0.01 WHERE id = 3`,
		`DELETE FROM customers WHERE id = 7`,
		`INSERT INTO customers (account, name, email, city) VALUES (gen_random_uuid(), 'new', 'new@example.com', 'Oslo')`,
	} {
		_, err := direct.ExecContext(ctx, query)
		require.NoError(t, err)
	}
	c, err = compareSides(ctx, direct, path)
	require.NoError(t, err)
	require.False(t, c.equal)
	details := strings.Join(c.details, "\n")
	require.Contains(t, details, "books: 1 rows in PostgreSQL only, 1 in the file only")
	require.Contains(t, details, "customers: 1 rows in PostgreSQL only, 1 in the file only")
	require.Contains(t, details, "new@example.com")
}
