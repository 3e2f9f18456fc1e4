package admin

import (
	"context"
	"sync"
	"time"

	dbsync "github.com/failoversql/failoversql/sync"
)

// listing keeps the list of conflicts for the page: it is asked of PostgreSQL,
// which several open pages must not do every second each.
type listing struct {
	mu   sync.Mutex
	at   time.Time
	list []dbsync.Conflict
	err  error
}

// listAge is how old the page's list of conflicts may be, listPatience how long
// the page waits for it.
const (
	listAge      = 2 * time.Second
	listPatience = time.Second
)

func (h *Handler) listed(ctx context.Context) ([]dbsync.Conflict, error) {
	l := &h.listing
	l.mu.Lock()
	defer l.mu.Unlock()
	if time.Since(l.at) < listAge || ctx.Err() != nil {
		return l.list, l.err
	}
	ctx, cancel := context.WithTimeout(ctx, listPatience)
	defer cancel()
	l.list, l.err = h.c.Conflicts(ctx)
	l.at = time.Now()
	return l.list, l.err
}

// settled has the page's list made anew.
func (l *listing) settled() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.at = time.Time{}
}
