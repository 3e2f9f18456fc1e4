package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// account settles the writes, compares the two sides, and prints the last lines.
func (s *show) account(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	l := s.load.ledger

	conflicts, err := s.conflicts(ctx)
	if err != nil {
		return fmt.Errorf("asking for the conflicts: %w", err)
	}
	result, err := settle(ctx, s.direct, l, conflicts)
	if err != nil {
		return fmt.Errorf("looking for the writes in PostgreSQL: %w", err)
	}
	// The application ends before its file is opened by somebody else.
	if err := s.closeApplication(); err != nil {
		return err
	}
	sides, err := compareSides(ctx, s.direct, s.file)
	if err != nil {
		return fmt.Errorf("comparing both sides: %w", err)
	}

	s.line("")
	for i, d := range append(result.details, sides.details...) {
		if i == 20 {
			s.line("  … and %d more", len(result.details)+len(sides.details)-i)
			break
		}
		s.line("  %s", d)
	}
	for _, c := range conflicts {
		s.line("  conflict: %s", c)
	}
	s.line("conflicts: %d, acknowledged writes parked there: %d", len(conflicts), result.parked)
	s.line("in doubt (sent, and not answered before the kill): %d, of which PostgreSQL kept %d",
		l.doubtful.Load(), result.doubtKept)
	if result.resurrected+result.altered > 0 {
		s.line("refused and there all the same: %d, there with other values: %d", result.resurrected, result.altered)
	}
	s.line("errors the application should not have seen: %d", s.trouble.count())
	s.line("rows compared: %s in %d tables", grouped(sides.rows), sides.tables)

	if s.keep {
		s.line("")
		s.line("both databases are left to look at:")
		s.line("  sqlite3 -readonly %s", s.file)
		s.line("  %s -l %s   # later the same with stop for start", s.pg.Command(), s.pg.LogFile())
		s.line("  psql %q", s.pg.DSN("shop"))
		s.line("  less %s/app.log   # what the driver logged", s.dir)
		s.line("  rm -r %s   # when done", s.dir)
	}

	failover, answered := s.load.watch.firstGood(s.killed, s.gone)
	from, to := s.route.failback()
	s.line("")
	if answered {
		s.line("failover: %d ms to the first good statement", ceilMS(failover))
	} else {
		s.line("failover: no good statement")
	}
	s.line("fail back: pause %d ms", ceilMS(s.load.watch.slowest(from, to)))
	s.line("acknowledged writes: %d, lost: %d, duplicated: %d", l.acknowledged.Load(), result.lost, result.duplicated)
	s.line("rows equal on both sides: %s", yesNo(sides.equal))
	if !answered || !result.clean() || !sides.equal || s.trouble.count() > 0 {
		return ErrNotWell
	}
	return nil
}

// conflicts are the changes that replay could not apply, as text.
func (s *show) conflicts(ctx context.Context) ([]string, error) {
	list, err := s.connector.Conflicts(ctx)
	if err != nil {
		return nil, err
	}
	var texts []string
	for _, c := range list {
		text, err := json.Marshal(c)
		if err != nil {
			return nil, err
		}
		texts = append(texts, string(text))
	}
	return texts, nil
}

// ceilMS is a duration in milliseconds, never less than it was.
func ceilMS(d time.Duration) int64 {
	return int64((d + time.Millisecond - 1) / time.Millisecond)
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
