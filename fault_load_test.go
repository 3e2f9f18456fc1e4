package failoversql_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql"
)

const (
	faultWorkers = 16
	fixedRows    = 100
)

var faultSchema = []string{
	`CREATE TABLE fixed (id int PRIMARY KEY, body text NOT NULL)`,
	fmt.Sprintf(`INSERT INTO fixed SELECT i, 'body-' || i FROM generate_series(0, %d) i`, fixedRows-1),
	`CREATE TABLE entry (id text PRIMARY KEY, worker int NOT NULL, n bigint NOT NULL)`,
}

// load is what an application does meanwhile: point reads, single writes and
// transactions, by many goroutines through database/sql.
type load struct {
	t    *testing.T
	ctx  context.Context
	db   *sql.DB
	name string // of the ids
	stop chan struct{}
	wg   sync.WaitGroup

	mu         sync.Mutex
	book       ledger
	good       int       // statements that succeeded
	last       time.Time // when the last of them did
	silence    time.Duration
	slowest    time.Duration // read
	reads      int
	readErrors int // with another error than a refusal
	rolledBack int
	refused    map[string]int // SQLSTATEs
	wrong      map[string]int // errors and results that must not be
}

// figures are what a fault did to the load.
type figures struct {
	silence, slowest                           time.Duration
	reads, writes, errors, inDoubt, rolledBack int
	refused                                    map[string]int
}

func (f figures) String() string {
	s := fmt.Sprintf("first good statement after %6.0f ms, slowest read %6.0f ms; %5d reads, %d errors; %4d writes, %2d in doubt, %2d rolled back",
		ms(f.silence), ms(f.slowest), f.reads, f.errors, f.writes, f.inDoubt, f.rolledBack)
	for code, n := range f.refused {
		s += fmt.Sprintf(", %d refused with %s", n, code)
	}
	return s
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func startLoad(t *testing.T, ctx context.Context, db *sql.DB, name string) *load {
	l := &load{t: t, ctx: ctx, db: db, name: name, stop: make(chan struct{}), last: time.Now(),
		book: ledger{acked: map[string]int64{}, inDoubt: map[string]bool{}}, refused: map[string]int{}, wrong: map[string]int{}}
	for w := range faultWorkers {
		l.wg.Go(func() { l.work(w) })
	}
	return l
}

func (l *load) work(w int) {
	pace := time.NewTicker(10 * time.Millisecond)
	defer pace.Stop()
	for n := int64(0); ; n++ {
		select {
		case <-l.stop:
			return
		case <-pace.C:
		}
		id := fmt.Sprintf("%s-%d-%d", l.name, w, n)
		switch (n + int64(w)) % 4 {
		case 0:
			l.wrote(id, n, inTransaction(l.ctx, l.db, id, w, n))
		case 1:
			_, err := l.db.ExecContext(l.ctx, `INSERT INTO entry (id, worker, n) VALUES ($1, $2, $3)`, id, w, n)
			l.wrote(id, n, err)
		default:
			l.read(int(n+int64(w)) % fixedRows)
		}
	}
}

func (l *load) read(id int) {
	ctx, cancel := context.WithTimeout(l.ctx, 10*time.Second)
	defer cancel()
	begun := time.Now()
	var body string
	err := l.db.QueryRowContext(ctx, `SELECT body FROM fixed WHERE id = $1`, id).Scan(&body)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.reads++
	l.slowest = max(l.slowest, time.Since(begun))
	var pg *pgconn.PgError
	switch {
	case err == nil && body != fmt.Sprintf("body-%d", id):
		l.wrong[fmt.Sprintf("read %q as the body of %d", body, id)]++
	case err == nil:
		l.succeeded()
	case errors.As(err, &pg):
		l.refused[pg.Code]++
	default:
		l.readErrors++
		l.wrong[fmt.Sprintf("read: %v", err)]++
	}
}

func (l *load) wrote(id string, n int64, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var doubt *failoversql.InDoubtError
	var pg *pgconn.PgError
	switch {
	case err == nil:
		l.book.acked[id] = n
		l.succeeded()
	case errors.As(err, &doubt):
		l.book.inDoubt[id] = true
	case errors.Is(err, failoversql.ErrRolledBack):
		l.rolledBack++
	case errors.As(err, &pg):
		l.refused[pg.Code]++
	default:
		l.wrong[fmt.Sprintf("write: %v", err)]++
	}
}

// succeeded notes a good statement. The lock is held.
func (l *load) succeeded() {
	now := time.Now()
	l.good++
	l.silence = max(l.silence, now.Sub(l.last))
	l.last = now
}

// await waits for n more good statements.
func (l *load) await(n int) {
	l.t.Helper()
	l.mu.Lock()
	want := l.good + n
	l.mu.Unlock()
	l.awaitThat("good statements", func() bool { return l.good >= want })
}

// awaitThat waits until something holds, looked at under the lock.
func (l *load) awaitThat(what string, holds func() bool) {
	l.t.Helper()
	for {
		l.mu.Lock()
		ok := holds()
		l.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-time.After(time.Millisecond):
		case <-l.ctx.Done():
			l.t.Fatalf("%s: waited in vain for %s: %v; %v", l.name, what, l.figures(), l.wrong)
		}
	}
}

// reset begins the figures anew, at a fault.
func (l *load) reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.silence, l.slowest, l.reads, l.last = 0, 0, 0, time.Now()
}

func (l *load) figures() figures {
	l.mu.Lock()
	defer l.mu.Unlock()
	return figures{l.silence, l.slowest, l.reads, len(l.book.acked), l.readErrors, len(l.book.inDoubt), l.rolledBack, l.refused}
}

// end stops the load, and finds nothing wrong with what it saw.
func (l *load) end() {
	l.t.Helper()
	close(l.stop)
	l.wg.Wait()
	for what, n := range l.wrong {
		l.t.Errorf("%s: %d times: %s", l.name, n, what)
	}
}

// compare finds every acknowledged write in PostgreSQL, once, and nothing that
// was neither acknowledged nor in doubt.
func (l *load) compare(url string) {
	l.t.Helper()
	direct, err := sql.Open("pgx", url)
	require.NoError(l.t, err)
	defer direct.Close()
	rows, err := direct.QueryContext(l.ctx, `SELECT id, n FROM entry WHERE starts_with(id, $1)`, l.name+"-")
	require.NoError(l.t, err)
	defer rows.Close()
	held := map[string]int64{}
	for rows.Next() {
		var id string
		var n int64
		require.NoError(l.t, rows.Scan(&id, &n))
		held[id] = n
	}
	require.NoError(l.t, rows.Err())
	for id, n := range l.book.acked {
		if got, ok := held[id]; !ok || got != n {
			l.t.Errorf("acknowledged write %s is lost (there: %v, %d)", id, ok, got)
		}
	}
	for id, n := range held {
		if _, ok := l.book.acked[id]; !ok && !l.book.inDoubt[id] {
			l.t.Errorf("row %s was neither acknowledged nor in doubt", id)
		}
		if n < 0 {
			l.t.Errorf("half of the transaction of %s is there", id)
		}
	}
}
