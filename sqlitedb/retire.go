package sqlitedb

import "time"

// retirement is how long SQLite's connection of a session that was closed by
// CloseLater stays open.
const retirement = time.Second

// CloseLater is Close, but leaves the closing of SQLite's connection, which takes
// as long as several statements, to the file: it is done some time later, one
// connection after another, at the latest by the file's Close. For when many
// sessions end in a moment in which there is more urgent work. What the session
// held, locks and a transaction, is given up at once.
func (s *Session) CloseLater() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.end() {
		s.file.retire(s)
	}
}

// retire closes the session's connection later; now where the file is closed.
func (f *File) retire(s *Session) {
	f.mu.Lock()
	closed := f.closed
	if !closed {
		f.work.Go(func() { // which Close, being later, waits for
			timer := time.NewTimer(retirement)
			defer timer.Stop()
			select {
			case <-timer.C:
			case <-f.ending.Done():
			}
			f.retiring.Lock()
			defer f.retiring.Unlock()
			_ = s.release()
		})
	}
	f.mu.Unlock()
	if closed {
		_ = s.release()
	}
}
