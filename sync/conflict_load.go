package dbsync

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// parkedChange is a change read back from failoversql.conflict.
type parkedChange struct {
	Conflict
	edited map[string]*string
	change change
	lost   []string // columns with a value that the primary's table has no place for
}

// load reads a parked transaction.
func (v *resolver) load(ctx context.Context, tx pgx.Tx, head Conflict) ([]*parkedChange, error) {
	rows, err := tx.Query(ctx, `SELECT `+conflictColumns+`, edited::text FROM failoversql.conflict
		WHERE instance = $1 AND journal = $2 AND tx = $3 ORDER BY seq FOR UPDATE`, head.Instance, head.Journal, head.Tx)
	if err != nil {
		return nil, err
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (*parkedChange, error) {
		p := &parkedChange{}
		var base, local, remote, edited *string
		err := row.Scan(&p.ID, &p.Instance, &p.Journal, &p.Tx, &p.Seq, &p.Schema, &p.Table, &p.Op, &p.Cascaded, &p.Kind, &p.DependsOn, &p.Columns,
			&p.Constraint, &p.Message, &p.Statement, &base, &local, &remote, &p.CreatedAt, &p.Decided, &edited)
		if err != nil {
			return nil, err
		}
		if p.edited, err = readImage(edited); err != nil {
			return nil, err
		}
		return p, readImages(&p.Conflict, base, local, remote)
	})
	if err != nil {
		return nil, err
	}
	for _, p := range list {
		if err := v.build(ctx, p); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// build makes the change anew, for the primary's table as it is now.
func (v *resolver) build(ctx context.Context, p *parkedChange) error {
	c := &p.change
	c.seq, c.cascaded, c.ddl = p.Seq, p.Cascaded, p.Statement
	for code, name := range opNames {
		if name == p.Op {
			c.op = code
		}
	}
	if c.op == opDDL {
		return nil
	}
	key := p.Schema + "\x00" + p.Table
	if v.targets[key] == nil {
		t, err := loadTarget(ctx, v.conn, p.Schema, p.Table)
		if err != nil {
			return err
		}
		v.targets[key] = t
	}
	c.target = v.targets[key]
	c.shape = &shape{}
	if c.target == nil {
		return nil
	}
	known := p.Base
	if known == nil {
		known = p.Local
	}
	for i := range c.target.columns {
		col := &c.target.columns[i]
		if _, ok := known[col.name]; ok && !col.generated {
			c.shape.columns = append(c.shape.columns, shapeColumn{name: col.name, target: col})
		}
	}
	p.lost = nil
	for name, v := range p.Local {
		if c.target.column(name) == nil && v != nil && (p.Base[name] == nil || *p.Base[name] != *v) {
			p.lost = append(p.lost, name)
		}
	}
	c.shape.setKey(c.target.key)
	c.old, c.new = c.shape.fromMap(p.Base), c.shape.fromMap(p.Local)
	return nil
}

// fromMap makes an image of a row in text form; nil of no row.
func (sh *shape) fromMap(row map[string]*string) [][]byte {
	if row == nil {
		return nil
	}
	out := make([][]byte, len(sh.columns))
	for i := range sh.columns {
		if text := row[sh.columns[i].name]; text != nil {
			out[i] = []byte(*text)
		}
	}
	return out
}
