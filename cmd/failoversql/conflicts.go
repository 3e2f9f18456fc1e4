package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os/user"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	dbsync "github.com/failoversql/failoversql/sync"
)

func newConflicts() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "conflicts",
		Example: "  failoversql conflicts list\n  failoversql conflicts show 7",
		Short:   "List, show and settle what could not be brought to PostgreSQL as it was written",
		Long: `Changes made on SQLite to rows that PostgreSQL holds otherwise are kept in
failoversql.conflict until somebody decides. A transaction is kept as a whole, and what
depends on it waits behind it.`,
		Args: oneOfCommands,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newConflictsList(), newConflictsShow(), newConflictsResolve())
	return cmd
}

func newConflictsList() *cobra.Command {
	var t target
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the changes that wait for a decision",
		Long: `list shows every change of every parked transaction, in the order of writing. The exit
status is 1 if there are any. While PostgreSQL is away it shows the copies in the file,
which have no number.`,
		Example: `  failoversql conflicts list
  failoversql conflicts list --json | jq '.[].id'`,
		Args: noArgs,
		RunE: t.run(func(cmd *cobra.Command, on side, _ []string) error {
			list, err := on.Conflicts(cmd.Context())
			if err != nil {
				return err
			}
			if list == nil {
				list = []dbsync.Conflict{}
			}
			if err := t.print(cmd, list, func(p *page) { listConflicts(p, list) }); err != nil {
				return err
			}
			if len(list) > 0 {
				return notWell{fmt.Errorf("%s for a decision", counted(len(list), "change waits", "changes wait"))}
			}
			return nil
		}),
	}
	t.flags(cmd)
	return cmd
}

func listConflicts(p *page, list []dbsync.Conflict) {
	if len(list) == 0 {
		p.line("no conflicts")
		return
	}
	p.line("%-6s %-6s %-8s %-30s %-26s %s", "id", "tx", "change", "table", "kind", "reason")
	for _, c := range list {
		id := "-"
		if c.ID != 0 {
			id = strconv.FormatInt(c.ID, 10)
		}
		p.line("%-6s %-6d %-8s %-30s %-26s %s", id, c.Tx, c.Op, subject(c), c.Kind, c.Message)
	}
}

func subject(c dbsync.Conflict) string {
	if c.Table == "" {
		return c.Statement
	}
	return c.Schema + "." + c.Table
}

func newConflictsShow() *cobra.Command {
	var t target
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "Show one change with all three images of its row",
		Long: `show prints the row as SQLite knew it (base), as it was left there (local), and as
PostgreSQL had it (remote), column by column. What is different is marked.`,
		Example: `  failoversql conflicts show 17`,
		Args:    oneID,
		RunE: t.run(func(cmd *cobra.Command, on side, args []string) error {
			list, err := on.Conflicts(cmd.Context())
			if err != nil {
				return err
			}
			id, _ := strconv.ParseInt(args[0], 10, 64)
			i := slices.IndexFunc(list, func(c dbsync.Conflict) bool { return c.ID == id })
			if i < 0 {
				return fmt.Errorf("%w: no unsettled one with id %d", dbsync.ErrNoConflict, id)
			}
			return t.print(cmd, list[i], func(p *page) { showConflict(p, list[i]) })
		}),
	}
	t.flags(cmd)
	return cmd
}

func showConflict(p *page, c dbsync.Conflict) {
	p.field("conflict", "%d, %s", c.ID, c.Kind)
	p.field("change", "%s %s", c.Op, subject(c))
	p.field("from", "transaction %d of journal %s, instance %s", c.Tx, c.Journal, c.Instance)
	if c.DependsOn != 0 {
		p.field("behind", "transaction %d", c.DependsOn)
	}
	p.field("reason", "%s", c.Message)
	p.field("decided", "%s", c.Decided)
	columns := map[string]bool{}
	for _, row := range []map[string]*string{c.Base, c.Local, c.Remote} {
		for name := range row {
			columns[name] = true
		}
	}
	if len(columns) == 0 {
		return
	}
	p.line("")
	p.line("  %-24s %-24s %-24s %s", "column", "base", "local", "remote")
	for _, name := range slices.Sorted(maps.Keys(columns)) {
		mark := " "
		if slices.Contains(c.Columns, name) {
			mark = "*"
		}
		p.line("%s %-24s %-24s %-24s %s", mark, name, cell(c.Base, name), cell(c.Local, name), cell(c.Remote, name))
	}
}

// cell is one value; "-" stands for no row.
func cell(row map[string]*string, name string) string {
	if row == nil {
		return "-"
	}
	if v := row[name]; v != nil {
		return *v
	}
	return "NULL"
}

func newConflictsResolve() *cobra.Command {
	var t target
	var row, by string
	actions := map[string]dbsync.Policy{
		"keep-remote": dbsync.KeepRemote, "apply-local": dbsync.ApplyLocal, "apply-edited": dbsync.EditedRow, "discard": dbsync.Discard,
	}
	cmd := &cobra.Command{
		Use:   "resolve ID keep-remote|apply-local|apply-edited|discard",
		Short: "Decide on one change",
		Long: `resolve carries out a decision, once, together with its record:
  keep-remote   PostgreSQL's row stands
  apply-local   the change made on SQLite is forced
  apply-edited  the row given by --row is stored in its place
  discard       the whole transaction is dropped

Where other changes of the same transaction are in conflict too, the decision is noted
and carried out with the last of them: the exit status is 1 until then. Transactions that
waited behind are tried afterwards.`,
		Example: `  failoversql conflicts resolve 17 apply-local
  failoversql conflicts resolve 17 apply-edited --row '{"id": "4", "name": "Ann"}'`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 2 {
				return usage{fmt.Errorf("%s takes an id and one of %s", cmd.CommandPath(), strings.Join(slices.Sorted(maps.Keys(actions)), ", "))}
			}
			if _, ok := actions[args[1]]; !ok {
				return usage{fmt.Errorf("%s: unknown decision %q", cmd.CommandPath(), args[1])}
			}
			return oneID(cmd, args[:1])
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) == 1 {
				return slices.Sorted(maps.Keys(actions)), cobra.ShellCompDirectiveNoFileComp
			}
			return nil, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: t.run(func(cmd *cobra.Command, on side, args []string) error {
			res := dbsync.Resolution{Action: actions[args[1]], By: by}
			if row != "" {
				if err := json.Unmarshal([]byte(row), &res.Row); err != nil {
					return usage{fmt.Errorf("--row is not a JSON object of strings and nulls: %w", err)}
				}
			}
			id, _ := strconv.ParseInt(args[0], 10, 64)
			err := on.Resolve(cmd.Context(), id, res)
			switch {
			case errors.Is(err, dbsync.ErrUndecided):
				return notWell{err}
			case err != nil:
				return err
			}
			return t.print(cmd, map[string]any{"id": id, "decision": args[1]}, func(p *page) { p.line("conflict %d is settled: %s", id, args[1]) })
		}),
	}
	t.flags(cmd)
	cmd.Flags().StringVar(&row, "row", "", "the row to store, as a JSON object of strings and nulls, for apply-edited")
	cmd.Flags().StringVar(&by, "by", userName(), "who decides, for the record")
	return cmd
}

func userName() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return ""
}

// oneID expects a number of a conflict.
func oneID(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return usage{fmt.Errorf("%s takes the id of a conflict", cmd.CommandPath())}
	}
	if id, err := strconv.ParseInt(args[0], 10, 64); err != nil || id < 1 {
		return usage{fmt.Errorf("%q is not the id of a conflict", args[0])}
	}
	return nil
}
