//go:build unix

package dbsync

import (
	"net"
	"os"
	"syscall"
)

// setLowWater has the kernel wake readers of a connection only once so many bytes
// have arrived (SO_RCVLOWAT in socket(7)). A connection that is not a socket of the
// system, beneath TLS or not, is left as it is.
func setLowWater(conn net.Conn, bytes int) error {
	if outer, ok := conn.(interface{ NetConn() net.Conn }); ok {
		conn = outer.NetConn()
	}
	socket, ok := conn.(syscall.Conn)
	if !ok {
		return nil
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	if err := raw.Control(func(fd uintptr) {
		failed = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVLOWAT, bytes)
	}); err != nil {
		return err
	}
	return os.NewSyscallError("setsockopt", failed)
}
