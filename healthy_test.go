package failoversql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"io"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql/internal/pgtest"
)

// On the healthy path a call makes no more allocations than through bare pgx.
func TestHealthyPathAllocates(t *testing.T) {
	server := pgtest.New(t)
	bare, err := sql.Open("pgx", server.URL())
	require.NoError(t, err)
	defer bare.Close()
	ours, err := sql.Open("failoversql", server.URL()+"&fallback_sync=off&fallback_probe_interval=1h&fallback_path="+filepath.Join(t.TempDir(), "x.db"))
	require.NoError(t, err)
	defer ours.Close()

	for _, db := range []*sql.DB{bare, ours} {
		db.SetMaxOpenConns(1)
	}
	calls := map[string]func(db *sql.DB){
		"query": func(db *sql.DB) {
			var n int
			require.NoError(t, db.QueryRow(`SELECT $1::int`, 7).Scan(&n))
		},
		"exec": func(db *sql.DB) {
			_, err := db.Exec(`SET application_name = 'x'`)
			require.NoError(t, err)
		},
		"transaction": func(db *sql.DB) {
			tx, err := db.Begin()
			require.NoError(t, err)
			require.NoError(t, tx.Commit())
		},
		"ping": func(db *sql.DB) { require.NoError(t, db.Ping()) },
	}
	for name, call := range calls {
		allocs := func(db *sql.DB) float64 {
			least := testing.AllocsPerRun(100, func() { call(db) })
			for range 5 { // other goroutines allocate now and then
				least = min(least, testing.AllocsPerRun(100, func() { call(db) }))
			}
			return least
		}
		call(bare)
		call(ours)
		want, got := allocs(bare), allocs(ours)
		t.Logf("%s: bare pgx %v, failoversql %v", name, want, got)
		require.LessOrEqual(t, got, want, name)
	}
}

// instant is a driver that answers at once, so that what a benchmark measures
// is what stands before it.
type instant struct{ rows instantRows }

func (*instant) Prepare(string) (driver.Stmt, error) { return nil, errNoContext }
func (*instant) PrepareContext(context.Context, string) (driver.Stmt, error) {
	return nil, errNoContext
}
func (*instant) Close() error              { return nil }
func (*instant) Begin() (driver.Tx, error) { return nil, errNoContext }
func (*instant) BeginTx(context.Context, driver.TxOptions) (driver.Tx, error) {
	return nil, errNoContext
}
func (*instant) ExecContext(context.Context, string, []driver.NamedValue) (driver.Result, error) {
	return driver.ResultNoRows, nil
}
func (c *instant) QueryContext(context.Context, string, []driver.NamedValue) (driver.Rows, error) {
	return &c.rows, nil
}
func (*instant) Ping(context.Context) error               { return nil }
func (*instant) CheckNamedValue(*driver.NamedValue) error { return nil }
func (*instant) ResetSession(context.Context) error       { return nil }
func (*instant) Conn() *pgx.Conn                          { return nil }
func (*instant) IsClosed() bool                           { return false }
func (*instant) TxStatus() byte                           { return 'I' }

type instantRows struct{}

func (*instantRows) Columns() []string         { return nil }
func (*instantRows) Close() error              { return nil }
func (*instantRows) Next([]driver.Value) error { return io.EOF }

func (*instantRows) ColumnTypeDatabaseTypeName(int) string             { return "" }
func (*instantRows) ColumnTypeLength(int) (int64, bool)                { return 0, false }
func (*instantRows) ColumnTypePrecisionScale(int) (int64, int64, bool) { return 0, 0, false }
func (*instantRows) ColumnTypeScanType(int) reflect.Type               { return nil }

// BenchmarkOverhead shows the cost of a call over a driver that answers at
// once: ns/op less those of the bare driver are what failoversql adds.
func BenchmarkOverhead(b *testing.B) {
	inst := newInstance("benchmark", &Config{Primary: &pgx.ConnConfig{}})
	inst.gate.set(1)
	below := &instant{}
	c := &primaryConn{std: below, pg: below, sock: &socket{}, inst: inst, gen: 1}
	c.tx.conn = c
	for _, known := range []string{"SELECT 1", "x"} { // as after the first call
		inst.shapes.put(known, &shape{}, false)
	}
	ctx := context.Background()
	for name, conn := range map[string]backendCalls{"bare": below, "failoversql": &Conn{backend: c, inst: inst}} {
		b.Run("query/"+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r, err := conn.QueryContext(ctx, "SELECT 1", nil)
				if err != nil {
					b.Fatal(err)
				}
				_ = r.Close()
			}
		})
		b.Run("exec/"+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := conn.ExecContext(ctx, "x", nil); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("new-text/"+name, func(b *testing.B) { // which nobody has the time to look at
			b.ReportAllocs()
			for b.Loop() {
				if _, err := conn.ExecContext(ctx, "y", nil); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("reset/"+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := conn.ResetSession(ctx); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

type backendCalls interface {
	driver.QueryerContext
	driver.ExecerContext
	driver.SessionResetter
}
