package dbsync

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// The model does not foresee what a decision brings about when many changes hang
// together. It looks at what must hold of any: who decides on all that is parked
// comes to an end, whatever fails meanwhile; a decision is carried out once; one
// on a change that stands alone does what it says; and tables that no parked
// transaction touched stay as they were.

// resolve decides on everything that is parked, in a random order.
func (w *modelRun) resolve(s *modelStep) {
	w.check()
	rnd := rand.New(rand.NewPCG(s.actions, 2))
	n := 0
	failpoint = func(name string) error {
		e := s.events[n]
		n++
		if e.do != "fail" && e.do != "process" {
			return nil
		}
		w.tell("failed at %s", name)
		w.faults++
		return errInjected
	}
	defer func() { failpoint = nil }()
	before := w.onPrimary()
	stuck := map[int64]bool{}
	for round := 0; ; round++ {
		list, err := w.s.Conflicts(w.ctx)
		w.must(err)
		if len(list) == 0 {
			break
		}
		if round > 1000 {
			w.fail("after %d decisions %d conflicts are left", round, len(list))
		}
		w.decide(list[rnd.IntN(len(list))], rnd, stuck)
	}
	after := w.onPrimary()
	touched := map[string]bool{}
	for _, tx := range w.undecided {
		for _, c := range tx.changes {
			touched[c.table] = true
		}
	}
	if touched["r"] { // rows may go, or stay, with those they refer to
		touched["s"], touched["t"] = true, true
	}
	for k, row := range before.rows {
		if have, ok := after.rows[k]; !touched[k.table] && (!ok || have != row) {
			w.fail("resolving changed %v to %v", row, have)
		}
	}
	for k := range after.rows {
		if _, ok := before.rows[k]; !touched[k.table] && !ok {
			w.fail("resolving made %v", k)
		}
	}
	for k, n := range before.bags {
		if !touched[k.table] && after.bags[k] != n {
			w.fail("resolving changed %v", k)
		}
	}
	slices.Sort(w.want)
	if got := w.rows(`SELECT count(*) FROM failoversql.conflict WHERE resolved_at IS NULL OR resolution IS NULL`); got != "0" {
		w.fail("%s conflicts are without a decision on record", got)
	}
	for _, name := range w.want {
		journal, tx, _ := strings.Cut(name, " ")
		if w.rows(fmt.Sprintf(`SELECT count(*) > 0 FROM failoversql.conflict WHERE journal = '%s' AND tx = %s`, journal, tx)) != "t" {
			w.fail("there is no record of %s", name)
		}
	}
	// Of an earlier outage, too, whose DDL the file has not had since it rejoined.
	w.primaryChanged = w.primaryChanged || after.x != before.x || after.y != before.y || after.z != before.z
	w.remote, w.want, w.undecided, w.parked = after, nil, nil, newModelParked()
}

// decide decides on one change.
func (w *modelRun) decide(c Conflict, rnd *rand.Rand, stuck map[int64]bool) {
	res := Resolution{By: "model", Action: []Policy{KeepRemote, ApplyLocal, EditedRow, Discard}[rnd.IntN(4)]}
	if stuck[c.ID] {
		res.Action = Discard
	}
	if res.Action == EditedRow {
		row := c.Local
		if row == nil {
			row = c.Base
		}
		number := fmt.Sprint(rnd.IntN(100))
		res.Row = map[string]*string{"id": row["id"], "a": &number}
		if c.Table != "q" {
			res.Row["u"], res.Row["b"] = nil, &number
		}
	}
	alone := w.rows(fmt.Sprintf(`SELECT (SELECT count(*) FROM failoversql.conflict WHERE journal = '%[1]s' AND tx = %[2]d) = 1
		AND NOT EXISTS (SELECT FROM failoversql.conflict WHERE journal = '%[1]s' AND depends_on = %[2]d AND resolved_at IS NULL)`, c.Journal, c.Tx)) == "t"
	before := w.onPrimary()
	var err error
	injected := false
	for {
		if err = w.s.ResolveConflict(w.ctx, c.ID, res); !errors.Is(err, errInjected) {
			break
		}
		injected = true
	}
	w.tell("decide %s on %s %s of %d: %v", res.Action, c.Op, c.Table, c.Tx, err)
	w.decided++
	switch {
	case errors.Is(err, ErrUndecided):
		return
	case errors.Is(err, ErrResolution):
		stuck[c.ID] = true
		if !w.onPrimary().equal(before) {
			w.fail("a decision that could not be carried out changed the primary")
		}
		return
	case errors.Is(err, ErrResolved) && injected:
	case err != nil:
		w.fail("decide %s on %d: %w", res.Action, c.ID, err)
	}
	after := w.onPrimary()
	if alone {
		w.expectDecided(c, res, before, after)
	}
	if err := w.s.ResolveConflict(w.ctx, c.ID, res); !errors.Is(err, ErrResolved) && !errors.Is(err, errInjected) {
		w.fail("decided twice: %v", err)
	}
	if !w.onPrimary().equal(after) {
		w.fail("deciding once more changed the primary")
	}
}

// expectDecided looks at what a decision on a change that stands alone has done.
func (w *modelRun) expectDecided(c Conflict, res Resolution, before, after *modelState) {
	if c.Op == opNames[opDDL] || bag(c.Table) {
		return
	}
	number := func(row map[string]*string, name string) (n int) {
		if v := row[name]; v != nil {
			_, err := fmt.Sscan(*v, &n)
			w.must(err)
		}
		return n
	}
	switch res.Action {
	case KeepRemote, Discard:
		if !after.equal(before) {
			w.fail("%s on %d changed the primary", res.Action, c.ID)
		}
		return
	case ApplyLocal:
		if c.Local == nil {
			if _, there := after.rows[modelKey{c.Table, number(c.Base, "id")}]; there {
				w.fail("the row that %d deletes is there", c.ID)
			}
			return
		}
		res.Row = map[string]*string{"id": c.Local["id"]}
		for _, name := range []string{"u", "a", "b"} {
			if base, local := c.Base[name], c.Local[name]; c.Base == nil || (base == nil) != (local == nil) || base != nil && *base != *local {
				res.Row[name] = local
			}
		}
	}
	row, there := after.rows[modelKey{c.Table, number(res.Row, "id")}]
	for _, v := range []struct {
		name string
		have int
	}{{"u", row.u}, {"a", row.a}, {"b", row.b}} {
		if _, given := res.Row[v.name]; !there || given && number(res.Row, v.name) != v.have {
			w.fail("%s on %d, of %s: the primary has %v (%v)", res.Action, c.ID, c.Table, row, there)
		}
	}
}
