package dbsync

// failpoint, where a test has set it, is told the name of each step at which
// the copying, the following or the way back may be cut: it kills the process or breaks a connection there.
// An error makes the step fail.
var failpoint func(name string) error

func at(name string) error {
	if failpoint == nil {
		return nil
	}
	return failpoint(name)
}
