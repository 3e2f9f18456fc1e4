package pgtest

import (
	"os"
	"path/filepath"
	"sync"
	"time"
)

// lockName is a file in a server's temporary directory that is locked for as
// long as the server's owner lives.
const lockName = "owner.lock"

var swept sync.Once // in this process

// sweep removes the temporary directories and the shared memory of servers whose owner was killed and
// could not do it.
func sweep(parent string) {
	dirs, _ := filepath.Glob(filepath.Join(parent, "pgtest-*"))
	for _, dir := range dirs {
		info, err := os.Lstat(dir)
		if err != nil || !info.IsDir() || time.Since(info.ModTime()) < 10*time.Minute {
			continue // young ones may not have locked theirs yet
		}
		if !isFile(filepath.Join(dir, lockName)) {
			continue // not a server's
		}
		unlock, err := tryLockFile(filepath.Join(dir, lockName))
		if err != nil {
			continue
		}
		removeSharedMemory(filepath.Join(dir, "data"))
		_ = os.RemoveAll(dir)
		unlock()
	}
}
