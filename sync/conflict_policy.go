package dbsync

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/failoversql/failoversql/catalog"
)

// settle applies the table's policy to a conflict, or leaves it open.
func (a *attempt) settle(ctx context.Context, i int, f *finding) error {
	c := &a.changes[i]
	res := Resolution{Action: a.r.s.policyFor(c.table.Schema, c.table.Name), By: "policy"}
	done, err := a.force(ctx, c, f, res)
	if err == nil && !done && a.r.s.cfg.OnConflict != nil {
		if res, err = a.ask(ctx, c, f); err == nil {
			done, err = a.force(ctx, c, f, res)
		}
	}
	if err != nil {
		return err
	}
	if !done {
		a.found(i, f)
		return nil
	}
	f.resolution, f.by, f.edited = res.Action, res.By, res.Row
	a.findings[i] = f
	return nil
}

// force settles a conflict as was decided. It reports false where that cannot be
// done, or the primary refuses it.
func (a *attempt) force(ctx context.Context, c *change, f *finding, res Resolution) (bool, error) {
	step := func() error { return storeRow(ctx, a.tx, *c, res.Row) }
	if res.Action != EditedRow {
		st, ok := forced(c, f, res.Action)
		if !ok || st.sql == "" {
			return ok, nil
		}
		step = func() error { return execStatement(ctx, a.tx, st) }
	}
	done := true
	err := a.savepoint(ctx, step, func(e *pgconn.PgError) { done = false; f.message += ": " + e.Message })
	if errors.Is(err, ErrResolution) {
		done, err = false, execAll(ctx, a.tx, "ROLLBACK TO SAVEPOINT failoversql_step", "RELEASE SAVEPOINT failoversql_step")
	}
	return done, err
}

// ask has the application decide on a conflict. What it cannot decide is parked.
func (a *attempt) ask(ctx context.Context, c *change, f *finding) (res Resolution, err error) {
	conflict := Conflict{
		Instance: a.r.marker.instance, Journal: a.r.marker.journal, Tx: a.source.id, Seq: c.seq,
		Schema: c.table.Schema, Table: c.table.Name, Op: opNames[c.op], Cascaded: c.cascaded, Kind: f.kind,
		Columns: f.columns, Constraint: f.constraint, Message: f.message, CreatedAt: time.Now(),
		Base: imageMap(c.shape, c.old), Local: imageMap(c.shape, c.new), Remote: imageMap(c.shape, f.remote),
	}
	defer func() {
		if p := recover(); p != nil {
			res, err = Resolution{Action: Park}, nil
			f.message += fmt.Sprintf(": OnConflict panicked: %v", p)
		}
	}()
	res = a.r.s.cfg.OnConflict(ctx, conflict)
	if res.By == "" {
		res.By = "callback"
	}
	return res, ctx.Err()
}

// forced is the statement by which a policy settles a conflict; without text,
// nothing needs to be done. It reports false where the policy cannot.
func forced(c *change, f *finding, policy Policy) (statement, bool) {
	switch policy.kind() {
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
		return updateChanged(c), true
	case Newer:
		return newer(c, f, policy.columnsOf()[0])
	case Delta:
		return delta(c, f, policy.columnsOf())
	}
	return statement{}, false
}

// newer is the statement that has the fallback's row stand if it has the greater
// value of a column; of equal ones, and of NULL, the primary's stands. A delete
// has no value to compare.
func newer(c *change, f *finding, column string) (statement, bool) {
	st, ok := statement{}, false
	if f.kind == InsertExists || f.kind == UpdateOriginChange && c.shape.key != nil {
		st, ok = overwriteRow(c, f)
	}
	i := -1
	if ok {
		i = c.shape.index(column)
	}
	if i < 0 || c.shape.columns[i].target == nil {
		return statement{}, false
	}
	b := builder{args: st.args}
	fmt.Fprintf(&b, "%s AND %s < ", st.sql, catalog.QuoteIdent(column))
	b.arg(&c.shape.columns[i], c.new[i])
	return statement{sql: b.String(), args: b.args}, true
}

// delta is the statement that merges an update, and adds to each of these columns
// what the update added to it.
func delta(c *change, f *finding, counters []string) (statement, bool) {
	if f.kind != UpdateOriginChange || c.shape.key == nil {
		return statement{}, false
	}
	changed := c.changed()
	for _, name := range f.columns {
		if i := c.shape.index(name); changed[i] && (!slices.Contains(counters, name) || c.old[i] == nil || c.new[i] == nil) {
			return statement{}, false
		}
	}
	var b builder
	fmt.Fprintf(&b, "UPDATE %s SET ", c.target.quoted())
	first := true
	for i := range c.shape.columns {
		sc := &c.shape.columns[i]
		if !changed[i] || sc.target == nil {
			continue
		}
		if !first {
			b.WriteString(", ")
		}
		first = false
		name := catalog.QuoteIdent(sc.name)
		b.WriteString(name + " = ")
		if slices.Contains(f.columns, sc.name) {
			b.WriteString(name + " + (")
			b.arg(sc, c.new[i])
			b.WriteString(" - ")
			b.arg(sc, c.old[i])
			b.WriteString(")")
		} else {
			b.arg(sc, c.new[i])
		}
	}
	if first {
		return statement{}, true // it changed nothing
	}
	b.WriteString(" WHERE ")
	b.whereKey(c, c.old)
	return statement{sql: exactly(b.String()), args: b.args}, true
}

// overwrite is the statement that makes the fallback's change hold whatever the
// primary has.
func overwrite(c *change, f *finding) (statement, bool) {
	if c.shape != nil && c.shape.key == nil && f.kind != UpdateMissing && f.kind != DeleteMissing {
		return statement{}, false
	}
	switch f.kind {
	case InsertExists:
		st, ok := overwriteRow(c, f)
		return statement{sql: exactly(st.sql), args: st.args}, ok
	case UpdateOriginChange:
		return updateChanged(c), true
	case UpdateMissing:
		var b builder
		b.insert(c)
		return statement{sql: exactly(b.String()), args: b.args}, true
	case DeleteMissing:
		return statement{}, true
	case DeleteRecentlyUpdated:
		var b builder
		fmt.Fprintf(&b, "DELETE FROM %s WHERE ", c.target.quoted())
		b.whereKey(c, c.old)
		return statement{sql: exactly(b.String()), args: b.args}, true
	}
	return statement{}, false
}

// overwriteRow makes the primary's row what the fallback's is. It reports false
// where the row in the way of an insert has not the same key, but merely a unique
// value in common.
func overwriteRow(c *change, f *finding) (statement, bool) {
	image := c.old
	if f.kind == InsertExists {
		image = c.new
		for _, i := range c.shape.key {
			if string(f.remote[i]) != string(c.new[i]) {
				return statement{}, false
			}
		}
	}
	return setByKey(c, image, nil), true
}

// updateChanged sets the columns that an update changed, whatever the others
// are; without any, nothing needs to be done.
func updateChanged(c *change) statement {
	changed := c.changed()
	if !slices.Contains(changed, true) {
		return statement{}
	}
	return updateByKey(c, c.old, changed)
}

// updateByKey sets columns (nil: all) of the row with an image's key, which must
// be there.
func updateByKey(c *change, image [][]byte, columns []bool) statement {
	st := setByKey(c, image, columns)
	return statement{sql: exactly(st.sql), args: st.args}
}

// setByKey is the same where the row need not be there.
func setByKey(c *change, image [][]byte, columns []bool) statement {
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
	return statement{sql: b.String(), args: b.args}
}
