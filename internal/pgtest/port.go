package pgtest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"path/filepath"
)

// Ports are taken from below the range that systems use for outgoing
// connections: a server that is down must not lose its port to one, and a
// client dialling a closed port of that range can even connect to itself.
const (
	firstPort = 20000
	lastPort  = 31999
)

// reservePort finds a free TCP port on 127.0.0.1 and keeps other processes
// that use this package from taking it until release is called, also while
// nothing listens on it.
func reservePort() (port int, release func(), err error) {
	dir, err := sharedDir()
	if err != nil {
		return 0, nil, err
	}
	for range 200 {
		port := firstPort + rand.IntN(lastPort-firstPort+1)
		release, err := tryLockFile(filepath.Join(dir, fmt.Sprintf("port-%d.lock", port)))
		if err != nil {
			continue
		}
		l, err := net.Listen("tcp4", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			release()
			continue
		}
		_ = l.Close()
		return port, release, nil
	}
	return 0, nil, errors.New("no free TCP port found")
}
