package dbsync

import (
	"context"
	"sync"
	"time"
)

// Lag says how fresh the copy is.
type Lag struct {
	// Following is true while a stream is open and being applied.
	Following bool

	// Applied: everything that committed on the primary before this position
	// is visible in the file.
	Applied LSN

	// Primary is the primary's position when it was last asked.
	Primary LSN

	// Bytes is the log between the two, an upper bound of what is missing.
	Bytes int64

	// Known is false until the age has been measured once.
	Known bool

	// Age is how long ago, at most, the copy was the primary's exact state: the
	// time since the latest heartbeat was sent that has come back through the
	// stream. Measured on this machine's clock alone.
	Age time.Duration

	// Err is why following last failed; nil once it runs again.
	Err error
}

// position is where the follower is, shared with those who wait for it.
type position struct {
	mu        sync.Mutex
	following bool
	applied   LSN
	primary   LSN
	fresh     time.Time // the copy holds all that committed before then
	beats     []beat    // sent and not yet come back, oldest first
	changed   chan struct{}
	ask       func()        // has the primary send its position now; nil without a stream
	end       chan struct{} // closed when the follower stops; nil without one
	err       error         // why it last failed
}

// beat is a heartbeat: its place in the log and when it was sent.
type beat struct {
	lsn  LSN
	sent time.Time
}

// maxBeats bounds the heartbeats remembered while the stream stands still; the
// ones left out would only have made Age finer.
const maxBeats = 256

func (p *position) start(applied LSN, ask func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.following, p.applied, p.ask, p.beats = true, applied, ask, nil
	p.end, p.err = make(chan struct{}), nil
	p.wake()
}

func (p *position) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.following, p.ask, p.beats = false, nil, nil
	close(p.end)
	p.end = nil
	p.wake()
}

// fail notes why following failed.
func (p *position) fail(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.err = err
}

// ended is closed when the present follower stops; nil where there is none.
func (p *position) ended() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.end
}

// reached notes that everything before l is visible in the file.
func (p *position) reached(l LSN) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if l <= p.applied {
		return
	}
	p.applied = l
	for len(p.beats) > 0 && p.beats[0].lsn <= l {
		p.fresh = p.beats[0].sent
		p.beats = p.beats[1:]
	}
	p.wake()
}

// sent notes a heartbeat written to the primary's log.
func (p *position) sent(b beat) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.primary = max(p.primary, b.lsn)
	if b.lsn <= p.applied {
		p.fresh = b.sent
		return
	}
	if len(p.beats) < maxBeats {
		p.beats = append(p.beats, b)
	}
}

// wake tells those who wait that something changed. The caller holds mu.
func (p *position) wake() {
	if p.changed != nil {
		close(p.changed)
		p.changed = nil
	}
}

// wait returns the position and a channel that closes at its next change.
func (p *position) wait() (applied LSN, ask func(), changed <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.changed == nil {
		p.changed = make(chan struct{})
	}
	return p.applied, p.ask, p.changed
}

// askInterval is how often the primary's position is asked for while somebody
// waits for it.
const askInterval = 10 * time.Millisecond

// WaitFor waits until everything that committed on the primary before lsn is
// visible in the file. It does not start a follower: without one it waits for
// one. It returns ctx's error when ctx ends first.
func (s *Sync) WaitFor(ctx context.Context, lsn LSN) error {
	tick := time.NewTicker(askInterval)
	defer tick.Stop()
	for {
		applied, ask, changed := s.position.wait()
		if applied >= lsn {
			return nil
		}
		if ask != nil {
			ask()
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-changed:
		case <-tick.C:
		}
	}
}

// Lag says how fresh the copy is now. It asks nobody.
func (s *Sync) Lag() Lag {
	p := &s.position
	p.mu.Lock()
	defer p.mu.Unlock()
	l := Lag{Following: p.following, Applied: p.applied, Primary: max(p.primary, p.applied), Known: !p.fresh.IsZero(), Err: p.err}
	l.Bytes = int64(l.Primary - l.Applied)
	if l.Known {
		l.Age = time.Since(p.fresh)
	}
	return l
}
