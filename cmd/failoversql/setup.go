package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/failoversql/failoversql"
)

func newSetup() *cobra.Command {
	var t target
	var opt failoversql.SetupOptions
	var exclude []string
	cmd := &cobra.Command{
		Use:   "setup",
		Short: "Make both sides ready, and show that a failover works",
		Long: `setup looks for every privilege and setting that is needed on PostgreSQL, grants what the
role may grant, makes the schema failoversql there, makes the fallback file with a first
copy, and plays an outage through on a table and a file of its own, which it removes. It
may be run again: what is there stays.

What the role may not do is printed as SQL, for somebody who may. The exit status is 1
where a step failed.`,
		Example: `  failoversql setup --dsn 'postgres://app@db/app?fallback_path=/var/lib/app/app.db'`,
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := t.config()
			if err != nil {
				return usage{err}
			}
			if cmd.Flags().Changed("exclude") {
				opt.Migrate.Exclude = append([]string{}, exclude...)
			}
			opt.Migrate.Compare = true
			out := &page{w: cmd.OutOrStdout(), colour: colours(cmd.OutOrStdout())}
			if !t.json {
				opt.Step = func(c failoversql.TestCheck) { showCheck(out, c) }
				show := newCopyProgress(cmd.OutOrStdout(), cmd.ErrOrStderr())
				opt.Migrate.Progress = func(p failoversql.MigrateProgress) { show.at(p); show.clearAtEnd(p) }
			}
			report, err := failoversql.Setup(cmd.Context(), cfg, opt)
			if err != nil {
				return err
			}
			if err := t.print(cmd, report, func(p *page) {
				for _, n := range report.Notes {
					p.line("%s  %s", p.paint(yellow, "note"), n)
				}
				if len(report.SQL) > 0 {
					p.line("\nto be run on PostgreSQL by somebody who may:\n")
					for _, s := range report.SQL {
						p.line("%s", s)
					}
				}
			}); err != nil {
				return err
			}
			if !report.OK {
				return notWell{errors.New("not all is ready")}
			}
			return nil
		},
	}
	t.fileFlags(cmd)
	cmd.Flags().StringSliceVar(&exclude, "exclude", nil, "tables to leave out of the copy (schema.table, or table in any schema)")
	cmd.Flags().BoolVar(&opt.Migrate.LeaveOut, "leave-out", false, "go on without what the copy cannot hold")
	return cmd
}

func showCheck(p *page, c failoversql.TestCheck) {
	mark := p.paint(green, "ok  ")
	if !c.OK {
		mark = p.paint(red, "FAIL")
	}
	p.line("%s  %s: %s", mark, c.Name, unprefixed(c.Detail))
}

// clearAtEnd makes room when the copy is put in place: what follows are lines.
func (s *copyProgress) clearAtEnd(p failoversql.MigrateProgress) {
	if p.Phase == "replace" {
		s.bar.clear()
	}
}
