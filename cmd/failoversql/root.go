package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// newRoot makes the tree of commands.
func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "failoversql",
		Short: "Keep an application of PostgreSQL at work on SQLite while PostgreSQL is away",
		Long: `failoversql is the command line of the Go database/sql driver of that name, which keeps
an application reading and writing on a local SQLite file while PostgreSQL is down,
and then brings every write back.

Exit status: 0 done, 1 the thing asked about is not well, 2 wrong usage, 3 failed.`,
		Example: `  failoversql demo              # an outage from beginning to end, on this machine
  failoversql setup             # make both sides ready, and try an outage
  failoversql status            # what serves, and why
  failoversql switch fallback   # move the applications to SQLite, and keep them there
  failoversql migrate           # make a new copy of PostgreSQL
  failoversql verify            # compare every row of the two`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          oneOfCommands,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return cmd.Help()
		},
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usage{fmt.Errorf("%w; see %s --help", err, cmd.CommandPath())}
	})
	root.AddCommand(newDemo(), newSetup(), newStatus(), newSwitch(), newTest(), newCheck(),
		newBackup(), newRestore(), newCleanup(), newMigrate(), newVerify(), newSync(), newConflicts(), newRescue(), newDrill(), newServe())
	return root
}

// oneOfCommands is what a command that only has others under it says of a word that
// is none of them.
func oneOfCommands(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	cmd.SuggestionsMinimumDistance = 2
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		return usage{fmt.Errorf("%s has no command %q; is %s meant?", cmd.CommandPath(), args[0], strings.Join(near, " or "))}
	}
	return usage{fmt.Errorf("%s has no command %q; see %s --help", cmd.CommandPath(), args[0], cmd.CommandPath())}
}

// noArgs is cobra.NoArgs with the error that says: wrong usage.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage{fmt.Errorf("%s takes no argument %q; see %s --help", cmd.CommandPath(), args[0], cmd.CommandPath())}
	}
	return nil
}
