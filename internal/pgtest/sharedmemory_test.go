//go:build darwin || linux

package pgtest

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestKilledServerLeavesNoSharedMemory: the kernel keeps segments until they
// are removed, and some thousand killed servers would be the last to start.
func TestKilledServerLeavesNoSharedMemory(t *testing.T) {
	for name, remove := range map[string]func(*Server) error{
		"closed": (*Server).Close,
		"swept": func(s *Server) error { // as if the owner had been killed
			s.unlock()
			old := time.Now().Add(-time.Hour)
			if err := os.Chtimes(s.sockets, old, old); err != nil {
				return err
			}
			sweep(filepath.Dir(s.sockets))
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := New(t)
			if maps, err := os.ReadFile("/proc/" + strconv.Itoa(s.pid) + "/maps"); err == nil && strings.Contains(string(maps), "/dev/shm/") {
				t.Errorf("the server has memory that stays in /dev/shm when it is killed:\n%s", maps)
			}
			content, err := os.ReadFile(filepath.Join(s.DataDir(), "postmaster.pid"))
			if err != nil {
				t.Fatal(err)
			}
			id, err := strconv.Atoi(strings.Fields(strings.Split(string(content), "\n")[6])[1])
			if err != nil {
				t.Fatal(err)
			}
			var segment unix.SysvShmDesc
			exists := func() bool {
				_, err := unix.SysvShmCtl(id, unix.IPC_STAT, &segment)
				return err == nil
			}
			removeSharedMemory(s.DataDir())
			if !exists() {
				t.Error("the segment of a server that runs was removed")
			}
			if err := s.Kill9(); err != nil {
				t.Fatal(err)
			}
			if !exists() {
				t.Error("PostgreSQL removes the segment when it is killed: then we need not")
			}
			if err := remove(s); err != nil {
				t.Fatal(err)
			}
			if exists() {
				t.Error("the segment is left")
			}
		})
	}
}
