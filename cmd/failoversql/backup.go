package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/failoversql/failoversql"
)

func newBackup() *cobra.Command {
	var t target
	var dir string
	var keep failoversql.Retention
	cmd := &cobra.Command{
		Use:   "backup",
		Short: "Write a checked copy of the fallback file",
		Long: `backup writes the fallback file as one moment has it, journal and all, into a directory,
under a name with the time in it, and looks the copy through. Applications go on
meanwhile. Then backups beyond --keep or older than --max-age are removed; the newest
always stays.`,
		Example: `  failoversql backup --dir /var/backups/app --keep 7
  failoversql backup --dir /var/backups/app --max-age 720h`,
		Args: noArgs,
		PreRunE: func(*cobra.Command, []string) error {
			return checkRetention(keep, "keep", "max-age")
		},
		RunE: t.run(func(cmd *cobra.Command, on side, _ []string) error {
			result, err := on.Backup(cmd.Context(), dir, keep)
			if err != nil {
				return err
			}
			return t.print(cmd, result, func(p *page) {
				p.line("%s", result.Path)
				for _, r := range result.Removed {
					p.line("removed %s", r)
				}
			})
		}),
	}
	t.flags(cmd)
	cmd.Flags().StringVar(&dir, "dir", "", "the directory to write into (default: fallback_backup_dir, else the current one)")
	cmd.Flags().IntVar(&keep.Keep, "keep", 0, "how many backups stay (default: all)")
	cmd.Flags().DurationVar(&keep.MaxAge, "max-age", 0, "how old backups may become, as 720h (default: any age)")
	return cmd
}

// checkRetention looks at what the two flags of these names say.
func checkRetention(keep failoversql.Retention, number, age string) error {
	if keep.Keep < 0 {
		return usage{fmt.Errorf("--%s %d: give how many backups stay, or 0 for all", number, keep.Keep)}
	}
	if keep.MaxAge < 0 {
		return usage{fmt.Errorf("--%s %v: give how old backups may become, or 0 for any age", age, keep.MaxAge)}
	}
	return nil
}
