package faultproxy

import (
	"errors"
	"net"
)

func setBacklog(*net.TCPListener, int) error {
	return errors.New("faultproxy: DropNew is not supported on Windows")
}
