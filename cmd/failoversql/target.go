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
	dsn  string
	json bool
}

// flags gives a verb the flags that say on what to work.
func (t *target) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&t.dsn, "dsn", "", "the application's DSN, fallback_path and all (default: DATABASE_URL and its like)")
	cmd.Flags().BoolVar(&t.json, "json", false, "print JSON, for machines")
}

// open makes a guest of the process on the application's file: it decides nothing
// while an application has the file, and nothing behind its back. Close gives
// everything back at once.
func (t *target) open() (*failoversql.Connector, error) {
	cfg, err := t.config()
	if err != nil {
		return nil, usage{err}
	}
	cfg.Guest = true
	cfg.Logger = slog.New(slog.DiscardHandler) // what happens is the application's to log
	return failoversql.NewConnector(cfg)
}

func (t *target) config() (*failoversql.Config, error) {
	if t.dsn != "" {
		return failoversql.ParseDSN(t.dsn)
	}
	if os.Getenv("DATABASE_URL") == "" {
		return nil, errors.New("no database is named: give --dsn, or set DATABASE_URL")
	}
	return failoversql.ConfigFromEnv()
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
