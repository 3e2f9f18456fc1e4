package pgtest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync"

	embeddedpostgres "github.com/fergusstrange/embedded-postgres"
)

// programs that a directory must hold to be of use.
var programs = []string{"postgres", "initdb", "pg_resetwal"}

// binDir finds the directory of PostgreSQL's programs, once a process.
var binDir = sync.OnceValues(func() (string, error) {
	for _, dir := range candidates() {
		if complete(dir) {
			return dir, nil
		}
	}
	dir, err := download()
	if err != nil {
		return "", fmt.Errorf("no PostgreSQL server found in PATH or /usr/lib/postgresql, and it could not be downloaded (%w); "+
			"install it, for example with: apt-get install postgresql", err)
	}
	return dir, nil
})

// candidates lists directories that may hold the programs, best first.
func candidates() []string {
	var dirs []string
	if p, err := exec.LookPath("postgres"); err == nil {
		if p, err = filepath.EvalSymlinks(p); err == nil {
			dirs = append(dirs, filepath.Dir(p))
		}
	}
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin",          // Debian, Ubuntu
		"/usr/pgsql-*/bin",                   // PGDG on Red Hat
		"/usr/libexec/postgresql*",           // Alpine
		"/opt/homebrew/opt/postgresql@*/bin", // macOS
		"/usr/local/opt/postgresql@*/bin",
	} {
		found, _ := filepath.Glob(pattern)
		slices.SortFunc(found, func(a, b string) int { return major(b) - major(a) })
		dirs = append(dirs, found...)
	}
	return dirs
}

// major is the first number in a path: the server's major version.
func major(path string) int {
	start := slices.IndexFunc([]byte(path), isDigit)
	if start < 0 {
		return 0
	}
	end := start
	for end < len(path) && isDigit(path[end]) {
		end++
	}
	n, _ := strconv.Atoi(path[start:end])
	return n
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

func complete(dir string) bool {
	for _, p := range programs {
		if !isFile(filepath.Join(dir, p)) && !isFile(filepath.Join(dir, p+".exe")) {
			return false
		}
	}
	return true
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// download fetches the programs with embedded-postgres into a cache. That
// library can only start a whole server, which fails for root among others;
// all that is wanted of it is the directory it unpacks, so its own server is
// stopped again if it did start.
func download() (string, error) {
	cache, err := sharedDir()
	if err != nil {
		return "", err
	}
	root := filepath.Join(cache, "embedded-"+string(embeddedpostgres.V16))
	unlock, err := lockFile(root + ".lock")
	if err != nil {
		return "", err
	}
	defer unlock()
	dir := filepath.Join(root, "bin")
	if complete(dir) {
		return dir, nil
	}
	port, release, err := reservePort()
	if err != nil {
		return "", err
	}
	defer release()
	embedded := embeddedpostgres.NewDatabase(embeddedpostgres.DefaultConfig().
		Version(embeddedpostgres.V16).
		BinariesPath(root).
		CachePath(cache).
		RuntimePath(root + ".run").
		Port(uint32(port)).
		Logger(nil))
	startErr := embedded.Start()
	if startErr == nil {
		startErr = embedded.Stop()
	}
	_ = os.RemoveAll(root + ".run")
	if !complete(dir) {
		return "", errors.Join(errors.New("embedded-postgres gave no server"), startErr)
	}
	return dir, nil
}
