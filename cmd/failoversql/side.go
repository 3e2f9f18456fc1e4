package main

import (
	"cmp"
	"context"
	"database/sql"
	"errors"

	"github.com/failoversql/failoversql"
	dbsync "github.com/failoversql/failoversql/sync"
)

// side is what verbs act through: a Connector that is a guest on the
// application's file, or the admin API of the running application.
type side interface {
	Status(ctx context.Context) (failoversql.Status, error)
	Switch(ctx context.Context, to string) error
	Test(ctx context.Context) (failoversql.TestReport, error)
	Check(ctx context.Context, sql string) (failoversql.Verdict, error)
	Readiness(ctx context.Context) (failoversql.Readiness, error)
	Backup(ctx context.Context, dir string, keep failoversql.Retention) (backedUp, error)
	Migrate(ctx context.Context, opt failoversql.MigrateOptions) (failoversql.MigrateReport, error)
	Verify(ctx context.Context, opt failoversql.VerifyOptions) (failoversql.VerifyReport, error)
	Sync(ctx context.Context, opt failoversql.SyncOptions) (failoversql.SyncReport, error)
	Rescue(ctx context.Context) (dbsync.RescueReport, error)
	Conflicts(ctx context.Context) ([]dbsync.Conflict, error)
	Resolve(ctx context.Context, id int64, how dbsync.Resolution) error
	Cleanup(ctx context.Context, opt failoversql.CleanupOptions) (failoversql.CleanupReport, error)
	Drill(ctx context.Context, opt failoversql.DrillOptions) (failoversql.DrillReport, error)
	Close() error
}

// backedUp is the result of backup.
type backedUp struct {
	Path    string   `json:"path"` // a name only where an application wrote it
	Removed []string `json:"removed"`
}

// local is the file.
type local struct {
	*failoversql.Connector
	cfg *failoversql.Config
}

func (l local) Status(ctx context.Context) (failoversql.Status, error) {
	s := l.Connector.Status(ctx)
	if s.Fallback.Path == "" { // one that could be read names its file
		return s, errors.New(s.Reason)
	}
	return s, nil
}

func (l local) Readiness(ctx context.Context) (failoversql.Readiness, error) {
	_, err := l.Status(ctx)
	return l.Connector.Readiness(ctx), err
}

func (l local) Switch(ctx context.Context, to string) error {
	switch to {
	case "primary":
		return l.SwitchToPrimary(ctx)
	case "fallback":
		return l.SwitchToFallback(ctx)
	}
	return l.ResumeAuto(ctx)
}

func (l local) Check(ctx context.Context, sql string) (failoversql.Verdict, error) {
	if _, err := l.Status(ctx); err != nil {
		return failoversql.Verdict{}, err
	}
	return l.Connector.Check(ctx, sql), nil
}

func (l local) Backup(ctx context.Context, dir string, keep failoversql.Retention) (backedUp, error) {
	set, of := l.BackupSettings()
	if dir == "" && set != "" && keep == (failoversql.Retention{}) {
		keep = of
	}
	dir = cmp.Or(dir, set, ".")
	path, err := l.Connector.Backup(ctx, dir)
	if err != nil {
		return backedUp{}, err
	}
	removed, err := l.PruneBackups(ctx, dir, keep)
	return backedUp{path, append([]string{}, removed...)}, err
}

func (l local) Migrate(ctx context.Context, opt failoversql.MigrateOptions) (failoversql.MigrateReport, error) {
	return l.MigrateFromPrimary(ctx, opt)
}

func (l local) Sync(ctx context.Context, opt failoversql.SyncOptions) (failoversql.SyncReport, error) {
	return l.SyncToPrimary(ctx, opt)
}

func (l local) Resolve(ctx context.Context, id int64, how dbsync.Resolution) error {
	return l.ResolveConflict(ctx, id, how)
}

func (l local) Cleanup(ctx context.Context, opt failoversql.CleanupOptions) (failoversql.CleanupReport, error) {
	return l.CleanupWith(ctx, opt)
}

// Drill without an application has this process be one: it owns the file, and
// reads every table of the copy as long as the drill lasts.
func (l local) Drill(ctx context.Context, opt failoversql.DrillOptions) (failoversql.DrillReport, error) {
	s, err := l.Status(ctx)
	if err != nil {
		return failoversql.DrillReport{}, err
	}
	if s.Owned {
		return failoversql.DrillReport{}, errors.New("an application has the file open: rehearse there, by --admin and the address at which it serves the admin API itself (docs/admin.md)")
	}
	cfg := *l.cfg
	cfg.Guest = false
	c, err := failoversql.NewConnector(&cfg)
	if err != nil {
		return failoversql.DrillReport{}, err
	}
	db := sql.OpenDB(c)
	report, err := rehearse(ctx, db, c, opt)
	return report, errors.Join(err, db.Close())
}
