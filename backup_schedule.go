package failoversql

import (
	"context"
	"fmt"
	"time"

	"github.com/failoversql/failoversql/sqlitedb"
)

const (
	// backupLook is how often it is looked whether a backup is due: the owner of
	// the file, and its directory, may change.
	backupLook = time.Minute
	// backupRetry is the time after a failure until it is tried again.
	backupRetry = 5 * time.Minute
)

// backUp writes backups as fallback_backup_dir and its like say, while this
// process owns the file.
func (i *instance) backUp(ctx context.Context, r *running) {
	if i.cfg.BackupDir == "" || i.cfg.Guest {
		return
	}
	pause := min(backupLook, i.cfg.BackupInterval)
	for sleep(ctx, pause) == nil {
		pause = min(backupLook, i.cfg.BackupInterval)
		err := i.backUpIfDue(ctx, r, time.Now())
		if err != nil && ctx.Err() == nil {
			reason := fmt.Sprintf(alarmBackup+": %v", err)
			i.log.Error("failoversql: " + reason)
			i.alarm(r, reason)
			pause = min(backupRetry, i.cfg.BackupInterval)
		}
	}
}

func (i *instance) backUpIfDue(ctx context.Context, r *running, now time.Time) error {
	if !r.file.Owned() {
		return nil
	}
	st, err := r.file.State(ctx)
	if err != nil || st.State == sqlitedb.Empty { // nothing to keep yet
		return err
	}
	all, err := r.file.Backups(i.cfg.BackupDir)
	if err != nil {
		return err
	}
	if len(all) > 0 {
		// One from the future was written before the clock was set back.
		if age := now.Sub(all[0].Written()); age >= 0 && age < i.cfg.BackupInterval {
			return nil
		}
	}
	path, err := r.file.Backup(ctx, i.cfg.BackupDir)
	if err != nil {
		return err
	}
	removed, err := r.file.PruneBackups(ctx, i.cfg.BackupDir, sqlitedb.Retention{Keep: i.cfg.BackupKeep})
	if err != nil {
		return err
	}
	i.log.Info("failoversql: the fallback file was backed up", "backup", path, "removed", len(removed))
	return nil
}
