package sqlitedb

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Retention goes by names: a backup written after the clock was set back is still
// the newest, and is not what is removed.
func TestBackupAfterClockSetBack(t *testing.T) {
	f := plain(t, "")
	dir := t.TempDir()
	ahead := time.Now().UTC().Add(3 * time.Hour).Truncate(time.Millisecond)
	base := filepath.Join(dir, f.backupBase()+"-")
	future := base + ahead.Format(backupTime) + ".db"
	require.NoError(t, os.WriteFile(future, nil, 0o600))
	path, err := f.Backup(ctx, dir)
	require.NoError(t, err)
	require.Equal(t, base+ahead.Add(time.Millisecond).Format(backupTime)+".db", path)
	removed, err := f.PruneBackups(ctx, dir, Retention{Keep: 1})
	require.NoError(t, err)
	require.Equal(t, []string{future}, removed)
	all, err := f.Backups(dir)
	require.NoError(t, err)
	require.Len(t, all, 1)
	require.WithinDuration(t, time.Now(), all[0].Written(), time.Minute, "for the schedule it is of now")
}

// A backup has its name only when it is whole. What a killed process has left of
// one is removed, what another is writing is not.
func TestBackupInParts(t *testing.T) {
	f := plain(t, "")
	dir := t.TempDir()
	stale := filepath.Join(dir, "."+f.backupBase()+"-20260102T030405.000Z"+partSuffix)
	fresh := filepath.Join(dir, "."+f.backupBase()+"-20260102T030406.000Z"+partSuffix)
	other := filepath.Join(dir, ".other-20260102T030405.000Z"+partSuffix)
	namesake := filepath.Join(dir, "."+f.backupBase()+"-old-20260102T030405.000Z"+partSuffix)
	for _, p := range []string{stale, stale + "-journal", fresh, other, namesake} {
		require.NoError(t, os.WriteFile(p, []byte("half"), 0o600))
		if p != fresh {
			require.NoError(t, os.Chtimes(p, time.Time{}, time.Now().Add(-2*partLife)))
		}
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	_, err := f.Backup(cancelled, dir)
	require.Error(t, err)
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 3, "%v", entries)
	require.FileExists(t, namesake)
	require.FileExists(t, fresh)
	require.FileExists(t, other)
	all, err := f.Backups(dir)
	require.NoError(t, err)
	require.Empty(t, all)
}
