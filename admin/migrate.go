package admin

import (
	"context"
	"net/http"

	"github.com/failoversql/failoversql"
)

// copying is how a new copy gets on.
type copying struct {
	Step             string  `json:"step"` // copy, index, verify, replace
	Table            string  `json:"table,omitempty"`
	Tables           int     `json:"tables"`
	TablesDone       int     `json:"tables_done"`
	Rows             int64   `json:"rows"`
	RowsExpected     int64   `json:"rows_expected"` // PostgreSQL's own estimate
	Bytes            int64   `json:"bytes"`
	RowsPerSecond    float64 `json:"rows_per_second"`
	RemainingSeconds float64 `json:"remaining_seconds,omitempty"` // where it can be guessed
}

type copied struct {
	LSN     string   `json:"lsn"`
	Tables  int      `json:"tables"`
	Rows    int64    `json:"rows"`
	Bytes   int64    `json:"bytes"`
	Seconds float64  `json:"seconds"`
	Absent  []absent `json:"absent"`
}

type absent struct {
	Relation string `json:"relation"`
	Reason   string `json:"reason"`
}

func (h *Handler) migrate(req *http.Request) (any, error) {
	var body struct {
		LeaveOut bool     `json:"leave_out"`
		Exclude  []string `json:"exclude"`
	}
	if err := readOptional(req, &body); err != nil {
		return nil, err
	}
	return h.begin(req, "migrate", func(ctx context.Context, progress func(any)) (any, error) {
		report, err := h.c.MigrateFromPrimary(ctx, failoversql.MigrateOptions{
			LeaveOut: body.LeaveOut, Exclude: body.Exclude, Compare: true,
			Progress: func(p failoversql.MigrateProgress) {
				progress(copying{p.Phase, p.Table, p.Tables, p.TablesDone, p.Rows, p.Expected, p.Bytes, p.Rate(), max(0, p.Remaining().Seconds())})
			},
		})
		if err != nil {
			return nil, err
		}
		result := copied{report.LSN.String(), report.Tables, report.Rows, report.Bytes, report.Elapsed.Seconds(), []absent{}}
		for _, r := range report.Absent {
			result.Absent = append(result.Absent, absent{r.Schema + "." + r.Name, r.Reason})
		}
		return result, nil
	})
}
