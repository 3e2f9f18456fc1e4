package dialect

import (
	"strconv"
	"strings"

	"github.com/failoversql/failoversql/catalog"
	pg_query "github.com/pganalyze/pg_query_go/v6"
)

// utility translates transaction control, SET and SHOW, and DDL; nil for other
// statements.
func (a *analyser) utility(n *pg_query.Node) *Plan {
	switch x := n.GetNode().(type) {
	case *pg_query.Node_TransactionStmt:
		return a.transaction(x.TransactionStmt)
	case *pg_query.Node_VariableSetStmt:
		return a.set(x.VariableSetStmt)
	case *pg_query.Node_VariableShowStmt:
		return a.show(x.VariableShowStmt)
	case *pg_query.Node_DiscardStmt:
		if x.DiscardStmt.GetTarget() == pg_query.DiscardMode_DISCARD_ALL {
			return &Plan{Kind: SetVariable, Verb: "DISCARD ALL", Alone: "DISCARD ALL", Set: &Set{All: true, Discard: true}}
		}
		if x.DiscardStmt.GetTarget() == pg_query.DiscardMode_DISCARD_TEMP {
			return &Plan{Kind: SetVariable, Verb: "DISCARD TEMP", Set: &Set{Temporary: true}}
		}
		return &Plan{Kind: Nothing, Verb: "DISCARD"}
	case *pg_query.Node_VacuumStmt:
		for _, r := range x.VacuumStmt.GetRels() {
			a.existing(r.GetVacuumRelation().GetRelation())
		}
		if x.VacuumStmt.GetIsVacuumcmd() {
			return &Plan{Kind: Nothing, Verb: "VACUUM", Alone: "VACUUM"}
		}
		return &Plan{Kind: Nothing, Verb: "ANALYZE"}
	case *pg_query.Node_ConstraintsSetStmt:
		return a.setConstraints(x.ConstraintsSetStmt)
	case *pg_query.Node_LockStmt:
		return a.lockTable(x.LockStmt)
	case *pg_query.Node_DeallocateStmt:
		return &Plan{Kind: Deallocate, Verb: "DEALLOCATE", Name: x.DeallocateStmt.GetName()}
	case *pg_query.Node_PrepareStmt:
		return a.prepare(x.PrepareStmt)
	case *pg_query.Node_ExecuteStmt:
		return &Plan{Kind: Execute, Verb: "EXECUTE", Name: x.ExecuteStmt.GetName()}
	case *pg_query.Node_DeclareCursorStmt:
		return a.declareCursor(x.DeclareCursorStmt)
	case *pg_query.Node_FetchStmt:
		return a.fetch(x.FetchStmt)
	case *pg_query.Node_RefreshMatViewStmt:
		a.refresh(x.RefreshMatViewStmt.GetRelation())
	case *pg_query.Node_ClosePortalStmt:
		return &Plan{Kind: CloseCursor, Verb: "CLOSE CURSOR", Cursor: &Cursor{Name: x.ClosePortalStmt.GetPortalname()}}
	}
	return a.translateDDL(n)
}

// existing fails where there is no such table.
func (a *analyser) existing(rv *pg_query.RangeVar) {
	if a.cat.Table(rv.GetSchemaname(), rv.GetRelname()) == nil {
		a.quiet++ // PostgreSQL gives no position here
		a.noRelation(rv)
	}
}

// lockTable takes the writer's place, which keeps every other writer out.
func (a *analyser) lockTable(s *pg_query.LockStmt) *Plan {
	for _, r := range s.GetRelations() {
		a.existing(r.GetRangeVar())
	}
	if s.GetMode() <= 3 {
		// ROW EXCLUSIVE and weaker do not keep readers or row writers out.
		return &Plan{Kind: Nothing, Verb: "LOCK TABLE"}
	}
	p := &Plan{Kind: Nothing, Verb: "LOCK TABLE", Writes: true}
	if s.GetNowait() {
		p.NoWait = "could not obtain lock on relation \"" + s.GetRelations()[0].GetRangeVar().GetRelname() + "\""
	}
	return p
}

// refresh refuses REFRESH MATERIALIZED VIEW: a copy has no rows of such views, for
// the primary's stream does not tell of them.
func (a *analyser) refresh(rv *pg_query.RangeVar) {
	a.quiet++ // PostgreSQL gives no position here
	a.absentRelation(rv)
	v := a.cat.View(rv.GetSchemaname(), rv.GetRelname())
	switch {
	case v != nil && v.Kind == 'm':
		a.refuse(-1, "REFRESH of materialized view \"%s\", whose rows are not in the file,", v.Name)
	case v != nil || a.cat.Table(rv.GetSchemaname(), rv.GetRelname()) != nil:
		a.fail(codeNotSupported, -1, "\"%s\" is not a materialized view", rv.GetRelname())
	}
	a.noRelation(rv)
}

func (a *analyser) transaction(s *pg_query.TransactionStmt) *Plan {
	t := &Tx{Name: s.GetSavepointName(), Chain: s.GetChain()}
	p := &Plan{Kind: Transaction, Tx: t}
	switch s.GetKind() {
	case pg_query.TransactionStmtKind_TRANS_STMT_BEGIN:
		t.Op, p.Verb = TxBegin, "BEGIN"
	case pg_query.TransactionStmtKind_TRANS_STMT_START:
		t.Op, p.Verb = TxBegin, "START TRANSACTION"
	case pg_query.TransactionStmtKind_TRANS_STMT_COMMIT:
		t.Op, p.Verb = TxCommit, "COMMIT"
	case pg_query.TransactionStmtKind_TRANS_STMT_ROLLBACK:
		t.Op, p.Verb = TxRollback, "ROLLBACK"
	case pg_query.TransactionStmtKind_TRANS_STMT_SAVEPOINT:
		t.Op, p.Verb = TxSavepoint, "SAVEPOINT"
	case pg_query.TransactionStmtKind_TRANS_STMT_RELEASE:
		t.Op, p.Verb = TxRelease, "RELEASE"
	case pg_query.TransactionStmtKind_TRANS_STMT_ROLLBACK_TO:
		t.Op, p.Verb = TxRollbackTo, "ROLLBACK"
	default:
		a.refuse(s.GetLocation(), "two-phase commit")
	}
	a.transactionModes(t, s.GetOptions())
	return p
}

func (a *analyser) transactionModes(t *Tx, options []*pg_query.Node) {
	for _, o := range options {
		d := o.GetDefElem()
		c := d.GetArg().GetAConst()
		on := c.GetIval().GetIval() != 0
		switch d.GetDefname() {
		case "transaction_isolation":
			t.Isolation = c.GetSval().GetSval()
		case "transaction_read_only":
			t.ReadOnly = &on
		case "transaction_deferrable":
			t.Deferrable = &on
		default:
			a.refuse(d.GetLocation(), "transaction mode %s", d.GetDefname())
		}
	}
}

func (a *analyser) set(s *pg_query.VariableSetStmt) *Plan {
	p := &Plan{Kind: SetVariable, Verb: "SET"}
	name := strings.ToLower(s.GetName())
	switch s.GetKind() {
	case pg_query.VariableSetKind_VAR_SET_VALUE:
		v := a.settingValue(name, s.GetArgs())
		p.Set = &Set{Name: name, Value: &v, Local: s.GetIsLocal()}
	case pg_query.VariableSetKind_VAR_SET_DEFAULT:
		p.Set = &Set{Name: name, Local: s.GetIsLocal()}
	case pg_query.VariableSetKind_VAR_RESET:
		p.Verb, p.Set = "RESET", &Set{Name: name}
	case pg_query.VariableSetKind_VAR_RESET_ALL:
		p.Verb, p.Set = "RESET", &Set{All: true}
	case pg_query.VariableSetKind_VAR_SET_MULTI:
		t := &Tx{Op: TxSetTransaction}
		switch s.GetName() {
		case "TRANSACTION":
		case "SESSION CHARACTERISTICS":
			t.Session = true
		default:
			a.refuse(-1, "SET %s", s.GetName())
		}
		a.transactionModes(t, s.GetArgs())
		return &Plan{Kind: Transaction, Verb: "SET", Tx: t}
	default:
		a.refuse(-1, "SET %s FROM CURRENT", name)
	}
	return p
}

// settingValue is the text of a SET's value.
func (a *analyser) settingValue(name string, args []*pg_query.Node) string {
	parts := make([]string, len(args))
	for i, n := range args {
		if tc := n.GetTypeCast(); tc != nil {
			// SET TIME ZONE INTERVAL '…'.
			a.refuse(tc.GetLocation(), "SET %s with an interval", name)
		}
		c := n.GetAConst()
		switch v := c.GetVal().(type) {
		case *pg_query.A_Const_Ival:
			parts[i] = strconv.Itoa(int(v.Ival.GetIval()))
		case *pg_query.A_Const_Fval:
			parts[i] = v.Fval.GetFval()
		case *pg_query.A_Const_Sval:
			parts[i] = v.Sval.GetSval()
			if name == "search_path" { // kept as a list of identifiers
				parts[i] = quoteSchema(parts[i])
			}
		case *pg_query.A_Const_Boolval:
			parts[i] = strconv.FormatBool(v.Boolval.GetBoolval())
		default:
			a.refuse(c.GetLocation(), "SET %s to this value", name)
		}
	}
	return strings.Join(parts, ", ")
}

// quoteSchema quotes a name where search_path needs it.
func quoteSchema(name string) string {
	for i, c := range name {
		if c >= 'a' && c <= 'z' || c == '_' || i > 0 && (c >= '0' && c <= '9' || c == '$') {
			continue
		}
		return catalog.QuoteIdent(name)
	}
	if name == "" {
		return `""`
	}
	return name
}

func (a *analyser) show(s *pg_query.VariableShowStmt) *Plan {
	name := s.GetName()
	p := &Plan{Kind: ShowVariable, Verb: "SHOW", Show: strings.ToLower(name)}
	if p.Show == "all" {
		for _, c := range []string{"name", "setting", "description"} {
			p.Columns = append(p.Columns, Column{Name: c, Type: a.value(oidText, -1)})
		}
		return p
	}
	if canonical, ok := settingNames[p.Show]; ok {
		name = canonical
	} else {
		name = p.Show
	}
	p.Columns = []Column{{Name: name, Type: a.value(oidText, -1)}}
	return p
}

// settingNames are the settings whose proper name is not all lower case.
var settingNames = map[string]string{
	"timezone": "TimeZone", "datestyle": "DateStyle", "intervalstyle": "IntervalStyle",
}
