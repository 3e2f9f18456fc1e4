package failoversql

import (
	"context"
	"time"

	"github.com/failoversql/failoversql/sqlitedb"
)

// Retention says which backups PruneBackups leaves. The zero value leaves all.
type Retention struct {
	Keep   int           // the newest that stay; 0: any number
	MaxAge time.Duration // older ones go; 0: any age
}

// Backup writes a consistent copy of the fallback file, journal and all, into a
// directory, under a name with the time in it, readable by the owner only, and
// looks it through. It returns the path.
func (c *Connector) Backup(ctx context.Context, dir string) (string, error) {
	if err := c.ready(ctx); err != nil {
		return "", err
	}
	return c.inst.running.Load().file.Backup(ctx, dir)
}

// BackupSettings gives fallback_backup_dir and what fallback_backup_keep leaves
// there.
func (c *Connector) BackupSettings() (dir string, keep Retention) {
	return c.cfg.BackupDir, Retention{Keep: c.cfg.BackupKeep}
}

// PruneBackups removes the backups of this fallback file in a directory that
// keep does not leave, and returns their paths. The newest always stays, and so
// does whatever has another name than Backup gives.
func (c *Connector) PruneBackups(ctx context.Context, dir string, keep Retention) ([]string, error) {
	if err := c.ready(ctx); err != nil {
		return nil, err
	}
	return c.inst.running.Load().file.PruneBackups(ctx, dir, sqlitedb.Retention(keep))
}

// Backups lists the paths of the backups of this fallback file in a directory,
// the newest first. Whatever has another name than Backup gives is not looked at.
func (c *Connector) Backups(ctx context.Context, dir string) ([]string, error) {
	if err := c.ready(ctx); err != nil {
		return nil, err
	}
	all, err := c.inst.running.Load().file.Backups(dir)
	paths := make([]string, 0, len(all))
	for _, b := range all {
		paths = append(paths, b.Path)
	}
	return paths, err
}
