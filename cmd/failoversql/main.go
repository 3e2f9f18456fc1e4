// Command failoversql shows and runs what package failoversql does.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(execute(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// Exit statuses.
const (
	exitDone    = 0
	exitNotWell = 1 // the thing asked about is not well
	exitUsage   = 2 // wrong usage
	exitFailed  = 3
)

// notWell is what a verb returns when it did its work and what it was asked
// about is not well.
type notWell struct{ error }

func (e notWell) Unwrap() error { return e.error }

// usage is what a verb returns for arguments that it cannot take.
type usage struct{ error }

func (e usage) Unwrap() error { return e.error }

// execute runs the command line and returns the exit status.
func execute(ctx context.Context, args []string, out, errOut io.Writer) int {
	root := newRoot()
	root.SetOut(out)
	root.SetErr(errOut)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err != nil {
		fmt.Fprintln(errOut, said(err))
	}
	return status(err)
}

// said is an error for people: they know what program they run, and nothing of its
// packages.
func said(err error) string {
	text := unprefixed(err.Error())
	if strings.HasPrefix(text, "failoversql ") { // of a command: it names itself
		return text
	}
	return "failoversql: " + text
}

// unprefixed is a text without the names of packages that errors begin with.
func unprefixed(text string) string {
	parts := strings.Split(text, ": ")
	last := len(parts) - 1
	parts = append(slices.DeleteFunc(parts[:last:last], func(part string) bool {
		return part == "failoversql" || part == "dbsync" || part == "sqlitedb"
	}), parts[last])
	return strings.Join(parts, ": ")
}

// status is the exit status that says what an error means.
func status(err error) int {
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, new(notWell)):
		return exitNotWell
	case errors.As(err, new(usage)):
		return exitUsage
	}
	return exitFailed
}
