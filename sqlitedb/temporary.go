package sqlitedb

import (
	"context"
	"fmt"
	"slices"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect"
)

// temporary are the temporary tables and sequences of a session: tables of
// SQLite's temp database, which goes with the connection and is in no journal.
// A value is never changed, so that a transaction or a savepoint goes back to
// what it saw by keeping the old; SQLite undoes the tables themselves.
type temporary struct {
	tables    []*catalog.Table
	sequences []*catalog.Sequence
}

// temporaryView is a version of the catalog as a session with temporary tables
// sees it, with plans of its own.
type temporaryView struct {
	of   *plans // of the version without them
	temp *temporary
	view *schemaVersion
}

// withTemporary adds the session's temporary tables to a version.
func (s *Session) withTemporary(v *schemaVersion) *schemaVersion {
	if s.temp == nil && s.nextTempOID == 0 {
		return v
	}
	if s.tempView.of == v.plans && s.tempView.temp == s.temp {
		if s.tempView.view.seq != v.seq {
			s.tempView.view = s.tempView.view.at(v.seq)
		}
		return s.tempView.view
	}
	s.tempView = temporaryView{v.plans, s.temp, s.file.newSchema(s.addTemporary(v.cat), v.seq)}
	return s.tempView.view
}

func (s *Session) addTemporary(base *catalog.Catalog) *catalog.Catalog {
	cat := *base
	cat.NextTempOID = s.nextTempOID
	if s.temp != nil {
		cat.Temporary = true
		cat.Tables = slices.Concat(base.Tables, s.temp.tables)
		cat.Sequences = slices.Concat(base.Sequences, s.temp.sequences)
	}
	return &cat
}

// objects is the catalog with all that a statement of the session can touch.
func (s *Session) objects() *catalog.Catalog {
	cat := s.baseSchema().cat
	if s.temp != nil {
		cat = s.addTemporary(cat)
	}
	return cat
}

// onlyPermanent takes temporary objects out of a catalog that is to be stored.
func onlyPermanent(cat *catalog.Catalog) {
	if !cat.Temporary {
		return
	}
	cat.Temporary = false
	cat.Tables = slices.DeleteFunc(slices.Clone(cat.Tables), func(t *catalog.Table) bool { return t.Schema == catalog.TempSchema })
	cat.Sequences = slices.DeleteFunc(slices.Clone(cat.Sequences), func(q *catalog.Sequence) bool { return q.Schema == catalog.TempSchema })
}

// defineTemporary runs DDL about temporary tables.
func (s *Session) defineTemporary(change *dialect.Change) error {
	for _, q := range change.SQL {
		if err := s.execDDL(q); err != nil {
			return err
		}
	}
	s.nextTempOID = max(s.nextTempOID, change.Catalog.NextTempOID)
	temp := &temporary{}
	for _, t := range change.Catalog.Tables {
		if t.Schema == catalog.TempSchema {
			temp.tables = append(temp.tables, t)
		}
	}
	for _, q := range change.Catalog.Sequences {
		if q.Schema == catalog.TempSchema {
			temp.sequences = append(temp.sequences, q)
		}
	}
	s.setTemporary(temp)
	return nil
}

func (s *Session) setTemporary(temp *temporary) {
	if len(temp.tables) == 0 && len(temp.sequences) == 0 {
		temp = nil
	}
	s.temp = temp
}

// endTemporary does at COMMIT what temporary tables were made to: ON COMMIT
// DELETE ROWS, ON COMMIT DROP.
func (s *Session) endTemporary() error {
	if s.temp == nil {
		return nil
	}
	kept := &temporary{sequences: s.temp.sequences}
	for _, t := range s.temp.tables {
		switch t.OnCommit {
		case 'r':
			s.keepRows()
			if err := s.execDDL("DELETE FROM " + temporaryName(t)); err != nil {
				return err
			}
		case 'd':
			s.keepRows()
			if err := s.execDDL("DROP TABLE " + temporaryName(t)); err != nil {
				return err
			}
			kept.sequences = slices.DeleteFunc(slices.Clone(kept.sequences), func(q *catalog.Sequence) bool {
				return slices.ContainsFunc(t.Columns, func(c catalog.Column) bool { return q.OwnedBy == t.Schema+"."+t.Name+"."+c.Name })
			})
			continue
		}
		kept.tables = append(kept.tables, t)
	}
	if len(kept.tables) < len(s.temp.tables) {
		s.setTemporary(kept)
	}
	return nil
}

// dropTemporary removes all temporary tables, outside a transaction.
func (s *Session) dropTemporary() error {
	if s.temp == nil {
		return nil
	}
	s.keepRows()
	for _, t := range s.temp.tables {
		if err := s.execDDL("DROP TABLE " + temporaryName(t)); err != nil {
			return fmt.Errorf("sqlitedb: dropping temporary table %s: %w", t.Name, err)
		}
	}
	s.temp = nil
	clear(s.tempSequences)
	return nil
}

func temporaryName(t *catalog.Table) string {
	return "temp." + catalog.QuoteIdent(catalog.SQLiteName(t.Schema, t.Name))
}

// execDDL runs one SQLite statement, registering what it turns out to need.
func (s *Session) execDDL(q string) error {
	for {
		_, err := s.db.ExecContext(context.Background(), q, nil)
		if err == nil || !s.funcs.resolve(err) {
			return err
		}
	}
}

// temporaryOnly reports whether a plan writes nothing but temporary tables,
// which a read-only transaction may.
func temporaryOnly(plan *dialect.Plan) bool {
	if plan.Kind != dialect.Exec || len(plan.Tables) == 0 {
		return false
	}
	for _, u := range plan.Tables {
		if u.Uses != "r" && u.Uses != "" && u.Table.Persistence != 't' {
			return false
		}
	}
	return !slices.ContainsFunc(plan.Sequences, func(name string) bool { return !isTemporary(name) })
}

// isTemporary reports whether the qualified name of a sequence is that of a
// temporary one.
func isTemporary(sequence string) bool {
	return len(sequence) > len(catalog.TempSchema) && sequence[:len(catalog.TempSchema)+1] == catalog.TempSchema+"."
}
