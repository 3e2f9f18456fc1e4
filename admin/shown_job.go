package admin

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/catalog"
	dbsync "github.com/failoversql/failoversql/sync"
)

type shownJob struct {
	ID, Kind, State, Tone string
	When                  string // it began, and how long it took
	Running               bool
	Step                  string
	Part                  string // of it that is done, "" where that is not known
	Result                []fact
	Error                 string
}

// shownJobs bounds the jobs on the page, shownLines the lines of one's result.
const (
	shownJobs  = 5
	shownLines = 20
)

var jobTones = map[string]string{"running": "warn", "done": "good", "failed": "bad"}

func showJob(j Job, now time.Time) shownJob {
	s := shownJob{ID: j.ID, Kind: j.Kind, State: j.State, Tone: jobTones[j.State], Error: j.Error, When: "Begun " + moment(j.Begun) + " UTC"}
	if j.State == "cancelled" {
		s.Error = "" // which says the same
	}
	if j.Ended != nil {
		s.When += ", took " + brief(j.Ended.Sub(j.Begun))
		s.Result = told(j.Result)
		return s
	}
	s.Running = true
	s.When += ", " + lasting(now.Sub(j.Begun)) + " ago"
	part := -1.0
	if s.Step, part = onTheWay(j.Progress); part >= 0 {
		s.Part = fmt.Sprintf("%.3f", min(part, 1))
	}
	return s
}

// onTheWay tells of a job's progress; part is negative where it is not known.
func onTheWay(progress any) (step string, part float64) {
	share := func(done, all float64) float64 {
		if all <= 0 {
			return -1
		}
		return done / all
	}
	switch p := progress.(type) {
	case copying:
		if len(p.WaitsFor) > 0 {
			return "waits for " + failoversql.DescribeOpen(p.WaitsFor), -1
		}
		step = fmt.Sprintf("%s: %d of %s", p.Step, p.TablesDone, count(int64(p.Tables), "table", "tables"))
		if p.Step == "copy" {
			step += fmt.Sprintf(", about %s of %s, %s rows in a second", grouped(p.Rows), count(p.RowsExpected, "row", "rows"), grouped(int64(p.RowsPerSecond)))
			if p.RemainingSeconds > 0 {
				step += ", " + lasting(time.Duration(p.RemainingSeconds*float64(time.Second))) + " left"
			}
			return step, share(float64(p.Rows), float64(p.RowsExpected))
		}
		return step, share(float64(p.TablesDone), float64(p.Tables))
	case comparing:
		if len(p.WaitsFor) > 0 {
			return "waits for " + failoversql.DescribeOpen(p.WaitsFor), -1
		}
		return fmt.Sprintf("%d of %s compared", p.TablesDone, count(int64(p.Tables), "table", "tables")), share(float64(p.TablesDone), float64(p.Tables))
	case replaying:
		return count(int64(p.Transactions), "transaction", "transactions"), -1
	case writing:
		return p.Step, -1
	case failoversql.DrillProgress:
		step = fmt.Sprintf("%s: %s, %s", p.Step, count(p.Statements, "statement on SQLite", "statements on SQLite"), count(p.Errors, "error", "errors"))
		if p.Left > 0 {
			step += fmt.Sprintf("; PostgreSQL is cut off for %d s more", int(p.Left+0.5))
		}
		return step, -1
	}
	return "", -1
}

// told is a result as lines.
func told(result any) (lines []fact) {
	add := func(name, tone, format string, args ...any) {
		lines = append(lines, fact{name, fmt.Sprintf(format, args...), tone})
	}
	switch r := result.(type) {
	case copied:
		add("Copied", "", "%s of %s, %s", count(r.Rows, "row", "rows"), count(int64(r.Tables), "table", "tables"), size(r.Bytes))
		absent(add, r.Absent)
	case verified:
		var rows int64
		differ := 0
		for _, t := range r.Tables {
			rows += t.Primary
			if n := len(t.Differences); n > 0 {
				differ++
				more := ""
				if t.More {
					more = " or more"
				}
				if differ <= shownLines {
					first := t.Differences[0]
					add("Differs", "bad", "%s.%s: %d%s rows; the first is %s, %s in the file", t.Schema, t.Name, n, more, cut(first.Key), first.Kind)
				}
			}
		}
		if differ == 0 {
			add("Compared", "", "%s of %s, all the same on both sides", count(rows, "row", "rows"), count(int64(len(r.Tables)), "table", "tables"))
		} else if differ > shownLines {
			add("Differs", "bad", "%d tables more", differ-shownLines)
		}
		absent(add, r.Absent)
	case replayed:
		word := "Replayed"
		if r.DryRun {
			word = "Would replay"
		}
		add(word, "", "%s", count(r.Transactions, "transaction", "transactions"))
		if r.Parked > 0 {
			add("Conflicts", "warn", "%s parked", count(r.Parked, "transaction", "transactions"))
		}
		if r.Left > 0 {
			add("Left", "", "%s, until traffic returns", count(r.Left, "transaction", "transactions"))
		}
	case backedUp:
		add("Written", "", "%s", r.Name)
		for _, name := range r.Removed {
			add("Removed", "", "%s", name)
		}
	case dbsync.RescueReport:
		add("Replayed", "", "%s of %s", count(r.Transactions, "transaction", "transactions"), count(int64(r.Journals), "journal", "journals"))
		if r.Parked > 0 {
			add("Conflicts", "warn", "%s parked", count(r.Parked, "transaction", "transactions"))
		}
		if r.Gone > 0 {
			add("Gone", "bad", "%s, of which the file had nothing any more", count(r.Gone, "transaction", "transactions"))
		}
	case failoversql.CleanupReport:
		add("Removed", "", "%s", r.Removed)
		if r.Destroyed != "" {
			add("Only in the backup", "warn", "%s", r.Destroyed)
		}
		if r.Left != "" {
			add("Left on PostgreSQL", "warn", "%s: run %s", r.Why, r.Left)
		}
	case failoversql.DrillReport:
		toldDrill(add, r)
	}
	return lines
}

func absent(add func(name, tone, format string, args ...any), list []catalog.Relation) {
	for _, a := range list[:min(len(list), shownLines)] {
		add("Not in the copy", "warn", "%s.%s %s", a.Schema, a.Name, a.Reason)
	}
	if n := len(list) - shownLines; n > 0 {
		add("Not in the copy", "warn", "%d others", n)
	}
}

func toldDrill(add func(name, tone, format string, args ...any), r failoversql.DrillReport) {
	if r.Trouble != "" {
		add("Trouble", "bad", "%s", r.Trouble)
	}
	add("Cut off", "", "%s, %d of them in use", count(int64(r.Connections), "connection", "connections"), r.InUse)
	if r.Failover > 0 {
		add("SQLite served", "", "after %s", short(r.Failover))
	}
	if r.Back > 0 {
		add("PostgreSQL served", "", "%s after it could be reached again; new transactions waited %s", short(r.Back), short(r.Pause))
	}
	writes := "refused"
	if r.Journal {
		writes = "journaled and brought back"
	}
	add("Writes", "", "%s", writes)
	statements := count(r.Statements, "statement on SQLite", "statements on SQLite")
	if r.Statements > 0 {
		statements += fmt.Sprintf(": half within %s, 99 %% within %s, the slowest %s", short(r.Median), short(r.P99), short(r.Slowest))
	}
	add("Statements", "", "%s", statements)
	for _, code := range slices.Sorted(maps.Keys(r.Errors)) {
		add("Errors", "warn", "%s with %s%s", grouped(r.Errors[code]), code, meanings[code])
	}
	for _, f := range r.Refused {
		add("Refused", "warn", "%s: %s", count(f.Count, "time", "times"), f.Message)
	}
	if r.Parked > 0 {
		add("Conflicts", "warn", "%s parked", count(r.Parked, "transaction", "transactions"))
	}
}

// meanings are words for the errors that a drill is made to find.
var meanings = map[string]string{
	"25006": ", a write that was refused",
	"0A000": ", what SQLite does not do",
	"2200H": ", no value of a sequence left",
}
