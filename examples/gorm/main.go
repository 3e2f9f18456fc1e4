// Command gorm keeps notes through GORM and its own PostgreSQL dialector.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"

	_ "github.com/failoversql/failoversql"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
)

// Note is a row of the table notes.
type Note struct {
	ID        int64
	Author    string
	Body      string `gorm:"type:jsonb"`
	CreatedAt time.Time
}

func main() {
	// postgres://app:secret@db.example.com/app?fallback_path=app.db
	if err := notes(context.Background(), os.Getenv("DATABASE_URL")); err != nil {
		log.Fatal(err)
	}
}

func notes(ctx context.Context, dsn string) error {
	db, err := gorm.Open(postgres.New(postgres.Config{DriverName: "failoversql", DSN: dsn}), &gorm.Config{})
	if err != nil {
		return err
	}
	pool, err := db.DB()
	if err != nil {
		return err
	}
	defer pool.Close()

	note := Note{Author: "katherine", Body: `{"title": "Determination of Azimuth Angle"}`}
	if err := db.WithContext(ctx).Create(&note).Error; err != nil {
		return err
	}
	return db.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		var list []Note
		if err := tx.Where("author = ? AND body->>'title' <> ''", note.Author).Order("id").Find(&list).Error; err != nil {
			return err
		}
		for _, n := range list {
			fmt.Println(n.ID, n.Author, n.CreatedAt.Format(time.RFC3339))
		}
		return tx.Model(&note).Update("author", "k. johnson").Error
	})
}
