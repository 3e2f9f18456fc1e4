package pgtest

import (
	"bytes"
	"os"
	"strconv"
	"syscall"
)

// guard has the kernel kill the child when the thread that started it ends,
// which is when this process does: see startProcess.
func guard(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGKILL }

// parents maps every process of the system to its parent and says which are
// stopped. Processes that end meanwhile are left out.
func parents() (map[int]process, error) {
	dir, err := os.Open("/proc")
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	names, err := dir.Readdirnames(-1)
	if err != nil {
		return nil, err
	}
	all := make(map[int]process)
	for _, name := range names {
		pid, err := strconv.Atoi(name)
		if err != nil {
			continue
		}
		stat, err := os.ReadFile("/proc/" + name + "/stat")
		if err != nil {
			continue
		}
		// pid (command) state ppid …; the command may hold anything.
		i := bytes.LastIndexByte(stat, ')')
		if i < 0 {
			continue
		}
		fields := bytes.Fields(stat[i+1:])
		if len(fields) < 2 || fields[0][0] == 'Z' {
			continue
		}
		parent, err := strconv.Atoi(string(fields[1]))
		if err != nil {
			continue
		}
		all[pid] = process{parent: parent, stopped: fields[0][0] == 'T'}
	}
	return all, nil
}
