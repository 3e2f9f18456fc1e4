package main

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/failoversql/failoversql"
	dbsync "github.com/failoversql/failoversql/sync"
)

// compared is the result of verify.
type compared struct {
	LSN     string          `json:"lsn"`
	Equal   bool            `json:"equal"`
	Seconds float64         `json:"elapsed_seconds"`
	Tables  []comparedTable `json:"tables"`
	Absent  []relation      `json:"absent"`
}

type comparedTable struct {
	Name        string         `json:"name"`
	Primary     int64          `json:"primary_rows"`
	File        int64          `json:"file_rows"`
	Differences []differingRow `json:"differences"`
	More        bool           `json:"more"` // there are others besides these
}

type differingRow struct {
	Key  string `json:"key"`
	Kind string `json:"kind"`
}

func newVerify() *cobra.Command {
	var t target
	var tables []string
	var rate int
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Compare every row of the fallback file with PostgreSQL's",
		Long: `verify compares both sides as of one moment of PostgreSQL, while both go on being written
to. A running application that has the file open does the work; where none has, this
program does, and follows PostgreSQL meanwhile.

The exit status is 0 if every row is the same, and 1 if not: the keys of rows that
differ are listed, at most 100 a table.`,
		Example: `  failoversql verify --rate 20000          # no more than so many rows a second
  failoversql verify --table orders --json`,
		Args: noArgs,
		RunE: t.run(func(cmd *cobra.Command, on side, _ []string) error {
			if rate < 0 {
				return usage{fmt.Errorf("--rate %d: it is a number of rows a second, or 0 for any", rate)}
			}
			out := cmd.OutOrStdout()
			if t.json {
				out = io.Discard
			}
			b := newBar(cmd.ErrOrStderr())
			p := &page{w: out, colour: colours(out)}
			b.show("comparing", 0, "")
			waiting := &waits{lines: out, bar: b}
			report, err := on.Verify(cmd.Context(), failoversql.VerifyOptions{Tables: tables, Rate: rate, Progress: func(at failoversql.VerifyProgress) {
				if at.Table.Name == "" {
					waiting.at(at.WaitsFor)
					return
				}
				if !isTerminal(out) || at.Tables <= fewTables || len(at.Table.Differences) > 0 {
					b.clear()
					showTable(p, comparison(at.Table))
				}
				b.show("comparing", part(int64(at.TablesDone), int64(at.Tables)), fmt.Sprintf("%d of %d tables  %s", at.TablesDone, at.Tables, printable(at.Table.Schema+"."+at.Table.Name)))
			}})
			b.clear()
			if err != nil {
				return err
			}
			result := compared{LSN: report.LSN.String(), Equal: report.Equal(), Seconds: report.Elapsed.Seconds(), Tables: []comparedTable{}, Absent: []relation{}}
			differ := 0
			for _, r := range report.Tables {
				table := comparison(r)
				if len(table.Differences) > 0 {
					differ++
				}
				result.Tables = append(result.Tables, table)
			}
			for _, r := range report.Absent {
				result.Absent = append(result.Absent, relation{r.Schema + "." + r.Name, r.Reason})
			}
			if err := t.print(cmd, result, func(p *page) {
				for _, r := range report.Absent {
					if !r.Intended() {
						p.line("%s %s %s", p.paint(yellow, "not held "), r.Schema+"."+r.Name, r.Reason)
					}
				}
				p.line("%d tables compared in %v, as of %s", len(result.Tables), report.Elapsed.Round(time.Millisecond), result.LSN)
			}); err != nil {
				return err
			}
			if !result.Equal {
				return notWell{fmt.Errorf("%d of %d tables are not what PostgreSQL holds; failoversql migrate makes a new copy", differ, len(result.Tables))}
			}
			return nil
		}),
	}
	t.flags(cmd)
	cmd.Flags().StringSliceVar(&tables, "table", nil, "compare only these tables (schema.table, or table in public)")
	cmd.Flags().IntVar(&rate, "rate", 0, "the most rows of PostgreSQL to read in a second; 0 means any number")
	return cmd
}

func comparison(r dbsync.TableReport) comparedTable {
	t := comparedTable{r.Schema + "." + r.Name, r.Primary, r.File, []differingRow{}, r.More}
	for _, d := range r.Differences {
		t.Differences = append(t.Differences, differingRow{d.Key, d.Kind})
	}
	return t
}

func showTable(p *page, t comparedTable) {
	if len(t.Differences) == 0 {
		p.line("%s      %s, %d rows", p.paint(green, "same"), t.Name, t.Primary)
		return
	}
	p.line("%s    %s, %d rows on PostgreSQL, %d in the file", p.paint(red, "differs"), t.Name, t.Primary, t.File)
	for _, d := range t.Differences {
		p.line("           %s: %s", d.Kind, d.Key)
	}
	if t.More {
		p.line("           and others")
	}
}
