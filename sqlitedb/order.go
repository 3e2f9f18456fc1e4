package sqlitedb

import (
	"context"
	"errors"
	"os"
)

// Order is a wish that a process which does not own the file hands to the one
// that does. There is one at a time: who gives it holds the order's place until
// it has read the answer and taken the order back.
type Order struct {
	ID        string // "" where there is no order
	Want      string
	Withdrawn bool   // whoever gave it does not wait for it any more
	Answer    Answer // the owner's
	Error     string // with OrderFailed
}

// Answer is what became of an order.
type Answer string

// The answers.
const (
	OrderPending Answer = ""
	OrderDone    Answer = "done"
	OrderFailed  Answer = "failed"
	OrderBusy    Answer = "busy" // another one was under way
)

// ErrNoOrder says that an order is not, or not any more, what is to be answered:
// it was taken back, or its process ended.
var ErrNoOrder = errors.New("sqlitedb: the order has been taken back")

// orderSuffix names the file beside the fallback file whose lock is the order's
// place.
const orderSuffix = ".order"

// Place is the right to give an order, or a task. It ends with the process.
type Place struct {
	file *File
	lock *os.File
}

// OrderPlace takes the order's place if nobody has it: nil where somebody does.
func (f *File) OrderPlace() (*Place, error) { return f.place(orderSuffix) }

func (f *File) place(suffix string) (*Place, error) {
	if err := f.hold(); err != nil {
		return nil, err
	}
	lock, err := openLock(f.path, suffix)
	if err != nil {
		f.drop()
		return nil, err
	}
	ok, err := tryLock(lock, true)
	if err != nil || !ok {
		_ = lock.Close()
		f.drop()
		return nil, err
	}
	return &Place{f, lock}, nil
}

// Leave gives the place back.
func (p *Place) Leave() {
	_ = p.lock.Close()
	p.file.drop()
}

// OrderAbandoned says whether nobody holds the order's place: an order that is
// in the file belongs to a process that has ended.
func (f *File) OrderAbandoned() (bool, error) { return f.abandoned(orderSuffix) }

func (f *File) abandoned(suffix string) (bool, error) {
	lock, err := openLock(f.path, suffix)
	if err != nil {
		return false, err
	}
	defer lock.Close() // and with it the lock
	return tryLock(lock, false)
}

// PutOrder puts an order into the file and returns its id. Whoever calls it has
// the place, so that any other order in the file is abandoned.
func (f *File) PutOrder(ctx context.Context, want string) (id string, err error) {
	id = newUUID()
	return id, f.Update(ctx, func(c *Conn) error { return c.putOrder(ctx, Order{ID: id, Want: want}) })
}

// Order reads the order in the file. StateSeq tells when that is worth it.
func (f *File) Order(ctx context.Context) (o Order, err error) {
	err = f.service(ctx, func(c *Conn) (err error) {
		o, err = c.Order(ctx)
		return err
	})
	return o, err
}

// WithdrawOrder tells the owner that nobody waits for an order any more.
func (f *File) WithdrawOrder(ctx context.Context, id string) error {
	return f.Update(ctx, func(c *Conn) error {
		c.stateChanged = true
		_, err := c.Exec(ctx, `UPDATE failoversql_order SET withdrawn = 1 WHERE id = ?1`, id)
		return err
	})
}

// TakeOrderBack removes an order, and returns it as it was.
func (f *File) TakeOrderBack(ctx context.Context, id string) (o Order, err error) {
	err = f.Update(ctx, func(c *Conn) (err error) {
		if o, err = c.Order(ctx); err != nil || o.ID != id {
			return errors.Join(err, ErrNoOrder)
		}
		return c.putOrder(ctx, Order{})
	})
	return o, err
}

// AnswerOrder is the owner's answer, given once: ErrNoOrder where the order is
// gone or has been answered.
func (f *File) AnswerOrder(ctx context.Context, id string, answer Answer, text string) error {
	return f.Update(ctx, func(c *Conn) error { return c.AnswerOrder(ctx, id, answer, text) })
}

// Order reads the order as this connection's transaction sees it.
func (c *Conn) Order(ctx context.Context) (o Order, err error) {
	var answer string
	err = c.QueryRow(ctx, `SELECT id, want, withdrawn, answer, error FROM failoversql_order`, nil, &o.ID, &o.Want, &o.Withdrawn, &answer, &o.Error)
	if noRows(err) {
		return Order{}, nil
	}
	o.Answer = Answer(answer)
	return o, err
}

// AnswerOrder answers an order inside the connection's transaction.
func (c *Conn) AnswerOrder(ctx context.Context, id string, answer Answer, text string) error {
	res, err := c.Exec(ctx, `UPDATE failoversql_order SET answer = ?2, error = ?3 WHERE id = ?1 AND answer = ''`, id, string(answer), text)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n != 1 {
		return errors.Join(err, ErrNoOrder)
	}
	c.stateChanged = true
	return nil
}

// putOrder makes o the one order in the file.
func (c *Conn) putOrder(ctx context.Context, o Order) error {
	c.stateChanged = true
	if _, err := c.Exec(ctx, `DELETE FROM failoversql_order`); err != nil || o.ID == "" {
		return err
	}
	_, err := c.Exec(ctx, `INSERT INTO failoversql_order(id, want, withdrawn, answer, error) VALUES (?1, ?2, ?3, ?4, ?5)`,
		o.ID, o.Want, o.Withdrawn, string(o.Answer), o.Error)
	return err
}
