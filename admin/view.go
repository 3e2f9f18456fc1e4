package admin

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/health"
)

// view is what the page shows.
type view struct {
	S                     failoversql.Status
	Title, At             string
	Tone, Headline, Since string
	Notes                 []note
	PrimaryTone           string
	PrimaryWord           string
	PrimaryFacts          []fact
	PrimaryPlot           plot
	FileTone              string
	FileWord              string
	FileFacts             []fact
	FilePlot              plot
	Jobs                  []shownJob
	Conflicts             []shownConflict
	ConflictError         string
	Readiness             shownReadiness
	Events                []shownEvent
	Leases                []shownLease
	Backed                backed
	MoreConflicts         int
	MoreEvents            int
	MoreLeases            int
}

// note is something to know with the mode; At is the part of the page that tells
// more.
type note struct{ Text, At string }

// fact is a line of a list; Tone is "" for what is as it should be.
type fact struct{ Name, Text, Tone string }

type shownEvent struct{ When, Mode, Tone, Lasted, Reason string }

type shownLease struct {
	Name string
	n    int64
	Left string
	Tone string
}

// What the page shows of lists that may be long.
const (
	shownEvents    = 12
	shownLeases    = 12
	shownConflicts = 20
)

// fewLeft is when the reserved values of a sequence are worth an eye: the least
// block has a thousand.
const fewLeft = 200

var headlines = map[health.Mode]struct{ tone, text string }{
	health.Primary:     {"good", "PostgreSQL serves"},
	health.Fallback:    {"warn", "SQLite serves"},
	health.Recovering:  {"warn", "PostgreSQL is back; SQLite serves while the journal is replayed"},
	health.Cutover:     {"warn", "Returning to PostgreSQL; new transactions wait"},
	health.Unavailable: {"bad", "Nothing serves"},
}

func (h *Handler) view(ctx context.Context) view {
	s := h.c.Status(ctx)
	now := time.Now()
	head := headlines[s.Mode]
	s.Reason = strings.TrimPrefix(s.Reason, "failoversql: ") // the page's own title
	v := view{S: s, At: now.UTC().Format("15:04:05 UTC"), Tone: head.tone, Headline: head.text, Title: head.text + " · failoversql"}
	if !s.Since.IsZero() {
		v.Since = "For " + lasting(now.Sub(s.Since)) + ", since " + moment(s.Since) + " UTC"
	}
	v.conflicts(h.listed(ctx))
	jobs := h.jobs.list()
	v.notes(now, jobs)
	v.primary(now)
	v.file()
	events, samples, backups := h.history.past()
	v.PrimaryPlot = draw("PostgreSQL's answers", samples, now, func(s sample) (time.Duration, bool, bool) { return s.primary, s.up, s.asked })
	v.FilePlot = draw("Reads of the file", samples, now, func(s sample) (time.Duration, bool, bool) { return s.fallback, true, true })
	v.events(events, now)
	if since := served(events); s.Mode.OnFallback() && since.Before(s.Since.Add(-time.Second)) {
		v.Since += "; SQLite has served for " + lasting(now.Sub(since))
	}
	v.leases()
	v.Backed = backups
	for _, j := range jobs[:min(len(jobs), shownJobs)] {
		v.Jobs = append(v.Jobs, showJob(j, now))
	}
	v.Readiness = h.shownReadiness(ctx)
	return v
}

// notes tells what an operator must know beside the mode. Whatever is not as it
// should be while PostgreSQL serves makes the mode's colour a warning.
func (v *view) notes(now time.Time, jobs []Job) {
	s := v.S
	say := func(is bool, text string) {
		if is {
			v.Notes = append(v.Notes, note{Text: text})
		}
	}
	for _, j := range jobs {
		if j.Kind == "drill" && j.State == "running" {
			v.Notes = append(v.Notes, note{"A drill is under way: PostgreSQL is cut off from this application on purpose.", "jobs"})
		}
	}
	say(s.Pin == health.PinPrimary, "Kept on PostgreSQL by an operator: no failover happens by itself.")
	say(s.Pin == health.PinFallback, "Kept on SQLite by an operator, until automatic operation is resumed.")
	say(s.Held, "Too many failovers in a short time: SQLite is kept until PostgreSQL has been good for long.")
	say(s.Trouble != "", "The step that is due was not possible: "+s.Trouble)
	if s.Mode == health.Primary {
		if s.Primary.Error != "" {
			v.Notes = append(v.Notes, note{"PostgreSQL's last probe failed.", "sides"})
		}
		say(s.Owned && s.Fallback.State != "" && s.Fallback.State != "following", "SQLite could not take over now: "+notReady(s.Fallback))
		say(s.Fallback.Error != "", "SQLite could not take over now: "+s.Fallback.Error)
	}
	if f := s.Fallback; s.Mode == health.Primary && s.Owner && f.State == "following" && f.SnapshotComplete && !f.Following && f.Sync != failoversql.SyncOff && !s.Primary.Resting {
		age := ""
		if f.Age >= 0 {
			age = ", and is " + lasting(f.Age) + " old"
		}
		v.Notes = append(v.Notes, note{"The copy is not kept up with PostgreSQL now" + age + ".", "sides"})
	}
	if s.Mode.OnFallback() {
		say(s.Fallback.RejectsWrites, "SQLite refuses writes (25006); reads are served.")
		say(!s.Fallback.RejectsWrites && s.Mode == health.Fallback, "Writes go into the journal, which is brought to PostgreSQL before traffic returns to it.")
		say(s.Mode == health.Fallback && s.Pin == health.Auto && s.ReturnAt.After(now.Add(time.Second)), "PostgreSQL is not returned to before "+moment(s.ReturnAt)+" UTC.")
	}
	say(s.Mode != health.Unavailable && !s.Owned && !v.alone(), "No application has the file open: this is what the last one left.")
	if n := len(v.Conflicts) + v.MoreConflicts; n > 0 {
		v.Notes = append(v.Notes, note{count(int64(n), "conflict waits", "conflicts wait") + " for a decision.", "conflicts"})
	}
	if shadow := s.Readiness.Shadow; shadow != nil && shadow.Different > 0 {
		v.Notes = append(v.Notes, note{count(int64(shadow.Different), "query was", "queries were") + " answered otherwise by SQLite than by PostgreSQL.", "readiness"})
	}
	if v.Tone == "good" && len(v.Notes) > 0 {
		v.Tone = "warn"
	}
	if s.Mode == health.Primary && s.Pin == health.PinPrimary && s.Primary.Error != "" {
		v.Tone, v.Headline = "bad", "PostgreSQL is kept, and does not answer" // nothing else will serve
		v.Title = v.Headline + " · failoversql"
	}
}

// notReady says why a file is no target of a failover.
func notReady(f failoversql.FallbackStatus) string {
	switch {
	case !f.SnapshotComplete:
		return "there is no complete copy of PostgreSQL yet."
	case f.State == "diverged" || f.State == "rejoining":
		return "it holds writes of its own and is being brought back to what PostgreSQL is."
	}
	return "the file is " + f.State + "."
}

// alone: PostgreSQL serves and there is no fallback, as after a cleanup.
func (v *view) alone() bool { return v.S.Mode == health.Primary && v.S.Fallback.Path == "" }

func (v *view) primary(now time.Time) {
	p := v.S.Primary
	add := func(name, text, tone string) { v.PrimaryFacts = append(v.PrimaryFacts, fact{name, text, tone}) }
	if p.Host != "" {
		add("Server", fmt.Sprintf("%s:%d", p.Host, p.Port), "")
	}
	v.PrimaryTone, v.PrimaryWord = "bad", "down"
	switch {
	case v.alone():
		v.PrimaryTone, v.PrimaryWord = "warn", "not asked"
		add("Probe", "none, where there is no fallback", "")
	case p.LastProbe.IsZero():
		v.PrimaryTone, v.PrimaryWord = "warn", "not asked"
		add("Probe", "none by this process: the one that owns the file asks", "")
	case p.Resting:
		v.PrimaryTone, v.PrimaryWord = "good", "left alone"
		add("Probe", "none while the application is idle", "")
	case p.Up:
		v.PrimaryTone, v.PrimaryWord = "good", "up"
		text, tone := "answered in "+short(p.Latency), ""
		if ago := now.Sub(p.LastProbe); ago >= 2*time.Second {
			text, tone = text+", "+lasting(ago)+" ago", "warn" // the next one is silent, or they are seldom
		}
		add("Probe", text, tone)
	default:
		if v.S.Mode == health.Primary && v.S.Pin == health.Auto {
			v.PrimaryWord = "probe fails" // which may be no outage: out of connections, a wrong password
		}
		add("Probe", "failed "+lasting(now.Sub(p.LastProbe))+" ago", "bad")
	}
	if p.Error != "" {
		add("Error", p.Error, "bad")
	}
	if v.S.Instances > 0 {
		add("Instances", grouped(v.S.Instances), "")
	}
	if n := v.S.Fallback.HeldBytes; n > 0 {
		add("Log held back", size(n)+" for the copy's slot", "")
	}
	if v.S.LastPause > 0 {
		add("Last return", "new transactions waited "+short(v.S.LastPause), "")
	}
}

// fileWords are the states of a file that does not follow.
var fileWords = map[string]string{"following": "does not follow", "diverged": "has its own writes", "rejoining": "being brought back"}

func (v *view) file() {
	f := v.S.Fallback
	if v.alone() {
		v.FileTone, v.FileWord = "warn", "none"
		return
	}
	v.FileTone, v.FileWord = "warn", cmp.Or(fileWords[f.State], f.State)
	switch {
	case f.Error != "":
		v.FileTone, v.FileWord = "bad", cmp.Or(v.FileWord, "cannot be read")
	case !f.SnapshotComplete:
		v.FileTone, v.FileWord = "bad", "not copied yet"
	case v.S.Mode.OnFallback():
		v.FileWord = "serves"
	case f.Following:
		v.FileTone, v.FileWord = "good", "following"
	}
	add := func(name, text, tone string) { v.FileFacts = append(v.FileFacts, fact{name, text, tone}) }
	age := "not known"
	if f.Age >= 0 && f.Following {
		age = short(f.Age)
	} else if f.Age >= 0 {
		age = lasting(f.Age)
	}
	add("Age of the copy", age, "")
	if f.LagBytes > 0 {
		add("Behind", size(f.LagBytes)+" of PostgreSQL's log", "warn")
	}
	if f.Sync == failoversql.SyncSnapshot {
		text := "by copies at intervals"
		if f.SyncLacks != "" {
			text += ": " + f.SyncLacks
		}
		add("Kept up", text, "warn")
	}
	if f.Sync == failoversql.SyncOff {
		add("Kept up", "not at all (fallback_sync=off)", "warn")
	}
	backlog, tone := count(f.Backlog, "transaction", "transactions"), ""
	if f.Parked > 0 {
		backlog, tone = backlog+", "+grouped(f.Parked)+" of them parked as conflicts", "warn"
	}
	add("To replay", backlog, tone)
	switch {
	case !v.S.Mode.OnFallback():
	case f.RejectsWrites:
		add("Writes", "refused", "warn")
	default:
		add("Writes", "journaled", "")
	}
	add("Read", short(f.Latency), "")
	add("On disk", size(f.Size), "")
	if !f.CollationExact {
		add("Text order", "the nearest available, not exact", "warn")
	}
	if f.Trouble != "" {
		add("Following", f.Trouble, "bad")
	}
	if f.Error != "" {
		add("Error", f.Error, "bad")
	}
}

// events shows the changes of mode, the newest first, and how long each lasted.
func (v *view) events(all []failoversql.Event, now time.Time) {
	end := now // of the mode that an event began
	for n, e := range all {
		shown := shownEvent{When: moment(e.Time), Mode: e.Mode.String(), Tone: headlines[e.Mode].tone, Reason: e.Reason}
		if e.Alarm {
			shown.Mode, shown.Tone = "alarm", "bad"
		} else {
			shown.Lasted, end = brief(end.Sub(e.Time)), e.Time
		}
		if n < shownEvents {
			v.Events = append(v.Events, shown)
		}
	}
	v.MoreEvents = len(all) - len(v.Events)
}

// served is when SQLite began to serve, which recovering and cutover go on with.
func served(events []failoversql.Event) (since time.Time) {
	for _, e := range events {
		if !e.Mode.OnFallback() {
			break
		}
		since = e.Time
	}
	return since
}

// leases shows the sequences with the fewest values left first.
func (v *view) leases() {
	var all []shownLease
	for _, name := range slices.Sorted(maps.Keys(v.S.Fallback.Leases)) {
		l := shownLease{Name: name, n: v.S.Fallback.Leases[name]}
		l.Left = grouped(l.n)
		if l.n < fewLeft {
			l.Tone, l.Left = "warn", l.Left+" left"
		}
		if l.n == 0 {
			l.Tone, l.Left = "bad", "used up"
		}
		all = append(all, l)
	}
	slices.SortStableFunc(all, func(a, b shownLease) int { return cmp.Compare(a.n, b.n) })
	v.Leases = all[:min(len(all), shownLeases)]
	v.MoreLeases = len(all) - len(v.Leases)
}
