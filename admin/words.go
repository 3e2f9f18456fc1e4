package admin

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/failoversql/failoversql"
)

// short writes a latency.
func short(d time.Duration) string {
	switch {
	case d <= 0:
		return "0 ms"
	case d < 100*time.Microsecond:
		return fmt.Sprintf("%d µs", max(d.Microseconds(), 1))
	case d < 10*time.Millisecond:
		return fmt.Sprintf("%.1f ms", float64(d)/1e6)
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// lasting writes a time that people wait.
func lasting(d time.Duration) string {
	switch d = max(d, 0); {
	case d < 2*time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}

// brief is lasting, of what may be over in a moment.
func brief(d time.Duration) string {
	if d < 10*time.Second {
		return short(d)
	}
	return lasting(d)
}

// moment is a time of UTC, without saying so.
func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") }

func size(n int64) string {
	v, unit := float64(n), "B"
	for _, u := range []string{"KiB", "MiB", "GiB", "TiB"} {
		if v < 1024 {
			break
		}
		v, unit = v/1024, u
	}
	if unit == "B" {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%.1f %s", v, unit)
}

// grouped writes a number with a comma at every thousand.
func grouped[T int | int64 | uint64](n T) string {
	text := strconv.FormatInt(int64(n), 10)
	sign := ""
	if text[0] == '-' {
		sign, text = "-", text[1:]
	}
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return sign + text
}

// count writes so many of something.
func count(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return grouped(n) + " " + many
}

// differing says what a shadow read has found.
func differing(d failoversql.ShadowDifference) string {
	text := strings.ReplaceAll(d.Kind, "_", " ")
	if len(d.Columns) > 0 {
		text += " of " + strings.Join(d.Columns, ", ")
	}
	if len(d.Errors) == 2 {
		side := func(code string) string {
			if code == "" {
				return "none"
			}
			return code
		}
		text += ": PostgreSQL " + side(d.Errors[0]) + ", SQLite " + side(d.Errors[1])
	}
	return text
}
