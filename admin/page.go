package admin

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/health"
	dbsync "github.com/failoversql/failoversql/sync"
)

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// partNames are the parts of the page that change, in order.
var partNames = []string{"mode", "sides", "readiness", "conflicts", "past"}

type part struct {
	ID   string
	HTML template.HTML
}

// page serves the whole page as it is now; stream then sends the parts that
// change.
func (h *Handler) page(w http.ResponseWriter, req *http.Request) {
	nonce := rand.Text()
	seen := h.view(req.Context())
	parts, err := seen.parts()
	var out bytes.Buffer
	if err == nil {
		err = pageTemplate.Execute(&out, map[string]any{
			"Title": seen.Title, "Database": cmp.Or(seen.S.Primary.Database, "fallback"), "Nonce": nonce, "At": seen.At, "Parts": parts, "Backups": h.backups != "",
		})
	}
	if err != nil {
		writeProblem(w, http.StatusInternalServerError, err.Error())
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'nonce-"+nonce+"'; script-src 'nonce-"+nonce+
		"'; connect-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
	_, _ = w.Write(out.Bytes())
}

// streamInterval is how often the page is looked at anew; a change of mode does
// not wait for it.
const streamInterval = time.Second

// stream sends the parts of the page that changed, until the client goes.
func (h *Handler) stream(w http.ResponseWriter, req *http.Request) {
	ctx, cancel := context.WithCancel(req.Context())
	defer cancel()
	defer context.AfterFunc(h.ctx, cancel)()
	control := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no")
	tick := time.NewTicker(streamInterval)
	defer tick.Stop()
	sent := map[string]template.HTML{}
	for {
		changed := h.history.next()
		seen := h.view(ctx)
		parts, err := seen.parts()
		if err != nil || ctx.Err() != nil {
			return
		}
		news := map[string]template.HTML{}
		for _, p := range parts {
			if sent[p.ID] != p.HTML {
				sent[p.ID], news[p.ID] = p.HTML, p.HTML
			}
		}
		data, err := json.Marshal(map[string]any{"parts": news, "title": seen.Title, "at": seen.At})
		if err != nil {
			return
		}
		_ = control.SetWriteDeadline(time.Now().Add(10 * time.Second)) // where there is none, the client's going ends it
		if _, err := fmt.Fprintf(w, "event: parts\ndata: %s\n\n", data); err != nil || control.Flush() != nil {
			return
		}
		select {
		case <-tick.C:
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}

// view is what the page shows.
type view struct {
	S               failoversql.Status
	Title, At       string
	Tone, Headline  string
	Since, Pinned   string
	PrimaryTone     string
	PrimaryWord     string
	PrimaryLatency  string
	FileTone        string
	FileWord        string
	FileLatency     string
	Age, Size, Held string
	Backlog         string
	PrimaryPlot     plot
	FilePlot        plot
	Conflicts       []shownConflict
	ConflictError   string
	Events          []shownEvent
	Leases          []shownLease
	Jobs            []shownJob
	Readiness       shownReadiness
}

type shownEvent struct{ When, Mode, Reason string }

type shownLease struct {
	Name string
	Left int64
}

type shownJob struct{ Kind, State, Begun, Error string }

type shownConflict struct {
	dbsync.Conflict
	Rows []shownColumn
}

type shownColumn struct {
	Column, Base, Local, Remote string
	Differs                     bool
}

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
	v := view{S: s, At: now.UTC().Format("15:04:05 UTC"), Tone: head.tone, Headline: head.text, Title: head.text + " · failoversql"}
	if !s.Since.IsZero() {
		v.Since = lasting(now.Sub(s.Since))
	}
	switch s.Pin {
	case health.PinPrimary:
		v.Pinned = "PostgreSQL"
	case health.PinFallback:
		v.Pinned = "SQLite"
	}
	v.PrimaryTone, v.PrimaryWord, v.PrimaryLatency = "bad", "down", "not answered"
	switch {
	case s.Primary.LastProbe.IsZero():
		v.PrimaryTone, v.PrimaryWord, v.PrimaryLatency = "warn", "not asked", "by the process that decides"
	case s.Primary.Resting:
		v.PrimaryTone, v.PrimaryWord, v.PrimaryLatency = "good", "left alone", "none while the application is idle"
	case s.Primary.Up:
		v.PrimaryTone, v.PrimaryWord, v.PrimaryLatency = "good", "up", "answered in "+short(s.Primary.Latency)
	}
	f := s.Fallback
	v.FileTone, v.FileWord = "warn", f.State
	switch {
	case f.Error != "":
		v.FileTone = "bad"
		v.FileWord = cmp.Or(v.FileWord, "cannot be read")
	case f.Following:
		v.FileTone = "good"
	case !f.SnapshotComplete:
		v.FileTone, v.FileWord = "bad", "not copied yet"
	}
	v.FileLatency, v.Size, v.Age = short(f.Latency), size(f.Size), "not known"
	if f.Age >= 0 && f.Following {
		v.Age = short(f.Age)
	} else if f.Age >= 0 {
		v.Age = lasting(f.Age)
	}
	if f.HeldBytes > 0 {
		v.Held = size(f.HeldBytes)
	}
	v.Backlog = fmt.Sprintf("%d transactions", f.Backlog)
	if f.Parked > 0 {
		v.Backlog += fmt.Sprintf(", %d parked as conflicts", f.Parked)
	}

	events, samples := h.history.past()
	v.PrimaryPlot = draw("PostgreSQL's answers", samples, now, func(s sample) (time.Duration, bool, bool) { return s.primary, s.up, s.asked })
	v.FilePlot = draw("Reads of the file", samples, now, func(s sample) (time.Duration, bool, bool) { return s.fallback, true, true })
	for _, e := range events[:min(len(events), 12)] {
		v.Events = append(v.Events, shownEvent{e.Time.UTC().Format("2006-01-02 15:04:05"), e.Mode.String(), e.Reason})
	}
	for _, name := range slices.Sorted(maps.Keys(f.Leases)) {
		v.Leases = append(v.Leases, shownLease{name, f.Leases[name]})
	}
	all := h.jobs.list()
	for _, j := range all[:min(len(all), 8)] {
		v.Jobs = append(v.Jobs, shownJob{j.Kind, j.State, j.Begun.Format("15:04:05 UTC"), j.Error})
	}
	v.Readiness = h.shownReadiness(ctx)
	list, err := h.listed(ctx)
	if err != nil {
		v.ConflictError = err.Error()
	}
	for _, c := range list {
		v.Conflicts = append(v.Conflicts, show(c))
	}
	return v
}

func show(c dbsync.Conflict) shownConflict {
	columns := map[string]bool{}
	for _, row := range []map[string]*string{c.Base, c.Local, c.Remote} {
		for name := range row {
			columns[name] = true
		}
	}
	value := func(row map[string]*string, name string) string {
		v, ok := row[name]
		switch {
		case row == nil:
			return "no row"
		case !ok:
			return ""
		case v == nil:
			return "NULL"
		}
		return *v
	}
	out := shownConflict{Conflict: c}
	for _, name := range slices.Sorted(maps.Keys(columns)) {
		x := shownColumn{name, value(c.Base, name), value(c.Local, name), value(c.Remote, name), false}
		x.Differs = x.Local != x.Remote
		out.Rows = append(out.Rows, x)
	}
	return out
}

func (v view) parts() ([]part, error) {
	parts := make([]part, 0, len(partNames))
	for _, name := range partNames {
		var out bytes.Buffer
		if err := pageTemplate.ExecuteTemplate(&out, name, v); err != nil {
			return nil, err
		}
		parts = append(parts, part{name, template.HTML(out.String())}) // made by the template, which escapes
	}
	return parts, nil
}
