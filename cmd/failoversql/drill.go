package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/failoversql/failoversql"
)

func newDrill() *cobra.Command {
	var t target
	var opt failoversql.DrillOptions
	cmd := &cobra.Command{
		Use:   "drill",
		Short: "Rehearse an outage on the live configuration",
		Long: `drill cuts PostgreSQL off for one process alone, as if it had been killed, for a while,
and reports: how long until SQLite served, what statements met there, which were
refused and why, and how long the way back took. Nobody else notices anything.

With --admin it is the running application that is cut off: its statements are real, and
those under way fail as they would. Without, no application may have the file open, and
this program reads every table in its stead.

Writes are refused meanwhile, or with --journal taken by SQLite and brought back. The
exit status is 1 where SQLite did not take over, PostgreSQL did not come back, or
statements were refused for what SQLite does not do.`,
		Example: `  failoversql drill --admin https://app:8443 --token-file token --duration 30s
  failoversql drill`,
		Args: noArgs,
		RunE: t.run(func(cmd *cobra.Command, on side, _ []string) error {
			b := newBar(cmd.ErrOrStderr())
			opt.Progress = func(p failoversql.DrillProgress) {
				b.show(p.Step, 1-p.Left/opt.Duration.Seconds(), fmt.Sprintf("%s, %d statements, %d errors", p.Mode, p.Statements, p.Errors))
			}
			report, err := on.Drill(cmd.Context(), opt)
			b.clear()
			if err != nil {
				return err
			}
			if err := t.print(cmd, report, func(p *page) { showDrill(p, report) }); err != nil {
				return err
			}
			switch n := len(report.Refused); {
			case !report.OK:
				return notWell{errors.New(report.Trouble)}
			case n > 0:
				return notWell{fmt.Errorf("statements were refused for %s", counted(n, "reason", "reasons"))}
			}
			return nil
		}),
	}
	t.flags(cmd)
	cmd.Flags().DurationVar(&opt.Duration, "duration", 30*time.Second, "how long PostgreSQL is cut off; at most 10m")
	cmd.Flags().BoolVar(&opt.Journal, "journal", false, "let SQLite take writes, and bring them back")
	return cmd
}

func showDrill(p *page, r failoversql.DrillReport) {
	took := func(d time.Duration) string { return d.Round(time.Millisecond).String() }
	p.field("cut off", "%s, %d of them in use", counted(r.Connections, "connection", "connections"), r.InUse)
	if r.Failover > 0 {
		p.field("failover", "%s until SQLite served", took(r.Failover))
	}
	if r.Back > 0 {
		p.field("fail back", "%s until PostgreSQL served; new transactions waited %s", took(r.Back), took(r.Pause))
	}
	writes := "refused"
	if r.Journal {
		writes = "journaled"
	}
	p.field("writes", "%s", writes)
	p.field("statements", "%d on SQLite: half within %v, 99 %% within %v, the slowest %v", r.Statements,
		r.Median.Round(time.Microsecond), r.P99.Round(time.Microsecond), r.Slowest.Round(time.Microsecond))
	for _, code := range slices.Sorted(maps.Keys(r.Errors)) {
		p.field("errors", "%d with %s", r.Errors[code], code)
	}
	for _, f := range r.Refused {
		p.field("refused", "%s: %s", counted(f.Count, "time", "times"), p.paint(red, f.Message))
	}
	if r.Parked > 0 {
		p.field("conflicts", "%s", counted(r.Parked, "transaction is parked", "transactions are parked"))
	}
	if r.Trouble != "" {
		p.field("trouble", "%s", p.paint(red, r.Trouble))
	}
}
