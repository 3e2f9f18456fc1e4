package failoversql

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"math"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/catalog"
)

// Connections to PostgreSQL are opened ahead of the return to it, as many as the
// fallback has, so that the callers do not all dial in the same moment.

const (
	// warmLimit bounds how many are opened, and warmers how many at a time: one
	// costs both sides some milliseconds of work, which applications need meanwhile.
	warmLimit = 64
	warmers   = 2
	// warmTables bounds how many tables their server processes load, and
	// warmStatements how many statements are prepared on each.
	warmTables     = 64
	warmStatements = 16
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
	var statements []string
	if cfg := i.cfg.Primary; cfg.DefaultQueryExecMode == pgx.QueryExecModeCacheStatement && cfg.StatementCacheCapacity > 0 {
		statements = r.file.StatementsInUse(warmStatements)
	}
	var begun atomic.Int64
	var wg sync.WaitGroup
	for range warmers {
		wg.Go(func() {
			for begun.Add(1) <= n {
				c, err := i.dialPrimary(ctx, next)
				if err != nil {
					return // the next would wait as long for the same
				}
				i.load(ctx, c, load, statements)
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

// load prepares statements on a connection that was just opened, and runs such a
// text. What fails is of no consequence: a table may be gone; and whether the
// connection lives is seen when it is taken.
func (i *instance) load(ctx context.Context, c *primaryConn, text string, statements []string) {
	ctx, cancel := context.WithTimeout(ctx, i.cfg.Timeout)
	defer cancel()
	conn := c.std.Conn()
	prepareAhead(ctx, conn, statements)
	if text != "" {
		_, _ = conn.PgConn().Exec(ctx, text).ReadAll()
	}
}

// prepareAhead has a connection know statements before an application first runs
// them: of 64 callers that come together, each would wait for the others' preparing
// as well. They are prepared under the names that pgx's cache of statements gives, where it
// finds, keeps and drops them as its own. A lock on a table is not waited for, and
// nothing is set beyond a transaction, for a pooler may be between.
func prepareAhead(ctx context.Context, conn *pgx.Conn, statements []string) {
	run := func(text string) error {
		_, err := conn.PgConn().Exec(ctx, text).ReadAll()
		return err
	}
	for len(statements) > 0 && run("BEGIN; SET LOCAL lock_timeout = 1") == nil {
		for err := error(nil); err == nil && len(statements) > 0; statements = statements[1:] {
			digest := sha256.Sum256([]byte(statements[0]))
			_, err = conn.Prepare(ctx, "stmtcache_"+hex.EncodeToString(digest[:24]), statements[0])
		}
		if run("COMMIT") != nil {
			return
		}
	}
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
		if c.gen == generation && c.IsValid() {
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
