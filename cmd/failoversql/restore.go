package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/failoversql/failoversql"
)

func newRestore() *cobra.Command {
	var t target
	var opt failoversql.RestoreOptions
	cmd := &cobra.Command{
		Use:   "restore BACKUP",
		Short: "Put a backup in the place of the fallback file",
		Long: `restore looks a backup through and puts it in the place of the fallback file, which stays
beside it under another name. No application may have the file open.

A journal in the backup is brought to PostgreSQL first, as far as PostgreSQL does not
have it yet, so that nothing is written twice; without PostgreSQL such a backup is
refused. New ids go on where the file that was there left off; where that one cannot be
read there are none on SQLite until PostgreSQL has been reached. The exit status is 1,
and nothing is done, where the file that is there holds what is nowhere else: bring
that back first (failoversql sync), or leave it in the file that is kept (--force).`,
		Example: `  failoversql restore /var/backups/app/app-20261126T080000.000Z.db`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage{fmt.Errorf("%s takes the path of a backup", cmd.CommandPath())}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := t.config()
			if err != nil {
				return usage{err}
			}
			report, err := failoversql.Restore(cmd.Context(), cfg, args[0], opt)
			if errors.As(err, new(*failoversql.UnreturnedError)) {
				return notWell{fmt.Errorf("%w: bring that back first (failoversql sync); --force leaves it in the file that is kept", err)}
			}
			if err != nil {
				return err
			}
			return t.print(cmd, report, func(p *page) {
				p.field("restored", "%s", report.File)
				p.field("from", "%s", args[0])
				if report.Kept != "" {
					p.field("kept", "%s, the file that was there", report.Kept)
				}
				if report.Unread != "" {
					p.field("unread", "%s", p.paint(yellow, report.Unread))
				}
				if r := report.Replayed; r.Transactions+r.Parked > 0 {
					p.field("journal", "%s applied, %d parked", counted(r.Transactions, "transaction", "transactions"), r.Parked)
				}
				if report.LSN != "" {
					p.field("copy", "what PostgreSQL was at %s", report.LSN)
				}
				if !report.Leases {
					p.field("ids", "%s", p.paint(yellow, "none to give out on SQLite until PostgreSQL has been reached"))
				}
				if report.Unasked != "" {
					p.field("note", "%s", p.paint(yellow, "PostgreSQL could not be asked whether this instance lives elsewhere: "+report.Unasked))
				}
			})
		},
	}
	t.fileFlags(cmd)
	cmd.Flags().BoolVar(&opt.Force, "force", false, "also where the file that is there holds what is nowhere else")
	return cmd
}
