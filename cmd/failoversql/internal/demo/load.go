package demo

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/failoversql/failoversql/cmd/failoversql/internal/shop"
)

const (
	workers = 8
	// callTimeout is the patience of the application's callers.
	callTimeout = 10 * time.Second
	// pause between two calls of a worker: a person at a desk, quickly.
	pause = 12 * time.Millisecond
)

// load is the shop at work: goroutines that place orders, move them on and read.
type load struct {
	shop             *shop.Shop
	customers, books []int64
	ledger           *ledger
	watch            *stopwatch
	report           func(error) // of an error that the application must not see

	reads, repeated, retries atomic.Int64
	stale                    atomic.Int64 // orders not found, or older, on the copy

	stop chan struct{}
	done sync.WaitGroup
}

func newLoad(ctx context.Context, db *sql.DB, report func(error)) (*load, error) {
	s := shop.New(db)
	customers, err := s.IDs(ctx, "customers")
	if err != nil {
		return nil, err
	}
	books, err := s.IDs(ctx, "books")
	if err != nil {
		return nil, err
	}
	return &load{
		shop: s, customers: customers, books: books,
		ledger: newLedger(), watch: &stopwatch{}, report: report,
		stop: make(chan struct{}),
	}, nil
}

// run starts the workers.
func (l *load) run() {
	for i := range workers {
		w := &worker{load: l, number: i, calls: l.watch.part(),
			rand: mathrand.New(mathrand.NewPCG(uint64(i), uint64(time.Now().UnixNano())))}
		l.done.Go(w.work)
	}
}

// halt lets each worker end its call and returns when all have.
func (l *load) halt() {
	close(l.stop)
	l.done.Wait()
}

// worker is one member of the staff. Its orders are nobody else's.
type worker struct {
	*load
	number int
	rand   *mathrand.Rand
	calls  *[]call
	mine   []*shop.Order // placed last, not yet shipped
}

// keep bounds the orders that a worker has in hand.
const keep = 6

func (w *worker) work() {
	for {
		select {
		case <-w.stop:
			return
		case <-time.After(pause + time.Duration(w.rand.Int64N(int64(pause)))):
		}
		switch n := w.rand.IntN(100); {
		case n < 25 || len(w.mine) == 0:
			w.place()
		case n < 45:
			w.change()
		case n < 55:
			w.seen()
		case n < 60:
			w.read(func(ctx context.Context) error { _, err := w.shop.Bestsellers(ctx); return err })
		default:
			w.lookUp()
		}
	}
}

// timed runs one call of the application with its deadline and notes how long it
// took.
func (w *worker) timed(fn func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(shop.CountRetries(context.Background(), &w.retries), callTimeout)
	defer cancel()
	begin := time.Now()
	err := fn(ctx)
	*w.calls = append(*w.calls, call{begin, time.Now(), err == nil})
	return err
}

// write runs one write and says what the application was told of it.
func (w *worker) write(fn func(context.Context) error) outcome {
	err := w.timed(fn)
	o := told(err)
	w.ledger.count(o)
	if o == refused {
		w.report(err)
	}
	return o
}

// read runs one read. Rows already delivered cannot be delivered again, so an
// application that was cut off in the middle of them repeats the read.
func (w *worker) read(fn func(context.Context) error) {
	err := w.timed(fn)
	if err != nil {
		w.repeated.Add(1)
		if err = w.timed(fn); err != nil {
			w.report(err)
			return
		}
	}
	w.reads.Add(1)
}

func (w *worker) place() {
	o := &shop.Order{
		Ref: newUUID(), Customer: w.customers[w.rand.IntN(len(w.customers))],
		Gift: w.rand.IntN(4) == 0, Message: messages[w.rand.IntN(len(messages))],
	}
	for range 1 + w.rand.IntN(3) {
		o.Items = append(o.Items, shop.Item{
			BookID: w.books[w.rand.IntN(len(w.books))], Quantity: 1 + w.rand.Int64N(4),
		})
	}
	token := newUUID()
	result := w.write(func(ctx context.Context) error { return w.shop.Place(ctx, o, token) })
	w.ledger.order(o.Ref, &placed{
		outcome: result, token: token, lines: int64(len(o.Items)),
		total: o.Total, status: o.Status,
	})
	if result != acknowledged {
		return
	}
	w.mine = append(w.mine, o)
	if len(w.mine) > keep {
		w.mine = w.mine[1:]
	}
}

// change moves an order on, or annotates it, after reading it again: just after
// a switch the copy may be some milliseconds behind, and an order that is not
// there, or older than what was acknowledged, is left alone.
func (w *worker) change() {
	i := w.rand.IntN(len(w.mine))
	o := w.mine[i]
	var status string
	var revision int64
	gone := false
	w.read(func(ctx context.Context) (err error) {
		status, revision, err = w.shop.Reload(ctx, o)
		if gone = errors.Is(err, sql.ErrNoRows); gone {
			return nil
		}
		return err
	})
	if gone || status != o.Status || revision != o.Revision {
		w.stale.Add(1)
		w.drop(i)
		return
	}
	var result outcome
	if w.rand.IntN(3) == 0 {
		result = w.write(func(ctx context.Context) error {
			return w.shop.Annotate(ctx, o, fmt.Sprintf("checked by %d", w.number))
		})
	} else {
		token := newUUID()
		result = w.write(func(ctx context.Context) error { return w.shop.Advance(ctx, o, token) })
		w.ledger.token(token, write{result, o.Ref})
	}
	w.ledger.change(o.Ref, result, o.Status)
	if result != acknowledged || shop.Next(o.Status) == "" {
		w.drop(i)
	}
}

func (w *worker) seen() {
	i := w.rand.IntN(len(w.mine))
	o := w.mine[i]
	gone := false
	w.read(func(ctx context.Context) error {
		_, _, err := w.shop.Reload(ctx, o)
		if gone = errors.Is(err, sql.ErrNoRows); gone {
			return nil
		}
		return err
	})
	if gone {
		w.stale.Add(1)
		w.drop(i)
		return
	}
	token := newUUID()
	result := w.write(func(ctx context.Context) error { return w.shop.Seen(ctx, o, token) })
	w.ledger.token(token, write{outcome: result})
}

func (w *worker) lookUp() {
	customer := w.customers[w.rand.IntN(len(w.customers))]
	switch w.rand.IntN(3) {
	case 0:
		w.read(func(ctx context.Context) error { _, _, _, err := w.shop.History(ctx, customer); return err })
	case 1:
		w.read(func(ctx context.Context) error { _, err := w.shop.Latest(ctx, customer); return err })
	default:
		w.read(func(ctx context.Context) error {
			_, _, err := w.shop.Catalogue(ctx, "sea", []string{"en", "fr", "el"}, "12.00")
			return err
		})
	}
}

func (w *worker) drop(i int) {
	w.mine = append(w.mine[:i], w.mine[i+1:]...)
}

// messages go with orders; they are what people write, quotes and all.
var messages = []string{
	"", "Please ring twice.", "Für Oma, zum 80. Geburtstag!", "L'étage, à gauche",
	`leave it with "Sam" next door; thanks`, "ご自宅用", "100 % cotton bag, if possible", "c/o O'Neill \\ Flat 3",
}

// newUUID returns a random UUID (version 4).
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// summary says what the application has done and met.
func (l *load) summary() string {
	return fmt.Sprintf("%s writes acknowledged, %s reads; %d transactions run again, %d reads repeated, "+
		"%d orders not yet on the copy left alone",
		grouped(l.ledger.acknowledged.Load()), grouped(l.reads.Load()),
		l.retries.Load(), l.repeated.Load(), l.stale.Load())
}
