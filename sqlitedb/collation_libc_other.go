//go:build !linux || !cgo

package sqlitedb

// libcCompare has no C library to ask here whose order PostgreSQL could have.
func libcCompare(string) (compare func(a, b string) int, version string) { return nil, "" }
