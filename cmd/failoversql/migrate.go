package main

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/failoversql/failoversql"
)

// relation is one that a copy does not hold.
type relation struct {
	Name   string `json:"name"`
	Reason string `json:"reason"`
}

// copied is the result of migrate.
type copied struct {
	LSN     string     `json:"lsn"`
	Tables  int        `json:"tables"`
	Rows    int64      `json:"rows"`
	Bytes   int64      `json:"bytes"`
	Seconds float64    `json:"elapsed_seconds"`
	Absent  []relation `json:"absent"`
}

func newMigrate() *cobra.Command {
	var t target
	var exclude []string
	var leaveOut, compare bool
	cmd := &cobra.Command{
		Use:   "migrate",
		Short: "Make a new copy of PostgreSQL in the fallback file",
		Long: `migrate copies PostgreSQL's schema and rows, as of one moment, into a new file that takes
the place of the old copy in one step. Until then the old one is followed on and would
serve; where migrate fails or is interrupted, it stays. A running application that has
the file open does the work; where none has, this program does, and makes the file.
The replication slot that is made then keeps PostgreSQL's log until an application
follows: start one soon.

What the copy cannot hold, or not keep up with, is listed before anything is done, and
the exit status is 1: mend it as the list says, leave it out by --exclude, or leave out
all of it by --leave-out. What is excluded here stays so, until the next migrate with
--exclude; with --exclude= nothing is.`,
		Example: `  failoversql migrate --dsn 'postgres://app@db/app?fallback_path=/var/lib/app/app.db'
  failoversql migrate --exclude audit_log,archive.*`,
		Args: noArgs,
		RunE: t.run(func(cmd *cobra.Command, on side, _ []string) error {
			opt := failoversql.MigrateOptions{LeaveOut: leaveOut, Compare: compare}
			if cmd.Flags().Changed("exclude") {
				opt.Exclude = append([]string{}, exclude...)
			}
			out := cmd.OutOrStdout()
			if t.json {
				out = io.Discard
			}
			show := &copyProgress{lines: out, bar: newBar(cmd.ErrOrStderr())}
			opt.Progress = show.at
			report, err := on.Migrate(cmd.Context(), opt)
			show.bar.clear()
			var incomplete *failoversql.IncompleteError
			if errors.As(err, &incomplete) {
				return t.refused(cmd, incomplete)
			}
			if err != nil {
				return err
			}
			result := copied{
				LSN: report.LSN.String(), Tables: report.Tables, Rows: report.Rows, Bytes: report.Bytes, Seconds: report.Elapsed.Seconds(), Absent: []relation{},
			}
			for _, r := range report.Absent {
				result.Absent = append(result.Absent, relation{r.Schema + "." + r.Name, r.Reason})
			}
			return t.print(cmd, result, func(p *page) {
				for _, r := range report.Absent {
					if !r.Intended() {
						p.line("left out   %s %s", r.Schema+"."+r.Name, r.Reason)
					}
				}
				p.line("%d tables, %d rows and %s in %v: what PostgreSQL was at %s",
					result.Tables, result.Rows, inUnits(result.Bytes), report.Elapsed.Round(time.Millisecond), result.LSN)
			})
		}),
	}
	t.flags(cmd)
	cmd.Flags().StringSliceVar(&exclude, "exclude", nil, "tables to leave out (schema.table, or table in any schema; * stands for anything)")
	cmd.Flags().BoolVar(&leaveOut, "leave-out", false, "go on without what the copy cannot hold")
	cmd.Flags().BoolVar(&compare, "compare", true, "compare every row with PostgreSQL's before the copy is put in place")
	return cmd
}

// refused lists what a copy would lack.
func (t *target) refused(cmd *cobra.Command, e *failoversql.IncompleteError) error {
	result := struct {
		Missing []relation `json:"missing"`
	}{}
	for _, r := range e.Absent {
		result.Missing = append(result.Missing, relation{r.Schema + "." + r.Name, r.Reason})
	}
	if err := t.print(cmd, result, func(p *page) {
		for _, r := range result.Missing {
			p.line("%s %s", r.Name, r.Reason)
		}
	}); err != nil {
		return err
	}
	return notWell{fmt.Errorf("nothing was copied: the copy would lack %s; mend that, or leave them out (--exclude, --leave-out)", counted(len(e.Absent), "relation", "relations"))}
}

// copyProgress shows how a copy gets on: a line for each table when it is done,
// and a bar on a terminal.
type copyProgress struct {
	lines io.Writer
	bar   *bar
}

var phases = map[string]string{"copy": "copying", "index": "indexes", "verify": "comparing", "replace": "putting in place", "done": "in place"}

func (s *copyProgress) at(p failoversql.MigrateProgress) {
	if p.Phase == "copy" && p.TableDone {
		s.bar.clear()
		fmt.Fprintf(s.lines, "copied     %s, %d rows, %s\n", p.Table, p.TableRows, inUnits(p.TableBytes))
	}
	switch {
	case p.Phase == "copy":
		text := fmt.Sprintf("%d rows, %s, %.0f rows/s", p.Rows, inUnits(p.Bytes), p.Rate())
		if left := p.Remaining(); left >= 0 {
			text += fmt.Sprintf(", %v left", left.Round(time.Second))
		}
		s.bar.show(phases[p.Phase], part(p.Rows, p.Expected), text+"  "+p.Table)
	case p.Tables > 0:
		s.bar.show(phases[p.Phase], part(int64(p.TablesDone), int64(p.Tables)), fmt.Sprintf("%d of %d tables  %s", p.TablesDone, p.Tables, p.Table))
	default:
		s.bar.show(phases[p.Phase], 1, "")
	}
}

func part(n, of int64) float64 {
	if of <= 0 {
		return 0
	}
	return min(1, float64(n)/float64(of))
}
