// Package benchmarks measures failoversql against what it wraps. Each benchmark
// is a pair: the same work by the bare driver and by failoversql, turn and turn
// about in one loop, so that what else the machine does weighs on both; the
// metric "ratio" is ours over theirs.
//
//	go test -bench . ./benchmarks
package benchmarks
