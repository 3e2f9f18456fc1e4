package shop

import (
	"context"
	"database/sql"
	_ "embed"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

//go:embed books.csv
var booksCSV string

//go:embed customers.csv
var customersCSV string

func seedBooks(ctx context.Context, tx *sql.Tx) error {
	insert, err := tx.PrepareContext(ctx, `
		INSERT INTO books (sku, title, author, published, price, subjects, details)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`)
	if err != nil {
		return err
	}
	defer insert.Close()
	return eachRecord(booksCSV, func(r map[string]string) error {
		published, err := time.Parse(time.DateOnly, r["published"])
		if err != nil {
			return err
		}
		pages, err := strconv.Atoi(r["pages"])
		if err != nil {
			return err
		}
		details, err := json.Marshal(map[string]any{
			"language": r["language"], "pages": pages, "weight_kg": float64(pages) * 0.0011,
		})
		if err != nil {
			return err
		}
		_, err = insert.ExecContext(ctx, r["sku"], r["title"], r["author"], published,
			r["price"], list(r["subjects"]), string(details))
		return err
	})
}

func seedCustomers(ctx context.Context, tx *sql.Tx) error {
	insert, err := tx.PrepareContext(ctx, `
		INSERT INTO customers (account, name, email, city, interests, newsletter, profile, since)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`)
	if err != nil {
		return err
	}
	defer insert.Close()
	return eachRecord(customersCSV, func(r map[string]string) error {
		since, err := time.Parse(time.RFC3339Nano, r["since"])
		if err != nil {
			return err
		}
		profile, err := json.Marshal(map[string]any{
			"country": r["country"], "timezone": r["timezone"], "orders": nil,
		})
		if err != nil {
			return err
		}
		_, err = insert.ExecContext(ctx, r["account"], r["name"], r["email"], r["city"],
			list(r["interests"]), r["newsletter"] == "true", string(profile), since)
		return err
	})
}

// eachRecord calls fn with each line of a CSV file, by the names of its header.
func eachRecord(text string, fn func(map[string]string) error) error {
	records, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		return err
	}
	header := records[0]
	for i, record := range records[1:] {
		m := make(map[string]string, len(header))
		for j, name := range header {
			m[name] = record[j]
		}
		if err := fn(m); err != nil {
			return fmt.Errorf("seed record %d: %w", i+1, err)
		}
	}
	return nil
}

func list(s string) []string {
	if s == "" {
		return []string{}
	}
	return strings.Split(s, ",")
}
