package main

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/failoversql/failoversql"
	dbsync "github.com/failoversql/failoversql/sync"
)

func (r *remote) Backup(ctx context.Context, dir string, keep failoversql.Retention) (backedUp, error) {
	if dir != "" || keep != (failoversql.Retention{}) {
		return backedUp{}, usage{errors.New("the application writes backups where it was told to: --dir, --keep and --max-age are not for --admin")}
	}
	var done struct {
		Name    string   `json:"name"`
		Removed []string `json:"removed"`
	}
	err := r.work(ctx, "POST", "backup", nil, &done, nil)
	return backedUp{done.Name, done.Removed}, err
}

func (r *remote) Migrate(ctx context.Context, opt failoversql.MigrateOptions) (failoversql.MigrateReport, error) {
	body := map[string]any{"leave_out": opt.LeaveOut, "compare": opt.Compare}
	if opt.Exclude != nil {
		body["exclude"] = opt.Exclude
	}
	var done struct {
		failoversql.MigrateReport
		Seconds float64 `json:"seconds"`
		Copied  []struct {
			Table string `json:"table"`
			Rows  int64  `json:"rows"`
			Bytes int64  `json:"bytes"`
		} `json:"copied"`
	}
	begun := time.Now()
	err := r.work(ctx, "POST", "migrate-from-primary", body, &done, func(text json.RawMessage) {
		var p struct {
			Step       string `json:"step"`
			Table      string `json:"table"`
			Tables     int    `json:"tables"`
			TablesDone int    `json:"tables_done"`
			Rows       int64  `json:"rows"`
			Expected   int64  `json:"rows_expected"`
			Bytes      int64  `json:"bytes"`
			PhaseRows  int64  `json:"phase_rows"`

			WaitsFor []failoversql.OpenTransaction `json:"waits_for"`
		}
		if json.Unmarshal(text, &p) == nil && opt.Progress != nil {
			opt.Progress(failoversql.MigrateProgress{Phase: p.Step, Table: p.Table, Tables: p.Tables, TablesDone: p.TablesDone,
				Rows: p.Rows, Expected: p.Expected, Bytes: p.Bytes, PhaseRows: p.PhaseRows, Elapsed: time.Since(begun), WaitsFor: p.WaitsFor})
		}
	})
	for i, t := range done.Copied { // what went by while nobody asked is told at the end
		if opt.Progress != nil {
			opt.Progress(failoversql.MigrateProgress{Phase: "copy", Table: t.Table, TableRows: t.Rows, TableBytes: t.Bytes, TableDone: true,
				Tables: len(done.Copied), TablesDone: i + 1, Rows: done.Rows, Expected: done.Rows, Bytes: done.Bytes})
		}
	}
	done.Elapsed = inSeconds(done.Seconds)
	return done.MigrateReport, err
}

func inSeconds(n float64) time.Duration { return time.Duration(n * float64(time.Second)) }

func (r *remote) Verify(ctx context.Context, opt failoversql.VerifyOptions) (failoversql.VerifyReport, error) {
	var done struct {
		failoversql.VerifyReport
		Seconds float64 `json:"seconds"`
	}
	tables := 0
	err := r.work(ctx, "POST", "verify", map[string]any{"tables": append([]string{}, opt.Tables...), "rate": opt.Rate}, &done, func(text json.RawMessage) {
		var p struct {
			Step     string                        `json:"step"`
			WaitsFor []failoversql.OpenTransaction `json:"waits_for"`
		}
		if json.Unmarshal(text, &p) == nil && p.Step == "wait" && opt.Progress != nil {
			opt.Progress(failoversql.VerifyProgress{WaitsFor: p.WaitsFor})
		}
	})
	for _, t := range done.Tables {
		tables++
		if opt.Progress != nil {
			opt.Progress(failoversql.VerifyProgress{Table: t, Tables: len(done.Tables), TablesDone: tables})
		}
	}
	done.Elapsed = inSeconds(done.Seconds)
	return done.VerifyReport, err
}

func (r *remote) Sync(ctx context.Context, opt failoversql.SyncOptions) (failoversql.SyncReport, error) {
	var done struct {
		failoversql.SyncReport
		Would []dbsync.DryTransaction `json:"would"`
	}
	err := r.work(ctx, "POST", "sync-to-primary", map[string]any{"dry_run": opt.DryRun}, &done, nil)
	for _, t := range done.Would {
		if opt.Each != nil {
			opt.Each(t)
		}
	}
	return done.SyncReport, err
}

func (r *remote) Rescue(ctx context.Context) (report dbsync.RescueReport, err error) {
	return report, r.work(ctx, "POST", "rescue", nil, &report, nil)
}

func (r *remote) Cleanup(ctx context.Context, opt failoversql.CleanupOptions) (report failoversql.CleanupReport, err error) {
	if opt.BackupDir != "" {
		return report, usage{errors.New("the application writes backups where it was told to: --backup-dir is not for --admin")}
	}
	return report, r.work(ctx, "DELETE", "cleanup", map[string]any{"force": opt.Force}, &report, nil)
}

func (r *remote) Drill(ctx context.Context, opt failoversql.DrillOptions) (report failoversql.DrillReport, err error) {
	return report, r.work(ctx, "POST", "drill", map[string]any{"seconds": opt.Duration.Seconds(), "journal": opt.Journal}, &report, func(text json.RawMessage) {
		var p failoversql.DrillProgress
		if json.Unmarshal(text, &p) == nil && opt.Progress != nil {
			opt.Progress(p)
		}
	})
}
