package main

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/failoversql/failoversql/examples/internal/both"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

// Both ways of wrapping work on both sides, and every statement has its span.
func TestNotes(t *testing.T) {
	seen := tracetest.NewInMemoryExporter()
	spans := sdktrace.NewTracerProvider(sdktrace.WithSyncer(seen))
	defer spans.Shutdown(t.Context())
	var runs []tracetest.SpanStubs
	both.Run(t, func(ctx context.Context, dsn string) error {
		seen.Reset()
		err := notes(ctx, dsn, spans)
		runs = append(runs, seen.GetSpans())
		return err
	})
	if len(runs) != 3 {
		t.Fatalf("%d runs", len(runs))
	}
	for i, want := range []string{"primary", "fallback", "primary"} {
		texts, modes := map[string]int{}, map[string]int{}
		for _, s := range runs[i] {
			for _, a := range s.Attributes {
				switch a.Key {
				case "failoversql.mode":
					modes[a.Value.AsString()]++
				case "db.query.text", "db.statement":
					texts[strings.Fields(a.Value.AsString())[0]]++
				}
				if strings.Contains(fmt.Sprint(a.Value), "fallback_path") {
					t.Errorf("%s tells the DSN: %v", s.Name, a)
				}
			}
		}
		// With each wrapping one INSERT and one SELECT, with its rows.
		if texts["INSERT"] < 2 || texts["SELECT"] < 2 {
			t.Errorf("run %d: statements %v", i, texts)
		}
		if modes[want] == 0 {
			t.Errorf("run %d: modes %v, want %s", i, modes, want)
		}
	}
}
