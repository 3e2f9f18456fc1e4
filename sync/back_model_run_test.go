package dbsync

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/sqlitedb"
)

// modelRun runs a schedule on both sides and on the model of each.
type modelRun struct {
	*outage
	modelTotals
	local, remote  *modelState
	parked         *modelParked
	log            []modelTx     // of the open journal, not merged yet
	between        []modelRemote // what was done on the primary while that is replayed
	tx             int64         // writing transactions of the file
	serving        bool
	schemaChanged  bool // the file cannot rejoin
	primaryChanged bool // the primary's schema was changed, by itself
	undecided      []modelTx
	want           []string // journal and transaction of everything parked
	story          []string
	err            error
}

// modelRemote is a transaction of the primary, and the marker's place at its
// commit.
type modelRemote struct {
	after int64
	ops   []modelOp
}

var errInjected = errors.New("injected")

// runModel runs a schedule. What goes wrong is told in err.
func runModel(t *testing.T, steps []modelStep) (w *modelRun) {
	w = &modelRun{local: newModelState(), remote: newModelState(), parked: newModelParked()}
	w.outage = newOutage(t, modelSchema)
	w.s.cfg.Conflict = modelPolicies
	_, err := w.s.RefillLeases(w.ctx, w.pg)
	w.must(err)
	defer func() {
		failpoint = nil
		if r := recover(); r != nil {
			err, ok := r.(modelFailure)
			if !ok {
				err = modelFailure{fmt.Errorf("%v\n%s", r, debug.Stack())}
			}
			w.err = err
		}
		w.s.EndReplay()
		w.file.Close()
		// Slots are few, and are the cluster's.
		server, db := backPrimary(t), w.s.cfg.Primary.Database
		_ = server.Exec(w.ctx, db, "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = current_database()")
		_ = server.Exec(w.ctx, "postgres", "DROP DATABASE "+db+" WITH (FORCE)")
	}()
	for i := range steps {
		w.step(&steps[i])
	}
	return w
}

type modelFailure struct{ error }

func (w *modelRun) fail(format string, args ...any) {
	panic(modelFailure{fmt.Errorf(format, args...)})
}

func (w *modelRun) must(err error) {
	if err != nil {
		w.fail("%w", err)
	}
}

func (w *modelRun) tell(format string, args ...any) {
	w.story = append(w.story, fmt.Sprintf(format, args...))
}

func (w *modelRun) step(s *modelStep) {
	st, err := w.file.State(w.ctx)
	w.must(err)
	following := st.State == sqlitedb.Following
	switch s.do {
	case "local":
		for _, work := range s.txs {
			w.localTx(work)
		}
	case "remote":
		for _, work := range s.txs {
			w.remoteTx(work, "")
		}
	case "follow":
		if following {
			w.tell("follow")
			w.follow()
		}
	case "diverge":
		w.tell("diverge")
		w.must(w.s.Diverge(w.ctx, "test"))
		w.serving = true
	case "process":
		w.tell("another process")
		w.reopen()
	case "replay":
		if w.serving {
			w.tell("replay")
			w.foretell(s)
			w.stubborn(s, func() error { _, err := w.s.Replay(w.ctx); return err })
			w.merge()
		}
	case "back":
		if st.State == sqlitedb.Diverged {
			w.tell("back")
			w.foretell(s)
			w.stubborn(s, w.back)
			w.merge()
			if len(w.log) > 0 {
				w.fail("transaction %d is left over", w.log[0].id)
			}
			w.check()
			w.stubborn(&modelStep{}, w.back)
			w.check() // once more changes nothing
		}
	case "resolve":
		w.resolve(s)
	case "rejoin":
		if st.State == sqlitedb.Diverged && !w.serving {
			w.rejoin(s)
		}
	}
}

func (w *modelRun) back() error {
	if _, err := w.s.Replay(w.ctx); err != nil {
		return err
	}
	w.serving = false
	if err := w.s.Seal(w.ctx); err != nil {
		return err
	}
	_, err := w.s.Tail(w.ctx)
	return err
}

// follow brings a following file to the primary.
func (w *modelRun) follow() {
	ctx, cancel := context.WithCancel(w.ctx)
	done := make(chan error, 1)
	go func() {
		err := w.s.Follow(ctx)
		cancel()
		done <- err
	}()
	var text string
	w.must(w.pg.QueryRow(w.ctx, `SELECT pg_current_wal_insert_lsn()::text`).Scan(&text))
	lsn, err := ParseLSN(text)
	w.must(err)
	err = w.s.WaitFor(ctx, lsn)
	cancel()
	if followErr := <-done; err != nil {
		if !errors.Is(followErr, ErrResync) {
			w.fail("follow: %w: %w", err, followErr)
		}
		w.snapshot()
	}
	w.local = w.remote.clone()
	w.same()
}

// same compares the file with the primary.
func (w *modelRun) same() {
	for _, t := range w.file.Catalog().Tables {
		local, query := w.content(t)
		if remote := w.lines(query); local != remote {
			w.fail("table %s.%s\nfile\n%s\nprimary\n%s", t.Schema, t.Name, local, remote)
		}
	}
}

func (w *modelRun) rejoin(s *modelStep) {
	w.tell("rejoin")
	var resync bool
	w.stubborn(s, func() error {
		_, err := w.s.Rejoin(w.ctx)
		if resync = errors.Is(err, ErrResync); resync {
			return nil
		}
		if errors.Is(err, ErrNotDiverged) { // the failure was after its commit
			return nil
		}
		return err
	})
	if resync != w.schemaChanged && !w.primaryChanged {
		w.fail("rejoin needs a new copy: %v", resync)
	}
	if resync {
		w.snapshot()
	}
	w.rejoins++
	w.flushBetween()
	w.local, w.parked, w.schemaChanged = w.remote.clone(), newModelParked(), false
	w.primaryChanged = false
	w.follow() // the remote transactions during rejoin may have come after it
}

// reopen leaves the file as a process does that is killed, and opens it anew.
func (w *modelRun) reopen() {
	path, cfg := w.file.Path(), w.s.cfg
	w.s.EndReplay()
	w.must(w.file.Close())
	var err error
	w.file, err = sqlitedb.Open(w.ctx, path, sqlitedb.Options{Capture: CaptureTriggers, JournalDDL: JournalDDL})
	w.must(err)
	cfg.File = w.file
	w.s = New(cfg)
}

// stubborn repeats a step until it is done, whatever happens at its failpoints.
func (w *modelRun) stubborn(s *modelStep, do func() error) {
	n, anew, lost := 0, false, false
	failpoint = func(name string) error {
		e := s.events[n]
		n++
		switch e.do {
		case "fail":
			w.tell("failed at %s", name)
			w.faults++
			return errInjected
		case "process":
			w.tell("killed at %s", name)
			w.faults, anew = w.faults+1, true
			return errInjected
		case "primary":
			w.tell("the primary crashes at %s", name)
			w.crashes++
			server := backPrimary(w.t)
			w.must(server.Kill9())
			w.must(server.Restart())
			w.reconnect()
			lost = true
			return errInjected // no matter what the step makes of it
		case "remote":
			w.remoteTx(e.work, name)
		case "local":
			if strings.HasPrefix(name, "replay.") && w.serving {
				w.tell("at %s", name)
				w.modelTotals.between++
				w.localTx(e.work)
			}
		}
		return nil
	}
	defer func() { failpoint = nil }()
	for {
		err := do()
		if err == nil || errors.Is(err, ErrNotDiverged) {
			return
		}
		if anew {
			anew = false
			w.reopen()
		}
		if lost && !errors.Is(err, errInjected) {
			lost = false // it kept a connection that the crash broke, and found that out
			continue
		}
		if !errors.Is(err, errInjected) {
			w.fail("%w", err)
		}
	}
}

func (w *modelRun) localTx(work modelWork) {
	if !w.serving {
		return
	}
	app, err := w.file.NewSession(w.ctx, sqlitedb.SessionOptions{})
	w.must(err)
	defer app.Close()
	w.must(app.Begin(w.ctx, driver.TxOptions{}))
	trial, tx, ddl := w.local.clone(), modelTx{id: w.tx + 1}, false
	ok := true
	for _, o := range work.ops {
		c, allowed := trial.do(o)
		_, err := app.ExecContext(w.ctx, o.String(), nil)
		w.tell("local %d: %s: %v", tx.id, o, err)
		if (err == nil) != allowed {
			w.fail("local: %s: %v, the model allows it: %v", o, err, allowed)
		}
		if ok = err == nil; !ok {
			break
		}
		tx.changes = append(tx.changes, c...)
		ddl = ddl || o.ddl()
	}
	if !ok || work.cancel {
		w.must(app.Rollback(w.ctx))
		return
	}
	w.must(app.Commit(w.ctx))
	w.inOrder(&tx)
	w.tx++
	w.modelTotals.local++
	w.local, w.schemaChanged = trial, w.schemaChanged || ddl
	if len(tx.changes) > 0 {
		w.log = append(w.log, tx)
	}
}

// inOrder puts the changes of p in the order in which they stand in the journal.
// Where a statement changes several rows SQL leaves it open, and rows without a key
// are found by their values: of 0 -> 1 and 1 -> 2 the second finds the row of the
// first, or misses its own, as they come.
func (w *modelRun) inOrder(tx *modelTx) {
	var places []int
	var left []modelChange
	for i, c := range tx.changes {
		if c.table == "p" {
			places, left = append(places, i), append(left, c)
		}
	}
	if len(places) == 0 {
		return
	}
	c, err := w.file.Conn(w.ctx)
	w.must(err)
	defer c.Close()
	r, err := newJournalReader(w.ctx, c, tx.id-1)
	w.must(err)
	txs, err := r.next(w.ctx, 1)
	w.must(err)
	if len(txs) == 0 || txs[0].id != tx.id {
		w.fail("local %d is not in the journal", tx.id)
	}
	oid := w.file.Catalog().Table("public", "p").OID
	for _, e := range txs[0].entries {
		if e.table != oid {
			continue
		}
		i := slices.IndexFunc(left, func(c modelChange) bool { return slices.Equal(e.values, c.images()) })
		if i < 0 {
			w.fail("local %d: the journal has %s %v of p, the model %v", tx.id, e.op, e.values, left)
		}
		tx.changes[places[0]] = left[i]
		places, left = places[1:], slices.Delete(left, i, i+1)
	}
	if len(left) > 0 {
		w.fail("local %d: the journal lacks %v of p", tx.id, left)
	}
}

// images are the values that the journal has of a change of p.
func (c *modelChange) images() (out []any) {
	for _, row := range []*modelRow{c.old, c.new} {
		if row == nil {
			continue
		}
		var u any
		if row.u != 0 {
			u = int64(row.u)
		}
		out = append(out, int64(row.id), u, int64(row.a), int64(row.b))
	}
	return out
}

// remoteTx runs a transaction on the primary. During replay (at a failpoint) it
// takes the marker's row last, as replay does: so the model knows what it came
// between. Where it would have to wait for replay, which waits for it, or replay
// got on meanwhile, so that it is not known what a statement has seen, it is given
// up.
func (w *modelRun) remoteTx(work modelWork, at string) {
	tx, err := w.pg.Begin(w.ctx)
	w.must(err)
	defer func() { _ = tx.Rollback(w.ctx) }()
	if at != "" {
		w.must(execAll(w.ctx, tx, "SET LOCAL lock_timeout = 30"))
	}
	trial, done := w.remote.clone(), modelRemote{after: -1}
	marker := func(lock string) (last int64, err error) {
		st, err := w.file.State(w.ctx)
		w.must(err)
		err = tx.QueryRow(w.ctx, `SELECT last_tx FROM failoversql.replayed WHERE journal = $1 `+lock, st.Journal).Scan(&last)
		if err == pgx.ErrNoRows {
			return -1, nil
		}
		return last, err
	}
	if at != "" {
		if done.after, err = marker(""); err != nil {
			return
		}
	}
	for _, o := range work.ops {
		tag, err := tx.Exec(w.ctx, o.String(), pgx.QueryExecModeExec)
		if at == "" {
			_, allowed := trial.do(o)
			w.tell("remote: %s: %v", o, err)
			if (err == nil) != allowed {
				w.fail("remote: %s: %v, the model allows it: %v", o, err, allowed)
			}
		}
		if err != nil {
			return
		}
		if tag.RowsAffected() > 0 || o.ddl() {
			done.ops = append(done.ops, o)
		}
	}
	if work.cancel {
		return
	}
	if at != "" {
		if last, err := marker("FOR UPDATE"); err != nil || last != done.after {
			return
		}
	}
	w.must(tx.Commit(w.ctx))
	w.primaryChanged = w.primaryChanged || slices.ContainsFunc(done.ops, modelOp.ddl)
	if at == "" {
		w.remote = trial
		w.modelTotals.remote++
		return
	}
	for _, o := range done.ops {
		w.tell("remote at %s, after %d: %s", at, done.after, o)
	}
	w.modelTotals.between++
	w.between = append(w.between, done)
}

// foretell has, before some of the replays, a dry run say what becomes of each
// transaction. It has to be what the model makes of it, and nothing may change.
func (w *modelRun) foretell(s *modelStep) {
	if s.actions%4 != 0 {
		return
	}
	said := map[int64]bool{}
	_, err := w.s.DryRun(w.ctx, func(d DryTransaction) { said[d.Tx] = d.Parked })
	w.must(err)
	w.tell("dry run: %v", said)
	remote, parked := w.remote.clone(), w.parked.clone()
	for _, tx := range w.log {
		park := parked.holds(tx) || !remote.merge(tx)
		if park {
			parked.add(tx)
		}
		if got, ok := said[tx.id]; !ok || got != park {
			w.fail("transaction %d: the dry run parks it: %v (told: %v), the model: %v", tx.id, got, ok, park)
		}
	}
	if len(said) != len(w.log) {
		w.fail("the dry run tells of %d transactions, the model has %d", len(said), len(w.log))
	}
	w.check()
	w.modelTotals.foretold += len(said)
}

// merge has the model replay what has been replayed.
func (w *modelRun) merge() {
	st, err := w.file.State(w.ctx)
	w.must(err)
	var marker int64
	// A commit of ours makes durable what replay committed before it: a crash
	// of the primary takes back nothing that the model has merged.
	_, err = w.pg.Exec(w.ctx, `SELECT pg_logical_emit_message(true, 'test', 'flush')`)
	w.must(err)
	w.must(w.pg.QueryRow(w.ctx, `SELECT last_tx FROM failoversql.replayed WHERE journal = $1`, st.Journal).Scan(&marker))
	for len(w.log) > 0 && w.log[0].id <= marker {
		tx := w.log[0]
		w.log = w.log[1:]
		w.mergeRemote(tx.id)
		if !w.parked.holds(tx) && w.remote.merge(tx) {
			continue
		}
		w.tell("the model parks %d", tx.id)
		w.parked.add(tx)
		w.undecided = append(w.undecided, tx)
		w.modelTotals.parked++
		w.want = append(w.want, fmt.Sprintf("%s %d", st.Journal, tx.id))
	}
	w.flushBetween()
}

func (w *modelRun) flushBetween() { w.mergeRemote(1 << 62) }

// mergeRemote has the model do what was done on the primary before a
// transaction was replayed.
func (w *modelRun) mergeRemote(before int64) {
	for len(w.between) > 0 && w.between[0].after < before {
		for _, o := range w.between[0].ops {
			if c, ok := w.remote.do(o); !ok || len(c) == 0 {
				w.fail("the primary allowed %s after transaction %d, the model does not", o, w.between[0].after)
			}
		}
		w.between = w.between[1:]
	}
}

// onPrimary reads what the primary has.
func (w *modelRun) onPrimary() *modelState {
	got := newModelState()
	got.z = w.rows(`SELECT to_regclass('z') IS NOT NULL`) == "t"
	got.x = w.rows(`SELECT count(*) FROM pg_attribute WHERE attrelid = 'r'::regclass AND attname = 'x' AND NOT attisdropped`) == "1"
	got.y = w.rows(`SELECT count(*) FROM pg_attribute WHERE attrelid = 'm'::regclass AND attname = 'y' AND NOT attisdropped`) == "1"
	for _, table := range strings.Split("r s t k l m n d z p q", " ") {
		x := "0"
		switch {
		case table == "z" && !got.z:
			continue
		case table == "r" && got.x:
			x = "coalesce(x, 0)"
		}
		query := `SELECT id, coalesce(u, 0), a, b, ` + x + ` FROM ` + table
		if table == "q" {
			query = `SELECT 0, 0, a, 0, 0 FROM q`
		}
		for _, line := range w.read(query) {
			var row modelRow
			if _, err := fmt.Sscanf(line, "%d,%d,%d,%d,%d", &row.id, &row.u, &row.a, &row.b, &row.x); err != nil {
				w.fail("%s: %w", line, err)
			}
			if bag(table) {
				got.put(table, row, 1)
				continue
			}
			got.rows[modelKey{table, row.id}] = row
		}
	}
	return got
}

// check compares the primary with the model.
func (w *modelRun) check() {
	got := w.onPrimary()
	if !got.equal(w.remote) {
		w.fail("the primary has\n%v\nand the model\n%v\n%s", *got, *w.remote,
			w.lines(`SELECT tx, seq, table_name, op, kind, message, base, local, remote FROM failoversql.conflict WHERE resolved_at IS NULL`))
	}
	slices.Sort(w.want)
	if got := w.lines(`SELECT DISTINCT journal || ' ' || tx FROM failoversql.conflict WHERE resolved_at IS NULL`); got != strings.Join(w.want, "\n") {
		w.fail("parked\n%s\nthe model parks\n%s\n%s", got, strings.Join(w.want, "\n"),
			w.lines(`SELECT tx, seq, table_name, op, kind, message, base, local, remote FROM failoversql.conflict WHERE resolved_at IS NULL`))
	}
}
