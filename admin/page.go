package admin

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"time"
)

//go:embed page.html parts.html
var pageFiles embed.FS

//go:embed page.css
var pageStyle string

//go:embed page.js
var pageScript string

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"grouped": grouped[uint64], "moment": moment, "differing": differing,
}).ParseFS(pageFiles, "*.html"))

// partNames are the parts of the page that change, in order.
var partNames = []string{"mode", "sides", "jobs", "conflicts", "readiness", "past", "stock"}

type part struct {
	ID   string
	HTML template.HTML
}

// page serves the whole page as it is now; stream then sends the parts that
// change.
func (h *Handler) page(w http.ResponseWriter, req *http.Request) {
	nonce := rand.Text()
	seen := h.view(req.Context())
	parts, err := seen.parts()
	var out bytes.Buffer
	if err == nil {
		err = pageTemplate.ExecuteTemplate(&out, "page.html", map[string]any{
			"Title": seen.Title, "Database": cmp.Or(seen.S.Primary.Database, "fallback"), "Nonce": nonce, "At": seen.At, "Parts": parts, "Backups": h.backups != "",
			"Style": template.CSS(pageStyle), "Script": template.JS(pageScript), // ours
		})
	}
	if err != nil {
		writeProblem(w, http.StatusInternalServerError, err.Error())
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'nonce-"+nonce+"'; script-src 'nonce-"+nonce+
		"'; connect-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
	_, _ = w.Write(out.Bytes())
}

// streamInterval is how often the page is looked at anew; a change of mode does
// not wait for it.
const streamInterval = time.Second

// stream sends the parts of the page that changed, until the client goes.
func (h *Handler) stream(w http.ResponseWriter, req *http.Request) {
	ctx, cancel := context.WithCancel(req.Context())
	defer cancel()
	defer context.AfterFunc(h.ctx, cancel)()
	control := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no")
	tick := time.NewTicker(streamInterval)
	defer tick.Stop()
	sent := map[string]template.HTML{}
	for {
		changed := h.history.next()
		seen := h.view(ctx)
		parts, err := seen.parts()
		if err != nil || ctx.Err() != nil {
			return
		}
		news := map[string]template.HTML{}
		for _, p := range parts {
			if sent[p.ID] != p.HTML {
				sent[p.ID], news[p.ID] = p.HTML, p.HTML
			}
		}
		data, err := json.Marshal(map[string]any{"parts": news, "title": seen.Title, "at": seen.At})
		if err != nil {
			return
		}
		_ = control.SetWriteDeadline(time.Now().Add(10 * time.Second)) // where there is none, the client's going ends it
		if _, err := fmt.Fprintf(w, "event: parts\ndata: %s\n\n", data); err != nil || control.Flush() != nil {
			return
		}
		select {
		case <-tick.C:
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}

func (v view) parts() ([]part, error) {
	parts := make([]part, 0, len(partNames))
	for _, name := range partNames {
		var out bytes.Buffer
		if err := pageTemplate.ExecuteTemplate(&out, name, v); err != nil {
			return nil, err
		}
		parts = append(parts, part{name, template.HTML(out.String())}) // made by the template, which escapes
	}
	return parts, nil
}
