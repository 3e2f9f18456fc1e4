package shop

import (
	"context"
	"sync/atomic"
)

type retriesKey struct{}

// CountRetries returns a context in which transactions that are run again are
// counted into n.
func CountRetries(ctx context.Context, n *atomic.Int64) context.Context {
	return context.WithValue(ctx, retriesKey{}, n)
}

func retriesFrom(ctx context.Context) *atomic.Int64 {
	n, _ := ctx.Value(retriesKey{}).(*atomic.Int64)
	return n
}
