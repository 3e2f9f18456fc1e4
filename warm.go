package failoversql

import (
	"context"
	"math"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/failoversql/failoversql/catalog"
)

// Connections to PostgreSQL are opened ahead of the return to it, as many as the
// fallback has, so that the callers do not all dial in the same moment.

const (
	// warmLimit bounds how many are opened, and warmers how many at a time: one
	// costs both sides some milliseconds of work, which applications need meanwhile.
	warmLimit = 64
	warmers   = 2
	// warmTables bounds how many tables their server processes load.
	warmTables = 64
	// warmLife is how long one that nobody has taken is kept after the return.
	warmLife = 10 * time.Second
)

// warmUp opens the connections. Which of them succeed is of no consequence.
func (i *instance) warmUp(ctx context.Context, r *running) {
	i.dropWarm(r, math.MaxUint64)
	r.mu.Lock()
	n := int64(min(r.lites, warmLimit))
	r.mu.Unlock()
	next := i.gate.generation() + 1
	load := loadTables(r.file.TablesInUse(warmTables))
	var begun atomic.Int64
	var wg sync.WaitGroup
	for range warmers {
		wg.Go(func() {
			for begun.Add(1) <= n {
				c, err := i.dialPrimary(ctx, next)
				if err != nil {
					return // the next would wait as long for the same
				}
				i.load(ctx, c, load)
				r.mu.Lock()
				r.warm = append(r.warm, c)
				r.mu.Unlock()
				if c.closed() {
					return
				}
			}
		})
	}
	wg.Wait()
}

// loadTables is a text that has a server process read what it keeps of these
// tables in memory of its own, which otherwise its first statement on each waits
// for: half of what that takes. It reads no row and waits for no lock: it ends at
// a table that somebody has locked. It is one transaction without BEGIN, as is
// what the simple protocol sends together.
func loadTables(tables []*catalog.Table) string {
	b := strings.Builder{}
	for _, t := range tables {
		if t.Kind == 'r' && t.Persistence != 't' && !t.RowSecurity && (t.Owner || strings.Contains(t.Privileges, "r")) {
			b.WriteString("; SELECT FROM " + catalog.QuoteQualified(t.Schema, t.Name) + " LIMIT 0")
		}
	}
	if b.Len() == 0 {
		return ""
	}
	return "SET LOCAL lock_timeout = 1" + b.String()
}

// load runs such a text on a connection that was just opened.
func (i *instance) load(ctx context.Context, c *primaryConn, text string) {
	if text == "" {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, i.cfg.Timeout)
	defer cancel()
	_, _ = c.std.Conn().PgConn().Exec(ctx, text).ReadAll() // a table may be gone; and whether the connection lives is seen when it is taken
}

// takeWarm gives a connection of this generation that was opened ahead, or nil.
func (i *instance) takeWarm(r *running, generation uint64) *primaryConn {
	for {
		r.mu.Lock()
		n := len(r.warm)
		if n == 0 {
			r.mu.Unlock()
			return nil
		}
		c := r.warm[n-1]
		r.warm = r.warm[:n-1]
		r.mu.Unlock()
		if c.gen == generation && !c.closed() {
			return c
		}
		_ = c.Close()
	}
}

// dropWarm closes what was opened ahead for generations up to this one and not used.
func (i *instance) dropWarm(r *running, generation uint64) {
	var unused []*primaryConn
	r.mu.Lock()
	r.warm = slices.DeleteFunc(r.warm, func(c *primaryConn) bool {
		if c.gen > generation {
			return false
		}
		unused = append(unused, c)
		return true
	})
	r.mu.Unlock()
	for _, c := range unused {
		_ = c.Close()
	}
}

// dropWarmLater is called when traffic has returned.
func (i *instance) dropWarmLater(r *running, generation uint64) {
	r.wg.Go(func() {
		if sleep(r.ctx, warmLife) == nil {
			i.dropWarm(r, generation)
		}
	})
}
