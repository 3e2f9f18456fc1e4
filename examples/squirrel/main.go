// Command squirrel keeps notes through Masterminds/squirrel.
package main

import (
	"context"
	"database/sql"
	"fmt"
	"log"
	"os"

	"github.com/Masterminds/squirrel"
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
	build := squirrel.StatementBuilder.PlaceholderFormat(squirrel.Dollar).RunWith(db)

	var id int64
	err = build.Insert("notes").Columns("author", "body", "tags").
		Values("edsger", `{"title": "Go To Statement Considered Harmful"}`, []string{"letters"}).
		Suffix("RETURNING id").QueryRowContext(ctx).Scan(&id)
	if err != nil {
		return err
	}

	rows, err := build.Select("id", "body->>'title'").From("notes").
		Where(squirrel.Eq{"author": []string{"edsger", "tony"}}).
		Where(squirrel.Or{squirrel.Eq{"id": id}, squirrel.Expr("tags && ?", []string{"talks"})}).
		OrderBy("created_at DESC").Limit(10).QueryContext(ctx)
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
