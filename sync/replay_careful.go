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
}

// careful replays one transaction. parked says that it was parked.
func (r *replayer) careful(ctx context.Context, source *journalTx) (parked bool, err error) {
	tx, err := r.conn.Begin(ctx)
	if err != nil {
		return false, err
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
		return false, err
	}
	if err := execAll(ctx, tx, "SET CONSTRAINTS ALL DEFERRED", "SAVEPOINT failoversql_attempt"); err != nil {
		return false, err
	}
	if err := a.try(ctx); err != nil {
		return false, err
	}
	if a.open() {
		if err := a.park(ctx); err != nil {
			return false, err
		}
		parked = true
	} else if err := a.record(ctx); err != nil { // what a policy settled
		return false, err
	}
	if err := r.moveMarker(ctx, tx, source.id); err != nil {
		return false, err
	}
	if err := at("replay.careful.commit"); err != nil {
		return false, err
	}
	if err := tx.Commit(ctx); err != nil {
		return false, err
	}
	if a.ddl {
		r.changer.forget()
	}
	if parked {
		r.remember(ctx, a)
		r.copyConflicts(ctx, a)
	}
	return parked, at("replay.careful.committed")
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

// settle applies the table's policy to a conflict, or leaves it open.
func (a *attempt) settle(ctx context.Context, i int, f *finding) error {
	c := &a.changes[i]
	policy := a.r.s.policyFor(c.table.Schema, c.table.Name)
	st, ok := forced(c, f, policy)
	if !ok {
		a.found(i, f)
		return nil
	}
	if st.sql != "" {
		err := a.savepoint(ctx, func() error { return execStatement(ctx, a.tx, st) },
			func(e *pgconn.PgError) { ok = false; f.message += ": " + e.Message })
		if err != nil {
			return err
		}
	}
	if !ok {
		a.found(i, f)
		return nil
	}
	f.resolution = policy
	a.findings[i] = f
	return nil
}

// forced is the statement by which a policy settles a conflict; without text,
// nothing needs to be done. It reports false where the policy cannot.
func forced(c *change, f *finding, policy Policy) (statement, bool) {
	switch policy {
	case KeepRemote:
		return statement{}, f.kind != TargetTableMissing && f.kind != TargetColumnMissing
	case ApplyLocal:
		return overwrite(c, f)
	case Merge:
		if f.kind != UpdateOriginChange || c.shape.key == nil {
			return statement{}, false
		}
		changed := c.changed()
		for _, name := range f.columns {
			if changed[c.shape.index(name)] {
				return statement{}, false
			}
		}
		return updateByKey(c, c.old, changed), true
	}
	return statement{}, false
}

// overwrite is the statement that makes the fallback's change hold whatever the
// primary has.
func overwrite(c *change, f *finding) (statement, bool) {
	if c.shape != nil && c.shape.key == nil && f.kind != UpdateMissing && f.kind != DeleteMissing {
		return statement{}, false
	}
	switch f.kind {
	case InsertExists:
		// Only where the row in the way has the same key, not merely a unique
		// value in common.
		for _, i := range c.shape.key {
			if string(f.remote[i]) != string(c.new[i]) {
				return statement{}, false
			}
		}
		return updateByKey(c, c.new, nil), true
	case UpdateOriginChange:
		return updateByKey(c, c.old, c.changed()), true
	case UpdateMissing:
		var b builder
		b.insert(c)
		return statement{exactly(b.String()), b.args}, true
	case DeleteMissing:
		return statement{}, true
	case DeleteRecentlyUpdated:
		var b builder
		fmt.Fprintf(&b, "DELETE FROM %s WHERE ", c.target.quoted())
		b.whereKey(c, c.old)
		return statement{exactly(b.String()), b.args}, true
	}
	return statement{}, false
}

// updateByKey sets columns (nil: all) of the row with an image's key.
func updateByKey(c *change, image [][]byte, columns []bool) statement {
	if columns == nil {
		columns = make([]bool, len(c.shape.columns))
		for i := range columns {
			columns[i] = true
		}
	}
	var b builder
	fmt.Fprintf(&b, "UPDATE %s SET ", c.target.quoted())
	b.set(c, columns)
	b.WriteString(" WHERE ")
	b.whereKey(c, image)
	return statement{exactly(b.String()), b.args}
}

// applyDDL runs a statement of DDL as the application wrote it. Where the
// primary refuses it but holds what it was to bring about, it counts as done.
func (a *attempt) applyDDL(ctx context.Context, i int) error {
	a.ddl = true
	e := &a.source.entries[i]
	after, err := a.r.reader.catalog(ctx, e.version)
	if err != nil {
		return err
	}
	before, err := a.r.reader.before(ctx, e.version)
	if err != nil {
		return err
	}
	if tx := a.r.parked.onDDL(before, after); tx != 0 {
		a.depends = tx
		a.findings[i] = &finding{kind: Dependent, message: fmt.Sprintf("depends on parked transaction %d", tx)}
		return nil
	}
	var refusedBy *pgconn.PgError
	err = a.savepoint(ctx, func() error {
		_, err := a.tx.Exec(ctx, a.changes[i].ddl, pgx.QueryExecModeSimpleProtocol)
		return err
	}, func(e *pgconn.PgError) { refusedBy = e })
	if err != nil {
		return err
	}
	a.r.changer.forget()
	diff, err := schemaDiffers(ctx, a.tx.Conn(), before, after)
	if err != nil {
		return err
	}
	switch {
	case diff == "":
	case refusedBy != nil:
		a.findings[i] = refusal(refusedBy, ApplyErrorDDL)
		a.findings[i].message += " (" + diff + ")"
	default:
		a.findings[i] = &finding{kind: ApplyErrorDDL, message: diff}
	}
	if a.findings[i] != nil {
		a.blocked.addDDL(a.source.id, before, after)
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
