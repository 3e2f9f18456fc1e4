package sqlitedb

import (
	"context"
	"database/sql/driver"
	"io"
	"strings"
	"sync"

	"github.com/failoversql/failoversql/catalog"
)

// A sequence of the primary is spent on the fallback from leases: rows of
// failoversql_lease, blocks of values that were reserved on the primary. A row
// says that the values from start to finish were reserved and that next is the
// next to give out (past finish: the block is spent). Blocks of a sequence are
// spent in the order of their ids.
//
// A sequence that the primary does not know (catalog.Sequence.Local) counts by
// its own definition, in failoversql_sequence by its OID.
//
// Values are taken in writing transactions only, so that no two processes take
// the same, and the new position is stored before the commit. What a rollback
// gave up is remembered in memory, so that within a process a value is not
// given twice either.

// leases remembers how far the sequences were advanced by transactions that
// have been rolled back.
type leases struct {
	mu   sync.Mutex
	high map[uint32]position // by the OID of the sequence
}

// position is how far a sequence has been advanced: in a lease the next value
// to give, in a local sequence the last value and whether it has been given.
type position struct {
	lease  int64 // id of the block; 0 for a local sequence
	next   int64
	called bool
}

// sessionSequences is what a session knows of sequences: what currval and
// lastval give, and what the open transaction has taken.
type sessionSequences struct {
	current map[string]int64
	last    string
	open    map[string]*openSequence

	// taken are the values that the statement has taken so far. When a failed
	// statement is run again to see what was wrong with it, it is given them
	// again (replay counts them), so that it does the same and burns no more.
	taken     []takenValue
	replaying bool
	replay    int
}

type takenValue struct {
	name  string
	value int64
}

// openSequence is a sequence in use by a writing transaction.
type openSequence struct {
	def    *catalog.Sequence
	blocks []block // leases with values left, in order
	at     position
	dirty  bool
}

type block struct{ id, next, finish int64 }

// loadSequences reads the positions of sequences that a statement may advance.
func (s *Session) loadSequences(ctx context.Context, names []string) error {
	for _, name := range names {
		if _, err := s.openSequence(ctx, name); err != nil {
			return err
		}
	}
	return nil
}

// openSequence finds a sequence in the transaction's working set, or reads it.
func (s *Session) openSequence(ctx context.Context, name string) (*openSequence, error) {
	if q := s.seq.open[name]; q != nil {
		return q, nil
	}
	schema, bare, ok := strings.Cut(name, ".")
	if !ok {
		schema, bare = "", name
	}
	v, err := s.schema(ctx)
	if err != nil {
		return nil, err
	}
	def := v.cat.Sequence(schema, bare)
	if def == nil {
		return nil, errorf("42P01", "relation %q does not exist", name)
	}
	q := &openSequence{def: def}
	if def.Schema == catalog.TempSchema {
		q.at = position{next: def.Start}
		if at, ok := s.tempSequences[def.OID]; ok {
			q.at = at
		}
	} else if def.Local {
		err = s.readLocal(ctx, q)
	} else {
		err = s.readLeases(ctx, name, q)
	}
	if err != nil {
		return nil, err
	}
	if s.seq.open == nil {
		s.seq.open = make(map[string]*openSequence)
	}
	s.seq.open[name] = q
	return q, nil
}

func (s *Session) readLocal(ctx context.Context, q *openSequence) error {
	var called int64
	err := queryRow(ctx, s.db, `SELECT last_value, is_called FROM failoversql_sequence WHERE oid = ?1`, []any{q.def.OID}, &q.at.next, &called)
	switch {
	case err == io.EOF:
		q.at = position{next: q.def.Start}
	case err != nil:
		return err
	default:
		q.at.called = called != 0
	}
	if high, ok := s.file.leases.get(q.def.OID); ok && high.lease == 0 && high.called && (!q.at.called || q.ahead(high.next, q.at.next)) {
		q.at = high
	}
	return nil
}

// ahead says whether a comes after b in the sequence's direction.
func (q *openSequence) ahead(a, b int64) bool {
	if q.def.Increment < 0 {
		return a < b
	}
	return a > b
}

func (s *Session) readLeases(ctx context.Context, name string, q *openSequence) error {
	rows, err := s.db.QueryContext(ctx, `SELECT id, next, finish FROM failoversql_lease WHERE sequence = ?1 ORDER BY id`, namedArgs([]any{name}))
	if err != nil {
		return err
	}
	defer rows.Close()
	high, ok := s.file.leases.get(q.def.OID)
	row := make([]driver.Value, 3)
	for {
		if err := rows.Next(row); err == io.EOF {
			break
		} else if err != nil {
			return err
		}
		b := block{}
		b.id, _ = row[0].(int64)
		b.next, _ = row[1].(int64)
		b.finish, _ = row[2].(int64)
		if ok && b.id < high.lease {
			continue
		}
		if ok && b.id == high.lease && q.ahead(high.next, b.next) {
			b.next = high.next
		}
		if !q.ahead(b.next, b.finish) {
			q.blocks = append(q.blocks, b)
		}
	}
	return nil
}

// nextval takes the next value.
func (s *Session) nextval(name string) (int64, error) {
	if !s.tx.writing {
		return 0, s.notWriting("nextval()")
	}
	if s.seq.replaying && s.seq.replay < len(s.seq.taken) && s.seq.taken[s.seq.replay].name == name {
		s.seq.replay++
		return s.seq.taken[s.seq.replay-1].value, nil
	}
	q, err := s.openSequence(context.Background(), name)
	if err != nil {
		return 0, err
	}
	var v int64
	if q.def.Local {
		v, err = q.nextLocal()
	} else {
		v, err = q.nextLeased(name)
	}
	if err != nil {
		return 0, err
	}
	s.moved(q)
	if s.seq.current == nil {
		s.seq.current = make(map[string]int64)
	}
	s.seq.current[name], s.seq.last = v, name
	s.seq.taken = append(s.seq.taken, takenValue{name, v})
	return v, nil
}

// moved remembers the new position of a sequence, which outlives a rollback.
func (s *Session) moved(q *openSequence) {
	if q.def.Schema == catalog.TempSchema {
		if s.tempSequences == nil {
			s.tempSequences = make(map[uint32]position)
		}
		s.tempSequences[q.def.OID] = q.at
		return
	}
	q.dirty = true
	s.file.leases.set(q.def.OID, q.at)
}

func (q *openSequence) nextLeased(name string) (int64, error) {
	if len(q.blocks) == 0 {
		err := errorf("2200H", "nextval: the values of sequence %q that were leased from the primary are used up", name)
		err.Hint = "More are leased as soon as the primary can be reached."
		return 0, err
	}
	b := &q.blocks[0]
	v := b.next
	b.next += q.def.Increment
	q.at = position{lease: b.id, next: b.next}
	// The last step of a block must not overflow into its beginning.
	if q.ahead(b.next, b.finish) || !q.ahead(b.next, v) {
		q.at.next = b.finish + sign(q.def.Increment)
		q.blocks = q.blocks[1:]
	}
	return v, nil
}

func sign(n int64) int64 {
	if n < 0 {
		return -1
	}
	return 1
}

func (q *openSequence) nextLocal() (int64, error) {
	d := q.def
	if !q.at.called {
		q.at.called = true
		return q.at.next, nil
	}
	v := q.at.next + d.Increment
	over := d.Increment > 0 && (v > d.Max || v < q.at.next)
	under := d.Increment < 0 && (v < d.Min || v > q.at.next)
	switch {
	case (over || under) && !d.Cycle && over:
		return 0, errorf("2200H", "nextval: reached maximum value of sequence %q (%d)", d.Name, d.Max)
	case (over || under) && !d.Cycle:
		return 0, errorf("2200H", "nextval: reached minimum value of sequence %q (%d)", d.Name, d.Min)
	case over:
		v = d.Min
	case under:
		v = d.Max
	}
	q.at.next = v
	return v, nil
}

// sequenceAt is the value of a sequence that was given last, to whomever
// (pg_sequences.last_value); nil if none was. Of a sequence of the primary it is
// the value before the next that its leases give.
func (s *Session) sequenceAt(name string) (any, error) {
	schema, bare, _ := strings.Cut(name, ".")
	q := s.seq.open[name]
	if q == nil {
		def := s.known().Sequence(schema, bare)
		if def == nil {
			return nil, errorf("42P01", "relation %q does not exist", name)
		}
		q = &openSequence{def: def}
		read := s.readLocal
		if !def.Local {
			read = func(ctx context.Context, q *openSequence) error { return s.readLeases(ctx, name, q) }
		}
		if err := read(context.Background(), q); err != nil {
			return nil, err
		}
	}
	switch {
	case q.def.Local && !q.at.called:
		return nil, nil
	case q.def.Local:
		return q.at.next, nil
	case len(q.blocks) == 0:
		return nil, errorf("0A000", "the last value of sequence %q, of which no values are leased, is not supported on the SQLite fallback", name)
	case q.blocks[0].next == q.def.Start:
		return nil, nil
	}
	return q.blocks[0].next - q.def.Increment, nil
}

// notWriting refuses a function that needs the writer's place in a statement
// whose plan did not foresee it.
func (s *Session) notWriting(function string) error {
	if s.tx.readOnly || s.opt.RejectWrites {
		return errorf("25006", "cannot execute %s in a read-only transaction", function)
	}
	return errorf("0A000", "%s is not supported on the SQLite fallback in this place", function)
}

// currval is the value that this session's last nextval of the sequence gave.
func (s *Session) currval(name string) (int64, error) {
	v, ok := s.seq.current[name]
	if !ok {
		_, bare, _ := strings.Cut(name, ".")
		return 0, errorf("55000", "currval of sequence %q is not yet defined in this session", bare)
	}
	return v, nil
}

func (s *Session) lastval() (int64, error) {
	if s.seq.last == "" {
		return 0, errorf("55000", "lastval is not yet defined in this session")
	}
	return s.seq.current[s.seq.last], nil
}

// setval sets a local sequence. One of the primary's cannot be set here: its
// values are given out by leases.
func (s *Session) setval(name string, value int64, called bool) (int64, error) {
	if !s.tx.writing {
		return 0, s.notWriting("setval()")
	}
	q, err := s.openSequence(context.Background(), name)
	if err != nil {
		return 0, err
	}
	if !q.def.Local {
		return 0, errorf("0A000", "setval of sequence %q is not supported on the fallback: the primary counts it", name)
	}
	if value < q.def.Min || value > q.def.Max {
		return 0, errorf("22003", "setval: value %d is out of bounds for sequence %q (%d..%d)", value, q.def.Name, q.def.Min, q.def.Max)
	}
	q.at = position{next: value, called: called}
	s.moved(q)
	if called {
		if s.seq.current == nil {
			s.seq.current = make(map[string]int64)
		}
		s.seq.current[name] = value
	}
	return value, nil
}

// flushSequences stores the positions inside the transaction, before its
// commit.
func (s *Session) flushSequences(ctx context.Context) error {
	for name, q := range s.seq.open {
		if !q.dirty {
			continue
		}
		var err error
		if q.def.Local {
			err = s.storeLocal(name, q)
		} else {
			// Blocks before the present one are spent.
			_, err = s.db.ExecContext(context.Background(), `UPDATE failoversql_lease SET next = CASE WHEN id = ?2 THEN ?3 ELSE finish + ?4 END
				WHERE sequence = ?1 AND (id = ?2 OR id < ?2 AND (finish - next) * ?4 >= 0)`,
				namedArgs([]any{name, q.at.lease, q.at.next, sign(q.def.Increment)}))
		}
		if err != nil {
			return err
		}
		q.dirty = false
	}
	return nil
}

func (s *Session) storeLocal(name string, q *openSequence) error {
	_, err := s.db.ExecContext(context.Background(), `INSERT INTO failoversql_sequence(sequence, oid, last_value, is_called) VALUES (?1, ?2, ?3, ?4)
		ON CONFLICT(oid) DO UPDATE SET sequence = excluded.sequence, last_value = excluded.last_value, is_called = excluded.is_called`,
		namedArgs([]any{name, q.def.OID, q.at.next, q.at.called}))
	if err != nil {
		return err
	}
	// One of the same name that was dropped.
	_, err = s.db.ExecContext(context.Background(), `DELETE FROM failoversql_sequence WHERE sequence = ?1 AND oid <> ?2`,
		namedArgs([]any{name, q.def.OID}))
	return err
}

// forget drops what is remembered of sequences from an OID on: those of a
// transaction that made them and was rolled back.
func (l *leases) forget(from uint32) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for oid := range l.high {
		if oid >= from {
			delete(l.high, oid)
		}
	}
}

func (l *leases) get(oid uint32) (position, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p, ok := l.high[oid]
	return p, ok
}

func (l *leases) set(oid uint32, p position) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.high == nil {
		l.high = make(map[uint32]position)
	}
	l.high[oid] = p
}
