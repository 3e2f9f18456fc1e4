package failoversql

import (
	"hash/maphash"
	"math/rand/v2"
	"sync"
	"sync/atomic"
)

// shapes are the statements that PostgreSQL has carried out, without their
// values, with the number of calls of each and what the fallback would make of
// it.
//
// A call pays for a hash of its text, a look into a table of fixed size and one
// atomic addition. A text that is not in the table is handed to a goroutine that
// judges it in its own time, or, where that is behind, only counted.
type shapes struct {
	seed  maphash.Seed
	slots [shapeSlots]atomic.Pointer[seenText]
	fresh chan string
	past  atomic.Uint64 // calls that belong to no shape here

	mu      sync.Mutex
	byText  map[string][]*shape // by shape, then one for each way it is judged
	count   int
	bytes   int   // of texts that are kept
	version int64 // of the catalog by which they are judged; 0 without a copy
	changes int   // of verdicts and shapes so far
}

// seenText is one text as applications send it. It is known by its hash alone,
// for it may hold values.
type seenText struct {
	hash    uint64
	shape   *shape
	literal bool // it holds values, so that it may well not come again
}

type shape struct {
	calls atomic.Uint64

	// The set's lock guards the rest.
	text    string // cut, where it is long
	neutral string // a statement without values that is judged alike; "" where none is
	version int64  // of the catalog by which it was judged; 0: not yet
	verdict verdict
}

// verdict is a Verdict without its position, which is another in every text.
type verdict struct {
	runs          bool
	code, message string
}

const (
	shapeLimit = 1024
	shapeSlots = 4096 // texts
	shapeWays  = 4    // slots that a text may be in

	// shapeText is the longest text that is looked at, shapeBytes the most that
	// are kept, of all shapes together.
	shapeText  = 64 << 10
	shapeBytes = 4 << 20
	// shapeShown is how much of a shape is kept to be shown.
	shapeShown = 2000
)

func newShapes() *shapes {
	return &shapes{seed: maphash.MakeSeed(), fresh: make(chan string, 256), byText: make(map[string][]*shape)}
}

// note counts a call. It is on the path of every statement.
func (s *shapes) note(query string) {
	if len(query) > shapeText {
		s.past.Add(1)
		return
	}
	h := maphash.String(s.seed, query)
	set := h % (shapeSlots / shapeWays) * shapeWays
	for i := range uint64(shapeWays) {
		if t := s.slots[set+i].Load(); t != nil && t.hash == h {
			t.shape.calls.Add(1)
			return
		}
	}
	s.unknown(query)
}

func (s *shapes) unknown(query string) {
	select {
	case s.fresh <- query:
	default:
		s.past.Add(1)
	}
}

// put has later calls of a text counted by its shape. Texts that hold values
// make room for those that do not. Only one goroutine calls it.
func (s *shapes) put(query string, of *shape, literal bool) {
	t := &seenText{maphash.String(s.seed, query), of, literal}
	set := t.hash % (shapeSlots / shapeWays) * shapeWays
	place := -1
	for i := range shapeWays {
		old := s.slots[set+uint64(i)].Load()
		if old == nil || old.hash == t.hash {
			place = i
			break
		}
		if old.literal && (place < 0 || rand.N(2) == 0) {
			place = i
		}
	}
	if place < 0 {
		if literal {
			return
		}
		place = rand.N(shapeWays)
	}
	s.slots[set+uint64(place)].Store(t)
}

// clear has every text judged again when it comes next.
func (s *shapes) clear() {
	for i := range s.slots {
		s.slots[i].Store(nil)
	}
}

// find gives the shape that a text of this verdict belongs to. One that was
// judged by another version of the catalog, and could not be judged again, takes
// the new verdict. It returns nil where there is no room for another. The lock is
// held.
func (s *shapes) find(text string, v verdict, version int64) *shape {
	same := s.byText[text]
	for _, sh := range same {
		if sh.version == version && sh.verdict == v {
			return sh
		}
	}
	for _, sh := range same {
		if sh.version != version {
			sh.version, sh.verdict = version, v
			s.changes++
			return sh
		}
	}
	if s.count == shapeLimit || s.bytes+len(text) > shapeBytes {
		return nil
	}
	sh := &shape{text: cut(text, shapeShown), version: version, verdict: v}
	s.byText[text] = append(same, sh)
	s.count++
	s.changes++
	s.bytes += len(text)
	return sh
}

// keep stores a statement by which the shape can be judged again.
func (s *shapes) keep(sh *shape, neutral string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bytes+len(neutral) <= shapeBytes {
		s.bytes += len(neutral)
		sh.neutral = neutral
	}
}

// cut shortens a text to about so many bytes.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && text[most]&0xC0 == 0x80 { // not within a character
		most--
	}
	return text[:most] + "…"
}
