package admin

import (
	"context"
	"errors"
	"net/http"
	"path/filepath"

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

type backedUp struct {
	Name    string   `json:"name"`
	Removed []string `json:"removed"` // older backups
}

func (h *Handler) backup(req *http.Request) (any, error) {
	if h.backups == "" {
		return nil, errNoBackups
	}
	return h.begin(req, "backup", func(ctx context.Context, progress func(any)) (any, error) {
		progress(map[string]any{"step": "writing and checking"})
		path, err := h.c.Backup(ctx, h.backups)
		if err != nil {
			return nil, err
		}
		result := backedUp{Name: filepath.Base(path), Removed: []string{}}
		removed, err := h.c.PruneBackups(ctx, h.backups, h.keep)
		for _, r := range removed {
			result.Removed = append(result.Removed, filepath.Base(r))
		}
		return result, err
	})
}

type verified struct {
	Equal  bool            `json:"equal"`
	LSN    string          `json:"lsn"`
	Tables []verifiedTable `json:"tables"`
}

type verifiedTable struct {
	Schema       string `json:"schema"`
	Name         string `json:"name"`
	PrimaryRows  int64  `json:"primary_rows"`
	FallbackRows int64  `json:"fallback_rows"`
	Differences  int    `json:"differences"` // as far as they were listed
}

func (h *Handler) verify(req *http.Request) (any, error) {
	return h.begin(req, "verify", func(ctx context.Context, progress func(any)) (any, error) {
		report, err := h.c.Verify(ctx, failoversql.VerifyOptions{Progress: func(p failoversql.VerifyProgress) {
			progress(map[string]any{"step": "comparing", "tables": p.Tables, "tables_done": p.TablesDone})
		}})
		if err != nil {
			return nil, err
		}
		result := verified{Equal: report.Equal(), LSN: report.LSN.String(), Tables: []verifiedTable{}}
		for _, t := range report.Tables {
			result.Tables = append(result.Tables, verifiedTable{t.Schema, t.Name, t.Primary, t.File, len(t.Differences)})
		}
		return result, nil
	})
}
