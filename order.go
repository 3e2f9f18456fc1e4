package failoversql

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/failoversql/failoversql/health"
	"github.com/failoversql/failoversql/sqlitedb"
)

// An operator's order is carried out by the process that owns the file. Another
// process puts it into the file, where the owner sees it by the counter that
// every process has in its memory, and waits there for the answer. The order
// stays in the file until then, so that an owner that takes over in between goes
// on with it.

const (
	// orderLook is how often an order in the file is read also where the counter
	// says that nothing changed: a process killed after its commit raises none.
	orderLook = 250 * time.Millisecond
	// orderGrace bounds what is still done for an order whose context has ended,
	// and orderUndone how long the owner has to undo it.
	orderGrace  = 2 * time.Second
	orderUndone = 300 * time.Millisecond
	// vacancy is how long a guest waits for an owner before it looks whether
	// there is none.
	vacancy = time.Second
)

// order has an operator's wish fulfilled, by whichever process decides.
func (i *instance) order(ctx context.Context, want health.Pin) error {
	r := i.running.Load()
	err := r.monitor.Order(ctx, want)
	switch {
	case errors.Is(err, health.ErrStopped):
		return ErrClosed
	case !errors.Is(err, health.ErrObserver):
		return err
	}
	g := given{inst: i, r: r, want: want, pins: true}
	if _, err := i.handOver(ctx, r, g, want.String()); err != nil {
		return err
	}
	g.shown(ctx)
	return nil
}

// handOver puts an order into the file and waits until the owner has carried it
// out; it returns the owner's answer.
func (i *instance) handOver(ctx context.Context, r *running, g given, want string) (o sqlitedb.Order, err error) {
	place, err := orderPlace(ctx, r.file)
	if err != nil {
		return o, orderError(err)
	}
	defer place.Leave()
	if g.id, err = r.file.PutOrder(ctx, want); err != nil {
		return o, orderError(err)
	}
	o, err = g.answered(ctx, i.cfg.Guest && g.pins)
	if err != nil {
		if o, err = g.withdraw(ctx, err); err != nil {
			return o, err
		}
	} else if err := g.takeBack(ctx); err != nil && ctx.Err() == nil {
		i.log.Debug("an answered order stays in the fallback file", "error", err)
	}
	switch o.Answer {
	case sqlitedb.OrderFailed:
		return o, fmt.Errorf("failoversql: the process that owns the fallback file: %s", o.Error)
	case sqlitedb.OrderBusy:
		return o, fmt.Errorf("failoversql: the process that owns the fallback file: %w", health.ErrBusy)
	}
	return o, nil
}

func orderError(err error) error {
	if errors.Is(err, sqlitedb.ErrClosed) {
		return ErrClosed
	}
	if errors.Is(err, health.ErrBusy) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return fmt.Errorf("failoversql: the order cannot be handed to the process that owns the fallback file: %w", err)
}

// orderPlace takes the one place for orders. Who has it while an order is under
// way is not waited for, as within one process.
func orderPlace(ctx context.Context, file *sqlitedb.File) (*sqlitedb.Place, error) {
	limit := time.Now().Add(orderGrace)
	for {
		place, err := file.OrderPlace()
		if place != nil || err != nil {
			return place, err
		}
		o, err := file.Order(ctx)
		if err != nil {
			return nil, err
		}
		if o.ID != "" && o.Answer == sqlitedb.OrderPending || time.Now().After(limit) {
			return nil, health.ErrBusy
		}
		if err := sleep(ctx, 5*time.Millisecond); err != nil { // it is about to leave
			return nil, err
		}
	}
}

// given is an order that this process has put into the file.
type given struct {
	inst *instance
	r    *running
	id   string
	pins bool // it is a switch
	want health.Pin
}

// answered waits for the owner's answer. Where there is no owner the next one
// gives it, and that may be this process, unless it is a guest: guest says that
// the order is to be stored then.
func (g *given) answered(ctx context.Context, guest bool) (sqlitedb.Order, error) {
	var seq uint64
	var looked, vacant time.Time
	for {
		now := time.Now()
		if guest && now.After(vacant) {
			if err := g.stored(ctx); err != nil && ctx.Err() == nil && !errors.Is(err, sqlitedb.ErrNoOrder) {
				return sqlitedb.Order{}, orderError(err)
			}
			vacant = now.Add(vacancy)
		}
		if s := g.r.file.StateSeq(); s != seq || now.Sub(looked) > orderLook {
			o, err := g.r.file.Order(ctx)
			switch {
			case errors.Is(err, sqlitedb.ErrClosed):
				return o, ErrClosed
			case err == nil && o.ID != g.id:
				return o, orderError(sqlitedb.ErrNoOrder)
			case err == nil && o.Answer != sqlitedb.OrderPending:
				return o, nil
			case err == nil:
				seq, looked = s, now
			}
		}
		if err := sleep(ctx, observeInterval); err != nil {
			return sqlitedb.Order{}, err
		}
	}
}

// withdraw takes the order back after err, and returns the answer where it had
// been carried out all the same. What is not known is said.
func (g *given) withdraw(ctx context.Context, err error) (sqlitedb.Order, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), orderGrace)
	defer cancel()
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		if g.r.file.WithdrawOrder(ctx, g.id) == nil {
			undone, cancel := context.WithTimeout(ctx, orderUndone)
			defer cancel()
			_, _ = g.answered(undone, false) // the owner may be slow, or gone
		}
	}
	o, terr := g.r.file.TakeOrderBack(ctx, g.id)
	switch {
	case errors.Is(terr, sqlitedb.ErrNoOrder), errors.Is(terr, sqlitedb.ErrClosed):
		return o, err
	case terr != nil:
		return o, fmt.Errorf("%w; whether the order is carried out is not known: %w", err, terr)
	case o.Answer == sqlitedb.OrderDone:
		return o, nil
	}
	return o, err
}

func (g *given) takeBack(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), orderGrace)
	defer cancel()
	_, err := g.r.file.TakeOrderBack(ctx, g.id)
	return err
}

// stored is what becomes of a guest's order where no process decides: the pin is
// in the file, and whoever owns that next goes by it. Nobody can become the
// owner meanwhile.
func (g *given) stored(ctx context.Context) error {
	owned, err := g.r.file.TryOwn()
	if err != nil || !owned {
		return err
	}
	return errors.Join(g.r.owner.keep(ctx, g.want, g.id), g.r.file.Release())
}

// shown waits until this process has seen what the owner has done: it is in the
// file already.
func (g *given) shown(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, orderGrace)
	defer cancel()
	for {
		s := g.r.monitor.Status()
		if s.Pin == g.want && (g.want != health.PinFallback || s.Route.Mode.OnFallback()) && (g.want != health.PinPrimary || s.Route.Mode == health.Primary) {
			return
		}
		if owned, err := g.r.file.HasOwner(); err != nil || !owned || sleep(ctx, time.Millisecond) != nil {
			return
		}
	}
}

// sleep waits, unless ctx ends first.
func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

type orderKey struct{}

// carryOut carries out the orders of other processes, as long as this one owns
// the file. While there are none it costs one load from shared memory a turn.
func (o *ownership) carryOut(ctx context.Context) {
	tick := time.NewTicker(observeInterval)
	defer tick.Stop()
	var order sqlitedb.Order
	var seq uint64
	known := false
	id, cancel, done := "", func() {}, (chan struct{})(nil) // of what is under way
	for {
		if s := o.r.file.StateSeq(); !known || s != seq {
			if read, err := o.r.file.Order(ctx); err == nil {
				order, seq, known = read, s, true
			}
		}
		switch {
		case done != nil:
			if order.Withdrawn || order.ID != id || o.abandoned() {
				cancel()
			}
			select {
			case <-done:
				done, known = nil, false
			default:
			}
		case !known || order.ID == "" || order.Answer != sqlitedb.OrderPending:
		case o.abandoned():
			if _, err := o.r.file.TakeOrderBack(ctx, order.ID); err == nil || errors.Is(err, sqlitedb.ErrNoOrder) {
				known = false
			}
		default:
			var during context.Context
			during, cancel = context.WithCancel(ctx)
			if order.Withdrawn {
				cancel() // before it was begun
			}
			id, done = order.ID, make(chan struct{})
			go o.carryOutOne(during, ctx, order, done)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			cancel()
			if done != nil {
				<-done
			}
			return
		}
	}
}

// abandoned: whoever gave the order has ended.
func (o *ownership) abandoned() bool {
	gone, err := o.r.file.OrderAbandoned()
	return err == nil && gone
}

// carryOutOne carries an order out and answers it. Success is answered by keep,
// in the transaction that stores the pin. What was cut off by the end of this
// process is left to the next owner.
func (o *ownership) carryOutOne(during, life context.Context, order sqlitedb.Order, done chan<- struct{}) {
	defer close(done)
	var want health.Pin
	err := during.Err()
	switch {
	case err != nil:
	case order.Want == orderSync:
		err = o.carryOutSync(during, order)
	default:
		want, err = health.ParsePin(order.Want)
	}
	if err == nil && order.Want != orderSync {
		o.inst.log.Info("another process orders a switch", "to", want)
		err = o.r.monitor.Order(context.WithValue(during, orderKey{}, order.ID), want)
	}
	if err == nil || errors.Is(err, health.ErrStopped) {
		return
	}
	answer, text := sqlitedb.OrderFailed, err.Error()
	if errors.Is(err, health.ErrBusy) {
		answer, text = sqlitedb.OrderBusy, ""
	}
	for life.Err() == nil {
		err := o.r.file.AnswerOrder(life, order.ID, answer, text)
		if err == nil || errors.Is(err, sqlitedb.ErrNoOrder) || sleep(life, orderLook) != nil {
			return
		}
	}
}

// keep makes a pin last, and with it the route and, where there is one, the
// answer to the order, in one transaction.
func (o *ownership) keep(ctx context.Context, pin health.Pin, order string) error {
	return o.r.file.Update(ctx, func(c *sqlitedb.Conn) error {
		st, err := c.State(ctx)
		if err != nil {
			return err
		}
		o.current(&st)
		st.Pin = pinText(pin)
		if err := c.SetState(ctx, st); err != nil || order == "" {
			return err
		}
		return c.AnswerOrder(ctx, order, sqlitedb.OrderDone, "")
	})
}

// keepPin is the monitor's hook.
func (o *ownership) keepPin(ctx context.Context, pin health.Pin) error {
	order, _ := ctx.Value(orderKey{}).(string)
	return o.keep(ctx, pin, order)
}

// pinText is a pin as it stands in the file.
func pinText(pin health.Pin) string {
	if pin == health.Auto {
		return ""
	}
	return pin.String()
}

// pinOf is the pin to begin with: what the configuration says, else what an
// operator said last.
func (i *instance) pinOf(st sqlitedb.State) (health.Pin, error) {
	if i.cfg.Mode != ModeAuto {
		return health.ParsePin(string(i.cfg.Mode))
	}
	return pinIn(st)
}

// pinIn is the pin that stands in the file.
func pinIn(st sqlitedb.State) (health.Pin, error) {
	if st.Pin == "" {
		return health.Auto, nil
	}
	return health.ParsePin(st.Pin)
}
