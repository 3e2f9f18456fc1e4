//go:build unix

package pgtest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"syscall"
	"time"
)

type process struct {
	parent  int
	stopped bool
}

// startProcess starts cmd as a child that dies with this process. done is
// closed when the child has ended and was waited for.
//
// The kernel ties the child to the thread that started it, so that thread is
// kept, by a goroutine locked to it, for as long as the child lives.
func startProcess(cmd *exec.Cmd) (done <-chan struct{}, err error) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true // an interrupt at the terminal is for the caller
	guard(cmd.SysProcAttr)
	started := make(chan error, 1)
	ended := make(chan struct{})
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait()
		}
		close(ended)
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return ended, nil
}

// tree lists the descendants of pid that live, nearest first. PostgreSQL's
// children make sessions of their own, so no process group holds them all.
func tree(pid int) ([]int, map[int]process, error) {
	all, err := parents()
	if err != nil {
		return nil, nil, err
	}
	found := []int{pid}
	for i := 0; i < len(found); i++ {
		for child, p := range all {
			if p.parent == found[i] {
				found = append(found, child)
			}
		}
	}
	return found[1:], all, nil
}

// stopTree stops pid and then its descendants, and returns the latter. With
// the parent stopped no further ones appear, except from those descendants
// that were not yet stopped, hence the repetition.
func stopTree(pid int) ([]int, error) {
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		return nil, err
	}
	deadline := time.Now().Add(10 * time.Second)
	for {
		children, all, err := tree(pid)
		if err != nil {
			return children, err
		}
		settled := all[pid].stopped
		for _, child := range children {
			if !all[child].stopped {
				settled = false
				_ = syscall.Kill(child, syscall.SIGSTOP)
			}
		}
		if settled {
			return children, nil
		}
		if time.Now().After(deadline) {
			return children, fmt.Errorf("the processes of %d did not stop", pid)
		}
		time.Sleep(time.Millisecond)
	}
}

// killTree kills pid and its descendants with SIGKILL, as good as at once:
// they are stopped first, so that none sees another die and writes about it.
// It returns when all are gone; done tells when pid is.
func killTree(pid int, done <-chan struct{}) error {
	children, stopErr := stopTree(pid)
	for _, child := range children {
		_ = syscall.Kill(child, syscall.SIGKILL)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil && !errors.Is(err, os.ErrProcessDone) && err != syscall.ESRCH {
		return err
	}
	<-done
	deadline := time.Now().Add(10 * time.Second)
	for {
		all, err := parents()
		if err != nil {
			return err
		}
		left := 0
		for _, child := range children {
			if _, ok := all[child]; ok {
				left++
			}
		}
		switch {
		case left == 0:
			return stopErr
		case time.Now().After(deadline):
			return fmt.Errorf("%d processes survived SIGKILL", left)
		}
		time.Sleep(time.Millisecond)
	}
}

// resumeTree undoes stopTree.
func resumeTree(pid int) error {
	children, _, err := tree(pid)
	for _, child := range children {
		_ = syscall.Kill(child, syscall.SIGCONT)
	}
	return errors.Join(err, syscall.Kill(pid, syscall.SIGCONT))
}

// watchFrozen kills the given processes if this one dies before the returned
// function is called: a stopped child can not notice by itself that its
// parent is gone. The watcher is a shell reading a pipe that ends with us.
func watchFrozen(pids []int) (cancel func(), err error) {
	script := "read ok || kill -KILL"
	for _, pid := range pids {
		script += " " + strconv.Itoa(pid)
	}
	cmd := exec.Command("/bin/sh", "-c", script)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return func() {
		_, _ = in.Write([]byte("ok\n"))
		_ = cmd.Wait()
	}, nil
}

// signalProcess sends PostgreSQL's signals by their name.
func signalProcess(pid int, name string) error {
	return syscall.Kill(pid, map[string]syscall.Signal{
		"HUP": syscall.SIGHUP, "INT": syscall.SIGINT, "QUIT": syscall.SIGQUIT, "TERM": syscall.SIGTERM,
	}[name])
}
