//go:build unix

package dbsync

import (
	"crypto/tls"
	"net"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLowWater(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	conn, err := net.Dial("tcp", listener.Addr().String())
	require.NoError(t, err)
	defer conn.Close()
	lowest := func() (bytes int) {
		raw, err := conn.(syscall.Conn).SyscallConn()
		require.NoError(t, err)
		require.NoError(t, raw.Control(func(fd uintptr) {
			bytes, err = syscall.GetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVLOWAT)
		}))
		require.NoError(t, err)
		return bytes
	}
	require.NoError(t, setLowWater(conn, 4096))
	require.Equal(t, 4096, lowest())
	require.NoError(t, setLowWater(tls.Client(conn, &tls.Config{ServerName: "localhost"}), 1))
	require.Equal(t, 1, lowest(), "beneath TLS")

	pipe, _ := net.Pipe()
	require.NoError(t, setLowWater(pipe, 4096), "no socket")
	require.NoError(t, conn.Close())
	require.Error(t, setLowWater(conn, 1))
}
