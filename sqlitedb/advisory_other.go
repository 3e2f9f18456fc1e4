//go:build !linux

package sqlitedb

// lockByte would keep other processes on the file out, which needs locks of
// ranges that belong to an open file and not to a process.
func (s *shared) lockByte(int64, lockMode) (bool, error) {
	return false, errorf("0A000", "advisory locks are not supported on the SQLite fallback on this platform")
}
