package dbsync

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/failoversql/failoversql/catalog"
)

// triggers reads the file's triggers by table.
func (r *replica) triggers() map[string][]trigger {
	r.t.Helper()
	c, err := r.file.Conn(r.ctx)
	if err != nil {
		r.t.Fatal(err)
	}
	defer c.Close()
	have, err := storedTriggers(r.ctx, c)
	if err != nil {
		r.t.Fatal(err)
	}
	return have
}

// triggerAges gives the number that SQLite's schema gave each trigger when it was
// made, by its table and name.
func (r *replica) triggerAges() map[trigger]string {
	r.t.Helper()
	c, err := r.file.Conn(r.ctx)
	if err != nil {
		r.t.Fatal(err)
	}
	defer c.Close()
	rows, err := c.Query(r.ctx, "SELECT name, CAST(rowid AS text) FROM sqlite_schema WHERE type = 'trigger'")
	if err != nil {
		r.t.Fatal(err)
	}
	defer rows.Close()
	made, err := collectPairs(rows)
	if err != nil {
		r.t.Fatal(err)
	}
	ages := map[trigger]string{}
	for table, triggers := range r.triggers() {
		for _, tr := range triggers {
			ages[trigger{table, tr.name}] = made[tr.name]
		}
	}
	return ages
}

// TestSchemaChangeTouchesItsTablesOnly: what a change of the schema costs on the
// copy grows with the tables that it concerns, not with those there are.
func TestSchemaChangeTouchesItsTablesOnly(t *testing.T) {
	var schema strings.Builder
	schema.WriteString("CREATE TABLE parent (id int PRIMARY KEY, n int); CREATE TABLE child (id int PRIMARY KEY, parent int REFERENCES parent ON DELETE CASCADE);")
	for i := range 60 {
		fmt.Fprintf(&schema, "CREATE TABLE t%d (id int PRIMARY KEY, n int, up int REFERENCES parent ON UPDATE CASCADE);", i)
	}
	r := newReplica(t, outPrimary(t), schema.String())
	r.snapshot()
	r.run()
	r.equal()
	for _, step := range []struct {
		sql    string
		tables []string // whose triggers may be made anew
	}{
		{"ALTER TABLE t7 ADD COLUMN m int", []string{"t7"}},
		{"ALTER TABLE t8 ALTER n SET DEFAULT 4", nil},
		{"CREATE INDEX ON t9 (n)", nil},
		{"CREATE TABLE fresh (id int PRIMARY KEY)", []string{"fresh"}},
		{"ALTER TABLE child ADD COLUMN m int", []string{"child"}},
		{"CREATE TABLE other (id int PRIMARY KEY, up int REFERENCES t3 ON DELETE SET NULL)", []string{"other", "t3"}},
		{"DROP TABLE other", []string{"other", "t3"}},
		{"ALTER TABLE t10 RENAME TO renamed", []string{"t10", "renamed", "parent"}},
		{"ALTER TABLE t11 RENAME n TO m", []string{"t11"}},
		{"ALTER TABLE t12 DROP CONSTRAINT t12_up_fkey", []string{"t12", "parent"}},
	} {
		before := r.triggerAges()
		r.exec(step.sql)
		r.equal()
		if change, err := r.s.compareSchema(r.ctx, r.pg); err != nil || change != nil {
			t.Fatalf("after: %s: %v, to be taken over: %v", step.sql, err, change != nil)
		}
		after := r.triggerAges()
		for made, age := range after {
			if before[made] != age && !slices.Contains(step.tables, made.name) {
				t.Errorf("%s: trigger %s of %s was made anew", step.sql, made.text, made.name)
			}
		}
		have := r.triggers()
		for _, table := range r.file.Catalog().Tables {
			want, err := tableTriggers(r.file.Catalog(), table)
			if err != nil {
				t.Fatal(err)
			}
			name := catalog.SQLiteName(table.Schema, table.Name)
			if !slices.Equal(have[name], want) {
				t.Errorf("%s: %s has the triggers\n%q, not\n%q", step.sql, name, have[name], want)
			}
			delete(have, name)
		}
		if len(have) > 0 {
			t.Errorf("%s: triggers are left on %v", step.sql, have)
		}
		if t.Failed() {
			return
		}
	}
}
