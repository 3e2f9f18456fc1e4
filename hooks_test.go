package failoversql

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The monitor refuses a back-off shorter than the interval, whatever that is.
func TestMaxBackoff(t *testing.T) {
	for interval, want := range map[time.Duration]time.Duration{
		50 * time.Millisecond:  500 * time.Millisecond,
		500 * time.Millisecond: 5 * time.Second,
		time.Second:            5 * time.Second,
		time.Minute:            time.Minute,
	} {
		require.Equal(t, want, maxBackoff(interval), interval)
	}
}
