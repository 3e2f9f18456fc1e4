// Package pgerr is the one home of error meaning: what an error of pgx, of the
// network, or of TLS says about the health of PostgreSQL, and how an error or
// a connection string is shown without its password.
package pgerr

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
)

// Class is what an error means for the route.
type Class uint8

// The classes, from what matters least.
const (
	// Neutral says nothing against the server: an SQL error, a caller that
	// gave up, a connection we closed ourselves, a fault of this machine.
	Neutral Class = iota
	// Outage is evidence that the server does not serve.
	Outage
	// Overload means that the server is alive and turns us away (53300).
	Overload
	// Auth means that the server is alive and does not accept who we are or
	// what we ask for. It is reported and never failed over: another database
	// is no answer to a wrong password.
	Auth
)

var classNames = [...]string{"neutral", "outage", "overload", "auth"}

func (c Class) String() string { return classNames[c] }

// Meaning is what an error says about the server.
type Meaning struct {
	Class Class
	// Definite is set with Outage if the server, or the machine it is on,
	// said so (a refused connection, 57P03). Without it nothing answered in
	// time, or an established connection broke, which has other causes too.
	Definite bool
	// Fault is a short name for logs: "refused", "timeout", "57P01".
	// Empty for nil.
	Fault string
}

// errnoFaults are the network errors that speak of the server or the way to it.
// Local faults (no more files, no more ports) are not among them.
var errnoFaults = map[syscall.Errno]Meaning{
	syscall.ECONNREFUSED: {Outage, true, "refused"},
	syscall.ECONNRESET:   {Outage, false, "reset"},
	syscall.ECONNABORTED: {Outage, false, "reset"},
	syscall.EPIPE:        {Outage, false, "broken pipe"},
	syscall.ENOTCONN:     {Outage, false, "broken pipe"},
	syscall.ETIMEDOUT:    {Outage, false, "timeout"},
	syscall.EHOSTUNREACH: {Outage, true, "no route"},
	syscall.ENETUNREACH:  {Outage, true, "no route"},
	syscall.ENETDOWN:     {Outage, true, "no route"},
	syscall.EHOSTDOWN:    {Outage, true, "no route"},
	// Winsock's numbers, which Go passes on as they are. No other system has
	// error numbers as high.
	10050: {Outage, true, "no route"}, // WSAENETDOWN
	10051: {Outage, true, "no route"}, // WSAENETUNREACH
	10053: {Outage, false, "reset"},   // WSAECONNABORTED
	10054: {Outage, false, "reset"},   // WSAECONNRESET
	10060: {Outage, false, "timeout"}, // WSAETIMEDOUT
	10061: {Outage, true, "refused"},  // WSAECONNREFUSED
	10065: {Outage, true, "no route"}, // WSAEHOSTUNREACH
}

// codeFaults are the SQLSTATEs that say more than that a statement was wrong.
// Codes not listed are Neutral.
var codeFaults = map[string]Meaning{
	"57P01": {Outage, false, "57P01"}, // admin_shutdown; pg_terminate_backend gives it too
	"57P02": {Outage, false, "57P02"}, // crash_shutdown: another backend died, or immediate shutdown
	"57P03": {Outage, true, "57P03"},  // cannot_connect_now: starting up, shutting down, in recovery
	"25006": {Outage, true, "25006"},  // read_only_sql_transaction
	"53300": {Overload, false, "53300"},
	"28000": {Auth, false, "28000"}, // invalid_authorization_specification
	"28P01": {Auth, false, "28P01"}, // invalid_password
	"3D000": {Auth, false, "3D000"}, // invalid_catalog_name: no such database
	"57P04": {Auth, false, "57P04"}, // database_dropped
}

// ErrReadOnly is what a probe returns, wrapped or not, for a server that
// answers and does not take writes: it is in recovery, or read only by
// default.
var ErrReadOnly = errors.New("the server accepts no writes")

// Classify says what err means for the server's health. ctx is the caller's
// own: an expired deadline or a cancellation counts against the server only if
// ctx has not ended, since then the limit was one of ours. The parts of a
// joined error (several hosts were tried) are weighed together: one that
// answered outweighs those that did not.
//
// What a statement of the application meets is weaker evidence than what a
// probe meets: a read-only transaction that the application asked for gives
// 25006 too, and pg_terminate_backend 57P01. It is a reason to probe.
func Classify(ctx context.Context, err error) Meaning {
	if err == nil {
		return Meaning{}
	}
	m := classify(err)
	if m.Fault == "timeout" && ctx.Err() != nil {
		return Meaning{Fault: "caller gave up"}
	}
	return m
}

func classify(err error) Meaning {
	switch e := err.(type) { //nolint:errorlint // the chain is walked below
	case interface{ Unwrap() []error }:
		var worst Meaning
		for i, part := range e.Unwrap() {
			if m := classify(part); i == 0 || weight(m) > weight(worst) {
				worst = m
			}
		}
		return worst
	case *pgconn.PgError:
		return sqlstate(e)
	case syscall.Errno:
		if m, ok := errnoFaults[e]; ok {
			return m
		}
		return Meaning{Fault: "local"}
	case *net.DNSError:
		if e.IsTimeout {
			return Meaning{Outage, false, "dns"}
		}
		return Meaning{Outage, true, "dns"}
	case *net.OpError:
		switch {
		case e.Op == "dial" && errors.Is(e.Err, syscall.ENOENT):
			return Meaning{Outage, true, "refused"} // a unix socket that is not there
		case e.Op == "remote error" && strings.Contains(e.Err.Error(), "certificate"):
			return Meaning{Auth, false, "tls"} // the server refused ours
		}
	case *pgconn.NotPreferredError:
		return Meaning{Outage, true, "read-only"}
	}
	if m, ok := leaf(err); ok {
		return m
	}
	if inner := errors.Unwrap(err); inner != nil {
		if m := classify(inner); m != other {
			return m
		}
	}
	if timeout, ok := err.(net.Error); ok && timeout.Timeout() { //nolint:errorlint // as above
		return Meaning{Outage, false, "timeout"}
	}
	return other
}

// other is the meaning of what is not known.
var other = Meaning{Fault: "other"}

// leaf knows the errors that have no type of their own to be known by, and
// those of TLS.
func leaf(err error) (Meaning, bool) {
	switch err { //nolint:errorlint // the chain is walked by the caller
	case context.Canceled:
		return Meaning{Fault: "canceled"}, true
	case context.DeadlineExceeded, os.ErrDeadlineExceeded:
		return Meaning{Outage, false, "timeout"}, true
	case io.EOF, io.ErrUnexpectedEOF:
		return Meaning{Outage, false, "closed"}, true
	case net.ErrClosed, pgconn.ErrConnClosed:
		return Meaning{Fault: "closed by us"}, true
	case pgconn.ErrReadOnlyConnection, pgconn.ErrStandbyConnection, ErrReadOnly:
		return Meaning{Outage, true, "read-only"}, true
	}
	switch err.(type) { //nolint:errorlint // as above
	case tls.RecordHeaderError, tls.AlertError, *tls.CertificateVerificationError,
		x509.UnknownAuthorityError, x509.HostnameError, x509.CertificateInvalidError:
		return Meaning{Outage, true, "tls"}, true
	}
	// pgconn has no value for this one.
	if err.Error() == "server refused TLS connection" || strings.HasPrefix(err.Error(), "tls: ") {
		return Meaning{Outage, true, "tls"}, true
	}
	return Meaning{}, false
}

func sqlstate(e *pgconn.PgError) Meaning {
	if m, ok := codeFaults[e.Code]; ok {
		return m
	}
	return Meaning{Fault: "sql"}
}

// weight orders the meanings of the parts of one error.
func weight(m Meaning) int {
	w := 2 * int(m.Class)
	if m.Class == Outage && !m.Definite {
		w++ // refused by one host and silent at another: the other may live
	}
	if m.Fault == "sql" || m.Fault == "canceled" {
		w = 100 // an answer, or no attempt at all
	}
	return w
}
