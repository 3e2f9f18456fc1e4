package sqlitedb

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect"
)

// define runs DDL: the SQLite statements, the new version of the catalog, the
// journal's triggers of tables that it made or changed, and its record in the
// journal, all in the open transaction. Other sessions see it after the commit.
func (s *Session) define(ctx context.Context, plan *dialect.Plan) error {
	change := plan.DDL
	if change == nil || change.Catalog == nil {
		return nil // IF EXISTS and the like, with nothing to do
	}
	if change.Temporary {
		return s.defineTemporary(change)
	}
	// The session's own search_path and temporary tables are no part of the schema.
	cat := *change.Catalog
	onlyPermanent(&cat)
	cat.SearchPath = s.baseSchema().cat.SearchPath
	for _, q := range change.SQL {
		if err := s.execDDL(q); err != nil {
			// The statement that failed may stand between ON and OFF, and
			// this is no part of the transaction that is undone.
			_, _ = s.db.ExecContext(context.Background(), "PRAGMA writable_schema = OFF", nil)
			return err
		}
	}
	if err := s.capture(&cat); err != nil {
		return err
	}
	if err := storeCatalog(ctx, s.db, &cat); err != nil {
		return err
	}
	if f := s.file.opt.JournalDDL; f != nil {
		if q, args := f(underPath(change.Text, change.Catalog.SearchPath, cat.SearchPath)); q != "" {
			if _, err := s.db.ExecContext(context.Background(), q, namedArgs(args)); err != nil {
				return fmt.Errorf("sqlitedb: recording DDL: %w", err)
			}
		}
	}
	s.private = s.file.newSchema(&cat, s.file.shared.schemaSeq())
	s.tx.ddl = true
	return nil
}

// underPath is DDL as it has to be replayed: where the session searched other
// schemas than a new one does, with its search path around it.
func underPath(text string, path, usual []string) string {
	if slices.Equal(path, usual) {
		return text
	}
	schemas := make([]string, len(path))
	for i, s := range path {
		schemas[i] = catalog.QuoteIdent(s)
	}
	if len(schemas) == 0 {
		schemas = []string{"''"}
	}
	return "SET LOCAL search_path TO " + strings.Join(schemas, ", ") + ";\n" + text + "\n;\nSET LOCAL search_path TO DEFAULT"
}

// capture gives the journal's triggers to tables that are new or changed, and
// to those that foreign keys of these refer to: the triggers that carry out a
// key's actions have just been made there, and the journal's must be younger.
func (s *Session) capture(cat *catalog.Catalog) error {
	if s.file.opt.Capture == nil {
		return nil
	}
	was := s.baseSchema().cat
	touched := make(map[*catalog.Table]bool)
	for _, t := range cat.Tables {
		if was.TableByOID(t.OID) == t {
			continue // versions share what they did not change
		}
		touched[t] = true
		for i := range t.Constraints {
			if k := &t.Constraints[i]; k.Kind == 'f' {
				if parent := cat.Table(k.RefSchema, k.RefTable); parent != nil {
					touched[parent] = true
				}
			}
		}
	}
	for _, t := range cat.Tables {
		if !touched[t] {
			continue
		}
		for _, q := range s.file.opt.Capture(cat, t) {
			if _, err := s.db.ExecContext(context.Background(), q, nil); err != nil {
				return fmt.Errorf("sqlitedb: journaling of %s: %w", catalog.QuoteQualified(t.Schema, t.Name), err)
			}
		}
	}
	return nil
}
