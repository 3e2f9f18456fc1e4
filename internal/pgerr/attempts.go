package pgerr

import (
	"errors"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// Attempts returns an error of pgx for a connection that could not be made with
// each attempt told once, on one line: pgx tries an address with TLS and without,
// and says the same of both on lines of their own. What is wrapped stays. Other
// errors are returned as they are.
func Attempts(err error) error {
	if !errors.As(err, new(*pgconn.ConnectError)) {
		return err
	}
	if text := oneLine(err.Error()); text != err.Error() {
		return &attempts{text, err}
	}
	return err
}

type attempts struct {
	text string
	err  error
}

func (e *attempts) Error() string { return e.text }
func (e *attempts) Unwrap() error { return e.err }

// withoutTLS is what pgx says of the first of two attempts at a server that has
// no TLS: with sslmode=prefer that is no trouble.
const withoutTLS = "tls error: server refused TLS connection"

func oneLine(text string) string {
	head, rest, ok := strings.Cut(text, "\n")
	if !ok {
		return text
	}
	var tries []string
	for line := range strings.SplitSeq(rest, "\n") {
		line = strings.TrimSpace(line)
		told := func(t string) bool { return strings.HasSuffix(t, line) } // the parts of a resolver's error are lines too
		if line != "" && !slices.ContainsFunc(tries, told) {
			tries = append(tries, line)
		}
	}
	tries = slices.DeleteFunc(slices.Clone(tries), func(t string) bool {
		where, refused := strings.CutSuffix(t, withoutTLS)
		return refused && slices.ContainsFunc(tries, func(other string) bool {
			return other != t && strings.HasPrefix(other, where)
		})
	})
	return head + " " + strings.Join(tries, "; ")
}
