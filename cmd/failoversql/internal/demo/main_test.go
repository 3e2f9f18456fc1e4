package demo

import (
	"testing"

	"go.uber.org/goleak"
)

// TestMain fails where goroutines are left behind.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
