package dbsync

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// The careful way of replay: one journal transaction, statement by statement,
// each row looked at and locked before it is changed. It is taken where the
// fast way failed, for transactions with DDL, and for those that may depend on
// parked ones. It ends with the transaction applied, or parked whole; the
// marker moves either way, in the same PostgreSQL transaction.

// attempt is one journal transaction on the careful way.
type attempt struct {
	r        *replayer
	tx       pgx.Tx
	source   *journalTx
	changes  []change
	findings []*finding // by changes
	blocked  *dependencies
	depends  int64 // the parked transaction that this one depends on
	ddl      bool
	parked   bool // it ended so
}

// careful replays one transaction, or parks it.
func (r *replayer) careful(ctx context.Context, source *journalTx) (_ *attempt, err error) {
	tx, err := r.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = tx.Rollback(ctx)
			r.changer.forget()
		}
	}()
	a := &attempt{r: r, tx: tx, source: source, blocked: newDependencies()}
	a.changes = make([]change, len(source.entries))
	a.findings = make([]*finding, len(source.entries))
	if err := r.lockMarker(ctx, tx); err != nil {
		return nil, err
	}
	if err := execAll(ctx, tx, "SET CONSTRAINTS ALL DEFERRED", "SAVEPOINT failoversql_attempt"); err != nil {
		return nil, err
	}
	if err := at("replay.careful.begun"); err != nil {
		return nil, err
	}
	if err := a.try(ctx); err != nil {
		return nil, err
	}
	if a.open() {
		if err := a.park(ctx); err != nil {
			return nil, err
		}
		a.parked = true
	} else if err := a.record(ctx); err != nil { // what a policy settled
		return nil, err
	}
	if err := r.moveMarker(ctx, tx, source.id); err != nil {
		return nil, err
	}
	if err := at("replay.careful.commit"); err != nil {
		return nil, err
	}
	if err := tx.Commit(ctx); err != nil {
		return nil, err
	}
	if a.ddl {
		r.changer.forget()
	}
	if a.parked {
		r.remember(ctx, a)
		if r.dry == nil {
			r.copyConflicts(ctx, a)
		}
	}
	return a, at("replay.careful.committed")
}

// try makes the changes one by one; conflicts become findings.
func (a *attempt) try(ctx context.Context) error {
	for i := 0; i < len(a.changes); {
		end := i + 1
		for end < len(a.changes) && a.source.entries[end].cascaded {
			end++
		}
		if err := a.group(ctx, i, end); err != nil {
			return err
		}
		i = end
	}
	if a.open() {
		return nil
	}
	// What was deferred is checked here, where it can still be undone.
	return a.savepoint(ctx, func() error { return execAll(ctx, a.tx, "SET CONSTRAINTS ALL IMMEDIATE") },
		func(e *pgconn.PgError) {
			last := len(a.changes) - 1
			for i := range a.changes {
				if t := a.changes[i].table; t != nil && t.Name == e.TableName && t.Schema == e.SchemaName {
					last = i
				}
			}
			a.findings[last] = refusal(e, ApplyError)
		})
}

// group makes one change of the application and looks after those that it
// cascades to: they must be as the journal saw them before, and as it left them
// afterwards.
func (a *attempt) group(ctx context.Context, first, end int) error {
	for i := first; i < end; i++ {
		if err := a.r.changer.change(ctx, &a.source.entries[i], &a.changes[i]); err != nil {
			return err
		}
	}
	c := &a.changes[first]
	if c.op == opDDL {
		return a.applyDDL(ctx, first)
	}
	if tx := a.r.parked.on(c); tx != 0 {
		a.depends = tx
		a.findings[first] = &finding{kind: Dependent, message: fmt.Sprintf("depends on parked transaction %d", tx)}
		return nil
	}
	if a.blocked.on(c) != 0 {
		return nil // follows from a conflict in this transaction
	}
	group := a.changes[first:end]
	for i := range group {
		if group[i].target == nil {
			f, err := examine(ctx, a.tx, &group[i])
			if err != nil {
				return err
			}
			a.found(first+i, f)
			return nil
		}
		if err := a.r.adjust(ctx, a.tx, &group[i]); err != nil {
			return err
		}
	}
	g := newCascade(group)
	if err := a.cascadesBefore(ctx, first, g); err != nil {
		return err
	}
	f, err := examine(ctx, a.tx, c)
	if err != nil {
		return err
	}
	if f == nil {
		f, err = a.strangers(ctx, g)
		if err != nil {
			return err
		}
	}
	if f != nil {
		return a.settle(ctx, first, f)
	}
	if err := a.apply(ctx, first, apply(c)); err != nil || a.findings[first] != nil {
		return err
	}
	if err := a.r.noteRewritten(ctx, a.tx, c); err != nil {
		return err
	}
	return a.cascadesAfter(ctx, first, g)
}

// apply runs the statement of a change.
func (a *attempt) apply(ctx context.Context, i int, st statement) error {
	return a.savepoint(ctx, func() error {
		return execStatement(ctx, a.tx, st)
	}, func(e *pgconn.PgError) {
		kind := ApplyError
		if e.Code == "23505" {
			kind = InsertExists
			if a.changes[i].op == opUpdate {
				kind = UpdateKeyExists
			}
		}
		f := refusal(e, kind)
		if e.Code == "22012" && e.TableName == "" {
			f.message = "the statement changed no row: a trigger or a policy on the primary kept it from doing so"
		}
		a.found(i, f)
	})
}

// found notes an unsettled conflict.
func (a *attempt) found(i int, f *finding) {
	a.findings[i] = f
	a.blocked.add(a.source.id, &a.changes[i])
}

// cascadesBefore expects the rows that a change will cascade to as the journal
// saw them.
func (a *attempt) cascadesBefore(ctx context.Context, first int, g *cascade) error {
	for i := 1; i < len(g.group); i++ {
		c := &g.group[i]
		if !g.first[i] {
			continue
		}
		if tx := a.r.parked.on(c); tx != 0 {
			a.depends = tx
			a.found(first+i, &finding{kind: Dependent, message: fmt.Sprintf("depends on parked transaction %d", tx)})
			continue
		}
		row, err := fetchRow(ctx, a.tx, c, c.old)
		if err != nil {
			return err
		}
		if f := compareBase(c, row); f != nil {
			a.found(first+i, f)
		}
	}
	return nil
}

// strangers looks for rows on the primary that a change would cascade to and
// that the fallback did not know. The row itself is locked by now.
func (a *attempt) strangers(ctx context.Context, g *cascade) (f *finding, err error) {
	for _, st := range g.children() {
		err := a.savepoint(ctx, func() error { return execStatement(ctx, a.tx, st) }, func(*pgconn.PgError) {
			f = &finding{kind: DeleteRecentlyUpdated, message: "rows on the primary refer to this one that the fallback did not know"}
			if g.group[0].op == opUpdate {
				f.kind = UpdateOriginChange
			}
		})
		if err != nil || f != nil {
			return f, err
		}
	}
	return nil, nil
}

// cascadesAfter expects every cascaded row as the journal left it.
func (a *attempt) cascadesAfter(ctx context.Context, first int, g *cascade) error {
	for i := 1; i < len(g.group); i++ {
		c := &g.group[i]
		if !g.last[i] {
			continue
		}
		err := a.savepoint(ctx, func() error { return execStatement(ctx, a.tx, expectAfter(c)) }, func(*pgconn.PgError) {
			a.found(first+i, &finding{kind: ApplyError, message: "the primary did not cascade to this row as the fallback did"})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// open reports whether a conflict is unsettled.
func (a *attempt) open() bool {
	for _, f := range a.findings {
		if f != nil && f.resolution == "" {
			return true
		}
	}
	return false
}

// savepoint runs a step that may be refused by the primary. A refusal undoes
// the step and is told; any other error ends the attempt.
func (a *attempt) savepoint(ctx context.Context, step func() error, onRefusal func(*pgconn.PgError)) error {
	if err := execAll(ctx, a.tx, "SAVEPOINT failoversql_step"); err != nil {
		return err
	}
	err := step()
	if err == nil {
		return execAll(ctx, a.tx, "RELEASE SAVEPOINT failoversql_step")
	}
	e, ours := refused(err)
	if !ours {
		return err
	}
	onRefusal(e)
	return execAll(ctx, a.tx, "ROLLBACK TO SAVEPOINT failoversql_step", "RELEASE SAVEPOINT failoversql_step")
}

// refusal makes a finding of an error of the primary.
func refusal(e *pgconn.PgError, kind Kind) *finding {
	f := &finding{kind: kind, constraint: e.ConstraintName, message: e.Message + " (SQLSTATE " + e.Code + ")"}
	if e.ColumnName != "" {
		f.columns = []string{e.ColumnName}
	}
	return f
}

func execAll(ctx context.Context, tx pgx.Tx, statements ...string) error {
	for _, q := range statements {
		if _, err := tx.Exec(ctx, q, pgx.QueryExecModeSimpleProtocol); err != nil {
			return err
		}
	}
	return nil
}

func execStatement(ctx context.Context, tx pgx.Tx, st statement) error {
	return tx.Conn().PgConn().ExecParams(ctx, st.sql, st.args, nil, nil, nil).Read().Err
}

var errMarkerMoved = errors.New("dbsync: the replay marker is not where this process left it: something else replays the same journal")
