package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/failoversql/failoversql"
)

func newCleanup() *cobra.Command {
	var t target
	var opt failoversql.CleanupOptions
	cmd := &cobra.Command{
		Use:   "cleanup",
		Short: "Remove the fallback file, and what was made for it on PostgreSQL",
		Long: `cleanup removes the fallback file with all that lies beside it, and its replication
slot, publication and registration on PostgreSQL. It is refused, and the exit status is 1,
where something in the file is nowhere else: transactions not brought back yet, conflicts
that PostgreSQL has no record of, or what PostgreSQL has lost since. No process may have
the file open; a running application does it by itself with --admin, and goes on with
PostgreSQL alone until it starts again.

With --force a backup is written, then the file goes whatever is in it, also while
PostgreSQL is away: the SQL that is left to run there is printed. Not even then is a file
removed that serves.`,
		Example: `  failoversql cleanup
  failoversql cleanup --force --backup-dir /var/backups/app`,
		Args: noArgs,
		RunE: t.run(func(cmd *cobra.Command, on side, _ []string) error {
			report, err := on.Cleanup(cmd.Context(), opt)
			if lost := new(failoversql.UnreturnedError); errors.As(err, &lost) {
				return notWell{fmt.Errorf("%w: bring that back first (failoversql sync); --force removes it all the same, and keeps a backup", err)}
			}
			if err != nil {
				return err
			}
			return t.print(cmd, report, func(p *page) {
				if report.Backup != "" {
					p.line("backup     %s", report.Backup)
				}
				if report.Destroyed != "" {
					p.line("%s, only in the backup now", report.Destroyed)
				}
				p.line("removed    %s", report.Removed)
				if report.Left != "" {
					p.line("left on PostgreSQL (%s); have this run there:\n\n%s", report.Why, report.Left)
				}
			})
		}),
	}
	t.flags(cmd)
	cmd.Flags().BoolVar(&opt.Force, "force", false, "remove it also where something is lost; a backup is written first")
	cmd.Flags().StringVar(&opt.BackupDir, "backup-dir", "", "where that backup goes (default: fallback_backup_dir, else beside the file)")
	return cmd
}
