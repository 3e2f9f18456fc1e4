package dbsync

import (
	"bytes"
	"context"
	"fmt"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// change is a journal entry made ready for the primary: values as PostgreSQL
// writes them, columns matched by name.
type change struct {
	seq      int64
	op       string
	cascaded bool
	ddl      string // op 'X'

	cat    *catalog.Catalog // the schema when the change was made
	table  *catalog.Table   // of that schema
	target *target          // as it is on the primary; nil: it has none
	shape  *shape
	old    [][]byte // by shape.columns; nil is NULL
	new    [][]byte
}

// shape says how the columns of a table in the journal meet those of the
// primary.
type shape struct {
	columns []shapeColumn
	key     []int // columns that identify a row; nil: only the whole row does
}

type shapeColumn struct {
	name   string
	typ    pgvalue.Type
	image  int           // index in the journal's row image
	target *targetColumn // nil: the primary's table has no such column
	key    bool
}

// shapeOf matches a table of the journal with one of the primary. Generated
// columns are left out: the primary makes them itself.
func shapeOf(cat *catalog.Catalog, t *catalog.Table, tgt *target) (*shape, error) {
	sh := &shape{}
	for i := range t.Columns {
		c := &t.Columns[i]
		if c.Generated != "" {
			continue
		}
		sc := shapeColumn{name: c.Name, image: i}
		if tgt != nil {
			if sc.target = tgt.column(c.Name); sc.target != nil && sc.target.generated {
				continue
			}
		}
		var ok bool
		if sc.typ, ok = pgvalue.TypeOf(cat, c.Type, c.Typmod); !ok {
			return nil, fmt.Errorf("dbsync: column %s of table %s.%s has unknown type %d", c.Name, t.Schema, t.Name, c.Type)
		}
		sh.columns = append(sh.columns, sc)
	}
	if tgt != nil {
		sh.setKey(tgt.key)
	}
	return sh, nil
}

// setKey takes over the primary's key, if the journal has all of its columns.
func (sh *shape) setKey(names []string) {
	for _, name := range names {
		i := sh.index(name)
		if i < 0 {
			sh.key = nil
			return
		}
		sh.key = append(sh.key, i)
	}
	for _, i := range sh.key {
		sh.columns[i].key = true
	}
}

// image converts one row image of the journal.
func (sh *shape) image(values []any) ([][]byte, error) {
	out := make([][]byte, len(sh.columns))
	for i := range sh.columns {
		c := &sh.columns[i]
		v := values[c.image]
		if v == nil {
			continue
		}
		text := pgvalue.ToText(&c.typ, pgvalue.FromColumn(&c.typ, v))
		if text == nil {
			return nil, fmt.Errorf("dbsync: column %s: a stored %T is no %s", c.name, v, c.typ.Name)
		}
		out[i] = []byte(*text)
	}
	return out, nil
}

func (sh *shape) index(name string) int {
	for i := range sh.columns {
		if sh.columns[i].name == name {
			return i
		}
	}
	return -1
}

// value is the value of a column in an image, and whether the image has it.
func (sh *shape) value(image [][]byte, name string) ([]byte, bool) {
	i := sh.index(name)
	if i < 0 || image == nil {
		return nil, false
	}
	return image[i], true
}

// changed says of each column whether an update gave it another value.
func (c *change) changed() []bool {
	out := make([]bool, len(c.new))
	for i := range c.new {
		out[i] = (c.old[i] == nil) != (c.new[i] == nil) || !bytes.Equal(c.old[i], c.new[i])
	}
	return out
}

// missing are the columns that carry a value the primary has no place for.
func (c *change) missing() []string {
	var out []string
	for i := range c.shape.columns {
		sc := &c.shape.columns[i]
		if sc.target != nil {
			continue
		}
		switch c.op {
		case opInsert:
			if c.new[i] != nil {
				out = append(out, sc.name)
			}
		case opUpdate:
			if c.changed()[i] {
				out = append(out, sc.name)
			}
		}
	}
	return out
}

// changer turns journal entries into changes; it knows the primary's tables.
type changer struct {
	reader  *journalReader
	targets map[string]*target // by quoted name; a nil says that there is none
	shapes  map[tableVersion]*shape
	load    func(ctx context.Context, schema, name string) (*target, error)
}

// forget drops what is known of the primary's tables, after DDL.
func (m *changer) forget() {
	m.targets, m.shapes = map[string]*target{}, map[tableVersion]*shape{}
}

// changes prepares a transaction.
func (m *changer) changes(ctx context.Context, tx *journalTx) ([]change, error) {
	out := make([]change, len(tx.entries))
	for i := range tx.entries {
		if err := m.change(ctx, &tx.entries[i], &out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (m *changer) change(ctx context.Context, e *journalEntry, c *change) error {
	c.seq, c.op, c.cascaded = e.seq, e.op, e.cascaded
	if e.op == opDDL {
		c.ddl, _ = e.values[0].(string)
		return nil
	}
	var err error
	if c.table, err = m.reader.tableOf(ctx, e); err != nil {
		return err
	}
	if c.target, err = m.target(ctx, c.table.Schema, c.table.Name); err != nil {
		return err
	}
	if c.cat, err = m.reader.catalog(ctx, e.version); err != nil {
		return err
	}
	key := tableVersion{e.version, e.table}
	if c.shape = m.shapes[key]; c.shape == nil {
		if c.shape, err = shapeOf(c.cat, c.table, c.target); err != nil {
			return err
		}
		m.shapes[key] = c.shape
	}
	n := len(c.table.Columns)
	switch e.op {
	case opInsert:
		c.new, err = c.shape.image(e.values)
	case opDelete:
		c.old, err = c.shape.image(e.values)
	case opUpdate:
		if c.old, err = c.shape.image(e.values[:n]); err == nil {
			c.new, err = c.shape.image(e.values[n:])
		}
	default:
		err = fmt.Errorf("dbsync: journal row %d has unknown operation %q", e.seq, e.op)
	}
	return err
}

// target finds a table of the primary, asking it once.
func (m *changer) target(ctx context.Context, schema, name string) (*target, error) {
	key := catalog.QuoteQualified(schema, name)
	if t, known := m.targets[key]; known {
		return t, nil
	}
	t, err := m.load(ctx, schema, name)
	if err == nil {
		m.targets[key] = t
	}
	return t, err
}
