package shop_test

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/cmd/failoversql/internal/shop"
	"github.com/failoversql/failoversql/health"
	"github.com/failoversql/failoversql/internal/pgtest"
)

// TestShopOnBothSides reads the same on the fallback as on PostgreSQL, and finds
// on PostgreSQL what it did on the fallback.
func TestShopOnBothSides(t *testing.T) {
	ctx := t.Context()
	pg := pgtest.New(t)
	db, err := sql.Open("failoversql", pg.URL()+"&"+url.Values{
		"fallback_path":      {filepath.Join(t.TempDir(), "shop.db")},
		"fallback_min_dwell": {"100ms"},
	}.Encode())
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	connector, err := failoversql.FromDB(ctx, db)
	require.NoError(t, err)
	require.NoError(t, shop.Create(ctx, db))
	s := shop.New(db)

	orders := work(t, s, 0)
	before := look(t, s, orders)
	following := func() bool { return connector.Status(ctx).Fallback.Following }
	require.Eventually(t, following, 30*time.Second, 5*time.Millisecond)

	require.NoError(t, connector.SwitchToFallback(ctx))
	require.Equal(t, health.Fallback, connector.Status(ctx).Mode)
	require.Equal(t, before, look(t, s, orders), "what PostgreSQL answered and what SQLite answers")

	orders = append(orders, work(t, s, 10)...)
	for i, o := range orders[:3] { // placed on PostgreSQL, moved on here
		require.NoError(t, s.Advance(ctx, o, token(100+i)))
	}
	during := look(t, s, orders)

	require.NoError(t, connector.SwitchToPrimary(ctx))
	require.Equal(t, health.Primary, connector.Status(ctx).Mode)
	require.Equal(t, during, look(t, s, orders), "what SQLite answered and what PostgreSQL answers")
	conflicts, err := connector.Conflicts(ctx)
	require.NoError(t, err)
	require.Empty(t, conflicts)
}

// work uses every kind of write.
func work(t *testing.T, s *shop.Shop, seed int) []*shop.Order {
	t.Helper()
	var retries atomic.Int64
	ctx := shop.CountRetries(t.Context(), &retries)
	var orders []*shop.Order
	for i := seed; i < seed+6; i++ {
		o := &shop.Order{
			Ref: token(1000 + i), Customer: int64(i%3 + 1), Gift: i%2 == 0, Message: `"quoted" and 'quoted' \ ü`,
			Items: []shop.Item{{BookID: int64(i + 1), Quantity: 2}, {BookID: 7, Quantity: int64(i%4 + 1)}},
		}
		require.NoError(t, s.Place(ctx, o, token(i)))
		require.Equal(t, "new", o.Status)
		require.Equal(t, int64(1), o.Revision)
		require.NoError(t, s.Annotate(ctx, o, "checked"))
		require.Equal(t, int64(2), o.Revision)
		require.NoError(t, s.Seen(ctx, o, token(2000+i)))
		orders = append(orders, o)
	}
	for shop.Next(orders[5].Status) != "" {
		require.NoError(t, s.Advance(ctx, orders[5], token(3000+seed)))
	}
	require.Zero(t, retries.Load())
	return orders
}

// look uses every kind of read that does not depend on the time of day.
func look(t *testing.T, s *shop.Shop, orders []*shop.Order) []string {
	t.Helper()
	ctx := t.Context()
	var seen []string
	note := func(v ...any) { seen = append(seen, fmt.Sprintf("%+v", v)) }
	for _, o := range orders {
		status, revision, err := s.Reload(ctx, o)
		require.NoError(t, err)
		note(o.Ref, status, revision)
	}
	for customer := int64(1); customer <= 3; customer++ {
		name, open, gifts, err := s.History(ctx, customer)
		require.NoError(t, err)
		note(name, open, gifts)
		latest, err := s.Latest(ctx, customer)
		require.NoError(t, err)
		require.NotEmpty(t, latest)
		note(latest)
	}
	n, cheapest, err := s.Catalogue(ctx, "sea", []string{"en", "fr", "el"}, "12.00")
	require.NoError(t, err)
	require.Positive(t, n)
	note(n, cheapest)
	for _, table := range []string{"customers", "books"} {
		ids, err := s.IDs(ctx, table)
		require.NoError(t, err)
		note(ids)
	}
	_, err = s.Bestsellers(ctx) // those of the last seconds: not the same twice
	require.NoError(t, err)
	return seen
}

// token is a UUID made of a number.
func token(n int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) }

// The application is one of PostgreSQL: it runs on bare pgx just as well.
func TestShopOnBarePgx(t *testing.T) {
	pg := pgtest.New(t)
	db, err := sql.Open("pgx", pg.URL())
	require.NoError(t, err)
	defer db.Close()
	require.NoError(t, shop.Create(context.Background(), db))
	s := shop.New(db)
	look(t, s, work(t, s, 0))
	best, err := s.Bestsellers(context.Background())
	require.NoError(t, err)
	require.Len(t, best, 5)
}
