package admin

import (
	"context"
	"net/http"

	"github.com/failoversql/failoversql"
)

// copying is how a new copy gets on.
type copying struct {
	Step             string  `json:"step"` // wait, copy, index, verify, replace
	Table            string  `json:"table,omitempty"`
	Tables           int     `json:"tables"`
	TablesDone       int     `json:"tables_done"`
	Rows             int64   `json:"rows"`
	RowsExpected     int64   `json:"rows_expected"` // PostgreSQL's own estimate
	Bytes            int64   `json:"bytes"`
	PhaseRows        int64   `json:"phase_rows"` // of the tables done with, after step copy
	RowsPerSecond    float64 `json:"rows_per_second"`
	RemainingSeconds float64 `json:"remaining_seconds,omitempty"` // where it can be guessed

	// WaitsFor are transactions open on PostgreSQL that have to end first.
	WaitsFor []failoversql.OpenTransaction `json:"waits_for,omitempty"`
}

// copied is a MigrateReport with its time in seconds.
type copied struct {
	failoversql.MigrateReport
	Elapsed nothing       `json:"elapsed,omitzero"`
	Seconds float64       `json:"seconds"`
	Copied  []copiedTable `json:"copied"` // in the order in which they were done
}

type copiedTable struct {
	Table string `json:"table"`
	Rows  int64  `json:"rows"`
	Bytes int64  `json:"bytes"`
}

// nothing takes the place of a field that is told otherwise.
type nothing struct{}

func (h *Handler) migrate(req *http.Request) (any, error) {
	var body struct {
		LeaveOut bool     `json:"leave_out"`
		Exclude  []string `json:"exclude"`
		Compare  *bool    `json:"compare"`
	}
	if err := readOptional(req, &body); err != nil {
		return nil, err
	}
	return h.begin(req, "migrate", func(ctx context.Context, progress func(any)) (any, error) {
		result := copied{Copied: []copiedTable{}}
		report, err := h.c.MigrateFromPrimary(ctx, failoversql.MigrateOptions{
			LeaveOut: body.LeaveOut, Exclude: body.Exclude, Compare: body.Compare == nil || *body.Compare,
			Progress: func(p failoversql.MigrateProgress) {
				if p.Phase == "copy" && p.TableDone {
					result.Copied = append(result.Copied, copiedTable{p.Table, p.TableRows, p.TableBytes})
				}
				progress(copying{p.Phase, p.Table, p.Tables, p.TablesDone, p.Rows, p.Expected, p.Bytes, p.PhaseRows, p.Rate(), max(0, p.Remaining().Seconds()), p.WaitsFor})
			},
		})
		result.MigrateReport, result.Seconds = report, report.Elapsed.Seconds()
		return result, err
	})
}
