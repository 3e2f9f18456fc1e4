package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/health"
)

func newStatus() *cobra.Command {
	var t target
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Show what serves and why, and the state of the fallback file",
		Long: `status shows what the application's processes do: which side serves, since when and
why, an operator's pin, and the state of the fallback file. It reads the file that they
share, asks PostgreSQL nothing, and disturbs nobody.

The exit status is 0 if PostgreSQL serves and the file is ready to take its place, and
1 if not; what is wrong stands on standard error.`,
		Example: `  failoversql status --dsn 'postgres://app@db/app?fallback_path=/var/lib/app/app.db'
  DATABASE_URL=… failoversql status --json | jq .mode`,
		Args: noArgs,
		RunE: t.run(func(cmd *cobra.Command, on side, _ []string) error {
			s, err := on.Status(cmd.Context())
			if err != nil {
				return err
			}
			if err := t.print(cmd, s, func(p *page) { showStatus(p, s) }); err != nil {
				return err
			}
			if wrong := problems(s); len(wrong) > 0 {
				return notWell{errors.New(strings.Join(wrong, "; "))}
			}
			return nil
		}),
	}
	t.flags(cmd)
	return cmd
}

// problems lists what is not as it should be.
func problems(s failoversql.Status) []string {
	var wrong []string
	add := func(is bool, format string, args ...any) {
		if is {
			wrong = append(wrong, fmt.Sprintf(format, args...))
		}
	}
	add(!s.Owned, "no application has the file open: nobody watches PostgreSQL, and the copy grows old")
	add(s.Owned && s.Mode != health.Primary, "%s: %s", serving[s.Mode], s.Reason)
	add(s.Mode == health.Primary && s.Fallback.State != "following", "the file is no copy of PostgreSQL that could serve: %s", s.Fallback.State)
	add(s.Fallback.Parked > 0, "%s parked as conflicts", counted(s.Fallback.Parked, "transaction is", "transactions are"))
	for _, text := range []string{s.Trouble, s.Fallback.Trouble, s.Fallback.Error} {
		add(text != "", "%s", text)
	}
	return wrong
}

var serving = map[health.Mode]string{
	health.Primary:     "PostgreSQL serves",
	health.Fallback:    "SQLite serves",
	health.Recovering:  "SQLite serves, and its journal is being replayed",
	health.Cutover:     "new transactions wait for the return to PostgreSQL",
	health.Unavailable: "nothing serves",
}

func showStatus(p *page, s failoversql.Status) {
	colour := map[health.Mode]string{health.Primary: green, health.Unavailable: red}[s.Mode]
	if colour == plain {
		colour = yellow
	}
	p.field("mode", "%s", p.paint(colour, s.Mode.String())+since(s.Since))
	p.field("reason", "%s", s.Reason)
	p.field("pin", "%s", pinned[s.Pin])
	if s.Owned {
		p.field("decided by", "%s", "a process that has the file open")
	} else {
		p.field("decided by", "%s", p.paint(yellow, "nobody: no application has the file open; this is what the last one left"))
	}
	f := s.Fallback
	p.field("primary", "%s:%d/%s", s.Primary.Host, s.Primary.Port, s.Primary.Database)
	p.field("file", "%s, %s", f.Path, inUnits(f.Size))
	p.field("copy", "%s", copyState(f))
	for _, o := range f.WaitsFor {
		p.field("waits for", "%s", p.paint(yellow, o.String()+" to end on PostgreSQL"))
	}
	if f.Sync == failoversql.SyncSnapshot {
		why := ""
		if f.SyncLacks != "" {
			why = ": " + f.SyncLacks
		}
		p.field("kept up", "%s", p.paint(yellow, "by copying all of it at intervals, between which it grows old"+why))
	}
	if f.Backlog > 0 || f.Parked > 0 {
		p.field("journal", "%s to replay, %d of them parked as conflicts", counted(f.Backlog, "transaction", "transactions"), f.Parked)
	}
	for _, name := range slices.Sorted(maps.Keys(f.Leases)) {
		p.field("ids left", "%d of %s", f.Leases[name], name)
	}
	if s.Readiness.Error == "" {
		p.field("statements", "%s", s.Readiness)
		if s.Readiness.Shadow != nil {
			p.field("shadow", "%s", s.Readiness.Shadow)
		}
	}
	for _, text := range []string{s.Trouble, f.Trouble, f.Error} {
		if text != "" {
			p.field("trouble", "%s", p.paint(red, text))
		}
	}
}

var pinned = map[health.Pin]string{
	health.Auto:        "none: health decides",
	health.PinPrimary:  "primary, until failoversql switch auto",
	health.PinFallback: "fallback, until failoversql switch auto",
}

func copyState(f failoversql.FallbackStatus) string {
	switch f.State {
	case "following":
		return "what PostgreSQL was at " + f.LSN
	case "diverged":
		return "has writes of its own since " + f.DivergedLSN
	case "rejoining":
		return "replayed; being brought back to what PostgreSQL is"
	}
	return "none yet"
}

func since(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return fmt.Sprintf(", since %s (%v)", t.Format(time.DateTime), time.Since(t).Round(time.Second))
}

func inUnits(n int64) string {
	unit := 0
	size := float64(n)
	for size >= 1000 && unit < 4 {
		size /= 1000
		unit++
	}
	return fmt.Sprintf("%.3g %s", size, []string{"B", "kB", "MB", "GB", "TB"}[unit])
}
