package main

import (
	"encoding/json"
	"errors"

	"github.com/spf13/cobra"
)

func newTest() *cobra.Command {
	var t target
	cmd := &cobra.Command{
		Use:   "test",
		Short: "Try what a failover needs, without one",
		Long: `test asks PostgreSQL whether it answers, takes writes and can be followed, looks whether
the copy would serve and reads from every table of it, and writes on a table of its own
beside the fallback file. No traffic moves, and nothing that it writes stays.

The exit status is 1 where something is not well.`,
		Example: `  failoversql test
  failoversql test --json`,
		Args: noArgs,
		RunE: t.run(func(cmd *cobra.Command, on side, _ []string) error {
			report, err := on.Test(cmd.Context())
			if err != nil {
				return err
			}
			err = t.print(cmd, report, func(p *page) {
				for _, c := range report.Checks {
					showCheck(p, c)
				}
			})
			if err == nil && !report.OK {
				err = notWell{errors.New("a failover would not be well")}
			}
			return err
		}),
	}
	t.flags(cmd)
	return cmd
}

func newCheck() *cobra.Command {
	var t target
	cmd := &cobra.Command{
		Use:   "check [SQL…]",
		Short: "Say whether SQLite would run statements, or those that the application has sent",
		Long: `check translates each statement by the schema that the fallback file holds, and says
whether it would run there, or why not. Nothing is run. Without a statement it tells of
those that the application has sent to PostgreSQL since its start, by their shapes, as
the process that owns the file wrote there some seconds ago.

The exit status is 1 where a statement would not run.`,
		Example: `  failoversql check 'SELECT * FROM orders FOR UPDATE SKIP LOCKED'
  failoversql check                        # what the application has sent
  failoversql check --json | jq '.statements[].sql'`,
		RunE: t.run(func(cmd *cobra.Command, on side, args []string) error {
			if len(args) == 0 {
				return t.checkSeen(cmd, on)
			}
			type checked struct {
				SQL      string `json:"sql"`
				Runs     bool   `json:"runs"`
				Code     string `json:"code,omitempty"`
				Message  string `json:"message,omitempty"`
				Position int    `json:"position,omitempty"`
			}
			var all []checked
			refused := false
			for _, sql := range args {
				v, err := on.Check(cmd.Context(), sql)
				if err != nil {
					return err
				}
				all = append(all, checked{sql, v.Runs, v.Code, v.Message, v.Position})
				refused = refused || !v.Runs
			}
			err := t.print(cmd, all, func(p *page) {
				for _, v := range all {
					shown, _ := json.Marshal(v.SQL)
					if v.Runs {
						p.line("%s  %s", p.paint(green, "runs   "), shown)
						continue
					}
					p.line("%s  %s\n         %s %s", p.paint(red, "refused"), shown, v.Code, v.Message)
				}
			})
			if err == nil && refused {
				err = notWell{errors.New("not all of them would run")}
			}
			return err
		}),
	}
	t.flags(cmd)
	return cmd
}
