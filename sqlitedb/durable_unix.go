//go:build unix

package sqlitedb

import "os"

// sessionSync is how SQLite syncs an application's commit: not (see Durable).
const sessionSync = "NORMAL"

// syncLog brings the log to the disk. It is opened each time, because SQLite
// removes it and makes a new one; SQLite holds no lock on it that closing it here
// could end.
func syncLog(path string) error {
	log, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	err = syncData(log)
	if cerr := log.Close(); err == nil {
		err = cerr
	}
	return err
}
