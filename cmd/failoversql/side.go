package main

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

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
		return failoversql.DrillReport{}, errors.New("an application has the file open: rehearse there, by --admin")
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

// rehearse waits until the copy follows, and reads all through the drill.
func rehearse(ctx context.Context, db *sql.DB, c *failoversql.Connector, opt failoversql.DrillOptions) (failoversql.DrillReport, error) {
	if err := db.PingContext(ctx); err != nil {
		return failoversql.DrillReport{}, err
	}
	ready, cancel := context.WithTimeout(ctx, drillReady)
	defer cancel()
	for s := c.Status(ready); !s.Fallback.Following && s.Fallback.Sync != failoversql.SyncOff; s = c.Status(ready) {
		select {
		case <-time.After(10 * time.Millisecond):
		case <-ready.Done():
			return failoversql.DrillReport{}, fmt.Errorf("the copy does not follow PostgreSQL: %w", cmp.Or(ctx.Err(), errors.New(cmp.Or(s.Fallback.Trouble, s.Trouble, s.Reason))))
		}
	}
	reading, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		readAll(reading, db)
	}()
	report, err := c.Drill(ctx, opt)
	stop()
	<-done
	return report, err
}

// drillReady is how long the copy may take to catch up with PostgreSQL.
const drillReady = 2 * time.Minute

// readAll reads from every table that there is, again and again. What goes wrong
// is in the drill's report.
func readAll(ctx context.Context, db *sql.DB) {
	var tables []string
	rows, err := db.QueryContext(ctx, `SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'failoversql') AND has_table_privilege(c.oid, 'SELECT')`)
	if err == nil {
		for rows.Next() {
			var name string
			if rows.Scan(&name) == nil {
				tables = append(tables, name)
			}
		}
		_ = rows.Close()
	}
	tables = append(tables, "")
	for n := 0; ctx.Err() == nil; n++ {
		query := "SELECT 1"
		if table := tables[n%len(tables)]; table != "" {
			query = "SELECT * FROM " + table + " LIMIT 1"
		}
		rows, err := db.QueryContext(ctx, query)
		if err == nil {
			for rows.Next() {
			}
			_ = rows.Close()
		}
		select {
		case <-time.After(2 * time.Millisecond):
		case <-ctx.Done():
		}
	}
}
