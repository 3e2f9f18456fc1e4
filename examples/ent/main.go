// Command ent keeps notes through ent.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"

	"database/sql"
	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	_ "github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/examples/ent/ent"
	"github.com/failoversql/failoversql/examples/ent/ent/note"
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
	client := ent.NewClient(ent.Driver(entsql.OpenDB(dialect.Postgres, db)))
	defer client.Close()

	// Makes the table, or looks whether it is as the schema says.
	if err := client.Schema.Create(ctx); err != nil {
		return err
	}
	made, err := client.Note.Create().SetAuthor("frances").SetBody(map[string]any{"title": "Program Optimization"}).Save(ctx)
	if err != nil {
		return err
	}
	list, err := client.Note.Query().
		Where(note.Author(made.Author), note.CreatedAtGT(time.Now().Add(-24*time.Hour)), note.IDLTE(made.ID)).
		Order(ent.Desc(note.FieldID)).Limit(10).All(ctx)
	if err != nil {
		return err
	}
	for _, n := range list {
		fmt.Println(n.ID, n.Author, n.Body["title"])
	}
	return nil
}
