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
			show := newCopyProgress(out, cmd.ErrOrStderr())
			opt.Progress = show.at
			show.bar.show("preparing", 0, "")
			report, err := on.Migrate(cmd.Context(), opt)
			show.bar.clear()
			var incomplete *failoversql.IncompleteError
			if errors.As(err, &incomplete) {
				return t.refused(cmd, incomplete)
			}
			if err != nil && cmd.Context().Err() != nil {
				return fmt.Errorf("given up, and the old copy is as it was, if there was one: %w", err)
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
// and a bar on a terminal. There, of many tables only the large ones have a line.
type copyProgress struct {
	lines io.Writer
	bar   *bar
	waits waits
	few   bool // lines only for what is worth one
}

func newCopyProgress(lines, terminal io.Writer) *copyProgress {
	b := newBar(terminal)
	return &copyProgress{lines: lines, bar: b, waits: waits{lines: lines, bar: b}, few: isTerminal(lines)}
}

var phases = map[string]string{"copy": "copying", "index": "indexes", "verify": "comparing", "replace": "putting in place"}

func (s *copyProgress) at(p failoversql.MigrateProgress) {
	if p.Phase == "copy" && p.TableDone && !(s.few && p.Tables > fewTables && p.TableRows*fewTables < p.Expected) {
		s.bar.clear()
		fmt.Fprintf(s.lines, "copied     %s, %d rows, %s\n", printable(p.Table), p.TableRows, inUnits(p.TableBytes))
	}
	switch {
	case p.Phase == "wait":
		s.waits.at(p.WaitsFor)
	case p.Phase == "copy":
		// What matters most comes first: the end may be cut off.
		text := fmt.Sprintf("%d of %d tables, %s rows, %s rows/s, %s", p.TablesDone, p.Tables, inThousands(float64(p.Rows)), inThousands(p.Rate()), inUnits(p.Bytes))
		if left := p.Remaining(); left >= 0 {
			text = fmt.Sprintf("%v left, %s", left.Round(time.Second), text)
		}
		s.bar.show(phases[p.Phase], p.Part(), text+"  "+printable(p.Table))
	case p.Tables > 0:
		s.bar.show(phases[p.Phase], p.Part(), fmt.Sprintf("%d of %d tables  %s", p.TablesDone, p.Tables, printable(p.Table)))
	case p.Phase == "done":
		s.bar.clear()
	default:
		s.bar.show(phases[p.Phase], 1, "")
	}
}

// fewTables is how many tables have a line each on a terminal, and what part of
// all rows is worth one where there are more.
const fewTables = 30

// inThousands writes a count in a few digits.
func inThousands(n float64) string {
	if n < 10000 {
		return fmt.Sprintf("%.0f", n)
	}
	for _, unit := range "kM" {
		if n /= 1000; n < 1000 {
			return fmt.Sprintf("%.3g%c", n, unit)
		}
	}
	return fmt.Sprintf("%.4gG", n/1000)
}

func part(n, of int64) float64 {
	if of <= 0 {
		return 0
	}
	return min(1, float64(n)/float64(of))
}
