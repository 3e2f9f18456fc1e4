package demo

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// settlement is what became of the writes of a ledger in PostgreSQL.
type settlement struct {
	lost, duplicated int64
	parked           int64 // acknowledged, and standing in the list of conflicts
	altered          int64 // there once, with other values than acknowledged
	resurrected      int64 // refused, and there all the same
	doubtKept        int64 // in doubt, and there
	doubtGone        int64 // in doubt, and not there
	details          []string
}

func (s *settlement) clean() bool {
	return s.lost+s.duplicated+s.altered+s.resurrected == 0
}

func (s *settlement) note(format string, args ...any) {
	s.details = append(s.details, fmt.Sprintf(format, args...))
}

// found is an order as PostgreSQL holds it.
type found struct {
	revision, lines int64
	status, total   string
}

// settle looks for every write of the ledger in PostgreSQL, by a connection that
// failoversql has no part in. conflicts are the parked changes as text, with
// their values.
func settle(ctx context.Context, pg *sql.DB, l *ledger, conflicts []string) (*settlement, error) {
	events, err := countTokens(ctx, pg)
	if err != nil {
		return nil, err
	}
	orders, err := readOrders(ctx, pg)
	if err != nil {
		return nil, err
	}
	s := &settlement{}
	parked := func(id string) bool {
		for _, c := range conflicts {
			if strings.Contains(c, id) {
				return true
			}
		}
		return false
	}
	// missing and extra rows of order_events whose transaction changed an order
	// as well, so that the order's revision does not count them again.
	missing, extra := map[string]int64{}, map[string]int64{}
	for token, w := range l.tokens {
		n := events[token]
		switch {
		case n > 1:
			s.duplicated += n - 1
			extra[w.order] += n - 1
			s.note("write %s is there %d times", token, n)
		case w.outcome == acknowledged && n == 0:
			missing[w.order]++
			if parked(token) {
				s.parked++
			} else {
				s.lost++
				s.note("write %s was acknowledged and is not there", token)
			}
		default:
			s.single(token, w.outcome, n)
		}
	}
	for ref, want := range l.orders {
		got, there := orders[ref]
		n := events[want.token]
		if n > 1 {
			s.duplicated += n - 1
			s.note("order %s is there %d times", ref, n)
		}
		if want.outcome != acknowledged {
			if n <= 1 {
				s.single(ref, want.outcome, n)
			}
			continue
		}
		if n == 0 || !there {
			if parked(ref) {
				s.parked++
			} else {
				s.lost++
				s.note("order %s was acknowledged and is not there", ref)
			}
			continue
		}
		s.compare(ref, want, got, missing[ref], extra[ref], parked(ref))
	}
	return s, nil
}

// single settles a write that is there once or not at all, and was not
// acknowledged.
func (s *settlement) single(id string, o outcome, n int64) {
	switch {
	case o == inDoubt && n == 1:
		s.doubtKept++
	case o == inDoubt:
		s.doubtGone++
	case o == refused && n > 0:
		s.resurrected++
		s.note("write %s was refused and is there", id)
	}
}

// compare settles the changes of an order that is there. missing and extra are
// changes already counted by their events.
func (s *settlement) compare(ref string, want *placed, got found, missing, extra int64, parked bool) {
	least := 1 + want.changes - missing
	most := 1 + want.changes + want.doubts + extra
	switch {
	case got.revision < least && parked:
		s.parked += least - got.revision
		return
	case got.revision < least:
		s.lost += least - got.revision
		s.note("order %s: revision %d, at least %d was acknowledged", ref, got.revision, least)
		return
	case got.revision > most:
		s.duplicated += got.revision - most
		s.note("order %s: revision %d, at most %d was asked for", ref, got.revision, most)
		return
	}
	wrongStatus := want.status != "" && missing == 0 && got.status != want.status
	if got.lines != want.lines || got.total != want.total || wrongStatus {
		s.altered++
		s.note("order %s: %d lines, %s, %s; acknowledged were %d, %s, %s",
			ref, got.lines, got.total, got.status, want.lines, want.total, want.status)
	}
}

func countTokens(ctx context.Context, pg *sql.DB) (map[string]int64, error) {
	rows, err := pg.QueryContext(ctx, `SELECT token, count(*) FROM order_events GROUP BY token`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	m := map[string]int64{}
	for rows.Next() {
		var token string
		var n int64
		if err := rows.Scan(&token, &n); err != nil {
			return nil, err
		}
		m[token] = n
	}
	return m, rows.Err()
}

func readOrders(ctx context.Context, pg *sql.DB) (map[string]found, error) {
	rows, err := pg.QueryContext(ctx, `
		SELECT o.ref, o.revision, o.status, o.total, count(l.order_id)
		FROM orders o LEFT JOIN order_lines l ON l.order_id = o.id
		GROUP BY o.id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	m := map[string]found{}
	for rows.Next() {
		var ref string
		var f found
		if err := rows.Scan(&ref, &f.revision, &f.status, &f.total, &f.lines); err != nil {
			return nil, err
		}
		m[ref] = f
	}
	return m, rows.Err()
}
