package dbsync

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/catalog"
)

// Resolution is a decision on a conflict.
type Resolution struct {
	// Action: KeepRemote leaves the primary's row, ApplyLocal forces the
	// fallback's change, EditedRow stores Row in its place, Discard drops the
	// whole transaction.
	Action Policy
	// Row is the row to store, in PostgreSQL's text form, nil for NULL. Columns
	// that are left out keep what the primary has.
	Row map[string]*string
	// By says who decided, for the record.
	By string
}

var (
	// ErrNoConflict: there is no conflict with this number.
	ErrNoConflict = errors.New("dbsync: no such conflict")
	// ErrResolved: somebody has settled it already; nothing was changed.
	ErrResolved = errors.New("dbsync: the conflict is settled already")
	// ErrUndecided: the decision is recorded, but other changes of the same
	// transaction are in conflict too and wait for theirs.
	ErrUndecided = errors.New("dbsync: the transaction has other conflicts that are not decided")
	// ErrResolution: the decision cannot be carried out; the text says why.
	ErrResolution = errors.New("dbsync: the decision cannot be carried out")
)

// ResolveConflict decides on one change of a parked transaction. When all its
// changes in conflict are decided, the transaction is carried out in one
// transaction of the primary, together with the record of the decision, so that
// it happens once; until then ErrUndecided is returned. Transactions parked
// behind it are then tried as they are: those that fit are applied, the others
// stay, as conflicts of their own.
//
// A change that stands beside the one in conflict and no longer fits the
// primary becomes a conflict itself, and ErrUndecided is returned.
func (s *Sync) ResolveConflict(ctx context.Context, id int64, res Resolution) error {
	switch res.Action {
	case KeepRemote, ApplyLocal, Discard:
	case EditedRow:
		if len(res.Row) == 0 {
			return fmt.Errorf("%w: %s needs a row", ErrResolution, EditedRow)
		}
	default:
		return fmt.Errorf("%w: unknown action %q", ErrResolution, res.Action)
	}
	s.back.mu.Lock()
	defer s.back.mu.Unlock()
	s.endReplay()
	conn, err := s.connectReplay(ctx)
	if err != nil {
		return err
	}
	defer closeConn(conn.PgConn())
	r := &replayer{s: s, conn: conn}
	if err := r.lock(ctx); err != nil {
		return err
	}
	v := &resolver{conn: conn, targets: map[string]*target{}, by: res.By}
	head, err := v.decide(ctx, id, res)
	if err != nil {
		return err
	}
	if err := v.release(ctx, head); err != nil {
		return err
	}
	if err := s.dropSettledCopies(ctx, conn); err != nil {
		s.log.Warn("the fallback file still has a copy of a settled conflict", "error", err)
	}
	return nil
}

// resolver settles parked transactions on the primary alone: everything needed
// stands in failoversql.conflict.
type resolver struct {
	conn    *pgx.Conn
	targets map[string]*target
	by      string
}

// decide records a decision and carries the transaction out if it was the last
// one missing.
func (v *resolver) decide(ctx context.Context, id int64, res Resolution) (Conflict, error) {
	var head Conflict
	tx, err := v.begin(ctx)
	if err != nil {
		return head, err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	var resolved bool
	err = tx.QueryRow(ctx, `SELECT instance, journal, tx, resolved_at IS NOT NULL FROM failoversql.conflict WHERE id = $1 FOR UPDATE`, id).
		Scan(&head.Instance, &head.Journal, &head.Tx, &resolved)
	if err == pgx.ErrNoRows {
		return head, ErrNoConflict
	}
	if err != nil {
		return head, err
	}
	if resolved {
		return head, ErrResolved
	}
	var edited *string
	if res.Row != nil {
		text := string(mustJSON(res.Row))
		edited = &text
	}
	if _, err := tx.Exec(ctx, `UPDATE failoversql.conflict SET resolution = $2, edited = $3::jsonb, resolved_by = $4 WHERE id = $1`,
		id, string(res.Action), edited, res.By); err != nil {
		return head, err
	}
	changes, err := v.load(ctx, tx, head)
	if err != nil {
		return head, err
	}
	undecided, err := v.carryOut(ctx, tx, changes, res.Action == Discard)
	if err != nil {
		return head, err
	}
	if undecided == 0 {
		if err := v.settle(ctx, tx, head, "applied"); err != nil {
			return head, err
		}
	}
	if err := at("resolve.commit"); err != nil {
		return head, err
	}
	if err := tx.Commit(ctx); err != nil {
		return head, err
	}
	if undecided > 0 {
		return head, fmt.Errorf("%w (%d)", ErrUndecided, undecided)
	}
	return head, at("resolve.committed")
}

func (v *resolver) begin(ctx context.Context) (pgx.Tx, error) {
	tx, err := v.conn.Begin(ctx)
	if err != nil {
		return nil, err
	}
	// A decision is the operator's word: it waits for the disk.
	if err := execAll(ctx, tx, "SET LOCAL synchronous_commit = on", "SET CONSTRAINTS ALL DEFERRED"); err != nil {
		_ = tx.Rollback(ctx)
		return nil, err
	}
	return tx, nil
}

// settle marks a transaction's changes as settled; those without a decision of
// their own get the given one.
func (v *resolver) settle(ctx context.Context, tx pgx.Tx, head Conflict, otherwise string) error {
	tag, err := tx.Exec(ctx, `UPDATE failoversql.conflict SET resolved_at = now(), resolution = coalesce(resolution, $4), resolved_by = coalesce(resolved_by, $5)
		WHERE instance = $1 AND journal = $2 AND tx = $3 AND resolved_at IS NULL`, head.Instance, head.Journal, head.Tx, otherwise, v.by)
	if err == nil && tag.RowsAffected() == 0 {
		err = ErrResolved
	}
	return err
}

// carryOut applies a transaction's changes by their decisions and returns how
// many of them have no decision and do not fit; then nothing is applied.
func (v *resolver) carryOut(ctx context.Context, tx pgx.Tx, list []*parkedChange, discard bool) (undecided int, err error) {
	if discard {
		return 0, nil
	}
	for _, p := range list {
		if p.Decided == Discard {
			return 0, nil
		}
	}
	if err := execAll(ctx, tx, "SAVEPOINT failoversql_attempt"); err != nil {
		return 0, err
	}
	var conflicts []*finding
	var where []*parkedChange
	for _, p := range list {
		f, err := v.one(ctx, tx, p)
		if err != nil {
			return 0, err
		}
		if f != nil {
			conflicts, where = append(conflicts, f), append(where, p)
		}
	}
	if len(conflicts) == 0 {
		return 0, execRefusable(ctx, tx, "SET CONSTRAINTS ALL IMMEDIATE")
	}
	if err := execAll(ctx, tx, "ROLLBACK TO SAVEPOINT failoversql_attempt"); err != nil {
		return 0, err
	}
	for i, p := range where {
		f := conflicts[i]
		if _, err := tx.Exec(ctx, `UPDATE failoversql.conflict SET kind = $2, columns = coalesce($3::text[], '{}'), constraint_name = $4, message = $5, remote = $6::jsonb WHERE id = $1`,
			p.ID, string(f.kind), f.columns, f.constraint, f.message, imageJSON(p.change.shape, f.remote)); err != nil {
			return 0, err
		}
	}
	return len(conflicts), nil
}

// one applies one change. A finding says that it needs a decision.
func (v *resolver) one(ctx context.Context, tx pgx.Tx, p *parkedChange) (*finding, error) {
	c := &p.change
	if p.Decided == KeepRemote && !p.Cascaded {
		return nil, nil
	}
	if p.Cascaded {
		// PostgreSQL cascades by itself; only a change of the row that nobody
		// has decided about needs one.
		if p.Decided != "" || p.Kind == Member || p.Kind == Dependent {
			return nil, nil
		}
		return &finding{kind: p.Kind, columns: p.Columns, message: p.Message, remote: c.shape.fromMap(p.Remote)}, nil
	}
	if c.op == opDDL {
		if _, err := tx.Exec(ctx, c.ddl, pgx.QueryExecModeSimpleProtocol); err != nil {
			return nil, refusedDecision(err)
		}
		v.targets = map[string]*target{}
		return nil, nil
	}
	if c.target == nil {
		// DDL of this transaction may have made the table by now.
		if err := v.build(ctx, p); err != nil {
			return nil, err
		}
		if c.target == nil {
			return &finding{kind: TargetTableMissing, message: "the primary has no table " + p.Schema + "." + p.Table}, nil
		}
	}
	if p.Decided == EditedRow {
		return nil, storeRow(ctx, tx, *c, p.edited)
	}
	if p.lost != nil && p.Decided != ApplyLocal {
		return &finding{kind: TargetColumnMissing, columns: p.lost, message: "the primary's table has no column " + p.lost[0]}, nil
	}
	f, err := examine(ctx, tx, c)
	if err != nil {
		return nil, err
	}
	st := apply(c)
	if f != nil {
		if p.Decided != ApplyLocal {
			return f, nil
		}
		var ok bool
		if st, ok = overwrite(c, f); !ok {
			return nil, fmt.Errorf("%w: %s in %s.%s cannot be forced: %s", ErrResolution, f.kind, p.Schema, p.Table, f.message)
		}
		if st.sql == "" {
			return nil, nil
		}
	}
	if err := execStatement(ctx, tx, st); err != nil {
		return nil, refusedDecision(err)
	}
	return nil, nil
}

// storeRow stores a row that was decided on in the place of a change's: over the
// row with its key, or as a new one.
func storeRow(ctx context.Context, tx pgx.Tx, c change, row map[string]*string) error {
	name := catalog.QuoteQualified(c.target.schema, c.target.name)
	sh := &shape{}
	for i := range c.target.columns {
		col := &c.target.columns[i]
		if _, ok := row[col.name]; ok && !col.generated {
			sh.columns = append(sh.columns, shapeColumn{name: col.name, target: col})
		}
	}
	for column := range row {
		if c.target.column(column) == nil {
			return fmt.Errorf("%w: table %s has no column %s", ErrResolution, name, column)
		}
	}
	sh.setKey(c.target.key)
	if sh.key == nil {
		return fmt.Errorf("%w: the row must have every column of the key of %s", ErrResolution, name)
	}
	c.shape, c.op = sh, opInsert
	c.old, c.new = nil, sh.fromMap(row)
	have, err := fetchRow(ctx, tx, &c, c.new)
	if err != nil {
		return refusedDecision(err)
	}
	st := apply(&c)
	if have != nil {
		st = updateByKey(&c, c.new, nil)
	}
	return refusedDecision(execStatement(ctx, tx, st))
}

// refusedDecision says that the primary refused what was decided.
func refusedDecision(err error) error {
	if e, ours := refused(err); ours {
		return fmt.Errorf("%w: %w", ErrResolution, e)
	}
	return err
}

func execRefusable(ctx context.Context, tx pgx.Tx, query string) error {
	return refusedDecision(execAll(ctx, tx, query))
}
