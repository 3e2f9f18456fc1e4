package dbsync

import (
	"math"
	"time"
)

// Progress says how a snapshot gets on. In JSON its time is in nanoseconds.
type Progress struct {
	// Phase is "wait" where transactions open on the primary are waited for before
	// anything can be copied, then "copy", "index", "verify", "replace", or "done" when the copy is in
	// place.
	Phase string `json:"phase"`
	// Table is the one being worked on, "schema.name".
	Table string `json:"table,omitempty"`
	// TableRows and TableBytes of it have been copied; TableExpected is the
	// primary's own estimate of its rows. TableDone: all of it, in this phase.
	TableRows     int64 `json:"table_rows"`
	TableExpected int64 `json:"table_expected"`
	TableBytes    int64 `json:"table_bytes"`
	TableDone     bool  `json:"table_done,omitempty"`
	// Tables there are, and TablesDone are done with, in this phase.
	Tables     int `json:"tables"`
	TablesDone int `json:"tables_done"`
	// Rows and Bytes have been copied; Expected is the primary's own estimate
	// of the rows there are.
	Rows     int64 `json:"rows"`
	Expected int64 `json:"expected"`
	Bytes    int64 `json:"bytes"`
	// Elapsed is how long rows have been copied.
	Elapsed time.Duration `json:"elapsed"`
	// WaitsFor are the transactions of phase "wait", none once they have ended.
	WaitsFor []OpenTransaction `json:"waits_for,omitempty"`
}

// Rate is the rows copied in a second.
func (p Progress) Rate() float64 {
	if p.Elapsed <= 0 {
		return 0
	}
	return float64(p.Rows) / p.Elapsed.Seconds()
}

// Remaining guesses how long the copying of rows will still take, from the rate
// and the primary's estimate; negative where that says nothing.
func (p Progress) Remaining() time.Duration {
	rate := p.Rate()
	if rate == 0 || p.Expected == 0 {
		return -1
	}
	left := float64(max(0, p.Expected-p.Rows)) / rate * float64(time.Second)
	return time.Duration(min(left, math.MaxInt64/2))
}

// tableProgress is what is known of one table while it is copied.
type tableProgress struct{ rows, bytes int64 }

// tracker adds up how a snapshot gets on and tells of it.
type tracker struct {
	tell   func(Progress) // or nil
	sizes  map[uint32]int64
	total  Progress
	tables map[uint32]*tableProgress
	began  time.Time
}

func newTracker(tell func(Progress), sizes map[uint32]int64, tables []*copyTable) *tracker {
	t := &tracker{tell: tell, sizes: sizes, tables: map[uint32]*tableProgress{}}
	for _, ct := range tables {
		t.total.Expected += sizes[ct.table.OID]
		t.tables[ct.table.OID] = &tableProgress{}
	}
	return t
}

// phase begins a phase in which every table is gone through.
func (t *tracker) phase(name string) {
	t.total.Phase, t.total.Tables, t.total.TablesDone = name, len(t.tables), 0
	t.began = time.Now()
	if name == "replace" || name == "done" {
		t.total.Table, t.total.Tables = "", 0
		t.report()
	}
}

// at says that a table is being worked on, and that rows of it were copied.
func (t *tracker) at(ct *copyTable, rows, bytes int) {
	t.look(ct)
	p := t.tables[ct.table.OID]
	p.rows += int64(rows)
	p.bytes += int64(bytes)
	t.total.TableRows, t.total.TableBytes = p.rows, p.bytes
	t.total.Rows += int64(rows)
	t.total.Bytes += int64(bytes)
	t.report()
}

// done says that all of a table has been through the phase.
func (t *tracker) done(ct *copyTable) {
	t.look(ct)
	t.total.TablesDone++
	t.total.TableDone = true
	t.report()
	t.total.TableDone = false
}

func (t *tracker) look(ct *copyTable) {
	p := t.tables[ct.table.OID]
	t.total.Table = ct.table.Schema + "." + ct.table.Name
	t.total.TableRows, t.total.TableBytes, t.total.TableExpected = p.rows, p.bytes, t.sizes[ct.table.OID]
}

func (t *tracker) report() {
	if t.total.Phase == "copy" {
		t.total.Elapsed = time.Since(t.began)
	}
	if t.tell != nil {
		t.tell(t.total)
	}
}
