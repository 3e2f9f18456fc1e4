package main

import (
	"os"
	"testing"
)

// TestCoverage fails where the committed table is not what the translator does.
func TestCoverage(t *testing.T) {
	have, err := os.ReadFile("../../docs/dialect-coverage.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(have) != report() {
		t.Error("docs/dialect-coverage.md is stale: run go generate ./dialect/coverage")
	}
}
