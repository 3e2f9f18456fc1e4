//go:build unix && !linux

package sqlitedb

import "os"

func syncData(f *os.File) error { return f.Sync() }
