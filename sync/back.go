package dbsync

import (
	"sync"
	"sync/atomic"
)

// back is the state that the way from the file to the primary keeps in a Sync.
type back struct {
	// mu is held by whichever call works on the primary: Replay, Tail,
	// ResolveConflict.
	mu sync.Mutex

	// replay is kept open between Replay and Tail, so that the pause of
	// the cutover is not spent on connecting.
	replay *replayer

	// recorded is what RecordBackends last stored in the file.
	recording sync.Mutex
	recorded  []backend

	// registered says that the primary has our tables; Heartbeat asks only
	// until then.
	registered atomic.Bool

	// replayed counts what was brought to the primary.
	replayed struct{ transactions, rows, parked atomic.Uint64 }

	// tidied is when old journals were last looked for, in ns since 1970.
	tidied atomic.Int64
}
