package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"
)

func newRescue() *cobra.Command {
	var t target
	var limit time.Duration
	cmd := &cobra.Command{
		Use:   "rescue",
		Short: "Bring what was written on SQLite to a PostgreSQL that came back older than it was",
		Long: `rescue is for a PostgreSQL that was restored from a backup, or promoted from a standby
that lagged: it lacks what had been brought back to it, and the replay stops. Of every
journal that the file still has (a day after its replay), rescue replays what PostgreSQL
lacks, and then lets the replay go on. Rows that are no longer as they were become
conflicts. Calling it again is safe.

The exit status is 1 if there are conflicts, or transactions of which nothing is kept.`,
		Example: `  failoversql rescue`,
		Args:    noArgs,
		RunE: t.run(func(cmd *cobra.Command, on side, _ []string) error {
			ctx, cancel := context.WithTimeout(cmd.Context(), limit)
			defer cancel()
			r, err := on.Rescue(ctx)
			if err != nil {
				return err
			}
			if err := t.print(cmd, r, func(p *page) {
				if r.Journals == 0 {
					p.line("PostgreSQL has all that was ever brought to it")
					return
				}
				p.line("%s of %s applied, %d parked", counted(r.Transactions, "transaction", "transactions"), counted(r.Journals, "journal", "journals"), r.Parked)
			}); err != nil {
				return err
			}
			if r.Parked > 0 || r.Gone > 0 {
				return notWell{fmt.Errorf("%s parked as conflicts, of %d nothing is kept", counted(r.Parked, "transaction is", "transactions are"), r.Gone)}
			}
			return nil
		}),
	}
	t.flags(cmd)
	cmd.Flags().DurationVar(&limit, "timeout", 10*time.Minute, "how long to wait until it is done")
	return cmd
}
