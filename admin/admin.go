// Package admin is the operator's side of a Connector over HTTP: a JSON API and
// a status page.
//
//	h, err := admin.New(connector, admin.Authorize(admin.BearerToken(token)))
//	mux.Handle("/api/v1/sqlite-fallback/", http.StripPrefix("/api/v1/sqlite-fallback", h))
//
// Every request is authorised, the page too; there is no form without. The API
// is described by GET openapi.json. Use it over TLS, or on a loopback address:
// credentials are sent with every request.
package admin

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/failoversql/failoversql"
)

// Handler serves the API and the page. Close it when it serves no more.
type Handler struct {
	c         *failoversql.Connector
	authorize func(*http.Request) error
	log       *slog.Logger
	backups   string
	keep      failoversql.Retention

	routes  []route
	mux     *http.ServeMux
	origin  *http.CrossOriginProtection
	jobs    jobs
	history history
	listing listing

	ctx    context.Context // ends with Close
	cancel context.CancelFunc
	wg     sync.WaitGroup
}

// Option changes how New builds a Handler.
type Option func(*Handler)

// Authorize sets who may do anything: f returns nil for a request that may be
// carried out. ErrForbidden is told as 403, any other error as 401. f is called
// by many goroutines at once.
func Authorize(f func(*http.Request) error) Option { return func(h *Handler) { h.authorize = f } }

// Logger takes the audit log: who ordered what, and what came of it. The default
// is slog.Default().
func Logger(l *slog.Logger) Option { return func(h *Handler) { h.log = l } }

// Backups sets the directory that POST backup writes into, and what is kept of
// what is there. Without it fallback_backup_dir is used, and where there is none
// the endpoint answers 409: a request never names a path of the server.
func Backups(dir string, keep failoversql.Retention) Option {
	return func(h *Handler) { h.backups, h.keep = dir, keep }
}

// ErrNoAuthorizer is returned by New without Authorize.
var ErrNoAuthorizer = errors.New("admin: without an authoriser there is no admin API: give admin.Authorize")

// New makes a Handler. It watches the Connector from now on, so that the page
// has a history, until Close.
func New(c *failoversql.Connector, opts ...Option) (*Handler, error) {
	h := &Handler{c: c, log: slog.Default(), mux: http.NewServeMux(), origin: http.NewCrossOriginProtection()}
	h.backups, h.keep = c.BackupSettings()
	for _, o := range opts {
		o(h)
	}
	if h.authorize == nil {
		return nil, ErrNoAuthorizer
	}
	h.ctx, h.cancel = context.WithCancel(context.Background())
	h.routes = h.table()
	for _, r := range h.routes {
		h.mux.HandleFunc(r.method+" "+r.pattern(), r.serve)
	}
	h.mux.HandleFunc("/", func(w http.ResponseWriter, req *http.Request) {
		if h.known(req.URL.Path) {
			writeProblem(w, http.StatusMethodNotAllowed, "this path takes another method; see openapi.json")
			return
		}
		writeProblem(w, http.StatusNotFound, "there is no such endpoint; see openapi.json")
	})
	unsubscribe := c.Subscribe(h.history.event)
	h.wg.Go(func() {
		defer unsubscribe()
		h.watch(h.ctx)
	})
	if h.backups != "" {
		h.wg.Go(func() { h.watchBackups(h.ctx, sampleInterval, h.backed) })
	}
	return h, nil
}

// known: some method is served at the path.
func (h *Handler) known(path string) bool {
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodDelete} {
		if req, err := http.NewRequest(method, path, nil); err == nil {
			if _, pattern := h.mux.Handler(req); pattern != "" && pattern != "/" {
				return true
			}
		}
	}
	return false
}

// Close ends jobs and streams and waits for them. The Connector stays open.
func (h *Handler) Close() error {
	h.cancel()
	h.jobs.close()
	h.wg.Wait()
	return nil
}

const (
	maxBody      = 64 << 10
	requestLimit = time.Minute // of one that is answered when it is done
)

// ServeHTTP authorises the request and carries it out.
func (h *Handler) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	head := w.Header()
	head.Set("Cache-Control", "no-store")
	head.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
	head.Set("Cross-Origin-Opener-Policy", "same-origin")
	head.Set("Cross-Origin-Resource-Policy", "same-origin")
	head.Set("Referrer-Policy", "no-referrer")
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("X-Frame-Options", "DENY")
	if err := h.authorize(req); err != nil {
		status := http.StatusUnauthorized
		if errors.Is(err, ErrForbidden) {
			status = http.StatusForbidden
		} else {
			head.Add("WWW-Authenticate", `Basic realm="failoversql", charset="UTF-8"`)
			head.Add("WWW-Authenticate", `Bearer realm="failoversql"`)
		}
		h.log.Warn("failoversql admin: refused", "method", req.Method, "path", req.URL.Path, "remote", req.RemoteAddr)
		writeProblem(w, status, "the request carries no credential that is accepted here")
		return
	}
	if err := h.origin.Check(req); err != nil {
		h.log.Warn("failoversql admin: refused, from another site", "method", req.Method, "path", req.URL.Path, "remote", req.RemoteAddr)
		writeProblem(w, http.StatusForbidden, "the request comes from another site")
		return
	}
	if h.ctx.Err() != nil {
		writeProblem(w, http.StatusServiceUnavailable, "the admin API is closed")
		return
	}
	req.Body = http.MaxBytesReader(w, req.Body, maxBody)
	h.mux.ServeHTTP(w, req)
}
