//go:build darwin || linux

package pgtest

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// removeSharedMemory removes the System V segment that a killed server left.
// PostgreSQL removes it when the cluster is started again, which the clusters
// of tests are not, and the kernel keeps no more than a few thousand: see
// "Shared Memory and Semaphores" in the PostgreSQL manual. A segment that a
// process is attached to, or that another postmaster made, is left alone.
func removeSharedMemory(dataDir string) {
	content, err := os.ReadFile(filepath.Join(dataDir, "postmaster.pid"))
	if err != nil {
		return // shut down properly, or never started
	}
	lines := strings.Split(string(content), "\n")
	if len(lines) < 7 {
		return
	}
	postmaster, err := strconv.Atoi(lines[0])
	if err != nil {
		return
	}
	key := strings.Fields(lines[6]) // key and identifier
	if len(key) != 2 {
		return
	}
	id, err := strconv.Atoi(key[1])
	if err != nil {
		return
	}
	var segment unix.SysvShmDesc
	if _, err := unix.SysvShmCtl(id, unix.IPC_STAT, &segment); err != nil {
		return
	}
	if segment.Nattch == 0 && int(segment.Cpid) == postmaster {
		_, _ = unix.SysvShmCtl(id, unix.IPC_RMID, nil)
	}
}
