package failoversql_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/health"
)

// Status as JSON: names for modes and pins, seconds for durations, and nothing
// where nothing is known.
func TestStatusJSON(t *testing.T) {
	at := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
	read := func(s failoversql.Status) map[string]any {
		text, err := json.Marshal(s)
		require.NoError(t, err)
		var doc map[string]any
		require.NoError(t, json.Unmarshal(text, &doc))
		return doc
	}
	doc := read(failoversql.Status{
		Mode: health.Fallback, Since: at, Pin: health.PinFallback, LastPause: 1500 * time.Millisecond,
		Primary:  failoversql.PrimaryStatus{LastProbe: at, Latency: 2 * time.Millisecond},
		Fallback: failoversql.FallbackStatus{Age: 3 * time.Second},
	})
	require.Equal(t, "fallback", doc["mode"])
	require.Equal(t, "fallback", doc["pin"])
	require.Equal(t, "2001-02-03T04:05:06Z", doc["since"])
	require.Equal(t, 1.5, doc["last_pause_seconds"])
	require.Equal(t, 0.002, doc["primary"].(map[string]any)["latency_seconds"])
	require.Equal(t, false, doc["primary"].(map[string]any)["up"])
	require.Equal(t, 3.0, doc["fallback"].(map[string]any)["age_seconds"])

	doc = read(failoversql.Status{Fallback: failoversql.FallbackStatus{Age: -1}})
	require.NotContains(t, doc, "since")
	require.NotContains(t, doc, "trouble")
	require.NotContains(t, doc["primary"], "up")
	require.NotContains(t, doc["fallback"], "age_seconds")
}
