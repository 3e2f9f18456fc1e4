package admin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"time"

	"github.com/failoversql/failoversql"
)

var errNoBackups = errors.New("no directory for backups was given to this server")

// begin starts a job in the name of a request.
func (h *Handler) begin(req *http.Request, kind string, work func(context.Context, func(any)) (any, error)) (any, error) {
	by, remote := who(req), req.RemoteAddr
	return h.jobs.begin(h.ctx, kind, work, func(j Job) {
		var err error
		if j.State != "done" {
			err = errors.New(j.State + ": " + j.Error)
		}
		h.audit(kind+"-ended", by, remote, j.ID, err)
	})
}

// writing is how a backup gets on.
type writing struct {
	Step string `json:"step"`
}

type backedUp struct {
	Name    string   `json:"name"`
	Removed []string `json:"removed"` // older backups
}

func (h *Handler) backup(req *http.Request) (any, error) {
	if h.backups == "" {
		return nil, errNoBackups
	}
	return h.begin(req, "backup", func(ctx context.Context, progress func(any)) (any, error) {
		progress(writing{"writing and checking"})
		path, err := h.c.Backup(ctx, h.backups)
		if err != nil {
			return nil, err
		}
		result := backedUp{Name: filepath.Base(path), Removed: []string{}}
		removed, err := h.c.PruneBackups(ctx, h.backups, h.keep)
		h.history.keep(h.backed(ctx))
		for _, r := range removed {
			result.Removed = append(result.Removed, filepath.Base(r))
		}
		return result, err
	})
}

// comparing is how a comparison gets on.
type comparing struct {
	Step       string                        `json:"step"`
	Tables     int                           `json:"tables"`
	TablesDone int                           `json:"tables_done"`
	WaitsFor   []failoversql.OpenTransaction `json:"waits_for,omitempty"` // of step "wait"
}

// verified is a VerifyReport with its time in seconds.
type verified struct {
	failoversql.VerifyReport
	Equal   bool    `json:"equal"`
	Elapsed nothing `json:"elapsed,omitzero"`
	Seconds float64 `json:"seconds"`
}

func (h *Handler) verify(req *http.Request) (any, error) {
	var body struct {
		Tables []string `json:"tables"`
		Rate   int      `json:"rate"`
	}
	if err := readOptional(req, &body); err != nil {
		return nil, err
	}
	if body.Rate < 0 {
		return nil, badRequest{errors.New("rate is a number of rows a second, or 0 for any")}
	}
	return h.begin(req, "verify", func(ctx context.Context, progress func(any)) (any, error) {
		report, err := h.c.Verify(ctx, failoversql.VerifyOptions{Tables: body.Tables, Rate: body.Rate, Progress: func(p failoversql.VerifyProgress) {
			if p.Table.Name == "" {
				progress(comparing{Step: "wait", WaitsFor: p.WaitsFor})
				return
			}
			progress(comparing{Step: "comparing", Tables: p.Tables, TablesDone: p.TablesDone})
		}})
		return verified{VerifyReport: report, Equal: report.Equal(), Seconds: report.Elapsed.Seconds()}, err
	})
}

func (h *Handler) rescue(req *http.Request) (any, error) {
	return h.begin(req, "rescue", func(ctx context.Context, _ func(any)) (any, error) { return h.c.Rescue(ctx) })
}

// cleanup never takes a directory from a request: a backup goes where those of
// the server go.
func (h *Handler) cleanup(req *http.Request) (any, error) {
	var body struct {
		Force bool `json:"force"`
	}
	if err := readOptional(req, &body); err != nil {
		return nil, err
	}
	return h.begin(req, "cleanup", func(ctx context.Context, _ func(any)) (any, error) {
		return h.c.CleanupWith(ctx, failoversql.CleanupOptions{Force: body.Force, BackupDir: h.backups})
	})
}

func (h *Handler) drill(req *http.Request) (any, error) {
	var body struct {
		Seconds float64 `json:"seconds"`
		Journal bool    `json:"journal"`
	}
	if err := readOptional(req, &body); err != nil {
		return nil, err
	}
	if body.Seconds < 0 || body.Seconds > maxDrill {
		return nil, badRequest{fmt.Errorf("seconds is a number up to %d", maxDrill)}
	}
	opt := failoversql.DrillOptions{Duration: time.Duration(body.Seconds * float64(time.Second)), Journal: body.Journal}
	return h.begin(req, "drill", func(ctx context.Context, progress func(any)) (any, error) {
		opt.Progress = func(p failoversql.DrillProgress) { progress(p) }
		return h.c.Drill(ctx, opt)
	})
}

// maxDrill is Drill's own limit, in seconds.
const maxDrill = 600
