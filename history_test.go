package failoversql_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/health"
	"github.com/failoversql/failoversql/internal/pgtest"
)

// TestHistory has concurrent clients transfer between accounts, append to lists
// and use registers, through switches by an operator in the middle of it all and
// crashes of PostgreSQL, and checks what each of them was told against the
// others: the sum of the accounts is always the same, every list that was read
// is a beginning of every later one, and the registers are linearizable.
//
// A crash comes once the file has all that was acknowledged: what is newer is on
// PostgreSQL alone, as is said wherever this is explained, and a client would
// rightly miss it. The clients are held for that moment, and meet the crash at
// work.
func TestHistory(t *testing.T) {
	const clients, accounts, lists, registers, rounds = 6, 8, 4, 4, 6
	ctx := testContext(t)
	server := pgtest.New(t)
	cfg, err := failoversql.ParseDSN(server.URL() + "&fallback_path=" + filepath.Join(t.TempDir(), "app.db") +
		"&fallback_min_dwell=100ms&fallback_probe_interval=50ms&fallback_probe_timeout=4s&fallback_rise=1")
	require.NoError(t, err)
	cfg.FlapBudget = 1000
	c, err := failoversql.NewConnector(cfg)
	require.NoError(t, err)
	db := sql.OpenDB(c)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	db.SetMaxOpenConns(clients + 1)
	execAll(t, ctx, db,
		`CREATE TABLE account (id int PRIMARY KEY, balance int NOT NULL CHECK (balance >= 0))`,
		`CREATE TABLE list (id int PRIMARY KEY, items text NOT NULL)`,
		`CREATE TABLE register (id int PRIMARY KEY, v int NOT NULL)`,
		fmt.Sprintf(`INSERT INTO account SELECT i, 100 FROM generate_series(1, %d) i`, accounts),
		fmt.Sprintf(`INSERT INTO list SELECT i, '' FROM generate_series(1, %d) i`, lists),
		fmt.Sprintf(`INSERT INTO register SELECT i, 0 FROM generate_series(1, %d) i`, registers))
	awaitFollowing(t, ctx, c)
	awaitCopied(t, ctx, c, db)

	h := &history{t: t, ctx: ctx, db: db, c: c, sum: 100 * accounts, began: time.Now(), appended: map[string]fate{}}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	var hold sync.RWMutex // held for writing while the clients have to pause
	var stop atomic.Bool
	var wg sync.WaitGroup
	for w := range clients {
		wg.Go(func() {
			rnd := rand.New(rand.NewPCG(seed, uint64(w)))
			seen := map[int]string{}
			for n := 0; !stop.Load(); n++ {
				hold.RLock()
				switch rnd.IntN(6) {
				case 0:
					h.transfer(rnd, accounts)
				case 1:
					h.total()
				case 2:
					h.append(1+rnd.IntN(lists), fmt.Sprintf("%d.%d ", w, n))
				case 3:
					h.read(seen, 1+rnd.IntN(lists))
				default:
					h.register(rnd, w, 1+rnd.IntN(registers))
				}
				hold.RUnlock()
			}
		})
	}
	for round := range rounds {
		h.busy(200)
		if round%2 == 0 {
			require.NoError(t, c.SwitchToFallback(ctx))
			h.busy(300)
			require.NoError(t, c.ResumeAuto(ctx))
		} else {
			hold.Lock()
			awaitCopied(t, ctx, c, db)
			require.NoError(t, server.Kill9())
			hold.Unlock()
			awaitMode(t, ctx, c, health.Fallback)
			h.busy(300)
			require.NoError(t, server.Restart())
		}
		awaitMode(t, ctx, c, health.Primary)
		awaitFollowing(t, ctx, c)
	}
	h.busy(200)
	stop.Store(true)
	wg.Wait()
	h.check(lists)
}

// fate is what a client knows of what it did.
type fate int

const (
	done  fate = iota
	doubt      // sent, and not answered
	undone
)

type history struct {
	t     *testing.T
	ctx   context.Context
	db    *sql.DB
	c     *failoversql.Connector
	sum   int
	began time.Time

	good, onFallback, doubts, rolledBack, sums atomic.Int64

	mu       sync.Mutex
	appended map[string]fate
	ops      []porcupine.Operation
}

// busy waits until the clients have done some more.
func (h *history) busy(n int64) {
	h.t.Helper()
	want := h.good.Load() + n
	require.Eventually(h.t, func() bool { return h.good.Load() >= want }, 60*time.Second, time.Millisecond, "the clients are stuck: %+v", h.c.Status(h.ctx))
}

// ended sorts an error. Only these may happen.
func (h *history) ended(err error) fate {
	var in *failoversql.InDoubtError
	switch {
	case err == nil:
		h.good.Add(1)
		if h.c.Status(h.ctx).Mode.OnFallback() {
			h.onFallback.Add(1)
		}
		return done
	case errors.As(err, &in):
		h.doubts.Add(1)
		return doubt
	case !errors.Is(err, failoversql.ErrRolledBack):
		h.t.Errorf("unexpected: %v", err)
	}
	h.rolledBack.Add(1)
	return undone
}

func (h *history) transfer(rnd *rand.Rand, accounts int) {
	from, to := 1+rnd.IntN(accounts), 1+rnd.IntN(accounts)
	amount := 1 + rnd.IntN(20)
	if from > to { // locked in one order
		from, to, amount = to, from, -amount
	}
	_ = h.ended(func() error {
		tx, err := h.db.BeginTx(h.ctx, nil)
		if err != nil {
			return err
		}
		defer func() { _ = tx.Rollback() }()
		var poor bool
		for _, a := range []struct{ id, by int }{{from, -amount}, {to, amount}} {
			r, err := tx.ExecContext(h.ctx, `UPDATE account SET balance = balance + $2 WHERE id = $1 AND balance + $2 >= 0`, a.id, a.by)
			if err != nil {
				return err
			}
			n, _ := r.RowsAffected()
			poor = poor || n == 0
		}
		if poor {
			return tx.Rollback()
		}
		return tx.Commit()
	}())
}

func (h *history) total() {
	var sum int
	err := h.db.QueryRowContext(h.ctx, `SELECT sum(balance) FROM account`).Scan(&sum)
	if h.ended(err) == done {
		h.sums.Add(1)
		if sum != h.sum {
			h.t.Errorf("the accounts have %d in sum, not %d", sum, h.sum)
		}
	}
}

func (h *history) append(list int, item string) {
	_, err := h.db.ExecContext(h.ctx, `UPDATE list SET items = items || $2 WHERE id = $1`, list, item)
	f := h.ended(err)
	h.mu.Lock()
	h.appended[fmt.Sprint(list, " ", item)] = f
	h.mu.Unlock()
}

// read expects what this client has read of a list before to be a beginning of
// what it is now.
func (h *history) read(seen map[int]string, list int) {
	var items string
	err := h.db.QueryRowContext(h.ctx, `SELECT items FROM list WHERE id = $1`, list).Scan(&items)
	if h.ended(err) != done {
		return
	}
	if !strings.HasPrefix(items, seen[list]) {
		h.t.Errorf("list %d was\n%s\nand is\n%s", list, seen[list], items)
	}
	seen[list] = items
}

// registerIn is what is done with a register, and registerOut what came of it.
type registerIn struct {
	register  int
	op        string
	old, next int
}
type registerOut struct {
	v     int
	fate  fate
	found bool
}

func (h *history) register(rnd *rand.Rand, client, id int) {
	in := registerIn{register: id, op: []string{"read", "read", "write", "swap"}[rnd.IntN(4)], old: rnd.IntN(5), next: rnd.IntN(5)}
	call := time.Since(h.began)
	var out registerOut
	var err error
	var r sql.Result
	switch in.op {
	case "read":
		err = h.db.QueryRowContext(h.ctx, `SELECT v FROM register WHERE id = $1`, id).Scan(&out.v)
	case "write":
		_, err = h.db.ExecContext(h.ctx, `UPDATE register SET v = $2 WHERE id = $1`, id, in.next)
	case "swap":
		if r, err = h.db.ExecContext(h.ctx, `UPDATE register SET v = $3 WHERE id = $1 AND v = $2`, id, in.old, in.next); err == nil {
			n, _ := r.RowsAffected()
			out.found = n == 1
		}
	}
	back := int64(time.Since(h.began))
	if out.fate = h.ended(err); out.fate == undone || out.fate == doubt && in.op == "read" {
		return
	}
	if out.fate == doubt {
		back = math.MaxInt64 // it may take effect at any later time
	}
	h.mu.Lock()
	h.ops = append(h.ops, porcupine.Operation{ClientId: client, Input: in, Call: int64(call), Output: out, Return: back})
	h.mu.Unlock()
}

// registerModel is a register. What is in doubt may have had its effect or not.
var registerModel = porcupine.NondeterministicModel{
	Partition: func(all []porcupine.Operation) [][]porcupine.Operation {
		by := map[int][]porcupine.Operation{}
		for _, o := range all {
			r := o.Input.(registerIn).register
			by[r] = append(by[r], o)
		}
		var out [][]porcupine.Operation
		for _, list := range by {
			out = append(out, list)
		}
		return out
	},
	Init: func() []any { return []any{0} },
	Step: func(state, input, output any) []any {
		v, in, out := state.(int), input.(registerIn), output.(registerOut)
		switch {
		case in.op == "read" && out.v == v:
			return []any{v}
		case in.op == "read":
			return nil
		case in.op == "write" && out.fate == done:
			return []any{in.next}
		case out.fate == done && out.found != (v == in.old):
			return nil
		case out.fate == done && !out.found:
			return []any{v}
		case out.fate == done:
			return []any{in.next}
		case in.op == "write" || v == in.old:
			return []any{v, in.next}
		}
		return []any{v}
	},
	Equal: func(a, b any) bool { return a == b },
}

// check looks at what PostgreSQL holds in the end, and at the registers.
func (h *history) check(lists int) {
	h.total()
	found := map[string]int{}
	for list := 1; list <= lists; list++ {
		items := scalar[string](h.t, h.ctx, h.db, `SELECT items FROM list WHERE id = $1`, list)
		for item := range strings.FieldsSeq(items) {
			found[fmt.Sprint(list, " ", item, " ")]++
		}
	}
	appends := 0
	for item, f := range h.appended {
		n := found[item]
		delete(found, item)
		appends++
		if f == done && n != 1 || f == undone && n != 0 || n > 1 {
			h.t.Errorf("item %s (fate %d) is there %d times", item, f, n)
		}
	}
	for item := range found {
		h.t.Errorf("item %s was never appended", item)
	}
	conflicts, err := h.c.Conflicts(h.ctx)
	require.NoError(h.t, err)
	require.Empty(h.t, conflicts)
	switch porcupine.CheckOperationsTimeout(registerModel.ToModel(), h.ops, 60*time.Second) {
	case porcupine.Illegal:
		h.t.Error("the registers are not linearizable")
	case porcupine.Unknown:
		h.t.Error("the history of the registers could not be checked in time")
	}
	require.Positive(h.t, h.onFallback.Load())
	h.t.Logf("%d statements and transactions, %d of them on the fallback; %d sums, %d appends, %d register operations; %d in doubt, %d rolled back",
		h.good.Load(), h.onFallback.Load(), h.sums.Load(), appends, len(h.ops), h.doubts.Load(), h.rolledBack.Load())
}
