package sqlitedb

import (
	"errors"
	"fmt"
)

var (
	// ErrNotServing says that a write found the gate closed: the file does not
	// serve applications at this moment. Nothing has been changed by the
	// transaction that met it; the statement may be tried again, here or on the
	// primary.
	ErrNotServing = errors.New("sqlitedb: the fallback file does not accept writes now")

	// ErrClosed says that the File, or the connection, has been closed.
	ErrClosed = errors.New("sqlitedb: closed")

	// ErrNotSQLite says that the file at the path is not a SQLite database.
	ErrNotSQLite = errors.New("not a SQLite database")

	// ErrForeignFile says that the file at the path is a SQLite database that
	// something else made.
	ErrForeignFile = errors.New("a SQLite database, but not a fallback file")

	// ErrNewerFormat says that a newer version of failoversql wrote the file.
	ErrNewerFormat = errors.New("written by a newer version of failoversql")

	// ErrOtherDatabase says that the file holds the copy of another database.
	ErrOtherDatabase = errors.New("the file belongs to another database")

	// ErrReplaced says that the file at the path is no longer the one that was
	// opened: somebody removed it, or put another in its place. What would be
	// written to it would be lost, so that writing is refused.
	ErrReplaced = errors.New("sqlitedb: the file was removed or replaced by another; close it and open it again")
)

// OpenError is the error of Open: which file, and why not.
type OpenError struct {
	Path string
	Err  error
}

func (e *OpenError) Error() string { return fmt.Sprintf("fallback file %s: %v", e.Path, e.Err) }

// Unwrap gives the reason.
func (e *OpenError) Unwrap() error { return e.Err }
