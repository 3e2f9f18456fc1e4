// Command sqlx keeps notes through jmoiron/sqlx.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"

	_ "github.com/failoversql/failoversql"
	"github.com/jmoiron/sqlx"
)

func init() { sqlx.BindDriver("failoversql", sqlx.DOLLAR) } // placeholders are $1, $2, as for pgx

// Note is a row of the table notes.
type Note struct {
	ID        int64
	Author    string
	Body      []byte
	CreatedAt time.Time `db:"created_at"`
}

func main() {
	// postgres://app:secret@db.example.com/app?fallback_path=app.db
	if err := notes(context.Background(), os.Getenv("DATABASE_URL")); err != nil {
		log.Fatal(err)
	}
}

func notes(ctx context.Context, dsn string) error {
	db, err := sqlx.Open("failoversql", dsn)
	if err != nil {
		return err
	}
	defer db.Close()

	_, err = db.NamedExecContext(ctx, `INSERT INTO notes (author, body) VALUES (:author, :body)`,
		&Note{Author: "grace", Body: []byte(`{"title": "The Education of a Computer"}`)})
	if err != nil {
		return err
	}

	var list []Note
	query, args, err := sqlx.In(`SELECT id, author, body, created_at FROM notes WHERE author IN (?) ORDER BY id`,
		[]string{"grace", "ada"})
	if err != nil {
		return err
	}
	if err := db.SelectContext(ctx, &list, db.Rebind(query), args...); err != nil {
		return err
	}
	for _, n := range list {
		fmt.Println(n.ID, n.Author, string(n.Body))
	}
	return nil
}
