package dbsync

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// applyDDL runs a statement of DDL as the application wrote it. Where the
// primary refuses it but holds what it was to bring about, it counts as done.
func (a *attempt) applyDDL(ctx context.Context, i int) error {
	a.ddl = true
	e := &a.source.entries[i]
	after, err := a.r.reader.catalog(ctx, e.version)
	if err != nil {
		return err
	}
	before, err := a.r.reader.before(ctx, e.version)
	if err != nil {
		return err
	}
	if tx := a.r.parked.onDDL(before, after); tx != 0 {
		a.depends = tx
		a.findings[i] = &finding{kind: Dependent, message: fmt.Sprintf("depends on parked transaction %d", tx)}
		return nil
	}
	var refusedBy *pgconn.PgError
	err = a.savepoint(ctx, func() error {
		_, err := a.tx.Exec(ctx, a.changes[i].ddl, pgx.QueryExecModeSimpleProtocol)
		return err
	}, func(e *pgconn.PgError) { refusedBy = e })
	if err != nil {
		return err
	}
	a.r.changer.forget()
	diff, err := schemaDiffers(ctx, a.tx.Conn(), before, after)
	if err != nil {
		return err
	}
	switch {
	case diff == "":
	case refusedBy != nil:
		a.findings[i] = refusal(refusedBy, ApplyErrorDDL)
		a.findings[i].message += " (" + diff + ")"
	default:
		a.findings[i] = &finding{kind: ApplyErrorDDL, message: diff}
	}
	if a.findings[i] != nil {
		a.blocked.addDDL(a.source.id, before, after)
	}
	return nil
}

// before is the version of the catalog that stood before one, or an empty
// catalog.
func (r *journalReader) before(ctx context.Context, version int64) (*catalog.Catalog, error) {
	var v int64
	err := r.c.QueryRow(ctx, `SELECT version FROM failoversql_catalog WHERE version<?1 ORDER BY version DESC LIMIT 1`, []any{version}, &v)
	if err == io.EOF {
		return &catalog.Catalog{}, nil
	}
	if err != nil {
		return nil, err
	}
	return r.catalog(ctx, v)
}

// changedTables are the quoted names of tables that differ between two versions
// of the catalog.
func changedTables(before, after *catalog.Catalog) []string {
	var out []string
	for _, t := range after.Tables {
		if old := before.Table(t.Schema, t.Name); old == nil || !sameDefinition(old, t) {
			out = append(out, catalog.QuoteQualified(t.Schema, t.Name))
		}
	}
	for _, t := range before.Tables {
		if after.Table(t.Schema, t.Name) == nil {
			out = append(out, catalog.QuoteQualified(t.Schema, t.Name))
		}
	}
	return out
}

func sameDefinition(a, b *catalog.Table) bool {
	if a == b {
		return true
	}
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}

// schemaDiffers compares what DDL was to bring about with what the primary
// holds: of the tables that it changed, columns with their types, and the names
// of indexes. It returns what is different, or "".
func schemaDiffers(ctx context.Context, conn *pgx.Conn, before, after *catalog.Catalog) (string, error) {
	for _, t := range after.Tables {
		old := before.Table(t.Schema, t.Name)
		if old != nil && sameDefinition(old, t) {
			continue
		}
		diff, err := tableDiffers(ctx, conn, after, old, t)
		if err != nil || diff != "" {
			return diff, err
		}
	}
	for _, t := range before.Tables {
		if after.Table(t.Schema, t.Name) != nil {
			continue
		}
		tgt, err := loadTarget(ctx, conn, t.Schema, t.Name)
		if err != nil {
			return "", err
		}
		if tgt != nil {
			return fmt.Sprintf("table %s.%s was dropped on the fallback and is still on the primary", t.Schema, t.Name), nil
		}
	}
	return "", nil
}

func tableDiffers(ctx context.Context, conn *pgx.Conn, cat *catalog.Catalog, old, t *catalog.Table) (string, error) {
	tgt, err := loadTarget(ctx, conn, t.Schema, t.Name)
	if err != nil {
		return "", err
	}
	if tgt == nil {
		return fmt.Sprintf("table %s.%s is not on the primary", t.Schema, t.Name), nil
	}
	for i := range t.Columns {
		c := &t.Columns[i]
		if old != nil {
			if o := old.Column(c.Name); o != nil && o.Type == c.Type && o.Typmod == c.Typmod && o.NotNull == c.NotNull {
				continue // not this statement's doing
			}
		}
		have := tgt.column(c.Name)
		if have == nil {
			return fmt.Sprintf("column %s of table %s.%s is not on the primary", c.Name, t.Schema, t.Name), nil
		}
		want, ok := pgvalue.TypeOf(cat, c.Type, c.Typmod)
		if !ok || have.typname != want.Name || have.typmod != c.Typmod || have.notNull != c.NotNull || have.generated != (c.Generated != "") {
			return fmt.Sprintf("column %s of table %s.%s is another on the primary (type %s)", c.Name, t.Schema, t.Name, have.typname), nil
		}
	}
	if old != nil {
		for i := range old.Columns {
			if name := old.Columns[i].Name; t.Column(name) == nil && tgt.column(name) != nil {
				return fmt.Sprintf("column %s of table %s.%s was dropped on the fallback and is still on the primary", name, t.Schema, t.Name), nil
			}
		}
	}
	return indexesDiffer(ctx, conn, old, t, tgt)
}

// indexesDiffer looks for the indexes that a table got. A unique one is known
// by its columns, for PostgreSQL gives the index of a constraint another name
// where the usual one is taken.
func indexesDiffer(ctx context.Context, conn *pgx.Conn, old, t *catalog.Table, tgt *target) (string, error) {
	had := map[string]bool{}
	if old != nil {
		for i := range old.Indexes {
			had[old.Indexes[i].Name] = true
		}
	}
	unique := uniqueColumns(t)
	for i := range t.Indexes {
		x := &t.Indexes[i]
		if had[x.Name] {
			continue
		}
		if x.Constraint && slices.ContainsFunc(unique, func(cols []string) bool {
			return sameColumns(x, cols) && slices.ContainsFunc(tgt.uniques, func(u []string) bool { return slices.Equal(u, cols) })
		}) {
			continue
		}
		var there bool
		err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
			JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
			WHERE n.nspname = $1 AND c.relname = $2 AND x.relname = $3)`, t.Schema, t.Name, x.Name).Scan(&there)
		if err != nil {
			return "", err
		}
		if !there {
			return fmt.Sprintf("table %s.%s on the primary lacks index %s", t.Schema, t.Name, x.Name), nil
		}
	}
	return "", nil
}

func sameColumns(x *catalog.Index, cols []string) bool {
	return slices.EqualFunc(x.Keys, cols, func(k catalog.IndexKey, c string) bool { return k.Column == c })
}
