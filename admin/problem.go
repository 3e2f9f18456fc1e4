package admin

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/health"
	dbsync "github.com/failoversql/failoversql/sync"
)

// problem is an error by RFC 9457.
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
}

func writeProblem(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(problem{"about:blank", http.StatusText(status), status, detail})
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// badRequest is an error of whoever sent the request.
type badRequest struct{ error }

// statusOf is the status that tells an error of the Connector.
func statusOf(err error) int {
	switch {
	case errors.As(err, new(*http.MaxBytesError)):
		return http.StatusRequestEntityTooLarge
	case errors.As(err, new(badRequest)):
		return http.StatusBadRequest
	case errors.Is(err, dbsync.ErrNoConflict), errors.Is(err, errNoJob):
		return http.StatusNotFound
	case errors.Is(err, health.ErrBusy), errors.Is(err, dbsync.ErrResolved), errors.Is(err, dbsync.ErrResolution),
		errors.Is(err, errRunning), errors.Is(err, errNoBackups):
		return http.StatusConflict
	case errors.Is(err, context.DeadlineExceeded):
		return http.StatusGatewayTimeout
	case errors.Is(err, failoversql.ErrClosed), errors.Is(err, failoversql.ErrDisabled), errors.Is(err, failoversql.ErrUnavailable), errors.Is(err, failoversql.ErrNoFile):
		return http.StatusServiceUnavailable
	}
	return http.StatusBadGateway // what was ordered was tried and failed
}

// readOptional is read for a request that may also have no body.
func readOptional(req *http.Request, into any) error {
	if req.ContentLength == 0 {
		return nil
	}
	return read(req, into)
}

// read decodes a JSON body; nothing is let through that is not understood.
func read(req *http.Request, into any) error {
	if kind, _, err := mime.ParseMediaType(req.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return badRequest{errors.New("the body must be application/json")}
	}
	dec := json.NewDecoder(req.Body)
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		if errors.As(err, new(*http.MaxBytesError)) {
			return err
		}
		return badRequest{errors.New("the body cannot be read: " + err.Error())}
	}
	if _, err := dec.Token(); err != io.EOF {
		return badRequest{errors.New("the body holds more than one JSON value")}
	}
	return nil
}
