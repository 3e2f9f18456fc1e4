package sqlitedb

import "sync"

// Applications' transactions are put on the disk together. SQLite would sync its
// log inside each COMMIT, while every other writer waits; sessions commit
// without that (synchronous=NORMAL), give up the writer's place, and have the
// log synced before the commit is acknowledged: one sync for all that were
// committed while the last one was under way. What others see a moment earlier
// is not lost by a kill, only by the machine's end; and as the log is one, what
// was written after having seen it is lost with it. Who carries it elsewhere has
// to call Durable first.
//
// A sync that failed says nothing of what the next one tells (the system may
// have dropped what it could not write), so that after one nothing is
// acknowledged any more until the file is opened again.

// logSync gathers those who wait for the log to be on the disk.
type logSync struct {
	turn sync.Mutex // one sync at a time

	mu     sync.Mutex
	next   *logRound // not begun yet; nil: nobody waits
	broken error
}

// logRound is one sync and those it is for.
type logRound struct {
	done chan struct{}
	err  error
}

// Durable returns when all that is committed to the file, by any process, is on
// the disk. It cannot be cut short.
func (f *File) Durable() error {
	l := &f.logSync
	l.mu.Lock()
	if l.next != nil {
		round := l.next
		l.mu.Unlock()
		<-round.done
		return round.err
	}
	round := &logRound{done: make(chan struct{})}
	l.next = round
	l.mu.Unlock()

	l.turn.Lock()
	l.mu.Lock()
	l.next = nil
	err := l.broken
	l.mu.Unlock()
	if err == nil {
		if err = syncLog(f.path + "-wal"); err != nil {
			err = errorf("58030", "could not bring the fallback file's log to the disk: %s", err)
			f.log.Error("the fallback file takes no writes any more until it is opened again", "error", err)
			l.mu.Lock()
			l.broken = err
			l.mu.Unlock()
		}
	}
	l.turn.Unlock()
	round.err = err
	close(round.done)
	return err
}

// undurable is the error of an earlier sync.
func (f *File) undurable() error {
	f.logSync.mu.Lock()
	defer f.logSync.mu.Unlock()
	return f.logSync.broken
}
