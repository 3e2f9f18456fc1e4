package dbsync

import (
	"fmt"
	"maps"
	"slices"
)

// The model: the rows of a small schema, what a statement does to them, and how
// the way back merges what the fallback did into what the primary has.

// modelSchema has a table for every policy, foreign keys of both kinds, and a
// unique column beside the key. Table z and column x of r come and go.
const modelSchema = `
CREATE TABLE r(id int PRIMARY KEY, u int UNIQUE, a int NOT NULL, b int NOT NULL);
CREATE TABLE s(id int PRIMARY KEY, u int REFERENCES r, a int NOT NULL, b int NOT NULL);
CREATE TABLE t(id int PRIMARY KEY, u int REFERENCES r ON DELETE CASCADE, a int NOT NULL, b int NOT NULL);
CREATE TABLE k(id int PRIMARY KEY, u int, a int NOT NULL, b int NOT NULL);
CREATE TABLE l(id int PRIMARY KEY, u int, a int NOT NULL, b int NOT NULL);
CREATE TABLE m(id int PRIMARY KEY, u int, a int NOT NULL, b int NOT NULL);
CREATE TABLE n(id int PRIMARY KEY, u int, a int NOT NULL, b int NOT NULL);
CREATE TABLE d(id int PRIMARY KEY, u int, a int NOT NULL, b int NOT NULL);`

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
	z, x bool // the table and the column are there
}

func newModelState() *modelState { return &modelState{rows: map[modelKey]modelRow{}} }

func (m *modelState) clone() *modelState {
	return &modelState{rows: maps.Clone(m.rows), z: m.z, x: m.x}
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
	switch o.kind {
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
	return slices.Contains([]string{"create", "drop", "add", "remove"}, o.kind)
}

// do runs a statement. It reports what changed, nil for nothing, and whether the
// statement is allowed; where it is not, the state is of no use any more.
func (m *modelState) do(o modelOp) (*modelChange, bool) {
	if o.ddl() {
		c := &modelChange{ddl: o.kind, table: map[bool]string{true: "z", false: "r"}[o.kind == "create" || o.kind == "drop"]}
		if have := map[string]bool{"create": m.z, "drop": !m.z, "add": m.x, "remove": !m.x}[o.kind]; have {
			return nil, false
		}
		m.alter(o.kind)
		return c, true
	}
	if o.table == "z" && !m.z || o.kind == "x" && !m.x {
		return nil, false
	}
	c := &modelChange{table: o.table}
	row, there := m.rows[modelKey{o.table, o.id}]
	after := row
	switch o.kind {
	case "insert":
		c.new = &modelRow{id: o.id, u: o.u, a: o.a, b: o.b}
		return c, m.apply(c)
	case "bump":
		after.a++
	case "set":
		after.u, after.b = o.u, o.b
	case "move":
		after.id = o.to
	case "x":
		after.x = o.a + 1
	}
	if !there {
		return nil, true
	}
	c.old = &row
	if o.kind != "delete" {
		c.new = &after
	} else if o.table == "r" {
		for k, child := range m.rows {
			if k.table == "t" && child.u == row.id {
				c.children = append(c.children, child)
			}
		}
	}
	return c, m.apply(c)
}

func (m *modelState) alter(ddl string) {
	switch ddl {
	case "create":
		m.z = true
	case "drop":
		m.z = false
		maps.DeleteFunc(m.rows, func(k modelKey, _ modelRow) bool { return k.table == "z" })
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

// keys are what a change touches, what it refers to, and what nothing may refer
// to after it.
func (c *modelChange) keys() (own, points, lost []string) {
	name := func(table string, id int) string { return fmt.Sprint(table, " ", id) }
	for _, row := range []*modelRow{c.old, c.new} {
		if row == nil {
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
	if c.old != nil && (c.new == nil || c.new.id != c.old.id) {
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
