//go:build !unix

package dbsync

import "net"

// setLowWater is not known here: readers are woken for every byte.
func setLowWater(net.Conn, int) error { return nil }
