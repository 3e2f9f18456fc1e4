package dbsync

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
)

// randomTable is a table as the random test knows it.
type randomTable struct {
	name    string
	columns []randomColumn
	keyed   bool // has a primary key; else its whole rows name themselves
	next    int  // id of the next row
}

type randomColumn struct {
	name, typ string
	values    []string
}

// randomSchema draws schemas and what happens to them.
type randomSchema struct {
	*rand.Rand
	tables []*randomTable
	n      int // names given
}

func (s *randomSchema) column() randomColumn {
	s.n++
	samples := typeSamples
	if s.IntN(4) == 0 {
		samples = textSamples
	}
	pick := samples[s.IntN(len(samples))]
	return randomColumn{fmt.Sprintf("c%d", s.n), pick.typ, pick.values}
}

// value draws one of a column's type, or NULL. Long ones are rare.
func (s *randomSchema) value(c randomColumn) string {
	if s.IntN(5) == 0 {
		return "NULL"
	}
	v := c.values[s.IntN(len(c.values))]
	if strings.Contains(v, "100000") && s.IntN(10) > 0 {
		v = c.values[0]
	}
	return "(" + v + ")::" + c.typ
}

func (s *randomSchema) create() []string {
	s.n++
	t := &randomTable{name: fmt.Sprintf("t%d", s.n), keyed: s.IntN(4) > 0}
	defs := []string{"id int NOT NULL"}
	for range 1 + s.IntN(8) {
		c := s.column()
		t.columns = append(t.columns, c)
		defs = append(defs, c.name+" "+c.typ)
	}
	s.tables = append(s.tables, t)
	if t.keyed {
		return []string{"CREATE TABLE " + t.name + " (" + strings.Join(append(defs, "PRIMARY KEY (id)"), ", ") + ")"}
	}
	return []string{"CREATE TABLE " + t.name + " (" + strings.Join(defs, ", ") + ")", "ALTER TABLE " + t.name + " REPLICA IDENTITY FULL"}
}

// change is one statement that changes rows.
func (s *randomSchema) change(t *randomTable) string {
	some := fmt.Sprintf(" WHERE id %% %d = %d", 2+s.IntN(5), s.IntN(2))
	switch s.IntN(12) {
	case 0:
		return "DELETE FROM " + t.name + some
	case 1:
		return "TRUNCATE " + t.name
	case 2, 3:
		if t.keyed { // to keys that nobody has had
			return "UPDATE " + t.name + " SET id = -id" + some + " AND id > 0"
		}
		fallthrough
	case 4, 5:
		if len(t.columns) > 0 {
			c := t.columns[s.IntN(len(t.columns))]
			return "UPDATE " + t.name + " SET " + c.name + " = " + s.value(c) + some
		}
	}
	var rows []string
	for range 1 + s.IntN(5) {
		if t.next++; !t.keyed && s.IntN(3) == 0 {
			t.next-- // one of several equal rows, perhaps
		}
		values := []string{fmt.Sprint(t.next)}
		for _, c := range t.columns {
			values = append(values, s.value(c))
		}
		rows = append(rows, "("+strings.Join(values, ", ")+")")
	}
	names := []string{"id"}
	for _, c := range t.columns {
		names = append(names, c.name)
	}
	return "INSERT INTO " + t.name + "(" + strings.Join(names, ", ") + ") VALUES " + strings.Join(rows, ", ")
}

// alter is one change of the schema.
func (s *randomSchema) alter() []string {
	t := s.tables[s.IntN(len(s.tables))]
	switch s.IntN(7) {
	case 0:
		return s.create()
	case 1:
		if len(s.tables) > 2 {
			for i := range s.tables {
				if s.tables[i] == t {
					s.tables = append(s.tables[:i], s.tables[i+1:]...)
					break
				}
			}
			return []string{"DROP TABLE " + t.name}
		}
	case 2:
		if len(t.columns) > 1 {
			i := s.IntN(len(t.columns))
			name := t.columns[i].name
			t.columns = append(t.columns[:i], t.columns[i+1:]...)
			return []string{"ALTER TABLE " + t.name + " DROP COLUMN " + name}
		}
	case 3:
		s.n++
		c := &t.columns[s.IntN(len(t.columns))]
		old := c.name
		c.name = fmt.Sprintf("c%d", s.n)
		return []string{"ALTER TABLE " + t.name + " RENAME " + old + " TO " + c.name}
	case 4:
		s.n++
		old := t.name
		t.name = fmt.Sprintf("t%d", s.n)
		return []string{"ALTER TABLE " + old + " RENAME TO " + t.name}
	case 5:
		return []string{"CREATE INDEX ON " + t.name + " (id)"}
	}
	c := s.column()
	t.columns = append(t.columns, c)
	def := ""
	if s.IntN(2) == 0 {
		def = " DEFAULT (" + c.values[0] + ")::" + c.typ
	}
	return []string{"ALTER TABLE " + t.name + " ADD COLUMN " + c.name + " " + c.typ + def}
}

// transaction is statements that are committed together, some of them taken back
// by a savepoint.
func (s *randomSchema) transaction() string {
	var sql []string
	for range 1 + s.IntN(6) {
		change := s.change(s.tables[s.IntN(len(s.tables))])
		switch s.IntN(5) {
		case 0:
			sql = append(sql, "SAVEPOINT a", change, "ROLLBACK TO a")
		case 1:
			sql = append(sql, "SAVEPOINT b", change, "RELEASE b")
		default:
			sql = append(sql, change)
		}
	}
	if s.IntN(6) == 0 {
		sql = append(sql, s.alter()...)
	}
	end := "COMMIT"
	if s.IntN(8) == 0 && len(sql) > 0 && !strings.Contains(strings.Join(sql, ";"), "TABLE ") {
		end = "ROLLBACK"
	}
	return "BEGIN; " + strings.Join(sql, "; ") + "; " + end
}

// TestRandomSchemas: schemas and rows of every type, copied and followed through
// transactions and changes of the schema drawn at random, are equal at each look.
// RANDOM_SCHEMAS is how many schemas are drawn; by default 2.
func TestRandomSchemas(t *testing.T) {
	rnd := seed(t)
	schemas := 2
	if n, err := strconv.Atoi(os.Getenv("RANDOM_SCHEMAS")); err == nil {
		schemas = n
	}
	for range schemas {
		s := &randomSchema{Rand: rnd}
		first := []string{typeNames}
		for range 3 {
			first = append(first, s.create()...)
		}
		r := newReplica(t, outPrimary(t), strings.Join(first, "; "))
		for range 5 {
			r.exec(s.transaction())
		}
		r.snapshot()
		r.run()
		for range 4 {
			for range 6 {
				r.exec(s.transaction())
			}
			for _, sql := range s.alter() {
				r.exec(sql)
			}
			if r.equal(); t.Failed() {
				return
			}
		}
		if n := r.copies(); n != 1 {
			t.Errorf("the whole file was copied %d times", n)
		}
		r.stop()
	}
}
