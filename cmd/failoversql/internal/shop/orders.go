package shop

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"
)

// Item is one line of an order.
type Item struct {
	BookID   int64
	Quantity int64
}

// Order is what a customer asks for, and what came of it.
type Order struct {
	Ref      string // a UUID chosen by the application
	Customer int64
	Gift     bool
	Message  string
	Items    []Item

	ID       int64
	Status   string
	Revision int64
	Total    string // exact, as PostgreSQL prints it
}

// Place stores a new order with its lines, in one transaction, and fills in what
// the database decided. token names the write.
func (s *Shop) Place(ctx context.Context, o *Order, token string) error {
	notes, err := json.Marshal(map[string]any{"message": o.Message, "items": len(o.Items)})
	if err != nil {
		return err
	}
	return inTx(ctx, s.db, func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, `
			INSERT INTO orders (ref, customer_id, gift, notes)
			VALUES ($1, $2, $3, $4) RETURNING id`,
			o.Ref, o.Customer, o.Gift, string(notes)).Scan(&o.ID)
		if err != nil {
			return err
		}
		for i, item := range o.Items {
			_, err := tx.ExecContext(ctx, `
				INSERT INTO order_lines (order_id, line, book_id, quantity, price)
				SELECT $1, $2, id, $3, price FROM books WHERE id = $4`,
				o.ID, i+1, item.Quantity, item.BookID)
			if err != nil {
				return err
			}
		}
		err = tx.QueryRowContext(ctx, `
			UPDATE orders
			SET total = (SELECT coalesce(sum(quantity * price), 0) FROM order_lines WHERE order_id = orders.id)
			WHERE id = $1 RETURNING status, revision, total`,
			o.ID).Scan(&o.Status, &o.Revision, &o.Total)
		if err != nil {
			return err
		}
		return recordEvent(ctx, tx, o.ID, token, "placed", map[string]any{"total": o.Total, "gift": o.Gift})
	})
}

// Next is the status that follows a status; "" follows the last.
func Next(status string) string {
	switch status {
	case "new":
		return "paid"
	case "paid":
		return "packed"
	case "packed":
		return "shipped"
	}
	return ""
}

// Advance brings an order to its next status and records the event, in one
// transaction, and brings o up to date.
func (s *Shop) Advance(ctx context.Context, o *Order, token string) error {
	next := Next(o.Status)
	return inTx(ctx, s.db, func(tx *sql.Tx) error {
		var revision int64
		err := tx.QueryRowContext(ctx, `
			UPDATE orders
			SET status = $2, revision = revision + 1,
			    shipped_at = CASE WHEN $2 = 'shipped' THEN now() ELSE shipped_at END
			WHERE id = $1 RETURNING revision`,
			o.ID, next).Scan(&revision)
		if err != nil {
			return err
		}
		if err := recordEvent(ctx, tx, o.ID, token, next, nil); err != nil {
			return err
		}
		o.Status, o.Revision = next, revision
		return nil
	})
}

// Annotate changes an order by one statement outside any transaction, the kind
// of write that must never run twice: the revision would show it.
func (s *Shop) Annotate(ctx context.Context, o *Order, note string) error {
	return s.db.QueryRowContext(ctx, `
		UPDATE orders
		SET notes = notes || jsonb_build_object('last_note', $2::text), revision = revision + 1
		WHERE id = $1 RETURNING revision`,
		o.ID, note).Scan(&o.Revision)
}

// Seen records that somebody looked at an order: one INSERT outside any
// transaction.
func (s *Shop) Seen(ctx context.Context, o *Order, token string) error {
	_, err := s.db.ExecContext(ctx, `
		INSERT INTO order_events (order_id, token, kind, data)
		VALUES ($1, $2, 'seen', $3)`,
		o.ID, token, `{"by": "staff", "screen": 2}`)
	return err
}

// Reload reads an order's status and revision again; it returns sql.ErrNoRows
// where there is no such order.
func (s *Shop) Reload(ctx context.Context, o *Order) (status string, revision int64, err error) {
	err = s.db.QueryRowContext(ctx,
		`SELECT status, revision FROM orders WHERE id = $1 AND ref = $2`,
		o.ID, o.Ref).Scan(&status, &revision)
	return status, revision, err
}

func recordEvent(ctx context.Context, tx *sql.Tx, order int64, token, kind string, data map[string]any) error {
	var doc any
	if data != nil {
		b, err := json.Marshal(data)
		if err != nil {
			return err
		}
		doc = string(b)
	}
	_, err := tx.ExecContext(ctx, `
		INSERT INTO order_events (order_id, token, kind, at, data)
		VALUES ($1, $2, $3, $4, $5)`,
		order, token, kind, time.Now(), doc)
	return err
}
