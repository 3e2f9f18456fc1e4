package dbsync

import (
	"context"
	"fmt"
	"time"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/sqlitedb"
)

const (
	// batchRows and batchTime bound how many of the primary's transactions go
	// into one of the file's while more are waiting. Each commit costs a sync
	// to disk; sharing it is what lets a follower that fell behind catch up.
	batchRows = 20000
	batchTime = 200 * time.Millisecond
	// behindBytes is how much log must be known to be missing for the file's
	// transaction to wait for more although nothing has arrived yet, and
	// shareTime for how long.
	behindBytes = 64 << 10
	shareTime   = 5 * time.Millisecond
)

// applier applies the messages of a stream to the file. It never changes the
// file outside a transaction that also stores how far it got.
type applier struct {
	cat  *catalog.Catalog
	conn *sqlitedb.Conn

	begin  func(ctx context.Context) error // opens the file's transaction
	commit func(ctx context.Context) error // ends it, after the position is stored

	// beginning, where set, is called before a source transaction is applied.
	beginning func(ctx context.Context, commit LSN) error

	// described, where set, is called when a table is described once more: its
	// definition may have changed in ways that the description does not show.
	described func(ctx context.Context) error

	// partial says that changes to tables that are not in cat are passed over.
	partial bool

	partitions partitions

	// recent, where set, is told of every transaction that is applied.
	recent *recent
	tx     appliedTx // the one that is being applied

	relations map[uint32]*relation
	row       rowMessage
	aside     []setAside // unique indexes to restore

	stored LSN // position in the file, committed or in the open transaction
	passed LSN // everything before it is applied, whether stored or not

	open   bool // a transaction of the file is open
	since  time.Time
	rows   int
	inside bool // between the begin and the commit of a source transaction
	skip   bool // that transaction is in the file already
}

// message applies the body of one CopyData message.
func (a *applier) message(ctx context.Context, b []byte) error {
	switch b[0] {
	case 'k':
		k, err := parseKeepalive(b[1:])
		if err != nil {
			return err
		}
		if !a.inside {
			a.passed = max(a.passed, k.walEnd)
		}
		return nil
	case 'w':
		return a.plugin(ctx, b[1+xlogHeader:])
	}
	return fmt.Errorf("dbsync: message %q in the replication stream", b[0])
}

// plugin applies one pgoutput message.
func (a *applier) plugin(ctx context.Context, b []byte) error {
	if len(b) == 0 {
		return errTruncated
	}
	kind, b := b[0], b[1:]
	if kind != 'R' && kind != 'Y' {
		a.partitions.next(kind, b)
	}
	switch kind {
	case 'B':
		m, err := parseBegin(b)
		if err == nil && a.beginning != nil {
			err = a.beginning(ctx, m.commitLSN)
		}
		a.inside = true
		a.tx = appliedTx{xid: m.xid}
		// A commit record that starts before the stored position, which is the
		// end of one, is that one or an earlier one.
		a.skip = m.commitLSN < a.stored
		return err
	case 'C':
		m, err := parseCommit(b)
		if err != nil {
			return err
		}
		a.inside = false
		if a.recent != nil && (a.tx.count > 0 || a.tx.many) {
			a.recent.add(a.tx)
		}
		a.passed = max(a.passed, m.endLSN)
		return nil
	case 'R':
		m, err := parseRelation(b)
		if err != nil {
			return err
		}
		a.partitions.described(a.cat, m.oid)
		return a.bind(ctx, m)
	case 'Y', 'O':
		return nil // type names and origins tell us nothing we use
	case 'M':
		m, err := parseLogical(b)
		if err == nil && !a.inside {
			a.passed = max(a.passed, m.lsn)
		}
		return err
	}
	if a.skip {
		return nil
	}
	if err := a.partitions.check(ctx); err != nil {
		return err
	}
	switch kind {
	case 'I':
		if err := parseInsert(b, &a.row); err != nil {
			return err
		}
	case 'U':
		if err := parseUpdate(b, &a.row); err != nil {
			return err
		}
	case 'D':
		if err := parseDelete(b, &a.row); err != nil {
			return err
		}
	case 'T':
		m, err := parseTruncate(b)
		if err != nil {
			return err
		}
		return a.truncate(ctx, m)
	default:
		return fmt.Errorf("dbsync: message %q of pgoutput not understood", kind)
	}
	r, err := a.relation(ctx, a.row.relation)
	if err != nil || r.absent {
		return err
	}
	a.rows++
	change := r.applyDelete
	switch kind {
	case 'I':
		change = r.applyInsert
	case 'U':
		change = r.applyUpdate
	}
	err = change(&a.row)
	if brokeUnique(err) {
		err = a.withoutUnique(ctx, r, func() error { return change(&a.row) })
	}
	return err
}

// bind notes the description of a table. One that the copy cannot take is an
// error only when a change to it has to be applied: a transaction that is in
// the file already may describe a table as it was, and a partition is described
// although its changes come as the partitioned table's.
func (a *applier) bind(ctx context.Context, m relationMessage) error {
	if old := a.relations[m.oid]; old != nil {
		old.close()
		delete(a.relations, m.oid)
		if a.described != nil {
			if err := a.described(ctx); err != nil {
				return err
			}
		}
	}
	if a.partial && a.cat.TableByOID(m.oid) == nil {
		a.relations[m.oid] = &relation{absent: true}
		return nil
	}
	r, err := bindRelation(a.cat, a.conn, m)
	if err != nil {
		r = &relation{failure: err}
	}
	a.relations[m.oid] = r
	return nil
}

// relation finds the table of a change and makes sure that a transaction of
// the file is open for it.
func (a *applier) relation(ctx context.Context, oid uint32) (*relation, error) {
	r := a.relations[oid]
	if r == nil {
		return nil, fmt.Errorf("dbsync: change to a table (OID %d) that the stream has not described", oid)
	}
	if r.absent || r.failure != nil {
		return r, r.failure
	}
	a.tx.touch(oid)
	return r, a.ensureOpen(ctx)
}

func (a *applier) ensureOpen(ctx context.Context) error {
	if a.open {
		return nil
	}
	if err := a.begin(ctx); err != nil {
		return err
	}
	a.open, a.since, a.rows = true, time.Now(), 0
	return nil
}

func (a *applier) truncate(ctx context.Context, m truncateMessage) error {
	for _, oid := range m.relations {
		r, err := a.relation(ctx, oid)
		if err != nil {
			return err
		}
		if r.absent {
			continue
		}
		if _, err := a.conn.Exec(context.Background(), "DELETE FROM "+r.name); err != nil {
			return r.failed("truncate", err)
		}
		a.rows++
	}
	return nil
}

// full says whether the open transaction has grown enough to be committed even
// though more is waiting.
func (a *applier) full() bool {
	return a.open && !a.inside && (a.rows >= batchRows || time.Since(a.since) >= batchTime)
}

// store writes the position into the open transaction, after which it may be
// committed.
func (a *applier) store(ctx context.Context) error {
	if err := a.restoreUnique(ctx); err != nil {
		return err
	}
	if _, err := a.conn.Exec(ctx, "UPDATE failoversql_state SET lsn = ?1 WHERE id = 1", int64(a.passed)); err != nil {
		return fmt.Errorf("dbsync: store the position: %w", err)
	}
	a.stored = a.passed
	return nil
}

// flush stores the position and commits. It is called between source
// transactions only.
func (a *applier) flush(ctx context.Context) error {
	if !a.open {
		if err := a.begin(ctx); err != nil {
			return err
		}
		a.open = true
	}
	if err := a.store(ctx); err != nil {
		return err
	}
	if err := a.commit(ctx); err != nil {
		return err
	}
	a.open = false
	return nil
}

func (a *applier) close() {
	for _, r := range a.relations {
		r.close()
	}
}
