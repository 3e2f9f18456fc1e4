package metrics

import "github.com/prometheus/client_golang/prometheus"

// metric is one family of metrics.
type metric struct {
	name string
	desc *prometheus.Desc
	kind prometheus.ValueType
}

// descs are all of them, in order.
var descs []metric

func gauge(name, help string, labels ...string) metric {
	return add(name, help, prometheus.GaugeValue, labels)
}

func counter(name, help string, labels ...string) metric {
	return add(name, help, prometheus.CounterValue, labels)
}

func add(name, help string, kind prometheus.ValueType, labels []string) metric {
	name = "failoversql_" + name
	m := metric{name, prometheus.NewDesc(name, help, labels, nil), kind}
	descs = append(descs, m)
	return m
}

var (
	mode       = gauge("mode", "1 for the mode that is: primary, fallback, recovering, cutover or unavailable.", "mode")
	owner      = gauge("owner", "1 where this process decides for all on the file.")
	held       = gauge("flap_budget_spent", "1 while the fallback is kept because of too many failovers in a short time.")
	pinned     = gauge("pinned", "1 while an operator's order keeps the route.")
	generation = gauge("route_generation", "The route's generation, which rises with every change of backend.")
	instances  = gauge("instances", "Instances registered on the primary, this one included.")
	primaryUp  = gauge("primary_up", "1 where the last probe found PostgreSQL well. Absent where this process does not probe.")

	following      = gauge("copy_following", "1 while the file is kept up with PostgreSQL.")
	copied         = gauge("copy_complete", "1 once a copy has been completed.")
	copyAge        = gauge("copy_age_seconds", "How old the copy is at most. Absent where that is not known.")
	copyLag        = gauge("copy_lag_bytes", "PostgreSQL's log that is not yet in the file.")
	logHeld        = gauge("primary_log_held_bytes", "PostgreSQL's log that the replication slot holds back.")
	fileSize       = gauge("file_size_bytes", "The fallback file with its write-ahead log.")
	fileRead       = gauge("file_read_seconds", "How long reading the file's state took just now.")
	fileTrouble    = gauge("file_trouble", "1 where the file's state could not be read in full.")
	journalPending = gauge("journal_pending_transactions", "Transactions of the fallback that are not known to be on PostgreSQL's disk.")
	journalSize    = gauge("journal_size_bytes", "What the file has grown by since it began to serve.")
	parked         = gauge("parked_transactions", "Transactions parked as conflicts that wait for a decision.")
	conflicts      = gauge("conflicts", "Changes of parked transactions, by kind, as far as the file knows.", "kind")
	leases         = gauge("lease_values", "Values of a sequence left to give out on the fallback.", "sequence")
	connections    = gauge("connections", "Connections that are open, by backend.", "backend")

	statements = counter("statements_total", "Statements run, by backend and outcome.", "backend", "outcome")
	retries    = counter("statement_retries_total", "Statements run again on another connection.")
	refusals   = counter("refusals_total", "Statements that the fallback refused, by construct.", "construct")
	switches   = counter("switches_total", "Changes of mode, by mode and reason.", "to", "reason")
	probes     = counter("probe_duration_seconds", "Health probes of PostgreSQL, by what they found.", "found") // a histogram
	cutovers   = counter("cutover_pause_seconds", "How long new transactions waited at returns to PostgreSQL.") // a histogram

	cacheHits    = counter("translation_cache_hits_total", "Translations of statements that were found.")
	cacheMisses  = counter("translation_cache_misses_total", "Translations of statements that had to be made.")
	cacheEntries = gauge("translation_cache_entries", "Translations that are kept.")

	replayedTransactions = counter("replayed_transactions_total", "Transactions of the journal brought to PostgreSQL.")
	replayedRows         = counter("replayed_rows_total", "Changed rows in them.")
	parkedTransactions   = counter("parked_transactions_total", "Transactions that the replay parked as conflicts.")

	readinessShapes = gauge("readiness_shapes", "Shapes of statements that PostgreSQL has carried out, by what the fallback would make of them.", "verdict")
	readinessCalls  = gauge("readiness_calls", "Calls of these shapes.", "verdict")
	readinessUnseen = counter("readiness_unseen_calls_total", "Calls that were not looked at.")

	shadowReads         = counter("shadow_reads_total", "Queries run on both sides and compared, by result: same, different or not_comparable.", "result")
	shadowNotComparable = counter("shadow_not_comparable_total", "Of them those that could not be compared, by reason.", "reason")
)
