package sqlitedb

import "golang.org/x/sys/unix"

// lockByte locks, or unlocks, one byte of the lock file for this File against
// other processes, without waiting. It says whether it did.
func (s *shared) lockByte(offset int64, mode lockMode) (bool, error) {
	l := unix.Flock_t{Type: unix.F_UNLCK, Start: offset, Len: 1}
	switch mode {
	case lockShared:
		l.Type = unix.F_RDLCK
	case lockExclusive:
		l.Type = unix.F_WRLCK
	}
	for {
		switch err := unix.FcntlFlock(s.file.Fd(), unix.F_OFD_SETLK, &l); err {
		case nil:
			return true, nil
		case unix.EINTR:
		case unix.EAGAIN, unix.EACCES:
			return false, nil
		default:
			return false, err
		}
	}
}
