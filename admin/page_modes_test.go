package admin_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/health"
	"github.com/failoversql/failoversql/internal/pgtest"
	"github.com/failoversql/failoversql/sqlitedb"
)

const longName = "the_longest_name_that_postgresql_takes_for_a_table_is_63_bytes_"

// session is a connection to PostgreSQL that is the test's own.
func (w *world) session() *pgx.Conn {
	w.t.Helper()
	c, err := pgx.Connect(w.t.Context(), w.pg.URL())
	require.NoError(w.t, err)
	w.t.Cleanup(func() { _ = c.Close(context.Background()) })
	return c
}

func (w *world) exec(sql string) {
	w.t.Helper()
	_, err := w.db.Exec(sql)
	require.NoError(w.t, err)
}

func (w *world) path() string { return w.c.Status(w.t.Context()).Fallback.Path }

// PostgreSQL serves: nothing is wrong, statements that SQLite would refuse, work
// under way and done, and what an operator may have done.
func TestPageWhilePostgresServes(t *testing.T) {
	w := newWorld(t)
	v := w.viewer()
	v.look("primary", shown("mode", "PostgreSQL serves"), shown("conflicts", "None"))
	v.tabs()

	w.onPrimary(`CREATE TABLE ` + longName + ` (id serial PRIMARY KEY, a_column_with_quite_a_long_name jsonb, note text)`)
	w.onPrimary(`INSERT INTO ` + longName + ` (note) SELECT 'n' FROM generate_series(1, 1000)`)
	require.Equal(t, "done", w.ended(w.do("POST", "/migrate-from-primary", ""))["state"])
	for range 300 {
		w.exec(`SELECT name FROM goods WHERE id = 1`)
	}
	// Where the machine is busy not every statement is looked at.
	w.await(func(failoversql.Status) bool {
		w.exec(`LISTEN "a channel of the application"`)
		for range 7 {
			w.exec(`SELECT t.id, t.a_column_with_quite_a_long_name, xmlelement(name thing, t.note) FROM ` + longName + ` t JOIN goods g ON g.id = t.id WHERE t.note ILIKE '%x%' ORDER BY t.id`)
		}
		return w.c.Readiness(t.Context()).Refused == 2
	})
	v.look("readiness", shown("readiness", "would run"), shown("readiness", "xmlelement"))

	v.run(press(`button[data-post="verify"]`, "reads every table once"))
	v.look("job-done", shown("jobs", "verify"), shown("jobs", "all the same on both sides"))
	slow := w.do("POST", "/verify", `{"rate":1}`)
	v.look("job-running", shown("jobs", "running"))
	w.do("DELETE", "/jobs/"+slow.doc["id"].(string), "")
	w.ended(slow)
	for range 2 {
		w.ended(w.do("POST", "/backup", ""))
	}
	v.look("backups", shown("jobs", "cancelled"), shown("jobs", "backup"))

	w.await(func(s failoversql.Status) bool { return s.Fallback.Following })
	drill := w.do("POST", "/drill", `{"seconds":6}`)
	w.await(func(s failoversql.Status) bool { return s.Mode == health.Fallback })
	for range 40 {
		w.exec(`SELECT name FROM goods WHERE id = 1`)
	}
	for range 3 {
		_, err := w.db.Exec(`SELECT xmlelement(name thing, name) FROM goods`)
		require.Error(t, err)
		_, err = w.db.Exec(`UPDATE goods SET stock = 1`)
		require.Error(t, err)
	}
	v.look("drill-running", shown("mode", "A drill is under way"), shown("jobs", "drill"))
	require.Equal(t, "done", w.ended(drill)["state"])
	v.look("drill-report", shown("mode", "PostgreSQL serves"), shown("jobs", "3 with 25006, a write that was refused"), shown("jobs", "3 times: this expression"))

	v.run(press(`button[data-post="test"]`, "No traffic moves"))
	v.run(says("said", "all is well"))
	v.look("test")

	for n := range 7 {
		require.NoError(t, w.c.SwitchToFallback(t.Context()), n)
		require.NoError(t, w.c.SwitchToPrimary(t.Context()), n)
	}
	v.look("pinned-primary", shown("mode", "Kept on PostgreSQL by an operator"), shown("past", "fallback"))
	require.NoError(t, w.pg.Kill9())
	v.look("pinned-primary-down", shown("mode", "PostgreSQL is kept, and does not answer"), shown("sides", "refused"))
}

// An hour has passed; then PostgreSQL is silent, and it is not yet known for an
// outage.
func TestPageOfAnHour(t *testing.T) {
	w := newWorld(t, func(c *failoversql.Config) { c.ProbeTimeout, c.Timeout = time.Minute, time.Minute })
	w.h.Lived(func(n int) (primary, fallback time.Duration, up bool) {
		return time.Duration(600+n*7%400+n%31/30*9000) * time.Microsecond, time.Duration(80+n*13%50) * time.Microsecond, n < 200 || n > 240
	})
	v := w.viewer()
	v.look("plots", shown("sides", "none where it is red"))
	require.NoError(t, w.pg.Freeze())
	v.look("suspect", shown("mode", "PostgreSQL serves"), shown("sides", "s ago"))
	require.NoError(t, w.pg.Thaw())
	v.run(emulation.SetScriptExecutionDisabled(true), chromedp.Reload())
	v.look("without-script", shown("mode", "PostgreSQL serves"))
	var text string
	v.run(chromedp.Evaluate(`document.body.innerText`, &text))
	require.Contains(t, text, "Without JavaScript")
	require.NotContains(t, text, "Orders", "none that do nothing")
}

// SQLite serves, by an operator's will and with a journal; then the way back,
// held at each of its steps.
func TestPageOnTheWayBack(t *testing.T) {
	w := newWorld(t, func(c *failoversql.Config) { c.CutoverLimit = time.Minute })
	w.onPrimary(`CREATE TABLE orders (id serial PRIMARY KEY, what text)`)
	require.Equal(t, "done", w.ended(w.do("POST", "/migrate-from-primary", ""))["state"])
	w.await(func(s failoversql.Status) bool {
		return s.Fallback.Following && s.Fallback.Leases["public.orders_id_seq"] > 0
	})
	v := w.viewer()
	require.NoError(t, w.c.SwitchToFallback(t.Context()))
	w.exec(`INSERT INTO orders (what) SELECT 'order' FROM generate_series(1, 1990)`)
	for range 5 {
		w.exec(`UPDATE goods SET stock = stock - 1`)
	}
	v.look("held-by-operator", shown("mode", "Kept on SQLite by an operator"), shown("sides", "6 transactions"), shown("stock", "orders_id_seq"))

	blocker, err := w.session().Begin(t.Context())
	require.NoError(t, err)
	_, err = blocker.Exec(t.Context(), `LOCK TABLE goods`)
	require.NoError(t, err)
	require.NoError(t, w.c.ResumeAuto(t.Context()))
	v.look("recovering", shown("mode", "while the journal is replayed"))
	w.await(func(s failoversql.Status) bool { return s.Trouble != "" })
	v.look("recovering-trouble", shown("mode", "not possible"))

	tx, err := w.db.Begin() // the return waits for it
	require.NoError(t, err)
	_, err = tx.Exec(`SELECT 1 FROM goods`)
	require.NoError(t, err)
	require.NoError(t, blocker.Rollback(t.Context()))
	v.look("cutover", shown("mode", "Returning to PostgreSQL"))
	require.NoError(t, tx.Commit())
	v.run(says("mode", "PostgreSQL serves"))
}

// An outage, with writes and without, and a PostgreSQL that fails too often.
func TestPageInAnOutage(t *testing.T) {
	w := newWorld(t)
	v := w.viewer()
	require.NoError(t, w.pg.SetHBA("host all all 127.0.0.1/32 reject"))
	require.NoError(t, w.pg.Reload())
	w.onPrimary(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'`)
	v.look("degraded", shown("sides", "pg_hba.conf"))
	require.NoError(t, w.pg.SetHBA())
	require.NoError(t, w.pg.Reload())
	require.NoError(t, w.pg.Kill9())
	w.await(func(s failoversql.Status) bool { return s.Mode == health.Fallback })
	w.exec(`UPDATE goods SET stock = stock - 1`)
	v.look("fallback-writing", shown("mode", "SQLite serves"), shown("sides", "1 transaction"))
	for w.c.Status(t.Context()).Held == false {
		require.NoError(t, w.pg.Restart())
		w.await(func(s failoversql.Status) bool { return s.Mode == health.Primary || s.Held })
		w.await(func(s failoversql.Status) bool { return s.Fallback.Following || s.Held })
		require.NoError(t, w.pg.Kill9())
		w.await(func(s failoversql.Status) bool { return s.Mode == health.Fallback })
	}
	v.look("flapping", shown("mode", "Too many failovers"))
}

// Copies at intervals, writes refused.
func TestPageReadOnly(t *testing.T) {
	pg, err := pgtest.Start(pgtest.Options{Settings: map[string]string{"wal_level": "replica"}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, pg.Close()) })
	require.NoError(t, pg.Exec(t.Context(), "postgres", `CREATE TABLE goods (id int PRIMARY KEY, name text)`))
	w := worldOn(t, pg, func(c *failoversql.Config) { c.Writes = failoversql.WritesReject })
	w.await(func(s failoversql.Status) bool { return s.Fallback.SnapshotComplete })
	v := w.viewer()
	v.look("snapshots", shown("sides", "wal_level"))
	require.NoError(t, w.pg.Freeze())
	v.look("fallback-read-only", shown("mode", "SQLite serves"))
	require.NoError(t, w.pg.Thaw())
}

// There is no copy yet, and then no PostgreSQL either.
func TestPageWithoutACopy(t *testing.T) {
	pg := pgtest.New(t)
	require.NoError(t, pg.Exec(t.Context(), "postgres", `CREATE TABLE `+longName+` (id int PRIMARY KEY, name text)`))
	hold, err := pgx.Connect(t.Context(), pg.URL())
	require.NoError(t, err)
	t.Cleanup(func() { _ = hold.Close(context.Background()) })
	_, err = hold.Exec(t.Context(), `BEGIN; LOCK TABLE `+longName)
	require.NoError(t, err)
	w := worldOn(t, pg)
	v := w.viewer()
	v.look("no-copy", shown("sides", "not copied yet"))
	require.NoError(t, w.pg.Kill9())
	v.look("unavailable", shown("mode", "Nothing serves"))
}

// What waits for a decision.
func TestPageConflicts(t *testing.T) {
	w := newWorld(t)
	w.onPrimary(`CREATE SCHEMA the_warehouse_of_the_company_with_a_long_name`)
	w.onPrimary(`CREATE TABLE the_warehouse_of_the_company_with_a_long_name.` + longName + ` (id uuid PRIMARY KEY, description text, dimensions jsonb, price numeric(12,2), removed timestamptz, a_path text)`)
	w.onPrimary(`INSERT INTO the_warehouse_of_the_company_with_a_long_name.` + longName + ` VALUES ('0192f5d5-8e1c-7c3a-9a57-9c1f0c4b7d11', '` + strings.Repeat("words of a long description, ", 12) + `', '{"height": 3, "width": 4}', 12345678.90, NULL, '/` + strings.Repeat("averylongpathwithoutanyspace", 5) + `')`)
	require.Equal(t, "done", w.ended(w.do("POST", "/migrate-from-primary", ""))["state"])
	w.await(func(s failoversql.Status) bool { return s.Fallback.Following })
	v := w.viewer()
	require.NoError(t, w.c.SwitchToFallback(t.Context()))
	w.exec(`UPDATE goods SET stock = 90 WHERE id = 1`)
	w.exec(`INSERT INTO goods VALUES (3, 'bolts', NULL)`)
	w.exec(`DELETE FROM goods WHERE id = 2`)
	w.exec(`UPDATE the_warehouse_of_the_company_with_a_long_name.` + longName + ` SET price = 1, description = 'short', removed = '2026-11-26 10:00+00'`)
	w.onPrimary(`UPDATE goods SET stock = 70 WHERE id = 1`)
	w.onPrimary(`INSERT INTO goods VALUES (3, 'nuts', 5)`)
	w.onPrimary(`UPDATE goods SET stock = 51 WHERE id = 2`)
	w.onPrimary(`UPDATE the_warehouse_of_the_company_with_a_long_name.` + longName + ` SET price = 2, dimensions = '{"height": 3, "width": 4, "depth": [1, 2, 3, 4, 5]}'`)
	require.NoError(t, w.c.SwitchToPrimary(t.Context()))
	require.NoError(t, w.c.ResumeAuto(t.Context()))
	v.look("conflicts", shown("conflicts", "bolts"), shown("conflicts", "12345678.90"))
	v.tabs()
	v.run(chromedp.Click(`button[data-body*="discard"]`, chromedp.ByQuery), chromedp.WaitVisible("#ask", chromedp.ByQuery), says("ask", "Discard the transaction, "))
	v.look("confirm")
}

// The copy is behind, wrong, or has to be made again.
func TestPageOfACopyInTrouble(t *testing.T) {
	w := newWorld(t, func(c *failoversql.Config) { c.ShadowReads = 1 })
	v := w.viewer()
	other, err := sqlitedb.Open(t.Context(), w.path(), sqlitedb.Options{})
	require.NoError(t, err)
	conn, err := other.Conn(t.Context())
	require.NoError(t, err)
	closed := func() { require.NoError(t, conn.Close()); require.NoError(t, other.Close()) }
	_, err = conn.Exec(t.Context(), `UPDATE failoversql_state SET capture = 0; UPDATE goods SET name = 'secret value' WHERE id = 1; UPDATE failoversql_state SET capture = 1`)
	require.NoError(t, err)
	for _, sql := range []string{`SELECT stock FROM goods`, `SELECT id, name FROM goods WHERE id = 1`, `SELECT count(*) FROM goods WHERE name LIKE 'secret%' AND stock BETWEEN 10 AND 1000`} {
		rows, err := w.db.Query(sql)
		require.NoError(t, err)
		require.NoError(t, rows.Close())
	}
	v.look("shadow-differences", shown("readiness", "values of name"), shown("readiness", "different: 2"))

	_, err = conn.Exec(t.Context(), `BEGIN IMMEDIATE`)
	require.NoError(t, err)
	w.onPrimary(`INSERT INTO goods SELECT n, repeat('x', 100), n FROM generate_series(10, 20000) n`)
	v.look("lag", shown("sides", "Behind"))
	_, err = conn.Exec(t.Context(), `ROLLBACK`)
	require.NoError(t, err)
	closed()

	w.await(func(s failoversql.Status) bool { return s.Fallback.Following && s.Fallback.LagBytes == 0 })
	hold := w.session()
	_, err = hold.Exec(t.Context(), `BEGIN; LOCK TABLE goods`)
	require.NoError(t, err)
	w.onPrimary(`DO $$ BEGIN
		WHILE EXISTS (SELECT FROM pg_replication_slots) LOOP
			BEGIN
				PERFORM pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE active;
				PERFORM pg_drop_replication_slot(slot_name) FROM pg_replication_slots;
			EXCEPTION WHEN object_in_use THEN
			END;
		END LOOP;
	END $$`)
	v.look("slot-lost", shown("sides", "does not follow"), shown("mode", "not kept up"))
}

// What an operator seldom does, and has done with it.
func TestPageRemoved(t *testing.T) {
	w := newWorld(t)
	v := w.viewer()
	v.run(press(`button[data-post="rescue"]`, "came back older"), says("said", "begun"))
	v.look("rescued", shown("jobs", "rescue"), shown("jobs", "done"))
	v.run(press(`button[data-post="cleanup"]`, "Removes the fallback file"), says("said", "begun"))
	v.look("removed", shown("jobs", "cleanup"), shown("mode", "fallback was removed"), shown("sides", "where there is no fallback"))
}
