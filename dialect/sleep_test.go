package dialect_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/failoversql/failoversql/internal/pgtest"
)

// TestSleepEndsWithItsContext: a statement that sleeps is cancelled as any other.
func TestSleepEndsWithItsContext(t *testing.T) {
	b := newPair(t, pgtest.New(t), "sleeping", "CREATE TABLE t (id int)")
	for _, q := range []string{"SELECT pg_sleep(86400)", "SELECT pg_sleep_for('1 day')", "SELECT pg_sleep_until('infinity')"} {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		begun := time.Now()
		rows, err := b.lite.QueryContext(ctx, q, nil)
		if err == nil {
			rows.Close()
		}
		cancel()
		var pe *pgconn.PgError
		if !errors.Is(err, context.DeadlineExceeded) || !errors.As(err, &pe) || pe.Code != "57014" || time.Since(begun) > time.Minute {
			t.Errorf("%s: %v after %v", q, err, time.Since(begun))
		}
	}
}
