// Command databasesql keeps notes through database/sql.
package main

import (
	"context"
	"database/sql"
	"fmt"
	"log"
	"os"
	"time"

	_ "github.com/failoversql/failoversql"
)

func main() {
	// postgres://app:secret@db.example.com/app?fallback_path=app.db
	if err := notes(context.Background(), os.Getenv("DATABASE_URL")); err != nil {
		log.Fatal(err)
	}
}

func notes(ctx context.Context, dsn string) error {
	db, err := sql.Open("failoversql", dsn)
	if err != nil {
		return err
	}
	defer db.Close()

	var id int64
	var at time.Time
	err = db.QueryRowContext(ctx,
		`INSERT INTO notes (author, body, tags) VALUES ($1, $2, $3) RETURNING id, created_at`,
		"ada", `{"title": "Sketch of the Analytical Engine"}`, []string{"maths", "engines"}).Scan(&id, &at)
	if err != nil {
		return err
	}

	rows, err := db.QueryContext(ctx,
		`SELECT id, body->>'title' FROM notes WHERE $1 = ANY (tags) AND created_at > now() - interval '1 day'`, "maths")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var title string
		if err := rows.Scan(&id, &title); err != nil {
			return err
		}
		fmt.Println(id, title)
	}
	return rows.Err()
}
