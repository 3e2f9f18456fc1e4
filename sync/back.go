package dbsync

// back is the state that the way from the file to the primary keeps in a Sync.
type back struct{}
