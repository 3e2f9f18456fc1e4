package benchmarks

import (
	"slices"
	"testing"
	"time"
)

// pair runs bare and ours in turn and reports the median time of each and the
// ratio of the two. Medians, because a machine that does something else for a
// moment moves a mean by more than what is to be measured.
func pair(b *testing.B, bare, ours func() error) {
	b.Helper()
	var spent [2][]time.Duration
	work := [2]func() error{bare, ours}
	n := 0
	for b.Loop() {
		// Who goes first changes, for what the second finds in the caches.
		for k := range 2 {
			i := (k + n) % 2
			began := time.Now()
			if err := work[i](); err != nil {
				b.Fatal(err)
			}
			spent[i] = append(spent[i], time.Since(began))
		}
		n++
	}
	var median [2]float64
	for i, list := range spent {
		slices.Sort(list)
		median[i] = float64(list[len(list)/2].Nanoseconds())
	}
	b.ReportMetric(median[0], "bare-ns")
	b.ReportMetric(median[1], "ours-ns")
	b.ReportMetric(median[1]/median[0], "ratio")
	b.ReportMetric(0, "ns/op") // of both together: means nothing
}
