package health

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every reason that the machine writes out has its word.
func TestWhy(t *testing.T) {
	text, err := os.ReadFile("machine.go")
	require.NoError(t, err)
	var reasons []string
	for line := range strings.Lines(string(text)) {
		if !strings.Contains(line, "given up") && (strings.Contains(line, "Reason") || strings.Contains(line, "publish(") || strings.Contains(line, "toPrimary(") || strings.Contains(line, "return \"")) {
			for _, m := range regexp.MustCompile(`"([a-z][^"]* [^"]*)"`).FindAllStringSubmatch(line, -1) {
				reasons = append(reasons, m[1])
			}
		}
	}
	require.Greater(t, len(reasons), 8, "%q", reasons)
	for _, r := range reasons {
		require.NotEqual(t, "failure", Route{Reason: r}.Why(), r)
	}
	require.Equal(t, "outage", Route{Reason: "the primary is down: connection refused"}.Why())
	require.Equal(t, "start", Route{Reason: "the primary answers"}.Why())
	require.Equal(t, "return", Route{Reason: "the primary answers again"}.Why())
	require.Equal(t, "failure", Route{Reason: "disk full"}.Why())
}
