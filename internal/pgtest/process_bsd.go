//go:build unix && !linux

package pgtest

import (
	"bufio"
	"bytes"
	"fmt"
	"os/exec"
	"strings"
	"syscall"
)

// guard does nothing: only Linux ends a child together with its parent.
func guard(*syscall.SysProcAttr) {}

// parents maps every process of the system to its parent and says which are
// stopped.
func parents() (map[int]process, error) {
	out, err := exec.Command("ps", "-axo", "pid=,ppid=,state=").Output()
	if err != nil {
		return nil, err
	}
	all := make(map[int]process)
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		var pid, parent int
		var state string
		if _, err := fmt.Sscan(lines.Text(), &pid, &parent, &state); err == nil && !strings.HasPrefix(state, "Z") {
			all[pid] = process{parent: parent, stopped: strings.HasPrefix(state, "T")}
		}
	}
	return all, nil
}
