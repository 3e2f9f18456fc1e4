package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/failoversql/failoversql"
	dbsync "github.com/failoversql/failoversql/sync"
)

// synced is the result of sync.
type synced struct {
	DryRun bool `json:"dry_run"`
	failoversql.SyncReport
	List []dbsync.DryTransaction `json:"list,omitempty"` // of a dry run
}

func newSync() *cobra.Command {
	var t target
	var dry bool
	var limit time.Duration
	cmd := &cobra.Command{
		Use:   "sync",
		Short: "Bring what was written on SQLite to PostgreSQL now",
		Long: `sync replays the journal of the fallback file into PostgreSQL, whatever the pin, and
waits until that is done. The application's process does the work, and SQLite serves on;
where no process has the file open, this program does it, to the journal's end.

With --dry-run it prints what would become of each transaction, in one transaction of
PostgreSQL that is rolled back. Rows that would be written are locked until it ends.

The exit status is 1 if there are, or would be, conflicts.`,
		Example: `  failoversql sync --dry-run    # what would happen
  failoversql sync`,
		Args: noArgs,
		RunE: t.run(func(cmd *cobra.Command, on side, _ []string) error {
			ctx, cancel := context.WithTimeout(cmd.Context(), limit)
			defer cancel()
			result := synced{DryRun: dry}
			opts := failoversql.SyncOptions{DryRun: dry, Each: func(d dbsync.DryTransaction) {
				if t.json {
					result.List = append(result.List, d)
					return
				}
				_ = t.print(cmd, d, func(p *page) { showDry(p, d) })
			}}
			var err error
			if result.SyncReport, err = on.Sync(ctx, opts); err != nil {
				if errors.Is(err, context.DeadlineExceeded) {
					return fmt.Errorf("not done within %v; what was brought to PostgreSQL stays there: %w", limit, err)
				}
				return err
			}
			if err := t.print(cmd, result, func(p *page) { p.line("%s", toldSync(result)) }); err != nil {
				return err
			}
			if n := result.Parked; n > 0 && dry {
				return notWell{fmt.Errorf("%s would be parked as conflicts", counted(n, "transaction", "transactions"))}
			} else if n > 0 {
				return notWell{fmt.Errorf("%s parked as conflicts: see failoversql conflicts list", counted(n, "transaction is", "transactions are"))}
			}
			return nil
		}),
	}
	t.flags(cmd)
	cmd.Flags().BoolVar(&dry, "dry-run", false, "print what would happen to each transaction, and change nothing")
	cmd.Flags().DurationVar(&limit, "timeout", 10*time.Minute, "how long to wait until it is done")
	return cmd
}

func toldSync(r synced) string {
	switch {
	case r.Transactions+r.Parked+r.Left == 0:
		return "nothing to bring to PostgreSQL"
	case r.DryRun:
		return fmt.Sprintf("%s would be applied, %d parked", counted(r.Transactions, "transaction", "transactions"), r.Parked)
	}
	text := fmt.Sprintf("%s applied, %d parked", counted(r.Transactions, "transaction", "transactions"), r.Parked)
	if r.Left > 0 {
		text += fmt.Sprintf("; %d were written meanwhile", r.Left)
	}
	return text
}

// showDry tells of one transaction, and of each change in it that is in conflict.
func showDry(p *page, d dbsync.DryTransaction) {
	fate, colour := "applied", green
	if d.Parked {
		fate, colour = "parked", yellow
	}
	p.line("transaction %d, %s: %s", d.Tx, counted(d.Rows, "change", "changes"), p.paint(colour, fate))
	for _, c := range d.Changes {
		if c.Kind == "" {
			continue
		}
		what := c.Op + " " + c.Schema + "." + c.Table
		if c.Statement != "" {
			what = c.Statement
		}
		text := fmt.Sprintf("  %s: %s: %s", what, c.Kind, c.Message)
		if c.Resolution != "" {
			text += fmt.Sprintf(" (settled: %s, by %s)", c.Resolution, c.By)
		}
		p.line("%s", text)
	}
}
