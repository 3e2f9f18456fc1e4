package dbsync

import (
	"database/sql/driver"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/failoversql/failoversql/sqlitedb"
)

var (
	modelSchedules = flag.Int("schedules", 6, "random schedules that TestModel runs")
	modelSeed      = flag.Uint64("seed", 0, "seed of the first of them; 0: by the clock")
)

// TestModel runs random applications through random outages: transactions on
// the fallback, others on the primary meanwhile, replay that fails anywhere and
// is begun again, rejoin or a further outage. A model in memory says what the
// primary has to hold afterwards and which transactions have to be parked.
func TestModel(t *testing.T) {
	seed := *modelSeed
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	var written, parked int
	for i := range *modelSchedules {
		t.Run(fmt.Sprintf("seed=%d", seed+uint64(i)), func(t *testing.T) {
			s := runSchedule(t, rand.New(rand.NewPCG(seed+uint64(i), 1)))
			written, parked = written+int(s.tx), parked+len(s.want)
		})
	}
	t.Logf("%d transactions written on the fallback, %d of them parked", written, parked)
}

// A row of the model; u is unique, and NULL where it is 0. Rows of table s
// refer to a row of r by u.
type modelRow struct{ u, a, b int }

type modelKey struct {
	table string
	id    int
}

type modelState map[modelKey]modelRow

// modelChange is one changed row: nil for none.
type modelChange struct {
	key      modelKey
	old, new *modelRow
}

type modelTx struct {
	id      int64
	changes []modelChange
}

const modelSchema = `
CREATE TABLE r(id int PRIMARY KEY, u int UNIQUE, a int NOT NULL, b int NOT NULL);
CREATE TABLE s(id int PRIMARY KEY, u int REFERENCES r, a int NOT NULL, b int NOT NULL);`

// change applies a change if it is allowed. A constraint that forbids it is
// reported.
func (m modelState) change(c modelChange) bool {
	if c.new != nil {
		for k, row := range m {
			if k.table == "r" && c.key.table == "r" && k != c.key && row.u != 0 && row.u == c.new.u {
				return false
			}
		}
		if c.key.table == "s" && c.new.u != 0 {
			if _, ok := m[modelKey{"r", c.new.u}]; !ok {
				return false
			}
		}
	}
	if c.old == nil {
		if _, ok := m[c.key]; ok {
			return false
		}
	}
	if c.new == nil && c.key.table == "r" {
		for k, row := range m {
			if k.table == "s" && row.u == c.key.id {
				return false
			}
		}
	}
	if c.new == nil {
		delete(m, c.key)
	} else {
		m[c.key] = *c.new
	}
	return true
}

// modelParked are the keys of parked transactions.
type modelParked struct{ own, points map[string]bool }

func newModelParked() *modelParked {
	return &modelParked{map[string]bool{}, map[string]bool{}}
}

func (c modelChange) keys() (own, points []string, gone bool) {
	own = append(own, fmt.Sprint(c.key))
	for _, row := range []*modelRow{c.old, c.new} {
		if row == nil || row.u == 0 {
			continue
		}
		if c.key.table == "r" {
			own = append(own, fmt.Sprint("u", row.u))
		} else {
			points = append(points, fmt.Sprint(modelKey{"r", row.u}))
		}
	}
	slices.Sort(own)
	// A unique value that is given up counts as gone as well; nothing points
	// to those here.
	return slices.Compact(own), points, c.new == nil
}

func (p *modelParked) add(tx modelTx) {
	for _, c := range tx.changes {
		own, points, _ := c.keys()
		for _, k := range own {
			p.own[k] = true
		}
		for _, k := range points {
			p.points[k] = true
		}
	}
}

func (p *modelParked) holds(tx modelTx) bool {
	for _, c := range tx.changes {
		own, points, gone := c.keys()
		for _, k := range own {
			if p.own[k] || gone && p.points[k] {
				return true
			}
		}
		for _, k := range points {
			if p.own[k] {
				return true
			}
		}
	}
	return false
}

// merge replays a transaction on the remote state and reports whether it fits.
func (m modelState) merge(tx modelTx) bool {
	trial := maps.Clone(m)
	for _, c := range tx.changes {
		if c.old != nil {
			if row, ok := trial[c.key]; !ok || row != *c.old {
				return false
			}
		}
		if !trial.change(c) {
			return false
		}
	}
	clear(m)
	maps.Copy(m, trial)
	return true
}

// randomOp chooses a statement and says what it does to a state.
func randomOp(rnd *rand.Rand, m modelState) (sql string, c modelChange, some bool) {
	table := "r"
	if rnd.IntN(3) == 0 {
		table = "s"
	}
	key := modelKey{table, 1 + rnd.IntN(12)}
	u := rnd.IntN(10)
	row, there := m[key]
	null := func(n int) string {
		if n == 0 {
			return "NULL"
		}
		return fmt.Sprint(n)
	}
	switch n := rnd.IntN(10); {
	case n < 4:
		row := modelRow{u, rnd.IntN(100), rnd.IntN(100)}
		return fmt.Sprintf("INSERT INTO %s VALUES (%d, %s, %d, %d)", table, key.id, null(row.u), row.a, row.b), modelChange{key: key, new: &row}, true
	case n < 6:
		after := row
		after.a++
		return fmt.Sprintf("UPDATE %s SET a=a+1 WHERE id=%d", table, key.id), modelChange{key, &row, &after}, there
	case n < 8:
		after := row
		after.u, after.b = u, rnd.IntN(100)
		return fmt.Sprintf("UPDATE %s SET u=%s, b=%d WHERE id=%d", table, null(u), after.b, key.id), modelChange{key, &row, &after}, there
	}
	return fmt.Sprintf("DELETE FROM %s WHERE id=%d", table, key.id), modelChange{key: key, old: &row}, there
}

type schedule struct {
	*outage
	rnd           *rand.Rand
	local, remote modelState
	parked        *modelParked
	log           []modelTx // of the open journal
	tx            int64     // writing transactions of the file
	want          []string  // journal and transaction of everything parked
	story         []string
}

func runSchedule(t *testing.T, rnd *rand.Rand) *schedule {
	s := &schedule{outage: newOutage(t, modelSchema), rnd: rnd, local: modelState{}, remote: modelState{}, parked: newModelParked()}
	defer func() {
		if t.Failed() {
			t.Logf("what happened:\n%s", strings.Join(s.story, "\n"))
		}
	}()
	for range 3 {
		s.remoteTxs(10)
		if s.following() {
			s.rejoinLocal()
		}
		s.diverge()
		for range 1 + rnd.IntN(4) {
			s.localTxs(1 + rnd.IntN(10))
			s.remoteTxs(rnd.IntN(4))
			if rnd.IntN(3) == 0 {
				s.replaySome()
			}
		}
		s.back()
		s.check()
		if rnd.IntN(3) > 0 {
			s.story = append(s.story, "rejoin")
			s.stubborn(func() error { _, err := s.s.Rejoin(s.ctx); return err })
			s.sameRows()
		}
		if t.Failed() {
			break
		}
	}
	return s
}

func (s *schedule) following() bool {
	st, err := s.file.State(s.ctx)
	if err != nil {
		s.t.Fatal(err)
	}
	return st.State == sqlitedb.Following
}

// rejoinLocal brings a following file, and with it the model, to the primary.
func (s *schedule) rejoinLocal() {
	s.snapshot() // as far as the model goes, following is the same
	s.local, s.parked = maps.Clone(s.remote), newModelParked()
}

func (s *schedule) localTxs(n int) {
	app, err := s.file.NewSession(s.ctx, sqlitedb.SessionOptions{})
	if err != nil {
		s.t.Fatal(err)
	}
	defer app.Close()
	for range n {
		trial := maps.Clone(s.local)
		tx := modelTx{id: s.tx + 1}
		if err := app.Begin(s.ctx, driver.TxOptions{}); err != nil {
			s.t.Fatal(err)
		}
		ok := true
		for range 1 + s.rnd.IntN(3) {
			sql, c, some := randomOp(s.rnd, trial)
			allowed := !some || trial.change(c)
			_, err := app.ExecContext(s.ctx, sql, nil)
			s.story = append(s.story, fmt.Sprintf("local %d: %s: %v", tx.id, sql, err))
			if (err == nil) != allowed {
				s.t.Fatalf("%s: %v, the model says %v", sql, err, allowed)
			}
			if ok = err == nil; !ok {
				break
			}
			if some {
				tx.changes = append(tx.changes, c)
			}
		}
		if !ok || s.rnd.IntN(8) == 0 {
			if err := app.Rollback(s.ctx); err != nil {
				s.t.Fatal(err)
			}
			continue
		}
		if err := app.Commit(s.ctx); err != nil {
			s.t.Fatal(err)
		}
		s.tx++
		s.local, s.log = trial, append(s.log, tx)
	}
}

func (s *schedule) remoteTxs(n int) {
	for range n {
		sql, c, some := randomOp(s.rnd, s.remote)
		allowed := !some || s.remote.change(c)
		_, err := s.pg.Exec(s.ctx, sql)
		s.story = append(s.story, fmt.Sprintf("remote: %s: %v", sql, err))
		if (err == nil) != allowed {
			s.t.Fatalf("remote: %s: %v, the model says %v", sql, err, allowed)
		}
	}
}

var errInjected = errors.New("injected")

// stubborn repeats a step that fails now and then at its failpoints.
func (s *schedule) stubborn(step func() error) {
	s.t.Helper()
	failpoint = func(name string) error {
		if s.rnd.IntN(12) == 0 {
			s.story = append(s.story, "failed at "+name)
			return errInjected
		}
		return nil
	}
	defer func() { failpoint = nil }()
	for {
		err := step()
		if err == nil || errors.Is(err, ErrNotDiverged) && s.following() {
			return
		}
		if !errors.Is(err, errInjected) {
			s.t.Fatal(err)
		}
	}
}

// replaySome replays what there is while the file serves.
func (s *schedule) replaySome() {
	s.t.Helper()
	s.story = append(s.story, "replay")
	s.stubborn(func() error { _, err := s.s.Replay(s.ctx); return err })
	s.merge()
}

func (s *schedule) back() {
	s.t.Helper()
	s.story = append(s.story, "back")
	s.stubborn(func() error { return backThere(s.ctx, s.s) })
	s.merge()
}

// merge has the model replay what the journal holds.
func (s *schedule) merge() {
	st, err := s.file.State(s.ctx)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, tx := range s.log {
		if len(tx.changes) == 0 {
			continue
		}
		if !s.parked.holds(tx) && s.remote.merge(tx) {
			continue
		}
		s.parked.add(tx)
		s.want = append(s.want, fmt.Sprintf("%s %d", st.Journal, tx.id))
	}
	s.log = nil
}

// check compares the primary with the model.
func (s *schedule) check() {
	s.t.Helper()
	got := modelState{}
	for _, table := range []string{"r", "s"} {
		for _, line := range s.read(`SELECT id, coalesce(u, 0), a, b FROM ` + table) {
			var id int
			var row modelRow
			if _, err := fmt.Sscanf(line, "%d,%d,%d,%d", &id, &row.u, &row.a, &row.b); err != nil {
				s.t.Fatal(err)
			}
			got[modelKey{table, id}] = row
		}
	}
	if !maps.Equal(got, s.remote) {
		s.t.Errorf("the primary has\n%v\nand the model\n%v", got, s.remote)
	}
	slices.Sort(s.want)
	if got := s.lines(`SELECT DISTINCT journal || ' ' || tx FROM failoversql.conflict`); got != strings.Join(s.want, "\n") {
		s.t.Errorf("parked\n%s\nthe model parks\n%s", got, strings.Join(s.want, "\n"))
	}
}
