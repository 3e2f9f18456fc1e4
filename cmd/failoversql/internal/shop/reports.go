package shop

import (
	"context"
	"fmt"
)

// Bestseller is a line of the list of books sold most.
type Bestseller struct {
	Title, Author string
	Sold          int64
	Revenue       string
}

// Bestsellers lists the five books sold most in the last minutes: a join of
// three tables with an aggregate, an interval and a limit.
func (s *Shop) Bestsellers(ctx context.Context) ([]Bestseller, error) {
	rows, err := s.db.QueryContext(ctx, `
		SELECT b.title, b.author, sum(l.quantity) AS sold, sum(l.quantity * l.price) AS revenue
		FROM order_lines l
		JOIN orders o ON o.id = l.order_id
		JOIN books b ON b.id = l.book_id
		WHERE o.placed_at > now() - interval '5 seconds'
		GROUP BY b.id, b.title, b.author
		ORDER BY sold DESC, b.title
		LIMIT 5`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Bestseller
	for rows.Next() {
		var b Bestseller
		if err := rows.Scan(&b.Title, &b.Author, &b.Sold, &b.Revenue); err != nil {
			return nil, err
		}
		list = append(list, b)
	}
	return list, rows.Err()
}

// Catalogue counts the books in print on a subject, in any of the languages, no
// dearer than a price: an array test, a document field and exact money.
func (s *Shop) Catalogue(ctx context.Context, subject string, languages []string, limit string) (n int64, cheapest string, err error) {
	err = s.db.QueryRowContext(ctx, `
		SELECT count(*), coalesce(min(price), 0)
		FROM books
		WHERE $1 = ANY (subjects) AND details->>'language' = ANY ($2) AND price <= $3 AND in_print`,
		subject, languages, limit).Scan(&n, &cheapest)
	return n, cheapest, err
}

// History reads a customer's name and how many orders of his are open, counting
// gifts apart; it fails if the customer is not there.
func (s *Shop) History(ctx context.Context, customer int64) (name string, open, gifts int64, err error) {
	err = s.db.QueryRowContext(ctx, `
		SELECT c.name, count(o.id), count(o.id) FILTER (WHERE o.gift)
		FROM customers c
		LEFT JOIN orders o ON o.customer_id = c.id AND o.status <> 'shipped'
		WHERE c.id = $1
		GROUP BY c.id, c.name`,
		customer).Scan(&name, &open, &gifts)
	return name, open, gifts, err
}

// Latest reads the orders that a customer placed last, newest first, with the
// country from his profile.
func (s *Shop) Latest(ctx context.Context, customer int64) ([]Order, error) {
	rows, err := s.db.QueryContext(ctx, `
		SELECT o.id, o.ref, o.status, o.revision, o.total, c.profile->>'country'
		FROM orders o JOIN customers c ON c.id = o.customer_id
		WHERE o.customer_id = $1
		ORDER BY o.placed_at DESC, o.id DESC LIMIT 3`, customer)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Order
	for rows.Next() {
		o := Order{Customer: customer}
		var country string
		if err := rows.Scan(&o.ID, &o.Ref, &o.Status, &o.Revision, &o.Total, &country); err != nil {
			return nil, err
		}
		if len(country) != 2 {
			return nil, fmt.Errorf("customer %d has no country: %q", customer, country)
		}
		list = append(list, o)
	}
	return list, rows.Err()
}

// IDs lists the ids of the customers, or of the books, to choose from.
func (s *Shop) IDs(ctx context.Context, table string) ([]int64, error) {
	text, ok := map[string]string{
		"customers": `SELECT id FROM customers ORDER BY id`,
		"books":     `SELECT id FROM books WHERE in_print ORDER BY id`,
	}[table]
	if !ok {
		return nil, fmt.Errorf("no ids for table %q", table)
	}
	rows, err := s.db.QueryContext(ctx, text)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var ids []int64
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}
