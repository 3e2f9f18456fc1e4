package failoversql

import (
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2"
	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect"
	"github.com/failoversql/failoversql/health"
	dbsync "github.com/failoversql/failoversql/sync"
)

// tokens gives every transaction of this instance a token to leave on the
// primary (fallback_commit_tokens), by which one whose answer was lost can be
// resolved, and has the primary forget those that nobody will ask for.
type tokens struct {
	inst    *instance
	session [16]byte

	mu       sync.Mutex
	last     int64            // given out
	open     map[int64]*token // under way, or in doubt
	doubtful []*token         // in doubt, the oldest first
	prepared uint64           // generation + 1 for which the primary has what tokens need

	preparing sync.Mutex
	effects   effectCache
}

// token is one transaction's.
type token struct {
	set *tokens
	id  dbsync.CommitToken

	mu      sync.Mutex // held while the primary is asked
	outcome Outcome
	dropped bool // the primary was told to forget it
}

const (
	// maxDoubtful bounds the transactions in doubt whose tokens the primary
	// keeps: an application that resolves none must not fill it.
	maxDoubtful = 10_000
	// sweepInterval is how often the primary is told what it may forget.
	sweepInterval = time.Second
)

func newTokens(i *instance) *tokens {
	t := &tokens{inst: i, open: make(map[int64]*token)}
	_, _ = rand.Read(t.session[:]) // never fails
	return t
}

func (t *tokens) issue() *token {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last++
	k := &token{set: t, id: dbsync.CommitToken{Session: t.session, N: t.last}}
	t.open[k.id.N] = k
	return k
}

// settle notes that it is known how the transaction ended.
func (k *token) settle() {
	t := k.set
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.open, k.id.N)
	if i := slices.Index(t.doubtful, k); i >= 0 {
		t.doubtful = slices.Delete(t.doubtful, i, i+1)
	}
}

// doubt notes that no answer came.
func (k *token) doubt() {
	t := k.set
	t.mu.Lock()
	defer t.mu.Unlock()
	t.doubtful = append(t.doubtful, k)
	if len(t.doubtful) > maxDoubtful {
		oldest := t.doubtful[0]
		t.doubtful = slices.Delete(t.doubtful, 0, 1)
		delete(t.open, oldest.id.N)
		go oldest.drop() // it may be in the middle of being resolved
	}
}

func (k *token) drop() {
	k.mu.Lock()
	k.dropped = true
	k.mu.Unlock()
}

// prepare makes what tokens need on the primary of a generation. Without it no
// transaction could be committed, so that connections are refused.
func (t *tokens) prepare(ctx context.Context, generation uint64) error {
	t.mu.Lock()
	done := t.prepared == generation+1
	t.mu.Unlock()
	if done {
		return nil
	}
	t.preparing.Lock()
	defer t.preparing.Unlock()
	t.mu.Lock()
	done = t.prepared == generation+1
	t.mu.Unlock()
	if done {
		return nil
	}
	d := &dialing{set: t.inst.sockets, generation: generation} // it ends with the generation
	if err := t.inst.running.Load().sync.EnsureCommitTokens(ctx, t.session, d.dial); err != nil {
		return fmt.Errorf("failoversql: fallback_commit_tokens: %w", err)
	}
	t.mu.Lock()
	t.prepared = generation + 1
	t.mu.Unlock()
	return nil
}

// run has the primary forget what is settled, while it serves.
func (t *tokens) run(ctx context.Context, r *running) {
	tick := time.NewTicker(sweepInterval)
	defer tick.Stop()
	var swept int64
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		below, keep := t.unsettled()
		if below == swept || r.monitor.Route().Mode != health.Primary {
			continue
		}
		limit, cancel := context.WithTimeout(ctx, 10*time.Second)
		err := r.probe.with(limit, func(c *pgx.Conn) error { return dbsync.ForgetCommits(limit, c, t.session, below, keep) })
		cancel()
		if err == nil {
			swept = below
		} else if ctx.Err() == nil {
			t.inst.log.Debug("commit tokens are kept on PostgreSQL for longer", "error", err)
		}
	}
}

// unsettled gives the number below which all tokens were given out, and those of
// them that may still be asked for.
func (t *tokens) unsettled() (below int64, keep []int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.last + 1, slices.Collect(maps.Keys(t.open))
}

// effectCache remembers what statements do, for as long as the catalog stays.
type effectCache struct {
	mu     sync.Mutex
	cat    *catalog.Catalog
	byText *lru.Cache[string, dialect.Effect]
}

func (c *effectCache) of(cat *catalog.Catalog, query string) dialect.Effect {
	c.mu.Lock()
	if c.byText == nil || c.cat != cat {
		c.cat = cat
		c.byText, _ = lru.New[string, dialect.Effect](1024) // fails only for a size below 1
	}
	known := c.byText
	c.mu.Unlock()
	if e, ok := known.Get(query); ok {
		return e
	}
	e := dialect.EffectOf(cat, query)
	if len(query) <= 64<<10 {
		known.Add(strings.Clone(query), e)
	}
	return e
}
