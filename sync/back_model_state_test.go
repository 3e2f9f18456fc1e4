package dbsync

import (
	"fmt"
	"maps"
	"slices"
)

// The model: the rows of a small schema, what a statement does to them, and how
// the way back merges what the fallback did into what the primary has.

// modelSchema has a table for every policy, foreign keys of both kinds, and a
// unique column beside the key; p has no key, and q takes its ids from a
// sequence. Table z, column x of r and, on the primary alone, column y of m come
// and go.
const modelSchema = `
CREATE TABLE r(id int PRIMARY KEY, u int UNIQUE, a int NOT NULL, b int NOT NULL);
CREATE TABLE s(id int PRIMARY KEY, u int REFERENCES r, a int NOT NULL, b int NOT NULL);
CREATE TABLE t(id int PRIMARY KEY, u int REFERENCES r ON DELETE CASCADE, a int NOT NULL, b int NOT NULL);
CREATE TABLE k(id int PRIMARY KEY, u int, a int NOT NULL, b int NOT NULL);
CREATE TABLE l(id int PRIMARY KEY, u int, a int NOT NULL, b int NOT NULL);
CREATE TABLE m(id int PRIMARY KEY, u int, a int NOT NULL, b int NOT NULL);
CREATE TABLE n(id int PRIMARY KEY, u int, a int NOT NULL, b int NOT NULL);
CREATE TABLE d(id int PRIMARY KEY, u int, a int NOT NULL, b int NOT NULL);
CREATE TABLE p(id int NOT NULL, u int, a int NOT NULL, b int NOT NULL);
ALTER TABLE p REPLICA IDENTITY FULL;
CREATE TABLE q(id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a int NOT NULL);`

var modelPolicies = map[string]Policy{"k": KeepRemote, "l": ApplyLocal, "m": Merge, "n": "newer:b", "d": "delta:a"}

// modelRow is a row; u and x are NULL where they are 0.
type modelRow struct{ id, u, a, b, x int }

// differs names the columns in which two rows are different.
func (r modelRow) differs(o modelRow) (out []string) {
	for _, c := range []struct {
		name string
		x, y int
	}{{"id", r.id, o.id}, {"u", r.u, o.u}, {"a", r.a, o.a}, {"b", r.b, o.b}, {"x", r.x, o.x}} {
		if c.x != c.y {
			out = append(out, c.name)
		}
	}
	return out
}

// with takes columns over from another row.
func (r modelRow) with(o modelRow, columns []string) modelRow {
	for _, c := range columns {
		switch c {
		case "id":
			r.id = o.id
		case "u":
			r.u = o.u
		case "a":
			r.a = o.a
		case "b":
			r.b = o.b
		case "x":
			r.x = o.x
		}
	}
	return r
}

type modelKey struct {
	table string
	id    int
}

type modelState struct {
	rows map[modelKey]modelRow
	bags map[modelBag]int // how often a row is in p or q; of q the id is left out
	z, x bool             // the table and the column are there
	y    bool             // and the column on the primary
}

// modelBag is a row of a table without a key that the model knows.
type modelBag struct {
	table string
	row   modelRow
}

func bag(table string) bool { return table == "p" || table == "q" }

func newModelState() *modelState {
	return &modelState{rows: map[modelKey]modelRow{}, bags: map[modelBag]int{}}
}

func (m *modelState) clone() *modelState {
	return &modelState{rows: maps.Clone(m.rows), bags: maps.Clone(m.bags), z: m.z, x: m.x, y: m.y}
}

func (m *modelState) equal(o *modelState) bool {
	return m.x == o.x && m.z == o.z && m.y == o.y && maps.Equal(m.rows, o.rows) && maps.Equal(m.bags, o.bags)
}

// put adds a row to a bag, or with -1 takes one out.
func (m *modelState) put(table string, row modelRow, n int) {
	k := modelBag{table, row}
	if m.bags[k] += n; m.bags[k] == 0 {
		delete(m.bags, k)
	}
}

// modelChange is one changed row, nil for none, with the rows of t that went
// with it; or DDL.
type modelChange struct {
	table    string
	old, new *modelRow
	children []modelRow
	ddl      string
}

// modelOp is a statement. What it does depends on the state it meets.
type modelOp struct {
	kind        string
	table       string
	id, u, a, b int
	to          int // another id
}

func (o modelOp) String() string {
	u := "NULL"
	if o.u != 0 {
		u = fmt.Sprint(o.u)
	}
	lo, hi := min(o.id, o.to), max(o.id, o.to)
	switch o.kind {
	case "next":
		return fmt.Sprintf("INSERT INTO q(a) VALUES (%d)", o.a)
	case "inserts":
		if o.table == "r" {
			u = "NULL"
		}
		return fmt.Sprintf("INSERT INTO %s(id, u, a, b) VALUES (%d, %s, %d, %d), (%d, %s, %d, %d), (%d, %s, %d, %d)",
			o.table, o.id, u, o.a, o.b, o.id+1, u, o.a, o.b, o.id+2, u, o.a, o.b)
	case "bumps":
		return fmt.Sprintf("UPDATE %s SET a=a+1 WHERE id BETWEEN %d AND %d", o.table, lo, hi)
	case "deletes":
		return fmt.Sprintf("DELETE FROM %s WHERE id BETWEEN %d AND %d", o.table, lo, hi)
	case "addy":
		return "ALTER TABLE m ADD COLUMN y int"
	case "removey":
		return "ALTER TABLE m DROP COLUMN y"
	case "insert":
		return fmt.Sprintf("INSERT INTO %s(id, u, a, b) VALUES (%d, %s, %d, %d)", o.table, o.id, u, o.a, o.b)
	case "bump":
		return fmt.Sprintf("UPDATE %s SET a=a+1 WHERE id=%d", o.table, o.id)
	case "set":
		return fmt.Sprintf("UPDATE %s SET u=%s, b=%d WHERE id=%d", o.table, u, o.b, o.id)
	case "touch":
		return fmt.Sprintf("UPDATE %s SET a=a WHERE id=%d", o.table, o.id)
	case "move":
		return fmt.Sprintf("UPDATE %s SET id=%d WHERE id=%d", o.table, o.to, o.id)
	case "x":
		return fmt.Sprintf("UPDATE r SET x=%d WHERE id=%d", o.a+1, o.id)
	case "delete":
		return fmt.Sprintf("DELETE FROM %s WHERE id=%d", o.table, o.id)
	case "create":
		return "CREATE TABLE z(id int PRIMARY KEY, u int, a int NOT NULL, b int NOT NULL)"
	case "drop":
		return "DROP TABLE z"
	case "add":
		return "ALTER TABLE r ADD COLUMN x int"
	}
	return "ALTER TABLE r DROP COLUMN x"
}

func (o modelOp) ddl() bool {
	return slices.Contains([]string{"create", "drop", "add", "remove", "addy", "removey"}, o.kind)
}

// do runs a statement. It reports what changed and whether the statement is
// allowed; where it is not, the state is of no use any more.
func (m *modelState) do(o modelOp) ([]modelChange, bool) {
	if o.ddl() {
		c := modelChange{ddl: o.kind, table: map[string]string{"create": "z", "drop": "z", "add": "r", "remove": "r", "addy": "m", "removey": "m"}[o.kind]}
		if have := map[string]bool{"create": m.z, "drop": !m.z, "add": m.x, "remove": !m.x, "addy": m.y, "removey": !m.y}[o.kind]; have {
			return nil, false
		}
		m.alter(o.kind)
		return []modelChange{c}, true
	}
	if o.table == "z" && !m.z || o.kind == "x" && !m.x {
		return nil, false
	}
	changes := m.changes(o)
	for i := range changes {
		c := &changes[i]
		if c.table == "r" && c.new == nil {
			for k, child := range m.rows {
				if k.table == "t" && child.u == c.old.id {
					c.children = append(c.children, child)
				}
			}
		}
		if !m.apply(c) {
			return nil, false
		}
	}
	return changes, true
}

// changes are what a statement does to each row.
func (m *modelState) changes(o modelOp) (out []modelChange) {
	switch o.kind {
	case "next":
		return []modelChange{{table: "q", new: &modelRow{a: o.a}}}
	case "insert":
		return []modelChange{{table: o.table, new: &modelRow{id: o.id, u: o.u, a: o.a, b: o.b}}}
	case "inserts":
		u := o.u
		if o.table == "r" {
			u = 0
		}
		for i := range 3 {
			out = append(out, modelChange{table: o.table, new: &modelRow{id: o.id + i, u: u, a: o.a, b: o.b}})
		}
		return out
	}
	lo, hi := o.id, o.id
	if o.kind == "bumps" || o.kind == "deletes" {
		lo, hi = min(o.id, o.to), max(o.id, o.to)
	}
	var rows []modelRow
	for id := lo; id <= hi; id++ {
		if row, there := m.rows[modelKey{o.table, id}]; there {
			rows = append(rows, row)
		}
	}
	for k, n := range m.bags {
		if k.table == o.table && lo <= k.row.id && k.row.id <= hi {
			rows = append(rows, slices.Repeat([]modelRow{k.row}, n)...)
		}
	}
	for _, row := range rows {
		after := row
		switch o.kind {
		case "bump", "bumps":
			after.a++
		case "set":
			after.u, after.b = o.u, o.b
		case "move":
			after.id = o.to
		case "x":
			after.x = o.a + 1
		}
		c := modelChange{table: o.table, old: &row, new: &after}
		if o.kind == "delete" || o.kind == "deletes" {
			c.new = nil
		}
		out = append(out, c)
	}
	return out
}

func (m *modelState) alter(ddl string) {
	switch ddl {
	case "create":
		m.z = true
	case "drop":
		m.z = false
		maps.DeleteFunc(m.rows, func(k modelKey, _ modelRow) bool { return k.table == "z" })
	case "addy", "removey":
		m.y = ddl == "addy"
	case "add":
		m.x = true
	case "remove":
		m.x = false
		for k, row := range m.rows {
			row.x = 0
			m.rows[k] = row
		}
	}
}

// apply makes a change, unless a constraint forbids it.
func (m *modelState) apply(c *modelChange) bool {
	if bag(c.table) {
		if c.old != nil {
			m.put(c.table, *c.old, -1)
		}
		if c.new != nil {
			m.put(c.table, *c.new, 1)
		}
		return true
	}
	for _, child := range c.children {
		delete(m.rows, modelKey{"t", child.id})
	}
	if c.old != nil {
		delete(m.rows, modelKey{c.table, c.old.id})
	}
	if c.new != nil {
		if _, taken := m.rows[modelKey{c.table, c.new.id}]; taken {
			return false
		}
		m.rows[modelKey{c.table, c.new.id}] = *c.new
	}
	for k, row := range m.rows {
		switch k.table {
		case "r":
			if c.table == "r" && c.new != nil && k.id != c.new.id && row.u != 0 && row.u == c.new.u {
				return false
			}
		case "s", "t":
			if _, ok := m.rows[modelKey{"r", row.u}]; row.u != 0 && !ok {
				return false
			}
		}
	}
	return true
}

type modelTx struct {
	id      int64
	changes []modelChange
}

// merge replays a transaction. Where it returns false the transaction has to be
// parked, and nothing has changed.
func (m *modelState) merge(tx modelTx) bool {
	trial := m.clone()
	for i := range tx.changes {
		if !trial.replay(&tx.changes[i]) {
			return false
		}
	}
	*m = *trial
	return true
}

// replay makes one change of the fallback, or settles the conflict that it
// meets by the table's policy.
func (m *modelState) replay(c *modelChange) bool {
	if c.ddl != "" {
		m.alter(c.ddl)
		return true
	}
	if c.table == "z" && !m.z {
		return false
	}
	if c.table == "r" && !m.x && c.new != nil && (c.old == nil && c.new.x != 0 || c.old != nil && c.new.x != c.old.x) {
		return false // the column's own transaction was parked, and discarded
	}
	if bag(c.table) {
		return (c.old == nil || m.bags[modelBag{c.table, *c.old}] > 0) && m.apply(c)
	}
	policy := modelPolicies[c.table]
	attempt := func(c *modelChange) bool { // or leave all as it was
		trial := m.clone()
		if !trial.apply(c) {
			return false
		}
		*m = *trial
		return true
	}
	if c.old == nil {
		have, taken := m.rows[modelKey{c.table, c.new.id}]
		switch {
		case !taken:
			return attempt(c)
		case policy == ApplyLocal, policy == "newer:b" && have.b < c.new.b:
			return attempt(&modelChange{table: c.table, old: &have, new: c.new})
		}
		return policy == KeepRemote || policy == "newer:b"
	}
	have, there := m.rows[modelKey{c.table, c.old.id}]
	for _, child := range c.children {
		if m.rows[modelKey{"t", child.id}] != child {
			return false
		}
	}
	different := have.differs(*c.old)
	if there && different == nil {
		if c.new != nil && c.new.id != c.old.id && policy == KeepRemote {
			if _, taken := m.rows[modelKey{c.table, c.new.id}]; taken {
				return true
			}
		}
		return attempt(c)
	}
	switch {
	case policy == KeepRemote:
		return true
	case policy == ApplyLocal && c.new == nil:
		delete(m.rows, modelKey{c.table, c.old.id})
		return true
	case policy == ApplyLocal && !there:
		return attempt(&modelChange{table: c.table, new: c.new})
	case policy == "" || c.new == nil || !there:
		return false
	}
	changed := c.new.differs(*c.old)
	merged := have.with(*c.new, changed)
	switch policy {
	case "newer:b":
		if merged = *c.new; have.b >= c.new.b {
			return true
		}
	case Merge, "delta:a":
		for _, name := range changed {
			if !slices.Contains(different, name) {
				continue
			}
			if policy == Merge || name != "a" {
				return false
			}
			merged.a = have.a + c.new.a - c.old.a
		}
	}
	return attempt(&modelChange{table: c.table, old: &have, new: &merged})
}

// modelParked are the keys of parked transactions.
type modelParked struct {
	own, points map[string]bool
	tables      map[string]bool
}

func newModelParked() *modelParked {
	return &modelParked{map[string]bool{}, map[string]bool{}, map[string]bool{}}
}

func (p *modelParked) clone() *modelParked {
	return &modelParked{maps.Clone(p.own), maps.Clone(p.points), maps.Clone(p.tables)}
}

// keys are what a change touches, what it refers to, and what nothing may refer
// to after it.
func (c *modelChange) keys() (own, points, lost []string) {
	name := func(table string, id int) string { return fmt.Sprint(table, " ", id) }
	for _, row := range []*modelRow{c.old, c.new} {
		switch {
		case row == nil || c.table == "q":
			continue
		case bag(c.table):
			own = append(own, fmt.Sprint(c.table, *row))
			continue
		}
		own = append(own, name(c.table, row.id))
		switch {
		case row.u == 0:
		case c.table == "r":
			own = append(own, name("u", row.u))
		case c.table == "s" || c.table == "t":
			points = append(points, name("r", row.u))
		}
	}
	if c.old != nil && !bag(c.table) && (c.new == nil || c.new.id != c.old.id) {
		lost = append(lost, name(c.table, c.old.id))
	}
	for _, child := range c.children {
		own = append(own, name("t", child.id))
		points = append(points, name("r", child.u))
		lost = append(lost, name("t", child.id))
	}
	return own, points, lost
}

func (p *modelParked) add(tx modelTx) {
	for i := range tx.changes {
		c := &tx.changes[i]
		if c.ddl != "" {
			p.tables[c.table] = true
			continue
		}
		own, points, _ := c.keys()
		for _, k := range own {
			p.own[k] = true
		}
		for _, k := range points {
			p.points[k] = true
		}
	}
}

func (p *modelParked) holds(tx modelTx) bool {
	for i := range tx.changes {
		c := &tx.changes[i]
		if p.tables[c.table] {
			return true
		}
		if c.ddl != "" {
			continue
		}
		own, points, lost := c.keys()
		if slices.ContainsFunc(slices.Concat(own, points), func(k string) bool { return p.own[k] }) ||
			slices.ContainsFunc(lost, func(k string) bool { return p.points[k] }) {
			return true
		}
	}
	return false
}
