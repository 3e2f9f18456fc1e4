package sqlitedb

import (
	"context"
	"database/sql/driver"
	"strings"

	"github.com/failoversql/failoversql/dialect"
)

// control runs a transaction command that came as SQL.
func (s *Session) control(ctx context.Context, t *dialect.Tx) error {
	switch t.Op {
	case dialect.TxBegin:
		return s.beginText(t)
	case dialect.TxCommit, dialect.TxRollback:
		return s.endText(ctx, t)
	case dialect.TxSetTransaction:
		return s.setTransactionText(t)
	}
	if s.tx.status == idle || s.tx.implicit {
		return errorf("25P01", "%s can only be used in transaction blocks", map[dialect.TxOp]string{
			dialect.TxSavepoint: "SAVEPOINT", dialect.TxRelease: "RELEASE SAVEPOINT", dialect.TxRollbackTo: "ROLLBACK TO SAVEPOINT",
		}[t.Op])
	}
	switch t.Op {
	case dialect.TxSavepoint:
		return s.savepoint(t.Name)
	case dialect.TxRelease:
		return s.releaseSavepoint(t.Name)
	}
	return s.rollbackTo(t.Name)
}

func (s *Session) beginText(t *dialect.Tx) error {
	switch {
	case s.tx.status == idle:
		s.startTx(t.Isolation)
	case s.tx.implicit:
		// The statements before it in the same call become part of the block.
		s.tx.implicit = false
		if t.Isolation != "" && t.Isolation != s.tx.isolation {
			if err := s.setIsolation(t.Isolation); err != nil {
				return err
			}
		}
	default:
		return nil // PostgreSQL warns: there is already a transaction in progress
	}
	if t.ReadOnly != nil {
		s.tx.readOnly = *t.ReadOnly
	}
	return nil
}

func (s *Session) endText(ctx context.Context, t *dialect.Tx) error {
	if s.tx.status == idle || s.tx.implicit && t.Chain {
		if t.Chain {
			verb := "COMMIT"
			if t.Op == dialect.TxRollback {
				verb = "ROLLBACK"
			}
			return errorf("25P01", "%s AND CHAIN can only be used in transaction blocks", verb)
		}
		return nil // PostgreSQL warns: there is no transaction in progress
	}
	isolation, readOnly := s.tx.isolation, s.tx.readOnly
	var err error
	if t.Op == dialect.TxCommit && s.tx.status == inTx {
		err = s.commit(ctx)
	} else {
		s.rollback() // COMMIT of a failed transaction, too, and no error
	}
	if t.Chain && err == nil {
		s.startTx(isolation)
		s.tx.readOnly = readOnly
	}
	return err
}

// setTransactionText is SET TRANSACTION, or SET SESSION CHARACTERISTICS.
func (s *Session) setTransactionText(t *dialect.Tx) error {
	if t.Session {
		if t.Isolation != "" {
			if err := s.change("default_transaction_isolation", &t.Isolation, false); err != nil {
				return err
			}
		}
		if t.ReadOnly != nil {
			v := onOff(*t.ReadOnly)
			return s.change("default_transaction_read_only", &v, false)
		}
		return nil
	}
	if s.tx.status == idle {
		return nil // PostgreSQL warns: only in transaction blocks
	}
	if t.Isolation != "" {
		if err := s.setIsolation(t.Isolation); err != nil {
			return err
		}
	}
	if t.ReadOnly != nil {
		return s.setReadOnly(*t.ReadOnly)
	}
	return nil
}

// setTransaction is SET transaction_isolation = … and its like.
func (s *Session) setTransaction(name, value string) error {
	if s.tx.status == idle {
		return nil
	}
	switch name {
	case "transaction_isolation":
		return s.setIsolation(value)
	case "transaction_read_only":
		return s.setReadOnly(value == "on")
	}
	return nil
}

func (s *Session) setIsolation(level string) error {
	if level == s.tx.isolation {
		return nil
	}
	if s.tx.queried {
		return errorf("25001", "SET TRANSACTION ISOLATION LEVEL must be called before any query")
	}
	if len(s.tx.savepoint) > 0 {
		return errorf("25001", "SET TRANSACTION ISOLATION LEVEL must not be called in a subtransaction")
	}
	s.tx.isolation = level
	return nil
}

func (s *Session) setReadOnly(on bool) error {
	if !on && s.tx.readOnly && s.tx.queried {
		return errorf("25001", "transaction read-write mode must be set before any query")
	}
	s.tx.readOnly = on
	return nil
}

func (s *Session) savepoint(name string) error {
	if s.tx.open && s.tx.writing {
		if _, err := s.db.ExecContext(context.Background(), "SAVEPOINT "+savepointName(len(s.tx.savepoint)), nil); err != nil {
			return err
		}
	}
	s.tx.savepoint = append(s.tx.savepoint, savepoint{name: name, set: s.set, private: s.private, temp: s.temp, ddl: s.tx.ddl, readOnly: s.tx.readOnly, locks: len(s.tx.locks)})
	return nil
}

// find gives the place of the innermost savepoint of a name, or -1.
func (s *Session) findSavepoint(name string) int {
	for i := len(s.tx.savepoint) - 1; i >= 0; i-- {
		if s.tx.savepoint[i].name == name {
			return i
		}
	}
	return -1
}

func (s *Session) releaseSavepoint(name string) error {
	i := s.findSavepoint(name)
	if i < 0 {
		return errorf("3B001", "savepoint %q does not exist", name)
	}
	if s.tx.writing {
		if _, err := s.db.ExecContext(context.Background(), "RELEASE "+savepointName(i), nil); err != nil {
			return err
		}
	}
	s.tx.savepoint = s.tx.savepoint[:i]
	for _, c := range s.cursors {
		c.level = min(c.level, i)
	}
	return nil
}

func (s *Session) rollbackTo(name string) error {
	i := s.findSavepoint(name)
	if i < 0 {
		return errorf("3B001", "savepoint %q does not exist", name)
	}
	if s.tx.gone {
		return errorf("40001", "cannot return to savepoint %q: SQLite rolled the whole transaction back", name)
	}
	if s.tx.writing {
		if _, err := s.db.ExecContext(context.Background(), "ROLLBACK TO "+savepointName(i), nil); err != nil {
			return err
		}
	}
	sp := s.tx.savepoint[i]
	s.tx.savepoint = s.tx.savepoint[:i+1]
	s.endLocks(sp.locks)
	for name, c := range s.cursors {
		if !c.old && c.level > i {
			delete(s.cursors, name)
		}
	}
	s.private, s.temp, s.tx.ddl, s.tx.readOnly = sp.private, sp.temp, sp.ddl, sp.readOnly
	s.tx.status = inTx
	if s.set.version != sp.set.version {
		s.set = sp.set
		return s.derive()
	}
	return nil
}

// setVariable is SET, RESET or DISCARD ALL.
func (s *Session) setVariable(set *dialect.Set) error {
	switch {
	case set.Discard:
		return s.reset()
	case set.Temporary:
		if s.tx.status != idle && s.temp != nil {
			return errorf("0A000", "DISCARD TEMP inside a transaction is not supported on the fallback")
		}
		return s.dropTemporary()
	case set.All:
		s.changes++
		s.set.version, s.set.session, s.set.local = s.changes, nil, nil
		return s.derive()
	}
	if set.Local && s.tx.status == idle {
		return nil // PostgreSQL warns: only in transaction blocks
	}
	return s.change(set.Name, set.Value, set.Local)
}

// other runs a statement that changes nothing in the file.
func (s *Session) other(ctx context.Context, plan *dialect.Plan) error {
	if strings.HasPrefix(plan.Verb, "LOCK") && s.tx.status == idle {
		return errorf("25P01", "LOCK TABLE can only be used in transaction blocks")
	}
	if plan.Writes { // a lock: the writer's place keeps every other writer out
		s.tx.queried = true
		return s.write(ctx, plan)
	}
	return nil
}

// show is SHOW of one parameter.
func (s *Session) show(plan *dialect.Plan) (result, error) {
	if plan.Show == "all" {
		return result{}, errorf("0A000", "SHOW ALL is not supported on the fallback")
	}
	v, ok := s.setting(plan.Show)
	if !ok {
		return result{}, unknown(plan.Show)
	}
	return result{plan: plan, affected: 1, rows: &Rows{session: s, plan: plan, env: s.env, kept: [][]driver.Value{{v}}}}, nil
}
