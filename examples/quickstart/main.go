// Command quickstart keeps a list of visits. Without any PostgreSQL it starts on
// an empty SQLite file; with DATABASE_URL=postgres://…/quickstart it works on
// PostgreSQL, and goes on on the file whenever PostgreSQL is away. Run it again
// and again, with and without PostgreSQL, and see the list grow.
package main

import (
	"context"
	"database/sql"
	"fmt"
	"log"
	"os"
	"strings"
	"time"

	"github.com/failoversql/failoversql"
)

func main() {
	if err := visit(context.Background(), os.Getenv("DATABASE_URL"), "quickstart.db"); err != nil {
		log.Fatal(err)
	}
}

// nowhere is a PostgreSQL that does not exist: nothing listens on port 1. The
// database has the name of the one to come, for a file belongs to one database.
const nowhere = "postgres://app@127.0.0.1:1/quickstart"

func visit(ctx context.Context, url, file string) error {
	if url == "" {
		fmt.Println("DATABASE_URL is not set: there is no PostgreSQL, and it works all the same")
		url = nowhere
	}
	db, err := sql.Open("failoversql", withFallback(url, file))
	if err != nil {
		return err
	}
	defer db.Close()

	// A lost connection is the driver's business; this program has none of it.
	_, err = db.ExecContext(ctx, `
		CREATE TABLE IF NOT EXISTS visits (
			id   bigserial PRIMARY KEY,
			who  text NOT NULL,
			at   timestamptz NOT NULL DEFAULT now(),
			info jsonb NOT NULL DEFAULT '{}'
		)`)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, `INSERT INTO visits (who, info) VALUES ($1, $2)`,
		"quickstart", fmt.Sprintf(`{"pid": %d}`, os.Getpid()))
	if err != nil {
		return err
	}
	rows, err := db.QueryContext(ctx, `SELECT id, at, info->>'pid' FROM visits ORDER BY id DESC LIMIT 5`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var at time.Time
		var pid string
		if err := rows.Scan(&id, &at, &pid); err != nil {
			return err
		}
		fmt.Printf("visit %d at %s by process %s\n", id, at.Format(time.DateTime), pid)
	}
	if err := rows.Err(); err != nil {
		return err
	}

	connector, err := failoversql.FromDB(ctx, db)
	if err != nil {
		return err
	}
	fmt.Println("served by the", connector.Status(ctx).Mode)
	return nil
}

// withFallback adds the file to a PostgreSQL URL, and the leave to begin on an
// empty one.
func withFallback(url, file string) string {
	sep := "?"
	if strings.Contains(url, "?") {
		sep = "&"
	}
	return url + sep + "fallback_path=" + file + "&fallback_bootstrap=empty"
}
