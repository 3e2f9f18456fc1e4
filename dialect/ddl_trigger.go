package dialect

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect/pgfunc"
	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// serving is the condition that the write comes from a statement of the
// application, not from following the primary or undoing the journal.
const serving = "(SELECT capture FROM failoversql_state) = 1"

// TriggerSQL are the SQLite triggers on a table, besides the journal's, which
// must be younger:
//
//   - the actions of the foreign keys that refer to it (ON DELETE and ON UPDATE
//     CASCADE, SET NULL, SET DEFAULT). They count failoversql_state.depth up while
//     they work, so that the journal can tell rows changed by an action from rows
//     the application changed;
//   - refusals with 0A000 of the writes that a constraint would have to judge
//     which SQLite cannot express, so that none is let through unjudged.
//
// They do nothing while failoversql_state.capture is 0.
func TriggerSQL(cat *catalog.Catalog, t *catalog.Table) ([]string, error) {
	return append(referencedTriggers(cat, t), refusals(cat, t)...), nil
}

// referencedTriggers are those that foreign keys have on the table they refer
// to. PostgreSQL works the keys off oldest first; SQLite fires the newest trigger
// first.
func referencedTriggers(cat *catalog.Catalog, parent *catalog.Table) []string {
	type reference struct {
		from *catalog.Table
		key  *catalog.Constraint
	}
	var keys []reference
	for _, t := range cat.Tables {
		for i := range t.Constraints {
			if k := &t.Constraints[i]; k.Kind == 'f' && k.RefSchema == parent.Schema && k.RefTable == parent.Name {
				keys = append(keys, reference{t, k})
			}
		}
	}
	slices.SortFunc(keys, func(x, y reference) int { return cmp.Compare(y.key.OID, x.key.OID) })
	var sql []string
	for _, r := range keys {
		sql = append(sql, keyTriggers(cat, r.from, r.key)...)
	}
	return sql
}

// keyTriggers are those of one foreign key of t on the table it refers to.
func keyTriggers(cat *catalog.Catalog, t *catalog.Table, k *catalog.Constraint) []string {
	problem := foreignKeyProblem(cat, t, k)
	if problem == "" {
		return foreignKeyActions(cat, t, k)
	}
	parent := cat.Table(k.RefSchema, k.RefTable)
	if parent == nil {
		return nil
	}
	why := keyProblem(t, k, problem)
	return []string{
		refusal(parent, triggerName(t, k.Name, "delete"), "DELETE", "", why),
		refusal(parent, triggerName(t, k.Name, "update"), "UPDATE OF "+quoteList(k.RefColumns, ", "), "", why),
	}
}

func keyProblem(t *catalog.Table, k *catalog.Constraint, problem string) string {
	return fmt.Sprintf("foreign key constraint %q of table %q %s", k.Name, t.Name, problem)
}

// actionTriggers are the names of the triggers that a foreign key may have on
// the table it references.
func actionTriggers(t *catalog.Table, k *catalog.Constraint) []string {
	if k.Kind != 'f' {
		return nil
	}
	return []string{triggerName(t, k.Name, "delete"), triggerName(t, k.Name, "update")}
}

func triggerName(t *catalog.Table, object, event string) string {
	return "failoversql:" + catalog.SQLiteName(t.Schema, t.Name) + ":" + object + ":" + event
}

func foreignKeyActions(cat *catalog.Catalog, t *catalog.Table, k *catalog.Constraint) []string {
	parent := cat.Table(k.RefSchema, k.RefTable)
	var sql []string
	where := keyMatch(quote, k.Columns, "OLD.", k.RefColumns)
	if action, why := foreignKeyAction(cat, t, k, k.OnDelete, true); why != "" {
		sql = append(sql, refusal(parent, triggerName(t, k.Name, "delete"), "DELETE", "", why))
	} else if action != "" {
		sql = append(sql, actionTrigger(triggerName(t, k.Name, "delete"), "DELETE ON "+sqliteTable(parent), "", earlierChecks(t, k)+action+" WHERE "+where))
	}
	if action, why := foreignKeyAction(cat, t, k, k.OnUpdate, false); why != "" {
		sql = append(sql, refusal(parent, triggerName(t, k.Name, "update"), "UPDATE OF "+quoteList(k.RefColumns, ", "), keyChanged(cat, parent, k), why))
	} else if action != "" {
		event := "UPDATE OF " + quoteList(k.RefColumns, ", ") + " ON " + sqliteTable(parent)
		sql = append(sql, actionTrigger(triggerName(t, k.Name, "update"), event, keyChanged(cat, parent, k), action+" WHERE "+where))
	}
	return sql
}

// earlierChecks are the checks that PostgreSQL makes before it runs the DELETE
// action of k: those of older foreign keys between the same two tables without
// an action. SQLite would look at these when the action has already removed the
// rows that stand in the way.
func earlierChecks(t *catalog.Table, k *catalog.Constraint) string {
	var older []*catalog.Constraint
	for i := range t.Constraints {
		o := &t.Constraints[i]
		if o.Kind == 'f' && o.OID < k.OID && o.RefSchema == k.RefSchema && o.RefTable == k.RefTable &&
			(o.OnDelete == 'r' || o.OnDelete == 'a' && !o.Deferred) {
			older = append(older, o)
		}
	}
	slices.SortFunc(older, func(x, y *catalog.Constraint) int { return cmp.Compare(x.OID, y.OID) })
	var sql strings.Builder
	for _, o := range older {
		e := about(t, "", o.Name, foreignKeyViolation, "update or delete on table \"%s\" violates foreign key constraint \"%s\" on table \"%s\"", k.RefTable, o.Name, t.Name)
		sql.WriteString("SELECT RAISE(ABORT, " + literal(pgfunc.WrapError(e).Error()) + ") WHERE EXISTS (SELECT 1 FROM " + sqliteTable(t) + " WHERE " +
			keyMatch(quote, o.Columns, "OLD.", o.RefColumns) + "); ")
	}
	return sql.String()
}

// actionTrigger works after each row; PostgreSQL's work after the statement. The
// referenced key is unique at every moment in both, so that the order in which
// rows change makes no difference to which child rows match.
func actionTrigger(name, event, when, action string) string {
	if when != "" {
		when = " AND (" + when + ")"
	}
	return "CREATE TRIGGER " + quote(name) + " AFTER " + event + " WHEN " + serving + when + " BEGIN " +
		"UPDATE failoversql_state SET depth = depth + 1; " + action + "; UPDATE failoversql_state SET depth = depth - 1; END"
}

// foreignKeyAction is the statement that an action runs on the referencing
// table, without its WHERE; "" for none; or why there can be none.
func foreignKeyAction(cat *catalog.Catalog, t *catalog.Table, k *catalog.Constraint, action byte, deleting bool) (sql, why string) {
	var sets []string
	columns := k.Columns
	switch action {
	case 'c':
		if deleting {
			return "DELETE FROM " + sqliteTable(t), ""
		}
		for i, c := range k.Columns {
			sets = append(sets, quote(c)+" = NEW."+quote(k.RefColumns[i]))
		}
	case 'n', 'd':
		if deleting && k.SetColumns != nil {
			columns = k.SetColumns
		}
		for _, name := range columns {
			value := "NULL"
			if c := t.Column(name); action == 'd' && c.Default != "" {
				e, err := tableExpr(cat, t, c.Default, c)
				if err != nil {
					return "", fmt.Sprintf("the default that foreign key %q sets cannot be evaluated on the fallback", k.Name)
				}
				value = e.SQL
			}
			sets = append(sets, quote(name)+" = "+value)
		}
	default:
		return "", ""
	}
	for _, name := range selfKeys(t, columns) {
		sets = append(sets, quote(name)+" = "+quote(name))
	}
	return "UPDATE " + sqliteTable(t) + " SET " + strings.Join(sets, ", "), ""
}

// keyMatch compares columns of the referencing table with a row of the
// referenced one. The column on the left decides the collation.
func keyMatch(name func(string) string, columns []string, prefix string, ref []string) string {
	terms := make([]string, len(columns))
	for i := range columns {
		terms[i] = name(columns[i]) + " = " + prefix + quote(ref[i])
	}
	return strings.Join(terms, " AND ")
}

// keyChanged is true where an UPDATE gave the referenced key other bytes, which
// is when PostgreSQL runs the action: also for 1.0 made 1.00.
func keyChanged(cat *catalog.Catalog, parent *catalog.Table, k *catalog.Constraint) string {
	terms := make([]string, len(k.RefColumns))
	for i, name := range k.RefColumns {
		binary := ""
		if s, _, err := columnStorage(cat, parent.Column(name)); err == nil && s.collation != "" {
			binary = " COLLATE BINARY"
		}
		terms[i] = "OLD." + quote(name) + binary + " IS NOT NEW." + quote(name)
	}
	return strings.Join(terms, " OR ")
}

// refusals are triggers against writes that cannot be judged, and those that
// judge what a constraint of SQLite cannot.
func refusals(cat *catalog.Catalog, t *catalog.Table) []string {
	var sql []string
	writes := func(object, why string) {
		sql = append(sql,
			refusal(t, triggerName(t, object, "insert"), "INSERT", "", why),
			refusal(t, triggerName(t, object, "update"), "UPDATE", "", why))
	}
	if t.Kind == 'p' {
		writes("partitions", fmt.Sprintf("writing to partitioned table %q is not supported on the fallback", t.Name))
	}
	for i := range t.Constraints {
		k := &t.Constraints[i]
		switch {
		case k.Kind == 'c':
			condition, trigger, err := checkSQL(cat, t, k)
			switch {
			case err != nil:
				writes(k.Name, fmt.Sprintf("check constraint %q of table %q cannot be evaluated on the fallback", k.Name, t.Name))
			case trigger:
				e := about(t, "", k.Name, checkConstraintBroken, "new row for relation \"%s\" violates check constraint \"%s\"", t.Name, k.Name)
				sql = append(sql,
					raiseTrigger(t, triggerName(t, k.Name, "insert"), "INSERT", "NOT ("+condition+")", e),
					raiseTrigger(t, triggerName(t, k.Name, "update"), "UPDATE", "NOT ("+condition+")", e))
			}
		case k.Kind == 'x':
			writes(k.Name, fmt.Sprintf("exclusion constraint %q of table %q cannot be evaluated on the fallback", k.Name, t.Name))
		case k.Kind == 'f':
			sql = append(sql, foreignKeyRefusals(cat, t, k)...)
		case (k.Kind == 'u' || k.Kind == 'p') && k.Deferrable:
			// SQLite judges each row, PostgreSQL the statement or the transaction.
			sql = append(sql, refusal(t, triggerName(t, k.Name, "update"), "UPDATE OF "+quoteList(k.Columns, ", "), "",
				fmt.Sprintf("updating columns of deferrable constraint %q of table %q is not supported on the fallback", k.Name, t.Name)))
		}
	}
	for i := range t.Indexes {
		x := &t.Indexes[i]
		if _, why := indexSQL(cat, t, x); x.Unique && why != "" {
			writes("index "+x.Name, fmt.Sprintf("unique index %q of table %q %s", x.Name, t.Name, why))
		}
	}
	return sql
}

func foreignKeyRefusals(cat *catalog.Catalog, t *catalog.Table, k *catalog.Constraint) []string {
	columns := quoteList(k.Columns, ", ")
	if problem := foreignKeyProblem(cat, t, k); problem != "" {
		why := keyProblem(t, k, problem)
		set := make([]string, len(k.Columns))
		for i, c := range k.Columns {
			set[i] = "NEW." + quote(c) + " IS NOT NULL"
		}
		when := strings.Join(set, " AND ")
		return []string{
			refusal(t, triggerName(t, k.Name, "insert"), "INSERT", when, why),
			refusal(t, triggerName(t, k.Name, "set"), "UPDATE OF "+columns, when, why),
		}
	}
	if !k.MatchFull || len(k.Columns) == 1 {
		return nil
	}
	nulls := make([]string, len(k.Columns))
	for i, c := range k.Columns {
		nulls[i] = "(NEW." + quote(c) + " IS NULL)"
	}
	when := strings.Join(nulls, " + ") + fmt.Sprintf(" BETWEEN 1 AND %d", len(k.Columns)-1)
	e := about(t, "", k.Name, foreignKeyViolation, "insert or update on table \"%s\" violates foreign key constraint \"%s\"", t.Name, k.Name)
	e.Detail = "MATCH FULL does not allow mixing of null and nonnull key values."
	return []string{
		raiseTrigger(t, triggerName(t, k.Name, "insert"), "INSERT", when, e),
		raiseTrigger(t, triggerName(t, k.Name, "set"), "UPDATE OF "+columns, when, e),
	}
}

// refusal is a trigger that refuses an event with 0A000.
func refusal(t *catalog.Table, name, event, when, why string) string {
	return raiseTrigger(t, name, event, when, pgvalue.Errorf(codeNotSupported, "%s", why))
}

func raiseTrigger(t *catalog.Table, name, event, when string, e *pgconn.PgError) string {
	if when != "" {
		when = " AND (" + when + ")"
	}
	return "CREATE TRIGGER " + quote(name) + " BEFORE " + event + " ON " + sqliteTable(t) + " WHEN " + serving + when +
		" BEGIN SELECT RAISE(ABORT, " + literal(pgfunc.WrapError(e).Error()) + "); END"
}

// literal is a SQLite string literal.
func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// deletesItself reports whether deleting a row of t can delete other rows of t,
// by way of foreign keys.
func deletesItself(cat *catalog.Catalog, t *catalog.Table) bool {
	seen := map[*catalog.Table]bool{}
	var from func(parent *catalog.Table) bool
	from = func(parent *catalog.Table) bool {
		for _, child := range cat.Tables {
			for i := range child.Constraints {
				k := &child.Constraints[i]
				if k.Kind != 'f' || k.OnDelete != 'c' || k.RefSchema != parent.Schema || k.RefTable != parent.Name {
					continue
				}
				if child == t {
					return true
				}
				if !seen[child] {
					seen[child] = true
					if from(child) {
						return true
					}
				}
			}
		}
		return false
	}
	return from(t)
}
