package benchmarks

import (
	"testing"
	"time"
)

// pair runs bare and ours in turn and reports the time of each and their ratio.
func pair(b *testing.B, bare, ours func() error) {
	b.Helper()
	var spent [2]time.Duration
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
			spent[i] += time.Since(began)
		}
		n++
	}
	b.ReportMetric(float64(spent[0].Nanoseconds())/float64(n), "bare-ns")
	b.ReportMetric(float64(spent[1].Nanoseconds())/float64(n), "ours-ns")
	b.ReportMetric(float64(spent[1])/float64(spent[0]), "ratio")
	b.ReportMetric(0, "ns/op") // of both together: means nothing
}
