package demo

import (
	"context"
	"database/sql"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql/cmd/failoversql/internal/shop"
	"github.com/failoversql/failoversql/internal/pgtest"
)

// The demo's verdict is worth something only if it would have found what is
// wrong: here everything that can go wrong is done on purpose.
func TestSettleFindsWhatIsWrong(t *testing.T) {
	ctx := context.Background()
	pg := pgtest.New(t)
	db, err := sql.Open("pgx", pg.DSN())
	require.NoError(t, err)
	defer db.Close()
	require.NoError(t, shop.Create(ctx, db))
	s := shop.New(db)

	place := func(l *ledger) *shop.Order {
		o := &shop.Order{Ref: newUUID(), Customer: 1, Items: []shop.Item{{BookID: 1, Quantity: 2}, {BookID: 2, Quantity: 1}}}
		token := newUUID()
		require.NoError(t, s.Place(ctx, o, token))
		l.order(o.Ref, &placed{outcome: acknowledged, token: token, lines: 2, total: o.Total, status: o.Status})
		return o
	}
	exec := func(query string, args ...any) {
		t.Helper()
		_, err := db.ExecContext(ctx, query, args...)
		require.NoError(t, err)
	}
	for _, c := range []struct {
		name      string
		do        func(l *ledger) (conflicts []string)
		want      settlement
		wantClean bool
	}{
		{"all well", func(l *ledger) []string {
			o := place(l)
			token := newUUID()
			require.NoError(t, s.Advance(ctx, o, token))
			l.token(token, write{acknowledged, o.Ref})
			l.change(o.Ref, acknowledged, o.Status)
			require.NoError(t, s.Annotate(ctx, o, "x"))
			l.change(o.Ref, acknowledged, o.Status)
			token = newUUID()
			require.NoError(t, s.Seen(ctx, o, token))
			l.token(token, write{outcome: acknowledged})
			return nil
		}, settlement{}, true},
		{"order lost", func(l *ledger) []string {
			exec(`DELETE FROM orders WHERE id = $1`, place(l).ID)
			return nil
		}, settlement{lost: 1}, false},
		{"order parked", func(l *ledger) []string {
			o := place(l)
			exec(`DELETE FROM orders WHERE id = $1`, o.ID)
			return []string{fmt.Sprintf(`{"local":{"ref":%q}}`, o.Ref)}
		}, settlement{parked: 1}, true},
		{"single write lost", func(l *ledger) []string {
			l.token(newUUID(), write{outcome: acknowledged})
			return nil
		}, settlement{lost: 1}, false},
		{"single write twice", func(l *ledger) []string {
			o, token := place(l), newUUID()
			require.NoError(t, s.Seen(ctx, o, token))
			require.NoError(t, s.Seen(ctx, o, token))
			l.token(token, write{outcome: acknowledged})
			return nil
		}, settlement{duplicated: 1}, false},
		{"update lost", func(l *ledger) []string {
			l.change(place(l).Ref, acknowledged, "new")
			return nil
		}, settlement{lost: 1}, false},
		{"update twice", func(l *ledger) []string {
			o := place(l)
			require.NoError(t, s.Annotate(ctx, o, "x"))
			require.NoError(t, s.Annotate(ctx, o, "x"))
			l.change(o.Ref, acknowledged, "new")
			return nil
		}, settlement{duplicated: 1}, false},
		{"transaction lost, counted once", func(l *ledger) []string {
			o := place(l)
			l.token(newUUID(), write{acknowledged, o.Ref})
			l.change(o.Ref, acknowledged, "paid")
			return nil
		}, settlement{lost: 1}, false},
		{"other values", func(l *ledger) []string {
			exec(`UPDATE orders SET total = total + 0.01 WHERE id = $1`, place(l).ID)
			return nil
		}, settlement{altered: 1}, false},
		{"refused and done", func(l *ledger) []string {
			o, token := place(l), newUUID()
			require.NoError(t, s.Seen(ctx, o, token))
			l.token(token, write{outcome: refused})
			return nil
		}, settlement{resurrected: 1}, false},
		{"in doubt, either way", func(l *ledger) []string {
			o, token := place(l), newUUID()
			require.NoError(t, s.Seen(ctx, o, token))
			l.token(token, write{outcome: inDoubt})
			l.token(newUUID(), write{outcome: inDoubt})
			require.NoError(t, s.Annotate(ctx, o, "x"))
			l.change(o.Ref, inDoubt, "")
			l.change(place(l).Ref, inDoubt, "")
			return nil
		}, settlement{doubtKept: 1, doubtGone: 1}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLedger()
			conflicts := c.do(l)
			got, err := settle(ctx, db, l, conflicts)
			require.NoError(t, err)
			t.Log(got.details)
			require.Equal(t, c.wantClean, got.clean())
			got.details = nil
			require.Equal(t, c.want, *got)
		})
	}
}
