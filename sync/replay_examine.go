package dbsync

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/catalog"
)

// remoteRow is a row of the primary, locked, beside an image of the journal.
type remoteRow struct {
	values    [][]byte // by shape.columns; nil where the value is NULL or the column is missing
	different []string // columns that are not what the image says
}

// fetchRow reads and locks the row that an image's key names, or without a key
// one that looks exactly like it. Values are compared by PostgreSQL itself. It
// returns nil where there is no such row.
func fetchRow(ctx context.Context, tx pgx.Tx, c *change, image [][]byte) (*remoteRow, error) {
	var where builder
	if c.shape.key != nil {
		where.WriteString(" WHERE ")
		where.whereKey(c, image)
	} else {
		where.whereImage(c, image)
	}
	rows, err := selectRows(ctx, tx, c, image, where.String(), where.args, " LIMIT 1 FOR UPDATE")
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return rows[0], nil
}

// selectRows reads rows of a change's table and compares them with an image.
func selectRows(ctx context.Context, tx pgx.Tx, c *change, image [][]byte, where string, args [][]byte, tail string) ([]*remoteRow, error) {
	b := builder{args: args}
	b.WriteString("SELECT ")
	var at []int // shape.columns that are selected
	for i := range c.shape.columns {
		sc := &c.shape.columns[i]
		if sc.target == nil {
			continue
		}
		if len(at) > 0 {
			b.WriteString(", ")
		}
		at = append(at, i)
		b.WriteString(catalog.QuoteIdent(sc.name) + "::text, ")
		b.equal(sc, image[i], false)
	}
	if len(at) == 0 {
		b.WriteString("1")
	}
	fmt.Fprintf(&b, " FROM %s%s%s", c.target.quoted(), where, tail)

	result := tx.Conn().PgConn().ExecParams(ctx, b.String(), b.args, nil, nil, nil)
	var out []*remoteRow
	for result.NextRow() {
		values := result.Values()
		row := &remoteRow{values: make([][]byte, len(c.shape.columns))}
		for n, i := range at {
			if v := values[2*n]; v != nil {
				row.values[i] = slices.Clone(v)
				if row.values[i] == nil {
					row.values[i] = []byte{}
				}
			}
			if string(values[2*n+1]) != "t" {
				row.different = append(row.different, c.shape.columns[i].name)
			}
		}
		out = append(out, row)
	}
	_, err := result.Close()
	return out, err
}

// inTheWay finds the rows of the primary that hold one of an image's unique
// keys, and the columns of those keys. For an update its own row is left out.
func inTheWay(ctx context.Context, tx pgx.Tx, c *change) ([]*remoteRow, []string, error) {
	var rows []*remoteRow
	var columns []string
	for _, cols := range c.target.uniques {
		if c.op == opUpdate && !anyChanged(c, cols) {
			continue
		}
		var where builder
		where.WriteString(" WHERE ")
		usable := true
		for n, name := range cols {
			i := c.shape.index(name)
			if usable = i >= 0 && c.new[i] != nil; !usable {
				break
			}
			if n > 0 {
				where.WriteString(" AND ")
			}
			where.equal(&c.shape.columns[i], c.new[i], true)
		}
		if !usable {
			continue
		}
		found, err := selectRows(ctx, tx, c, c.new, where.String(), where.args, " FOR UPDATE")
		if err != nil {
			return nil, nil, err
		}
		for _, f := range found {
			columns = append(columns, cols...)
			if !slices.ContainsFunc(rows, func(r *remoteRow) bool { return sameImage(r.values, f.values) }) {
				rows = append(rows, f)
			}
		}
	}
	slices.Sort(columns)
	return rows, slices.Compact(columns), nil
}

func anyChanged(c *change, columns []string) bool {
	changed := c.changed()
	return slices.ContainsFunc(columns, func(name string) bool {
		i := c.shape.index(name)
		return i >= 0 && changed[i]
	})
}

func sameImage(a, b [][]byte) bool {
	return slices.EqualFunc(a, b, func(x, y []byte) bool { return (x == nil) == (y == nil) && string(x) == string(y) })
}

// examine looks for a conflict between a change and the primary as it is. It
// locks the rows it looks at. Nil: the change may be applied.
func examine(ctx context.Context, tx pgx.Tx, c *change) (*finding, error) {
	if c.target == nil {
		return &finding{kind: TargetTableMissing, message: fmt.Sprintf("the primary has no table %s.%s", c.table.Schema, c.table.Name)}, nil
	}
	if missing := c.missing(); missing != nil {
		return &finding{kind: TargetColumnMissing, columns: missing,
			message: fmt.Sprintf("table %s.%s on the primary has no column %s", c.table.Schema, c.table.Name, missing[0])}, nil
	}
	if c.op != opInsert {
		row, err := fetchRow(ctx, tx, c, c.old)
		if err != nil {
			return nil, err
		}
		if f := compareBase(c, row); f != nil {
			return f, nil
		}
	}
	if c.op == opDelete {
		return nil, nil
	}
	rows, columns, err := inTheWay(ctx, tx, c)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	f := &finding{kind: InsertExists, columns: columns, remote: rows[0].values, message: "a row with this key is on the primary"}
	switch {
	case len(rows) > 1:
		f.kind, f.message = MultipleUniqueConflict, fmt.Sprintf("%d rows on the primary hold keys of this one", len(rows))
	case c.op == opUpdate:
		f.kind, f.message = UpdateKeyExists, "the new key belongs to another row on the primary"
	}
	return f, nil
}

// compareBase compares what the journal saw with the primary's row.
func compareBase(c *change, row *remoteRow) *finding {
	switch {
	case row == nil && c.op == opUpdate:
		return &finding{kind: UpdateMissing, message: "the row is not on the primary"}
	case row == nil:
		return &finding{kind: DeleteMissing, message: "the row is not on the primary"}
	case len(row.different) == 0:
		return nil
	case c.op == opUpdate:
		return &finding{kind: UpdateOriginChange, columns: row.different, remote: row.values, message: "the row was changed on the primary"}
	default:
		return &finding{kind: DeleteRecentlyUpdated, columns: row.different, remote: row.values, message: "the row was changed on the primary"}
	}
}
