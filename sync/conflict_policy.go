package dbsync

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
)

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
