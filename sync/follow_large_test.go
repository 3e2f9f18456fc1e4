package dbsync

import (
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/internal/pgtest"
)

// TestTransactionsThatPostgresKeepsOnDisk: a transaction larger than PostgreSQL
// decodes in memory, with small ones that commit while it is open, and one that is
// rolled back.
func TestTransactionsThatPostgresKeepsOnDisk(t *testing.T) {
	server := pgtest.New(t, pgtest.Options{Settings: map[string]string{"logical_decoding_work_mem": "64kB"}})
	r := newReplica(t, server, pairs+"CREATE TABLE large (id int PRIMARY KEY, n int, s text)")
	r.snapshot()
	r.run()
	open, err := pgx.ConnectConfig(r.ctx, r.cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close(r.ctx)
	do := func(sql string) {
		t.Helper()
		if _, err := open.Exec(r.ctx, sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	for i, end := range []string{"COMMIT", "ROLLBACK", "COMMIT"} {
		do("BEGIN")
		for k := range 5 {
			do(fmt.Sprintf("INSERT INTO large SELECT %d + g, g, repeat('x', g %% 100) FROM generate_series(1, 4000) g", (i*5+k)*10_000))
			r.exec("UPDATE debit SET n = n + 1; UPDATE credit SET n = n + 1") // while that is open
			do("SAVEPOINT s; UPDATE large SET n = -n WHERE id % 3 = 0; ROLLBACK TO s; UPDATE large SET s = s || 'y' WHERE id % 7 = 0")
		}
		do("UPDATE debit SET n = n + 100 WHERE id > 25; UPDATE credit SET n = n + 100 WHERE id <= 25")
		r.caughtUp()
		if n := r.local("SELECT count(*) FROM large"); n != int64(min(i, 1))*20_000 {
			t.Errorf("%d rows of a transaction that is open", n)
		}
		do(end)
		r.equal()
	}
	var spilled int64
	if err := r.pg.QueryRow(r.ctx, "SELECT sum(spill_txns)::int8 FROM pg_stat_replication_slots").Scan(&spilled); err != nil || spilled == 0 {
		t.Errorf("no transaction was kept on disk: %v", err)
	}
	r.neverResynced()
}

// TestPreparedTransactions are seen when they are committed, and never when they
// are rolled back, whatever happens to the follower in between.
func TestPreparedTransactions(t *testing.T) {
	server := pgtest.New(t, pgtest.Options{Settings: map[string]string{"max_prepared_transactions": "10"}})
	r := newReplica(t, server, pairs)
	r.snapshot()
	r.run()
	prepare := func(name, where string) {
		r.exec("BEGIN; UPDATE debit SET n = n + 5 WHERE " + where + "; UPDATE credit SET n = n + 5 WHERE " + where)
		r.exec("PREPARE TRANSACTION '" + name + "'")
	}
	sum := func() int64 { return r.local("SELECT sum(n) FROM debit") }
	prepare("kept", "id <= 10")
	prepare("gone", "id BETWEEN 11 AND 20")
	prepare("restarted", "id BETWEEN 21 AND 30")
	r.exec("UPDATE debit SET n = n + 1 WHERE id > 30; UPDATE credit SET n = n + 1 WHERE id > 30")
	r.caughtUp()
	if n := sum(); n != 20 {
		t.Errorf("sum %d with three transactions prepared", n)
	}
	r.stop()
	r.run()
	r.exec("COMMIT PREPARED 'kept'")
	r.exec("ROLLBACK PREPARED 'gone'")
	r.caughtUp() // no comparison yet: a slot waits for what is still prepared
	if n := sum(); n != 70 {
		t.Errorf("sum %d with one transaction committed", n)
	}
	if err := server.Kill9(); err != nil {
		t.Fatal(err)
	}
	if err := server.Restart(); err != nil {
		t.Fatal(err)
	}
	r.connect()
	r.exec("COMMIT PREPARED 'restarted'")
	r.equal()
	if n := sum(); n != 120 {
		t.Errorf("sum %d with both committed", n)
	}
	r.neverResynced()
}

// TestValuesOf100MB are copied and followed, and left alone where they are not
// what an UPDATE changes.
func TestValuesOf100MB(t *testing.T) {
	r := newReplica(t, outPrimary(t), "CREATE TABLE big (id int PRIMARY KEY, n int, s text, b bytea); INSERT INTO big SELECT 1, 1, repeat('0123456789', 10000000), NULL")
	r.snapshot()
	r.run()
	r.exec("INSERT INTO big SELECT 2, 1, 'small', decode(repeat('00ff', 10000000), 'hex')")
	r.exec("UPDATE big SET n = n + 1")
	r.exec("UPDATE big SET s = s || 'x' WHERE id = 1")
	r.equal()
	for query, want := range map[string]int64{
		"SELECT length(s) FROM big WHERE id = 1": 100_000_001, "SELECT length(b) FROM big WHERE id = 2": 20_000_000, "SELECT sum(n) FROM big": 4,
	} {
		if n := r.local(query); n != want {
			t.Errorf("%s: %d", query, n)
		}
	}
	r.neverResynced()
}

// TestWideTables have as many columns as PostgreSQL can hold in one row of this
// width.
func TestWideTables(t *testing.T) {
	types := []string{"int", "text", "numeric(12,3)", "timestamptz", "boolean", "bigint[]", "jsonb", "float8"}
	values := []string{"7", "'seven'", "7.125", "'2026-01-01Z'", "true", "'{1,2}'", `'{"a": 1}'`, "0.1"}
	for _, columns := range []int{500, 1500} {
		var defs, vals []string
		for i := range columns {
			k := i % len(types)
			if columns > 500 {
				k = 0
			}
			defs = append(defs, fmt.Sprintf("c%d %s", i, types[k]))
			vals = append(vals, values[k])
		}
		r := newReplica(t, outPrimary(t), "CREATE TABLE wide (id int PRIMARY KEY, "+strings.Join(defs, ", ")+"); "+
			"INSERT INTO wide SELECT g, "+strings.Join(vals, ", ")+" FROM generate_series(1, 300) g")
		r.snapshot()
		if r.file.Catalog().Table("public", "wide") == nil {
			t.Fatalf("%d columns: not in the copy", columns)
		}
		r.run()
		r.exec("UPDATE wide SET c0 = 8, c499 = NULL WHERE id % 2 = 0; DELETE FROM wide WHERE id % 5 = 0; INSERT INTO wide SELECT 1000, " + strings.Join(vals, ", "))
		r.equal()
		r.neverResynced()
		r.stop()
	}
}
