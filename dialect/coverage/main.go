// Command coverage writes docs/dialect-coverage.md: which of PostgreSQL's own
// functions, operators, casts and aggregates run on the fallback. It asks the
// translator, so that the table says what a statement would meet.
package main

import (
	"flag"
	"log"
	"os"
)

//go:generate go run . -out ../../docs/dialect-coverage.md

func main() {
	out := flag.String("out", "dialect-coverage.md", "file to write")
	flag.Parse()
	if err := os.WriteFile(*out, []byte(report()), 0o644); err != nil {
		log.Fatal(err)
	}
}
