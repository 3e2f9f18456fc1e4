package failoversql

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestParseDSN(t *testing.T) {
	for _, dsn := range []string{
		"postgres://app:s3cret@db:5433/shop?sslmode=disable&fallback_path=app.db&fallback_timeout=1500ms&fallback_fall=4&fallback_tables=a,x.b",
		"host=db port=5433 user=app password='s3cret' dbname=shop sslmode=disable fallback_path=app.db fallback_timeout = 1.5 fallback_fall=4 fallback_tables='a,x.b'",
	} {
		c, err := ParseDSN(dsn)
		require.NoError(t, err)
		require.Equal(t, "db", c.Primary.Host)
		require.EqualValues(t, 5433, c.Primary.Port)
		require.Equal(t, "s3cret", c.Primary.Password)
		require.Equal(t, "shop", c.Primary.Database)
		for name := range c.Primary.RuntimeParams {
			require.False(t, strings.HasPrefix(name, prefix), "%s reached pgx", name)
		}
		require.Equal(t, "app.db", filepath.Base(c.Path))
		require.True(t, filepath.IsAbs(c.Path))
		require.Equal(t, 1500*time.Millisecond, c.Timeout)
		require.Equal(t, 4, c.Fall)
		require.Equal(t, []string{"public.a", "x.b"}, c.Tables)
	}
}

func TestParseDSNKeepsTheRestToTheLetter(t *testing.T) {
	rest, _, err := splitDSN("postgres://u:p%40ss@h/d?application_name=a%20b&fallback_path=x&options=-c%20a%3Db")
	require.NoError(t, err)
	require.Equal(t, "postgres://u:p%40ss@h/d?application_name=a%20b&options=-c%20a%3Db", rest)
	rest, _, err = splitDSN(`host=h password='it\'s fallback_path=no' fallback_path='a b' dbname=d`)
	require.NoError(t, err)
	require.Equal(t, `host=h password='it\'s fallback_path=no' dbname=d`, rest)
}

// Every parameter refuses a wrong value by name, and no error of any malformed
// DSN holds any part of the password.
func TestParseDSNErrors(t *testing.T) {
	bad := map[string]string{
		"fallback_enabled": "perhaps", "fallback_commit_tokens": "2", "fallback_probe_idle": "-1s", "fallback_wal_budget": "9 parsecs", "fallback_journal_limit": "-1MB", "fallback_shadow_reads": "1.5", "fallback_backup_dir": "", "fallback_backup_interval": "daily", "fallback_backup_keep": "0", "fallback_path": "", "fallback_timeout": "-1s", "fallback_mode": "both",
		"fallback_writes": "drop", "fallback_bootstrap": "yes", "fallback_sync": "sometimes", "fallback_sync_interval": "weekly", "fallback_sync_dsn": "host='",
		"fallback_collation": "C", "fallback_triggers": "fire", "fallback_max_staleness": "old", "fallback_tables": "a,,b",
		"fallback_exclude": ",", "fallback_conflict": "t:newer", "fallback_probe_interval": "0s", "fallback_probe_timeout": "x",
		"fallback_fall": "0", "fallback_rise": "101", "fallback_min_dwell": "soon", "fallback_cutover_limit": "",
	}
	for _, p := range Parameters() {
		value, listed := bad[p.Name]
		require.True(t, listed, "%s: no bad value is tried", p.Name)
		dsn := withParameter("postgres://u:hunter2@h/d?fallback_path=x", p.Name, value)
		_, err := ParseDSN(dsn)
		require.Error(t, err, "%s=%s", p.Name, value)
		require.Contains(t, err.Error(), p.Name)
		require.NotContains(t, err.Error(), "hunter2")
	}
	for _, dsn := range []string{
		"postgres://u:hunter2@h/d",                       // no path
		"postgres://u:hunter2@h/d?fallback_pth=x",        // unknown
		"postgres://u:hun/ter2@h:5432/d?fallback_path=x", // unescaped slash: the rest of the password lands in the path
		"postgres://u:hun?ter2@h/d?fallback_path=x",
		"postgres://u:hunter2@h:port/d?fallback_path=x",
		"postgres://u:hunter2@h/d?sslmode=maybe&fallback_path=x",
		"postgres://u:hun%zzter2@h/d?fallback_path=x",
		"host=h password=hunter2 port=x fallback_path=y",
		"host=h password='hunter2 fallback_path=y",
		"host=h password=hunter2 sslmode=maybe fallback_path=y",
		"hunter2",
	} {
		_, err := ParseDSN(dsn)
		require.Error(t, err, dsn)
		for _, part := range []string{"hunter2", "ter2", "hun/", "hun?", `"hun`} {
			require.NotContains(t, err.Error(), part, dsn)
		}
	}
}

// A parameter with a slip is taken for the one that was meant, in the error.
func TestParseDSNProposes(t *testing.T) {
	for name, want := range map[string]string{
		"fallback_paht": "unknown parameter fallback_paht (is fallback_path meant?)", "fallback_mod": "(is fallback_mode meant?)",
		"fallback_probeidle": "(is fallback_probe_idle meant?)", "fallback_nonsense": "unknown parameter fallback_nonsense",
	} {
		_, err := ParseDSN("postgres://u@h/d?" + name + "=x")
		require.ErrorContains(t, err, want)
		require.Equal(t, strings.Contains(want, "meant"), strings.Contains(err.Error(), "meant"), err)
	}
}

func TestConfigFromEnv(t *testing.T) {
	for _, name := range []string{"DATABASE_URL", "ENABLE_SQLITE_FALLBACK", "SQLITE_DATABASE_PATH", "SQLITE_FALLBACK_TIMEOUT"} {
		t.Setenv(name, "")
	}
	_, err := ConfigFromEnv()
	require.ErrorContains(t, err, "DATABASE_URL")

	for _, url := range []string{"postgres://u@h/d?fallback_path=first.db", "host=h user=u dbname=d fallback_path=first.db"} {
		t.Setenv("DATABASE_URL", url)
		t.Setenv("SQLITE_DATABASE_PATH", "second 'x'.db")
		t.Setenv("SQLITE_FALLBACK_TIMEOUT", "7")
		c, err := ConfigFromEnv()
		require.NoError(t, err)
		require.Equal(t, "second 'x'.db", filepath.Base(c.Path))
		require.Equal(t, 7*time.Second, c.Timeout)
	}
	t.Setenv("ENABLE_SQLITE_FALLBACK", "off")
	c, err := ConfigFromEnv()
	require.NoError(t, err)
	require.False(t, c.Enabled)

	t.Setenv("SQLITE_FALLBACK_TIMEOUT", "soon")
	_, err = ConfigFromEnv()
	require.ErrorContains(t, err, "SQLITE_FALLBACK_TIMEOUT")
}

func TestParseConflict(t *testing.T) {
	c, err := ParseDSN("postgres://u@h/d?fallback_path=x&fallback_conflict=newer:changed,stock:delta:qty%2Bheld,a.b:keep_remote")
	require.NoError(t, err)
	require.Equal(t, map[string]Policy{"": "newer:changed", "public.stock": "delta:qty+held", "a.b": "keep_remote"}, c.Conflict)
	for _, bad := range []string{"newer", "newer:", "newer:a%2Bb", "delta:a%2B", "t:delta:", "t:newer:a:b:c%2B"} {
		_, err := ParseDSN("postgres://u@h/d?fallback_path=x&fallback_conflict=" + bad)
		require.ErrorContains(t, err, "fallback_conflict", bad)
	}
}
