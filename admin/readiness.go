package admin

import (
	"context"

	"github.com/failoversql/failoversql"
)

// shownReadiness is what the page shows of Connector.Readiness.
type shownReadiness struct {
	failoversql.Readiness
	Text, Tone string
	More       int // refused shapes beyond those that are shown
	ShadowText string
}

// shownRefused bounds the statements on the page.
const shownRefused = 10

func (h *Handler) shownReadiness(ctx context.Context) shownReadiness {
	r := shownReadiness{Readiness: h.c.Readiness(ctx), Tone: "good"}
	r.Text = r.String()
	switch {
	case r.Error != "" || r.Shapes == r.Unchecked:
		r.Tone = ""
	case r.Refused > 0:
		r.Tone = "warn"
	}
	if len(r.Statements) > shownRefused {
		r.Statements = r.Statements[:shownRefused]
	}
	r.More = r.Refused - len(r.Statements)
	if s := r.Shadow; s != nil {
		r.ShadowText = s.String()
		s.Differences = s.Differences[:min(len(s.Differences), shownRefused)]
	}
	return r
}
