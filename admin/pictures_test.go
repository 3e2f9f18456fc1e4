package admin_test

import (
	"context"
	_ "embed"
	"html"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

//go:embed testdata/faults.js
var faultsScript string

// viewer looks at the page of a world: in each state, on a desktop and on a
// phone, light and dark. FAILOVERSQL_PICTURES names a directory that keeps what
// was seen.
type viewer struct {
	t    *testing.T
	w    *world
	ctx  context.Context
	errs thrownAll
}

func (w *world) viewer() *viewer {
	v := &viewer{t: w.t, w: w, ctx: browser(w.t)}
	host := strings.TrimPrefix(w.server.URL, "http://")
	chromedp.ListenTarget(v.ctx, func(ev any) {
		v.errs.add(thrown(ev)...)
		if sent, ok := ev.(*network.EventRequestWillBeSent); ok {
			if u, err := url.Parse(sent.Request.URL); err != nil || u.Scheme != "data" && u.Host != host {
				v.errs.add("a request to " + sent.Request.URL)
			}
		}
	})
	address := strings.Replace(w.server.URL, "http://", "http://op:"+token+"@", 1) + "/api/v1/sqlite-fallback/"
	v.run(network.Enable(), chromedp.Navigate(address), says("link", "live"))
	return v
}

func (v *viewer) run(actions ...chromedp.Action) {
	v.t.Helper()
	require.NoError(v.t, chromedp.Run(v.ctx, actions...))
}

// seen is a text in a part of the page.
type seen struct{ part, text string }

func shown(part, text string) seen { return seen{part, text} }

var tag = regexp.MustCompile(`<[^>]*>`)

// look waits for a state to be on the page, also as it is sent to a browser
// without JavaScript, keeps its pictures, and checks what a program can check of
// them.
func (v *viewer) look(name string, facts ...seen) {
	v.t.Helper()
	sent := html.UnescapeString(tag.ReplaceAllString(v.w.do("GET", "/", "").text, ""))
	for _, fact := range facts {
		if err := chromedp.Run(v.ctx, says(fact.part, fact.text)); err != nil {
			var text string
			v.run(chromedp.Evaluate(`document.body.innerText`, &text))
			require.NoError(v.t, err, "%s: %s\n%s", name, fact.text, text)
		}
		if !strings.Contains(sent, fact.text) {
			sent = html.UnescapeString(tag.ReplaceAllString(v.w.do("GET", "/", "").text, ""))
		}
		require.Contains(v.t, sent, fact.text, "%s, without JavaScript", name)
	}
	dir := os.Getenv("FAILOVERSQL_PICTURES")
	for _, screen := range []struct {
		name   string
		width  int64
		mobile bool
	}{{"desktop", 1280, false}, {"phone", 390, true}} {
		schemes := []string{"light", "dark"}
		if dir == "" {
			schemes = schemes[:1] // the layout hangs on the width alone, and the colours on the scheme
			if screen.mobile {
				schemes[0] = "dark"
			}
		}
		for _, scheme := range schemes {
			var faults []string
			v.run(emulation.SetDeviceMetricsOverride(screen.width, 844, 1, screen.mobile),
				emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}),
				chromedp.Evaluate(faultsScript, &faults))
			if dir != "" {
				var png []byte
				v.run(chromedp.FullScreenshot(&png, 100))
				require.NoError(v.t, os.WriteFile(filepath.Join(dir, name+"-"+screen.name+"-"+scheme+".png"), png, 0o600))
			}
			if len(faults) > 0 {
				v.t.Errorf("%s, %s, %s:\n%s", name, screen.name, scheme, strings.Join(faults, "\n"))
			}
		}
	}
	v.run(emulation.ClearDeviceMetricsOverride())
	if errs := v.errs.all(); len(errs) > 0 {
		v.t.Errorf("%s: %v", name, errs)
	}
}

// tabs goes through the page by the key Tab, and every control must be met, in
// the order in which it stands.
func (v *viewer) tabs() {
	v.t.Helper()
	const label = `(e => e.dataset.post ? e.dataset.post + (e.dataset.body || "") + (e.dataset.method || "") : e.tagName + " " + e.textContent)`
	var all, met []string
	v.run(chromedp.Evaluate(`[...document.querySelectorAll("button, a, summary, input, select, [tabindex]")].filter(e => e.checkVisibility()).map(`+label+`)`, &all),
		chromedp.Evaluate(`document.activeElement.blur()`, nil))
	require.NotEmpty(v.t, all)
	for range len(all) {
		var at string
		v.run(chromedp.KeyEvent(kb.Tab), chromedp.Evaluate(label+`(document.activeElement)`, &at))
		met = append(met, at)
	}
	require.True(v.t, slices.Equal(all, met), "%q\n%q", all, met)
}
