package benchmarks

import (
	"log/slog"
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // lines between the figures would break their form
	os.Exit(m.Run())
}
