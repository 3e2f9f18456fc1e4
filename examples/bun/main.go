// Command bun keeps notes through uptrace/bun.
package main

import (
	"context"
	"database/sql"
	"fmt"
	"log"
	"os"
	"time"

	_ "github.com/failoversql/failoversql"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
)

// Note is a row of the table notes.
type Note struct {
	ID        int64          `bun:",pk,autoincrement"`
	Author    string         `bun:",notnull"`
	Body      map[string]any `bun:"type:jsonb"`
	Tags      []string       `bun:",array"`
	CreatedAt time.Time      `bun:",nullzero,default:now()"`
}

func main() {
	// postgres://app:secret@db.example.com/app?fallback_path=app.db
	if err := notes(context.Background(), os.Getenv("DATABASE_URL")); err != nil {
		log.Fatal(err)
	}
}

func notes(ctx context.Context, dsn string) error {
	sqldb, err := sql.Open("failoversql", dsn)
	if err != nil {
		return err
	}
	db := bun.NewDB(sqldb, pgdialect.New())
	defer db.Close()

	note := &Note{Author: "barbara", Body: map[string]any{"title": "Abstraction Mechanisms in CLU"}, Tags: []string{"languages"}}
	err = db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewInsert().Model(note).Exec(ctx); err != nil {
			return err
		}
		_, err := tx.NewUpdate().Model(note).Set("tags = array_append(tags, ?)", "papers").WherePK().Returning("*").Exec(ctx)
		return err
	})
	if err != nil {
		return err
	}

	var list []Note
	err = db.NewSelect().Model(&list).Where("author = ?", note.Author).Where("? = ANY (tags)", "papers").
		Where("body->>'title' ILIKE ?", "%clu%").Order("id DESC").Limit(10).Scan(ctx)
	if err != nil {
		return err
	}
	for _, n := range list {
		fmt.Println(n.ID, n.Author, n.Body["title"], n.Tags, n.CreatedAt.Format(time.RFC3339))
	}
	return nil
}
