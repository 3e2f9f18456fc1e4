package dialect_test

import (
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/failoversql/failoversql/internal/pgtest"
)

// clusters are the ways a PostgreSQL may order text: by bytes, by the C
// library, by ICU.
var clusters = []struct {
	name    string
	options func(*testing.T) pgtest.Options
}{
	{"C", func(*testing.T) pgtest.Options { return pgtest.Options{} }},
	{"libc", func(t *testing.T) pgtest.Options { return pgtest.Options{Locale: libcLocale(t)} }},
	{"ICU", func(*testing.T) pgtest.Options { return pgtest.Options{ICULocale: "en"} }},
}

// libcLocale is a locale of the C library that does not order text by bytes:
// one the machine has, or else one compiled into a directory that LOCPATH makes
// known to this process and to the servers it starts.
func libcLocale(t *testing.T) string {
	const name = "en_US.UTF-8"
	out, err := exec.Command("locale", "-a").Output()
	for have := range strings.FieldsSeq(string(out)) {
		if strings.EqualFold(have, name) || strings.EqualFold(have, "en_US.utf8") {
			return name
		}
	}
	if err != nil {
		t.Logf("locale -a: %v", err)
	}
	dir, err := os.MkdirTemp("/tmp", "failoversql-locale-") // where the servers' user can look
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	// localedef's exit status 1 is for warnings.
	if out, err := exec.Command("localedef", "-i", "en_US", "-f", "UTF-8", filepath.Join(dir, name)).CombinedOutput(); err != nil {
		if _, serr := os.Stat(filepath.Join(dir, name, "LC_COLLATE")); serr != nil {
			t.Fatalf("no locale %s, and localedef cannot make it (%v: %s); install it, for example with: apt-get install locales-all", name, err, out)
		}
	}
	t.Setenv("LOCPATH", strings.Trim(dir+":"+cmp.Or(os.Getenv("LOCPATH"), "/usr/lib/locale"), ":"))
	return name
}
