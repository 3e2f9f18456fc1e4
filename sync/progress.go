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
	// TableRows and TableBytes of it have been copied; TableExpected is an
	// estimate of its rows. TableDone: all of it, in this phase.
	TableRows     int64 `json:"table_rows"`
	TableExpected int64 `json:"table_expected"`
	TableBytes    int64 `json:"table_bytes"`
	TableDone     bool  `json:"table_done,omitempty"`
	// Tables there are, and TablesDone are done with, in this phase.
	Tables     int `json:"tables"`
	TablesDone int `json:"tables_done"`
	// Rows and Bytes have been copied; Expected is an estimate of the rows there
	// are, the primary's own mended by what is found.
	Rows     int64 `json:"rows"`
	Expected int64 `json:"expected"`
	Bytes    int64 `json:"bytes"`
	// PhaseRows are those of the tables done with in this phase, after "copy".
	PhaseRows int64 `json:"phase_rows,omitempty"`
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

// tableWork is how many rows a table costs by being one, besides those it has.
const tableWork = 500

// work is what of a phase is done, and all of it.
func (p Progress) work() (done, all float64) {
	done, all = float64(p.Rows), float64(max(p.Rows, p.Expected))
	if p.Phase != "copy" {
		done, all = float64(p.PhaseRows), float64(p.Rows)
	}
	return done + tableWork*float64(p.TablesDone), all + tableWork*float64(p.Tables)
}

// Part is how much of the phase is done, from 0 to 1.
func (p Progress) Part() float64 {
	switch done, all := p.work(); {
	case p.Phase == "wait":
		return 0
	case all == 0:
		return 1
	default:
		return min(1, done/all)
	}
}

// Remaining guesses how long the copying of rows will still take, from what it has
// taken and the estimate of the rows; negative where that says nothing yet.
func (p Progress) Remaining() time.Duration {
	done, all := p.work()
	if p.Phase != "copy" || done == 0 || p.Expected == 0 || p.Elapsed < time.Second {
		return -1
	}
	return time.Duration(min((all-done)/done*float64(p.Elapsed), math.MaxInt64/2))
}

// tableProgress is what is known of one table while it is copied.
type tableProgress struct{ rows, bytes, expected int64 }

// tracker adds up how a snapshot gets on and tells of it.
type tracker struct {
	tell   func(Progress) // or nil
	total  Progress
	tables map[uint32]*tableProgress
	began  time.Time
}

func newTracker(tell func(Progress), sizes map[uint32]int64, tables []*copyTable) *tracker {
	t := &tracker{tell: tell, tables: map[uint32]*tableProgress{}}
	for _, ct := range tables {
		t.total.Expected += sizes[ct.table.OID]
		t.tables[ct.table.OID] = &tableProgress{expected: sizes[ct.table.OID]}
	}
	return t
}

// phase begins a phase in which every table is gone through.
func (t *tracker) phase(name string) {
	t.total.Phase, t.total.Tables, t.total.TablesDone, t.total.PhaseRows = name, len(t.tables), 0, 0
	t.began = time.Now()
	if name == "replace" || name == "done" {
		t.total.Table, t.total.Tables = "", 0
		t.report()
	}
}

// at says that a table is being worked on, and that rows of it were copied.
func (t *tracker) at(ct *copyTable, rows, bytes int) {
	p := t.tables[ct.table.OID]
	p.rows += int64(rows)
	p.bytes += int64(bytes)
	if p.rows > p.expected {
		t.expect(p)
	}
	t.look(ct)
	t.total.Rows += int64(rows)
	t.total.Bytes += int64(bytes)
	t.report()
}

// done says that all of a table has been through the phase.
func (t *tracker) done(ct *copyTable) {
	p := t.tables[ct.table.OID]
	if t.total.Phase == "copy" {
		t.expect(p)
	} else {
		t.total.PhaseRows += p.rows
	}
	t.look(ct)
	t.total.TablesDone++
	t.total.TableDone = true
	t.report()
	t.total.TableDone = false
}

// expect mends the estimate by the rows that a table is known to have.
func (t *tracker) expect(p *tableProgress) {
	t.total.Expected += p.rows - p.expected
	p.expected = p.rows
}

func (t *tracker) look(ct *copyTable) {
	p := t.tables[ct.table.OID]
	t.total.Table = ct.table.Schema + "." + ct.table.Name
	t.total.TableRows, t.total.TableBytes, t.total.TableExpected = p.rows, p.bytes, p.expected
}

func (t *tracker) report() {
	if t.total.Phase == "copy" {
		t.total.Elapsed = time.Since(t.began)
	}
	if t.tell != nil {
		t.tell(t.total)
	}
}
