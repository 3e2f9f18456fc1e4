package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/failoversql/failoversql"
)

// switched is the result of a switch.
type switched struct {
	Ordered string             `json:"ordered"`
	Stored  bool               `json:"stored_only"` // no process decides: the pin is for the next one
	Status  failoversql.Status `json:"status"`
}

func newSwitch() *cobra.Command {
	var t target
	var limit time.Duration
	sides := []string{"primary", "fallback", "auto"}
	cmd := &cobra.Command{
		Use:   "switch primary|fallback|auto",
		Short: "Move the applications to one side and keep them there, or let health decide again",
		Long: `switch moves every process that has the file open to PostgreSQL (primary) or to SQLite
(fallback), and pins them there, whatever happens and also over restarts, until
"switch auto". The order is carried out by the process that decides: to the fallback
when PostgreSQL's transactions have ended and the file has caught up, to the primary when
the journal is replayed. It is taken back where that lasts longer than --timeout, or when
this program is interrupted; all is then as it was.

Where no application has the file open the pin is stored, and taken by the next one that
starts, unless its fallback_mode says otherwise.`,
		Example: `  failoversql switch fallback   # before maintenance of PostgreSQL
  failoversql switch auto       # after it`,
		ValidArgs: sides,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 || !slices.Contains(sides, args[0]) {
				return usage{fmt.Errorf("%s takes one of %s, not %q", cmd.CommandPath(), strings.Join(sides, ", "), args)}
			}
			return nil
		},
		RunE: t.run(func(cmd *cobra.Command, on side, args []string) error {
			ctx, cancel := context.WithTimeout(cmd.Context(), limit)
			defer cancel()
			err := on.Switch(ctx, args[0])
			if errors.Is(err, context.DeadlineExceeded) {
				return fmt.Errorf("the order could not be carried out within %v, and was taken back: %w", limit, err)
			}
			if err != nil {
				return err
			}
			s, err := on.Status(cmd.Context())
			if err != nil {
				return err
			}
			result := switched{args[0], !s.Owned, s}
			return t.print(cmd, result, func(p *page) { p.line("%s", told(result)) })
		}),
	}
	t.flags(cmd)
	cmd.Flags().DurationVar(&limit, "timeout", 30*time.Second, "how long to wait until it is done")
	return cmd
}

// told says what came of it.
func told(r switched) string {
	switch {
	case r.Stored && r.Ordered == "auto":
		return "no application has the file open: the next one that starts is not pinned"
	case r.Stored:
		return "no application has the file open: the next one that starts is pinned to the " + r.Ordered
	case r.Ordered == "auto":
		return "health decides again; " + serving[r.Status.Mode]
	}
	return serving[r.Status.Mode] + ", and is kept until failoversql switch auto"
}
