package dialect

import (
	pg_query "github.com/pganalyze/pg_query_go/v6"
)

// Cursor is a DECLARE, FETCH, MOVE or CLOSE.
type Cursor struct {
	Name string // "" for CLOSE ALL

	// DECLARE
	Scroll Scroll
	Hold   bool

	// FETCH and MOVE
	Direction Direction
	Count     int64 // negative turns the direction round; FetchAll for ALL
	Move      bool
}

// FetchAll is the count of FETCH ALL.
const FetchAll = 1<<63 - 1

// Scroll says whether a cursor can go back. Where the statement does not say,
// PostgreSQL lets its plan decide, which is known here for simple queries only.
type Scroll uint8

const (
	ScrollUnknown Scroll = iota
	ScrollYes
	ScrollNo
)

// Direction of a FETCH.
type Direction uint8

const (
	FetchForward Direction = iota
	FetchBackward
	FetchAbsolute
	FetchRelative
)

// Options of DECLARE, as PostgreSQL's parser gives them.
const (
	cursorBinary      = 0x01
	cursorScroll      = 0x02
	cursorNoScroll    = 0x04
	cursorInsensitive = 0x08
	cursorAsensitive  = 0x10
	cursorHold        = 0x20
)

func (a *analyser) declareCursor(s *pg_query.DeclareCursorStmt) *Plan {
	o := s.GetOptions()
	switch {
	case o&cursorScroll != 0 && o&cursorNoScroll != 0:
		a.fail("42P11", -1, "cannot specify both %s and %s", "SCROLL", "NO SCROLL")
	case o&cursorAsensitive != 0 && o&cursorInsensitive != 0:
		a.fail("42P11", -1, "cannot specify both %s and %s", "ASENSITIVE", "INSENSITIVE")
	case o&cursorBinary != 0:
		a.refuse(-1, "a BINARY cursor")
	}
	sel := s.GetQuery().GetSelectStmt()
	if modifying(sel.GetWithClause()) {
		a.fail(codeNotSupported, -1, "DECLARE CURSOR must not contain data-modifying statements in WITH")
	}
	q := a.selectQuery(nil, sel, true)
	m := &emitter{a: a}
	m.queryAs(q, true)
	p := a.queryPlan(q)
	p.Steps = []Step{{SQL: m.String(), Binds: m.binds, Returns: true, Counts: true}}
	p = a.finishQuery(p)
	p.Kind = DeclareCursor
	p.Cursor = &Cursor{Name: s.GetPortalname(), Hold: o&cursorHold != 0}
	if len(sel.GetLockingClause()) > 0 {
		what := lockName(sel.GetLockingClause()[0])
		for _, x := range []struct {
			option             int32
			code, text, detail string
		}{
			{cursorHold, codeNotSupported, "DECLARE CURSOR WITH HOLD ... %s is not supported", "Holdable cursors must be READ ONLY."},
			{cursorScroll, codeNotSupported, "DECLARE SCROLL CURSOR ... %s is not supported", "Scrollable cursors must be READ ONLY."},
			{cursorInsensitive, "42P11", "DECLARE INSENSITIVE CURSOR ... %s is not valid", "Insensitive cursors must be READ ONLY."},
		} {
			if o&x.option != 0 {
				e := a.error(x.code, -1, x.text, what)
				e.Detail = x.detail
				panic(e)
			}
		}
		p.Cursor.Scroll = ScrollNo
		return p
	}
	switch {
	case o&cursorScroll != 0:
		p.Cursor.Scroll = ScrollYes
	case o&cursorNoScroll != 0:
		p.Cursor.Scroll = ScrollNo
	default:
		p.Cursor.Scroll = scrolls(q)
	}
	return p
}

// scrolls says whether PostgreSQL's plan of a query can run backward: a scan of
// one table can, also sorted, an aggregate cannot.
func scrolls(q *query) Scroll {
	plain := q.op == "" && q.values == nil && !q.distinct && q.distinctOn == nil && !q.expanded() && len(q.ctes) == 0 && !hasWindow(q)
	grouped := q.hasAgg || len(q.group) > 0 || q.having != nil
	switch {
	case !plain:
		return ScrollUnknown
	case grouped && len(q.order) == 0, len(q.from) == 0:
		return ScrollNo
	case !grouped && len(q.from) == 1 && len(q.order) <= 1:
		if f, ok := q.from[0].(*fromSource); ok && f.src.table != nil {
			return ScrollYes
		}
	}
	return ScrollUnknown
}

func (a *analyser) fetch(s *pg_query.FetchStmt) *Plan {
	c := &Cursor{Name: s.GetPortalname(), Count: s.GetHowMany(), Move: s.GetIsmove()}
	switch s.GetDirection() {
	case pg_query.FetchDirection_FETCH_BACKWARD:
		c.Direction = FetchBackward
	case pg_query.FetchDirection_FETCH_ABSOLUTE:
		c.Direction = FetchAbsolute
	case pg_query.FetchDirection_FETCH_RELATIVE:
		c.Direction = FetchRelative
	}
	p := &Plan{Kind: FetchCursor, Verb: "FETCH", Cursor: c}
	if c.Move {
		p.Verb = "MOVE"
	}
	return p
}
