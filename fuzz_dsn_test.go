package failoversql_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql"
)

// FuzzParseDSN: whatever a DSN is, it is read or refused, and no error tells the
// password that is in it.
func FuzzParseDSN(f *testing.F) {
	const secret = "s3cr3t-hunter2"
	for _, dsn := range []string{
		"postgres://app:" + secret + "@db/app?fallback_path=a.db",
		"postgres://app:" + secret + "@db:x/app?fallback_path=a.db",
		"postgres://app:" + secret + "@db:1,db2:2/app?sslmode=nope&fallback_path=a.db",
		"postgres://app:" + secret + "%zz@db/app?fallback_path=a.db",
		"postgresql://app:" + secret + "@[::1/app",
		"host=db password=" + secret + " fallback_path=a.db fallback_timeout=1s",
		"host=db password='" + secret + "' fallback_path='a\\' b.db",
		"host=db port=x password=" + secret,
		"host=db password = '" + secret,
		"fallback_sync_dsn='host=x password=" + secret + " port=y' fallback_path=a",
		"postgres://h/d?fallback_path=a&fallback_sync_dsn=postgres%3A%2F%2Fu%3A" + secret + "%40h%3Ax%2Fd",
		"postgres://h/d?fallback_path=a&fallback_conflict=t:newer:&fallback_wal_budget=9999999999GB&fallback_fall=-1",
		"postgres://h/d?fallback_path=a&fallback_timeout=1e400s&fallback_nothing=1",
		"password=" + secret + "\x00", secret, "", "=", "a=", "'", "postgres://", "postgres:// " + secret,
	} {
		f.Add(dsn)
	}
	f.Fuzz(func(t *testing.T, dsn string) {
		cfg, err := failoversql.ParseDSN(dsn)
		if err == nil {
			require.NotNil(t, cfg.Primary)
			require.NotContains(t, cfg.Primary.ConnString(), "fallback_path=")
			return
		}
		// A password is one where it stands in a password's place.
		if strings.Contains(dsn, ":"+secret+"@") || strings.Contains(dsn, "password="+secret+" ") {
			require.NotContains(t, err.Error(), secret)
		}
	})
}
