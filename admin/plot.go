package admin

import (
	"fmt"
	"strings"
	"time"
)

// plot is a small picture of a latency over the last hour, 360 wide and 56 high.
type plot struct {
	Label string
	Lines []string // points of a line each; a gap where there was no answer
	Down  []span
}

type span struct{ X, W string }

// draw puts the samples of the last hour where their time is.
func draw(what string, samples []sample, now time.Time, value func(sample) (d time.Duration, answered, asked bool)) plot {
	const width, height = 360.0, 56.0
	step := width / float64(sampleCount)
	var top time.Duration
	for _, s := range samples {
		if d, ok, _ := value(s); ok {
			top = max(top, d)
		}
	}
	p := plot{Label: what + ", last hour; no answer was seen"}
	if top > 0 {
		p.Label = what + ", last hour; at most " + short(top)
	}
	var line []string
	end := func() {
		if len(line) > 0 {
			p.Lines = append(p.Lines, strings.Join(line, " "))
		}
		line = nil
	}
	for _, s := range samples {
		x := width - now.Sub(s.at).Seconds()/time.Hour.Seconds()*width
		d, ok, asked := value(s)
		if !ok {
			end()
			if !asked {
				continue
			}
			p.Down = append(p.Down, span{fmt.Sprintf("%.1f", max(x-step, 0)), fmt.Sprintf("%.1f", step)})
			continue
		}
		y := height - 2
		if top > 0 {
			y -= float64(d) / float64(top) * (height - 6)
		}
		line = append(line, fmt.Sprintf("%.1f,%.1f", x, y))
	}
	end()
	return p
}

// short writes a latency, lasting a time that people wait, size bytes.
func short(d time.Duration) string {
	switch {
	case d < 0:
		return "0 ms"
	case d < 10*time.Millisecond:
		return fmt.Sprintf("%.1f ms", float64(d)/1e6)
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

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
