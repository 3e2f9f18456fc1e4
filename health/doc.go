// Package health decides which database serves: the primary, or the fallback.
//
// A Monitor probes the primary, takes evidence from live connections, and runs
// one state machine. What it decides is a Route, read with one atomic load,
// and every change of backend raises the route's generation. How to probe, how
// to judge an error, and what must happen before a route changes are functions
// the caller gives (Hooks): the package knows nothing of SQL or of files.
//
// The rules are in docs/state-machine.md, as a table that a test holds to the
// code. In short: Fall failed probes in a row are an outage, and the fallback
// takes over at once; a broken live connection makes the Monitor probe at once
// instead of waiting for the next turn; Rise good probes, and no less than
// MinDwell after the switch, begin the way back: Recover while the fallback
// serves, then Cutover, then the primary. A failure anywhere on the way back
// leaves the fallback serving. A primary that flaps is left alone for long.
//
// The package uses the real package time and is tested under testing/synctest.
package health
