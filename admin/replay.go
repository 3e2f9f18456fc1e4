package admin

import (
	"context"
	"net/http"

	"github.com/failoversql/failoversql"
	dbsync "github.com/failoversql/failoversql/sync"
)

// dryRunShown bounds the transactions that the result of a dry run lists.
const dryRunShown = 1000

// replaying is how a dry run gets on.
type replaying struct {
	Transactions int `json:"transactions"`
}

type replayed struct {
	failoversql.SyncReport
	DryRun bool                    `json:"dry_run"`
	Would  []dbsync.DryTransaction `json:"would,omitempty"` // the first ones of a dry run
}

func (h *Handler) replay(req *http.Request) (any, error) {
	var body struct {
		DryRun bool `json:"dry_run"`
	}
	if err := readOptional(req, &body); err != nil {
		return nil, err
	}
	return h.begin(req, "sync", func(ctx context.Context, progress func(any)) (any, error) {
		result := replayed{DryRun: body.DryRun}
		seen := 0
		report, err := h.c.SyncToPrimary(ctx, failoversql.SyncOptions{DryRun: body.DryRun, Each: func(t dbsync.DryTransaction) {
			seen++
			if len(result.Would) < dryRunShown {
				result.Would = append(result.Would, t)
			}
			progress(replaying{seen})
		}})
		result.SyncReport = report
		return result, err
	})
}
