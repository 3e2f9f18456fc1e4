package main

import (
	"testing"

	"github.com/failoversql/failoversql/examples/internal/both"
)

func TestNotes(t *testing.T) { both.Run(t, notes) }
