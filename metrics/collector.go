// Package metrics tells Prometheus of a Connector.
//
//	registry.MustRegister(metrics.Collector(connector))
//
// Everything is counted where it costs the application nothing, and added up
// when it is scraped: PostgreSQL is asked nothing, the file a little. Several
// Connectors go into one registry by
// prometheus.WrapRegistererWith(prometheus.Labels{"database": name}, registry).
//
// docs/grafana.json is a dashboard of these metrics, docs/alerts.yml has rules.
package metrics

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/health"
)

// scrapeLimit bounds what one scrape waits for the file.
const scrapeLimit = 5 * time.Second

// Collector makes a collector of a Connector's metrics. The Connector may be
// closed before it is unregistered; it then tells of nothing but the mode
// unavailable. Safe for concurrent use.
func Collector(c *failoversql.Connector) prometheus.Collector { return collector{c} }

type collector struct{ c *failoversql.Connector }

// Describe names every metric.
func (collector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range descs {
		ch <- d.desc
	}
}

// Collect looks at the Connector now.
func (k collector) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeLimit)
	defer cancel()
	s := k.c.Status(ctx)
	out := scrape{ch}
	for m := health.Unavailable; m <= health.Cutover; m++ {
		out.send(mode, flag(s.Mode == m), m.String())
	}
	if s.Fallback.Path == "" {
		return // it has not started, or is closed
	}
	out.state(s)
	out.counts(k.c.Stats(ctx))
	out.readiness(s.Readiness)
}

type scrape struct{ ch chan<- prometheus.Metric }

func (o scrape) send(m metric, value float64, labels ...string) {
	o.ch <- prometheus.MustNewConstMetric(m.desc, m.kind, value, labels...)
}

func (o scrape) histogram(m metric, h failoversql.Histogram, labels ...string) {
	buckets := make(map[float64]uint64, len(h.Bounds))
	var all uint64
	for i, n := range h.Counts {
		all += n
		if i < len(h.Bounds) {
			buckets[h.Bounds[i]] = all
		}
	}
	o.ch <- prometheus.MustNewConstHistogram(m.desc, all, h.Sum, buckets, labels...)
}

// state sends what is so now.
func (o scrape) state(s failoversql.Status) {
	o.send(owner, flag(s.Owner))
	o.send(held, flag(s.Held))
	o.send(pinned, flag(s.Pin != health.Auto))
	o.send(generation, float64(s.Generation))
	if s.Instances > 0 {
		o.send(instances, float64(s.Instances))
	}
	if !s.Primary.LastProbe.IsZero() {
		o.send(primaryUp, flag(s.Primary.Up))
	}
	f := s.Fallback
	o.send(following, flag(f.Following))
	o.send(copied, flag(f.SnapshotComplete))
	if f.Age >= 0 {
		o.send(copyAge, f.Age.Seconds())
	}
	o.send(copyLag, float64(f.LagBytes))
	o.send(logHeld, float64(f.HeldBytes))
	o.send(fileSize, float64(f.Size))
	o.send(fileRead, f.Latency.Seconds())
	o.send(fileTrouble, flag(f.Error != ""))
	o.send(journalPending, float64(f.Backlog))
	o.send(parked, float64(f.Parked))
	for _, name := range slices.Sorted(maps.Keys(f.Leases)) {
		o.send(leases, float64(f.Leases[name]), name)
	}
}

// counts sends what was counted.
func (o scrape) counts(s failoversql.Stats) {
	for k, n := range s.Statements {
		o.send(statements, float64(n), k.Backend, k.Outcome)
	}
	o.send(retries, float64(s.Retries))
	for what, n := range s.Refusals {
		o.send(refusals, float64(n), what)
	}
	for k, n := range s.Switches {
		o.send(switches, float64(n), k.To, k.Reason)
	}
	for found, h := range s.Probes {
		o.histogram(probes, h, found)
	}
	o.histogram(cutovers, s.Cutovers)
	o.send(cacheHits, float64(s.CacheHits))
	o.send(cacheMisses, float64(s.CacheMisses))
	o.send(cacheEntries, float64(s.CacheEntries))
	o.send(replayedTransactions, float64(s.ReplayedTransactions))
	o.send(replayedRows, float64(s.ReplayedRows))
	o.send(parkedTransactions, float64(s.ParkedTransactions))
	for kind, n := range s.Conflicts {
		o.send(conflicts, float64(n), kind)
	}
	o.send(journalSize, float64(s.JournalBytes))
	for backend, n := range s.Connections {
		o.send(connections, float64(n), backend)
	}
}

func (o scrape) readiness(r failoversql.Readiness) {
	if r.Error != "" {
		return
	}
	o.send(readinessShapes, float64(r.Shapes-r.Refused-r.Unchecked), "runs")
	o.send(readinessShapes, float64(r.Refused), "refused")
	o.send(readinessShapes, float64(r.Unchecked), "unchecked")
	o.send(readinessCalls, float64(r.Calls-r.RefusedCalls-r.UncheckedCalls), "runs")
	o.send(readinessCalls, float64(r.RefusedCalls), "refused")
	o.send(readinessCalls, float64(r.UncheckedCalls), "unchecked")
	o.send(readinessUnseen, float64(r.UnseenCalls))
	if r.Shadow == nil {
		return
	}
	var unsure uint64
	for reason, n := range r.Shadow.NotComparable {
		unsure += n
		o.send(shadowNotComparable, float64(n), reason)
	}
	o.send(shadowReads, float64(r.Shadow.Same), "same")
	o.send(shadowReads, float64(r.Shadow.Different), "different")
	o.send(shadowReads, float64(unsure), "not_comparable")
}

func flag(is bool) float64 {
	if is {
		return 1
	}
	return 0
}
