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

	// Applied: every row change that committed on the primary before this
	// position is visible in the file.
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
	applied   LSN       // every row change before it is visible
	schema    LSN       // the schema was the copy's here
	checked   time.Time // a look begun then found it to store rows as the copy does
	primary   LSN
	fresh     time.Time // the copy holds all that committed before then
	beats     []beat    // sent and not yet come back, oldest first
	changed   chan struct{}
	ask       func()        // has the primary send its position now; nil without a stream
	look      func()        // has the schema looked at now; nil without a stream
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

// begin is called before the first heartbeat of a follower, start when its
// stream is open, stop when it ends.
func (p *position) begin(applied LSN) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.applied, p.schema, p.beats = applied, 0, nil
	p.wake()
}

func (p *position) start(ask, look func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.following, p.ask, p.look = true, ask, look
	p.end, p.err = make(chan struct{}), nil
	p.wake()
}

func (p *position) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.following, p.ask, p.look, p.beats = false, nil, nil, nil
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

// ended gives a channel that closes when the present follower stops, nil where
// there is none, and one that closes at the next change.
func (p *position) ended() (end, changed <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.changed == nil {
		p.changed = make(chan struct{})
	}
	return p.end, p.changed
}

// copied notes that the file is a copy that shows all that had been committed on
// the primary by since, and all before l.
func (p *position) copied(l LSN, since time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.applied, p.schema, p.primary = l, l, max(p.primary, l)
	p.fresh = since
	p.wake()
}

// reached notes that every row change before l is visible in the file.
func (p *position) reached(l LSN) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if l > p.applied {
		p.applied = l
		p.settle()
	}
}

// sent notes a heartbeat written to the primary's log; checked says that the
// schema was looked at after it.
func (p *position) sent(b beat, checked bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.primary = max(p.primary, b.lsn)
	if len(p.beats) < maxBeats {
		p.beats = append(p.beats, b)
	}
	if checked {
		p.schema = b.lsn
	}
	p.settle()
}

// knownPrimary is the furthest that the primary is known to be.
func (p *position) knownPrimary() LSN {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.primary
}

// settle works out which heartbeats have come back. The caller holds mu.
func (p *position) settle() {
	for len(p.beats) > 0 && p.beats[0].lsn <= min(p.applied, p.schema) {
		p.fresh = p.beats[0].sent
		p.beats = p.beats[1:]
	}
	p.wake()
}

// wake tells those who wait that something changed. The caller holds mu.
func (p *position) wake() {
	if p.changed != nil {
		close(p.changed)
		p.changed = nil
	}
}

// holds says whether the file has everything before l; if not, whom to ask for
// news and a channel that closes at the next change.
func (p *position) holds(l LSN) (yes bool, ask func(), changed <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.applied >= l && p.schema >= l {
		return true, nil, nil
	}
	if p.changed == nil {
		p.changed = make(chan struct{})
	}
	ask = p.ask
	if p.applied >= l {
		ask = p.look
	}
	return false, ask, p.changed
}

// looked notes that the schema was found to be the copy's by a look begun then.
func (p *position) looked(begun time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.checked = begun
	p.wake()
}

// lastLook is when the latest look at the schema was begun, and a channel that
// closes at the next change.
func (p *position) lastLook() (begun time.Time, changed <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.changed == nil {
		p.changed = make(chan struct{})
	}
	return p.checked, p.changed
}

// askInterval is how often the primary is asked while somebody waits.
const askInterval = 10 * time.Millisecond

// WaitFor waits until everything that committed on the primary before lsn, rows
// and schema, is in the file. It does not start a follower: without one it
// waits for one. It returns ctx's error when ctx ends first.
func (s *Sync) WaitFor(ctx context.Context, lsn LSN) error {
	tick := time.NewTicker(askInterval)
	defer tick.Stop()
	for {
		yes, ask, changed := s.position.holds(lsn)
		if yes {
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

// WaitFollowing waits until a follower's stream is open. It returns ctx's error
// when ctx ends first.
func (s *Sync) WaitFollowing(ctx context.Context) error {
	for {
		open, changed := s.position.ended()
		if open != nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-changed:
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
