package dbsync

import "sync"

// back is the state that the way from the file to the primary keeps in a Sync.
type back struct {
	// mu is held by whichever call works on the primary: Replay, Tail,
	// ResolveConflict.
	mu sync.Mutex

	// replay is kept open between Replay and Tail, so that the pause of
	// the cutover is not spent on connecting.
	replay *replayer
}
