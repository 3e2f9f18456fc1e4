package dbsync

import (
	"errors"
	"strings"
	"testing"
)

// copies counts the times that the whole file was copied.
func (r *replica) copies() int { return strings.Count(r.log.String(), "snapshot complete") }

// TestOnlyChangedTablesAreCopiedAnew, while the others are written to; the file
// shows both sides of a transaction or neither all the while.
func TestOnlyChangedTablesAreCopiedAnew(t *testing.T) {
	rnd := seed(t)
	r := newReplica(t, outPrimary(t), pairs+common+`CREATE TABLE other (id int PRIMARY KEY, n int); INSERT INTO other SELECT i, i FROM generate_series(1, 50) i`)
	r.snapshot()
	r.run()
	r.equal()
	r.underLoad(rnd, func() {
		for _, sql := range []string{
			"CREATE TABLE fresh (id int PRIMARY KEY, s text)",
			"INSERT INTO fresh VALUES (1, 'a')",
			"ALTER TABLE other ADD COLUMN s text NOT NULL DEFAULT 'there'",
			"UPDATE other SET s = 'x' WHERE id = 3",
			"ALTER TABLE other ALTER n TYPE int USING -n",
			"CREATE INDEX ON debit (n)",
			"ALTER TABLE other RENAME TO another",
			"ALTER TABLE another RENAME n TO m",
			"ALTER TABLE another DROP COLUMN s",
			"ALTER TABLE item DROP CONSTRAINT item_customer_id_fkey",
			"ALTER TYPE mood ADD VALUE 'fine' BEFORE 'happy'",
			"UPDATE customer SET mood = 'fine' WHERE id % 7 = 0",
			"DROP TABLE fresh",
			"ALTER TABLE credit ADD COLUMN note text",
		} {
			if strings.Contains(sql, "fkey") {
				r.dropForeignKeys("item")
				continue
			}
			r.exec(sql)
			if rnd.IntN(3) > 0 {
				r.caughtUp()
			}
		}
	})
	r.equal()
	if n := r.copies(); n != 1 {
		t.Errorf("the whole file was copied %d times", n)
	}
	if c := r.file.Catalog(); c.Table("public", "fresh") != nil || c.Table("public", "another") == nil || c.Table("public", "other") != nil {
		t.Error("the file's tables are not the primary's")
	}
	if n := r.local("SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'debit' AND sql LIKE '%\"n\"%'"); n == 0 {
		t.Error("the new index is not in the file")
	}
	if r.slots() != 1 || len(r.leftovers()) != 0 {
		t.Errorf("%d slots, left: %v", r.slots(), r.leftovers())
	}
	// What is written on the file now is journaled by the new schema.
	r.stop()
	if err := r.s.Diverge(r.ctx, "test"); err != nil {
		t.Fatal(err)
	}
	if n := r.local("SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'another'"); n == 0 {
		t.Error("the new table has no triggers")
	}
}

// dropForeignKeys drops those of a table.
func (r *replica) dropForeignKeys(table string) {
	r.exec(`DO $$ DECLARE k text; BEGIN
		FOR k IN SELECT conname FROM pg_constraint WHERE conrelid = '` + table + `'::regclass AND contype = 'f' LOOP
			EXECUTE format('ALTER TABLE ` + table + ` DROP CONSTRAINT %I', k);
		END LOOP; END $$`)
}

// TestExchangeOfTablesThatFails: at each step, and the whole file is copied instead.
func TestExchangeOfTablesThatFails(t *testing.T) {
	defer func() { failpoint = nil }()
	r := newReplica(t, outPrimary(t), pairs)
	r.snapshot()
	r.run()
	r.equal()
	for i, point := range []string{"resync.begun", "resync.applied", "resync.commit"} {
		r.stop()
		hit := false
		failpoint = func(name string) error {
			if name == point {
				hit = true
				return errors.New("cut here")
			}
			return nil
		}
		r.run()
		r.exec("ALTER TABLE debit ADD COLUMN c" + string(rune('a'+i)) + " int; INSERT INTO credit(id, n) VALUES (" + string(rune('1'+i)) + "000, 0)")
		r.equal()
		r.stop()
		failpoint = nil
		if !hit {
			t.Errorf("%s was never reached", point)
		}
		if n := r.copies(); n != 2+i {
			t.Errorf("%s: the whole file was copied %d times", point, n)
		}
		r.run()
	}
	if r.slots() != 1 || len(r.leftovers()) != 0 {
		t.Errorf("%d slots, left: %v", r.slots(), r.leftovers())
	}
}
