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
	p := plot{Label: what + " in the last hour: none was seen"}
	if top > 0 {
		p.Label = what + " in the last hour: at most " + short(top)
	}
	var line []string
	var down [][2]float64
	silent := 0
	end := func() {
		if len(line) == 1 {
			line = append(line, line[0]) // a dot
		}
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
			if n := len(down); n > 0 && x-step <= down[n-1][1]+step {
				down[n-1][1] = x
			} else {
				down = append(down, [2]float64{max(x-2*step, 0), x}) // wide enough to be seen
			}
			silent++
			continue
		}
		y := height - 2.0
		if top > 0 {
			y -= float64(d) / float64(top) * (height - 6)
		}
		line = append(line, fmt.Sprintf("%.1f,%.1f", x, y))
	}
	end()
	for _, d := range down {
		p.Down = append(p.Down, span{fmt.Sprintf("%.1f", d[0]), fmt.Sprintf("%.1f", d[1]-d[0])})
	}
	if silent > 0 {
		p.Label += fmt.Sprintf("; none where it is red, %d of %d looks", silent, len(samples))
	}
	return p
}
