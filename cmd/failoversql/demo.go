package main

import (
	"errors"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/failoversql/failoversql/cmd/failoversql/internal/demo"
)

func newDemo() *cobra.Command {
	var keep bool
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Show an outage of PostgreSQL from beginning to end, on this machine",
		Long: `demo starts a PostgreSQL of its own and a small order-taking application on it, kills
PostgreSQL with SIGKILL under load, keeps the load on SQLite, starts PostgreSQL again,
and looks there for every write that the application was told had been done.

It needs the programs of PostgreSQL (in PATH or where packages put them; else they are
downloaded), takes less than half a minute, and removes what it made. The exit status
is 0 only if no acknowledged write was lost or duplicated and both sides hold the same
rows.`,
		Example: `  failoversql demo
  failoversql demo --keep   # leave both databases and say how to look at them`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			out := cmd.OutOrStdout()
			terminal := isTerminal(out)
			err := demo.Run(cmd.Context(), demo.Options{
				Out:      out,
				Terminal: terminal,
				Colour:   terminal && os.Getenv("NO_COLOR") == "",
				Keep:     keep,
			})
			if errors.Is(err, demo.ErrNotWell) {
				return notWell{err}
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&keep, "keep", false, "leave both databases to look at")
	return cmd
}

// isTerminal reports whether w is a terminal that can redraw a line.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok || os.Getenv("TERM") == "" || os.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
