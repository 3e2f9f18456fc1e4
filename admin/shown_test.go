package admin

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/health"
	dbsync "github.com/failoversql/failoversql/sync"
)

func TestWords(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1000: "-1,000"} {
		require.Equal(t, want, grouped(n))
	}
	require.Equal(t, "1 row", count(1, "row", "rows"))
	require.Equal(t, "2,000 rows", count(2000, "row", "rows"))
	for d, want := range map[time.Duration]string{0: "0 ms", 800: "1 µs", 17 * time.Microsecond: "17 µs", 1500 * time.Microsecond: "1.5 ms", 45 * time.Millisecond: "45 ms", 1200 * time.Millisecond: "1.2 s"} {
		require.Equal(t, want, short(d))
	}
	require.Equal(t, "ä", cut("ä"))
	require.Equal(t, strings.Repeat("ä", 400)+"… (the first 400 of 1,000 characters)", cut(strings.Repeat("ä", 1000)))
}

// What comes of every kind of job is on the page.
func TestResultsAreShown(t *testing.T) {
	lines := func(result any) (all []string) {
		for _, f := range told(result) {
			all = append(all, strings.TrimSpace(f.Name+": "+f.Text+" "+f.Tone))
		}
		return all
	}
	lacking := []catalog.Relation{{Schema: "public", Name: "far", Reason: "is a foreign table"}}
	require.Equal(t, []string{"Copied: 1,200 rows of 2 tables, 2.0 KiB", "Not in the copy: public.far is a foreign table warn"},
		lines(copied{MigrateReport: failoversql.MigrateReport{Rows: 1200, Tables: 2, Bytes: 2048, Absent: lacking}}))
	differs := dbsync.TableReport{Schema: "public", Name: "goods", Primary: 3, Differences: []dbsync.Difference{{Key: "7", Kind: "missing"}}, More: true}
	require.Equal(t, []string{"Differs: public.goods: 1 or more rows; the first is 7, missing in the file bad"},
		lines(verified{VerifyReport: failoversql.VerifyReport{Tables: []dbsync.TableReport{differs}}}))
	require.Equal(t, []string{"Compared: 1 row of 1 table, all the same on both sides"},
		lines(verified{VerifyReport: failoversql.VerifyReport{Tables: []dbsync.TableReport{{Primary: 1}}}}))
	require.Equal(t, []string{"Would replay: 5 transactions", "Conflicts: 1 transaction parked warn", "Left: 2 transactions, until traffic returns"},
		lines(replayed{SyncReport: failoversql.SyncReport{Transactions: 5, Parked: 1, Left: 2}, DryRun: true}))
	require.Equal(t, []string{"Written: a.db", "Removed: b.db"}, lines(backedUp{"a.db", []string{"b.db"}}))
	require.Equal(t, []string{"Replayed: 3 transactions of 1 journal", "Gone: 1 transaction, of which the file had nothing any more bad"},
		lines(dbsync.RescueReport{Journals: 1, Transactions: 3, Gone: 1}))
	require.Equal(t, []string{"Removed: app.db", "Only in the backup: 1 transaction warn", "Left on PostgreSQL: it is away: run SELECT 1 warn"},
		lines(failoversql.CleanupReport{Removed: "app.db", Destroyed: "1 transaction", Left: "SELECT 1", Why: "it is away"}))
	require.Contains(t, lines(failoversql.DrillReport{Trouble: "SQLite did not take over"}), "Trouble: SQLite did not take over bad")

	s := showJob(Job{Kind: "migrate", State: "running", Progress: copying{Step: "copy", Tables: 4, TablesDone: 1, Rows: 500, RowsExpected: 2000, RowsPerSecond: 250, RemainingSeconds: 6}}, time.Now())
	require.Equal(t, "copy: 1 of 4 tables, about 500 of 2,000 rows, 250 rows in a second, 6 s left", s.Step)
	require.Equal(t, "0.250", s.Part)
}

// How long SQLite has served is counted over attempts to return; alarms are told
// as such and last no time.
func TestPastIsShown(t *testing.T) {
	now := time.Now()
	at := func(ago int, mode health.Mode, alarm bool) failoversql.Event {
		return failoversql.Event{Time: now.Add(-time.Duration(ago) * time.Second), Mode: mode, Alarm: alarm, Reason: errors.ErrUnsupported.Error()}
	}
	events := []failoversql.Event{at(1, health.Recovering, false), at(20, health.Fallback, true), at(30, health.Fallback, false), at(90, health.Primary, false)}
	require.Equal(t, now.Add(-30*time.Second), served(events))
	var v view
	v.events(events, now)
	var got []string
	for _, e := range v.Events {
		got = append(got, e.Mode+" "+e.Lasted)
	}
	require.Equal(t, []string{"recovering 1.0 s", "alarm ", "fallback 29 s", "primary 60 s"}, got)
}
