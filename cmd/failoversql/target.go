package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/spf13/cobra"

	"github.com/failoversql/failoversql"
)

// target is what a verb works on, and how it tells of it.
type target struct {
	dsn   string
	admin string // the address of an admin API, in place of a DSN
	token string // the file that holds its token
	plain bool   // it may be without TLS
	json  bool
}

// flags gives a verb the flags that say on what to work.
func (t *target) flags(cmd *cobra.Command) {
	t.fileFlags(cmd)
	cmd.Flags().StringVar(&t.admin, "admin", "", "act through a running application: the address of its admin API")
	cmd.Flags().StringVar(&t.token, "token-file", "", "with --admin: the file that holds the token, readable by nobody else")
	cmd.Flags().BoolVar(&t.plain, "plain-http", false, "with --admin: send the token over http to another machine")
}

// fileFlags are the flags of a verb that works on the file only.
func (t *target) fileFlags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&t.dsn, "dsn", "", "the application's DSN, fallback_path and all (default: DATABASE_URL and its like)")
	cmd.Flags().BoolVar(&t.json, "json", false, "print JSON, for machines")
}

// run makes what a verb does of work on its target, which is opened before and
// closed after it.
func (t *target) run(work func(cmd *cobra.Command, on side, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		on, err := t.side()
		if err != nil {
			return err
		}
		return errors.Join(work(cmd, on, args), on.Close())
	}
}

func (t *target) side() (side, error) {
	switch {
	case t.admin == "" && (t.token != "" || t.plain):
		return nil, usage{errors.New("--token-file and --plain-http go with --admin")}
	case t.admin == "":
		c, cfg, err := t.open()
		if err != nil {
			return nil, err
		}
		return local{c, cfg}, nil
	case t.dsn != "":
		return nil, usage{errors.New("--admin and --dsn: it is one or the other")}
	}
	token, err := readToken(t.token)
	if err != nil {
		return nil, usage{err}
	}
	r, err := newRemote(t.admin, token, t.plain)
	if err != nil {
		return nil, usage{err}
	}
	return r, nil
}

// open makes a guest of the process on the application's file: it decides nothing
// while an application has the file, and nothing behind its back. Close gives
// everything back at once.
func (t *target) open() (*failoversql.Connector, *failoversql.Config, error) {
	cfg, err := t.config()
	if err != nil {
		return nil, nil, usage{err}
	}
	cfg.Guest = true
	c, err := failoversql.NewConnector(cfg)
	return c, cfg, err
}

func (t *target) config() (cfg *failoversql.Config, err error) {
	switch {
	case t.dsn != "":
		cfg, err = failoversql.ParseDSN(t.dsn)
	case os.Getenv("DATABASE_URL") == "":
		return nil, errors.New("no database is named: give --dsn, or set DATABASE_URL")
	default:
		cfg, err = failoversql.ConfigFromEnv()
	}
	if err == nil {
		cfg.Logger = slog.New(slog.DiscardHandler) // what happens is the application's to log
	}
	return cfg, err
}

// print shows a result: to a machine as JSON, to people by the function given.
func (t *target) print(cmd *cobra.Command, result any, people func(p *page)) error {
	out := cmd.OutOrStdout()
	if t.json {
		enc := json.NewEncoder(out)
		enc.SetIndent("", "  ")
		return enc.Encode(result)
	}
	p := &page{w: out, colour: colours(out)}
	people(p)
	return p.err
}

// counted is a number with what it counts, in the singular or the plural.
func counted[N int | int64 | uint64](n N, one, more string) string {
	if n == 1 {
		return fmt.Sprintf("1 %s", one)
	}
	return fmt.Sprintf("%d %s", n, more)
}

func colours(out io.Writer) bool { return isTerminal(out) && os.Getenv("NO_COLOR") == "" }

// page writes text for people, in colours on a terminal.
type page struct {
	w      io.Writer
	colour bool
	err    error
}

// The colours of a terminal.
const (
	plain  = ""
	green  = "\x1b[32m"
	yellow = "\x1b[33m"
	red    = "\x1b[31m"
	reset  = "\x1b[0m"
)

func (p *page) paint(colour, s string) string {
	if !p.colour || colour == plain {
		return s
	}
	return colour + s + reset
}

func (p *page) line(format string, args ...any) {
	if _, err := fmt.Fprintf(p.w, format+"\n", args...); p.err == nil {
		p.err = err
	}
}

// field writes one line of a list of names and values; nothing where there is no
// value.
func (p *page) field(name, format string, args ...any) {
	if value := fmt.Sprintf(format, args...); value != "" {
		p.line("%-10s %s", name, value)
	}
}
