package main

import (
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
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := t.open()
			if err != nil {
				return err
			}
			defer c.Close()
			if set, of := c.BackupSettings(); dir == "" && set != "" {
				dir = set
				if !cmd.Flags().Changed("keep") {
					keep.Keep = of.Keep
				}
			}
			path, err := c.Backup(cmd.Context(), dir)
			if err != nil {
				return err
			}
			removed, err := c.PruneBackups(cmd.Context(), dir, keep)
			if err != nil {
				return err
			}
			result := struct {
				Path    string   `json:"path"`
				Removed []string `json:"removed"`
			}{path, append([]string{}, removed...)}
			return t.print(cmd, result, func(p *page) {
				p.line("%s", path)
				for _, r := range removed {
					p.line("removed %s", r)
				}
			})
		},
	}
	t.flags(cmd)
	cmd.Flags().StringVar(&dir, "dir", "", "the directory to write into (default: fallback_backup_dir, else the current one)")
	cmd.Flags().IntVar(&keep.Keep, "keep", 0, "how many backups stay (default: all)")
	cmd.Flags().DurationVar(&keep.MaxAge, "max-age", 0, "how old backups may become, as 720h (default: any age)")
	return cmd
}
