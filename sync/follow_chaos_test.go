package dbsync

import (
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/internal/pgtest"
)

// TestEverythingAtOnce: under load, PostgreSQL is killed, the follower stopped,
// its slot dropped and the schema changed, in an order drawn at random. The copy
// is never torn, and equal in the end.
func TestEverythingAtOnce(t *testing.T) {
	rnd := seed(t)
	server := pgtest.New(t)
	r := newReplica(t, server, pairs)
	r.run()
	r.equal()
	n := 0
	steps := []struct {
		name string
		do   func(c *pgx.Conn) error
	}{
		{"kill PostgreSQL", func(*pgx.Conn) error {
			if err := server.Kill9(); err != nil {
				return err
			}
			return server.Restart()
		}},
		{"stop the follower", func(*pgx.Conn) error { r.stop(); r.run(); return nil }},
		{"add a column", func(c *pgx.Conn) error {
			_, err := c.Exec(r.ctx, fmt.Sprintf("ALTER TABLE debit ADD COLUMN c%d int DEFAULT %[1]d", n))
			return err
		}},
		{"make a table", func(c *pgx.Conn) error {
			_, err := c.Exec(r.ctx, fmt.Sprintf("CREATE TABLE t%d (id serial PRIMARY KEY, s text); INSERT INTO t%[1]d(s) SELECT 'x' || i FROM generate_series(1, 20) i", n),
				pgx.QueryExecModeSimpleProtocol)
			return err
		}},
		{"rewrite a table", func(c *pgx.Conn) error {
			_, err := c.Exec(r.ctx, "ALTER TABLE credit ALTER n TYPE bigint USING n")
			return err
		}},
		{"drop the slot", func(c *pgx.Conn) error {
			// The follower may hold on to it; then it stays.
			_, _ = c.Exec(r.ctx, "SELECT pg_terminate_backend(active_pid), pg_sleep(0.01), pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = current_database()")
			return nil
		}},
		{"verify", func(*pgx.Conn) error {
			// Without a follower at this moment there is nothing to compare.
			if report, err := r.s.Verify(r.ctx, VerifyOptions{}); err == nil && !report.Equal() {
				return fmt.Errorf("%+v", report)
			}
			return nil
		}},
		{"touch every row", func(c *pgx.Conn) error {
			_, err := c.Exec(r.ctx, "BEGIN; UPDATE debit SET n = n; UPDATE credit SET n = n; COMMIT", pgx.QueryExecModeSimpleProtocol)
			return err
		}},
	}
	r.underLoad(rnd, func() {
		for n = range 25 {
			step := steps[rnd.IntN(len(steps))]
			<-time.After(time.Duration(rnd.IntN(150)) * time.Millisecond)
			c, err := pgx.ConnectConfig(r.ctx, r.cfg)
			if err == nil {
				err = step.do(c)
				_ = c.Close(r.ctx)
			}
			if err != nil {
				t.Errorf("%s: %v", step.name, err)
				return
			}
		}
	})
	r.connect()
	r.equal()
}
