package pgtest

import (
	"errors"
	"io/fs"
	"os/exec"
)

// errWindows: what this package does with a server (SIGKILL to all of its
// processes, freezing them) has no counterpart on Windows.
var errWindows = errors.New("running an own PostgreSQL server is not supported on Windows")

type account struct {
	name  string
	other bool
}

func serverAccount() (account, error)                 { return account{}, errWindows }
func (account) apply(*exec.Cmd) error                 { return errWindows }
func (account) own(string) error                      { return errWindows }
func ownedByMe(fs.FileInfo) bool                      { return false }
func lockFile(string) (func(), error)                 { return nil, errWindows }
func tryLockFile(string) (func(), error)              { return nil, errWindows }
func stopTree(int) ([]int, error)                     { return nil, errWindows }
func killTree(int, <-chan struct{}) error             { return errWindows }
func resumeTree(int) error                            { return errWindows }
func watchFrozen([]int) (func(), error)               { return nil, errWindows }
func signalProcess(int, string) error                 { return errWindows }
func canReach(string) error                           { return errWindows }
func startProcess(*exec.Cmd) (<-chan struct{}, error) { return nil, errWindows }
