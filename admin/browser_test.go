package admin_test

import (
	"context"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/health"
)

// browser opens a headless Chromium (Debian's package chromium).
func browser(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	require.NoError(t, err, "the tests of the page need a browser: install the package chromium")
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox)
	alloc, endAlloc := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(endAlloc)
	ctx, end := chromedp.NewContext(alloc, chromedp.WithErrorf(quiet))
	t.Cleanup(func() { _ = chromedp.Cancel(ctx); end() })
	ctx, stop := context.WithTimeout(ctx, 90*time.Second)
	t.Cleanup(stop)
	return ctx
}

// quiet drops what chromedp says of events of a browser newer than itself.
func quiet(string, ...any) {}

// says waits until an element holds the text.
func says(id, text string) chromedp.Action {
	return chromedp.Poll(`(document.getElementById("`+id+`")||{innerText:""}).innerText.includes(`+quoted(text)+`)`, nil, chromedp.WithPollingTimeout(30*time.Second))
}

func quoted(s string) string { return `"` + strings.ReplaceAll(s, `"`, `\"`) + `"` }

// press clicks a button and agrees to what its dialog says. The page may move just
// as the mouse goes down, and what was under it is beside it then.
func press(button, told string) chromedp.Tasks {
	return chromedp.Tasks{
		chromedp.ActionFunc(func(ctx context.Context) error {
			for {
				try, stop := context.WithTimeout(ctx, 5*time.Second)
				err := chromedp.Tasks{
					chromedp.Click(button, chromedp.ByQuery),
					chromedp.WaitVisible("#ask", chromedp.ByQuery),
				}.Do(try)
				stop()
				if err == nil || ctx.Err() != nil {
					return err
				}
			}
		}),
		says("ask-text", told),
		chromedp.Click("#yes", chromedp.ByQuery),
	}
}

// The page shows a failover as it happens, and the return; a conflict is settled
// by a click.
func TestPageInBrowser(t *testing.T) {
	w := newWorld(t)
	ctx := browser(t)
	address := strings.Replace(w.server.URL, "http://", "http://op:"+token+"@", 1) + "/api/v1/sqlite-fallback/"
	var errs thrownAll
	chromedp.ListenTarget(ctx, func(ev any) { errs.add(thrown(ev)...) })
	run := func(actions ...chromedp.Action) {
		t.Helper()
		require.NoError(t, chromedp.Run(ctx, actions...), w.log.text())
	}
	run(chromedp.Navigate(address), says("mode", "PostgreSQL serves"), says("link", "live"), says("conflicts", "None."))

	require.NoError(t, w.pg.Kill9())
	run(says("mode", "SQLite serves"), says("past", "fallback"), says("sides", "down"))
	require.NoError(t, w.pg.Restart())
	run(says("mode", "PostgreSQL serves"))
	w.await(func(s failoversql.Status) bool { return s.Fallback.Following })

	w.conflict()
	run(says("conflicts", "<b>nails</b>"), says("conflicts", "90"), says("conflicts", "70"))
	run(press(`button[data-body*="apply_local"]`, "carried out on PostgreSQL"), says("said", "settled"), says("conflicts", "None."), chromedp.Click("#seen"))
	var stock int
	require.NoError(t, w.db.QueryRow(`SELECT stock FROM goods WHERE id = 1`).Scan(&stock))
	require.Equal(t, 90, stock)
	require.Contains(t, w.log.text(), "action=resolve-conflict by=op")

	run(press(`button[data-post="test"]`, "No traffic moves"), says("said", "all is well"), chromedp.Click("#seen"))
	run(press(`button[data-post="switch-to-fallback"]`, "stays there until you resume"), says("mode", "Kept on SQLite by an operator"))
	require.Equal(t, health.PinFallback, w.c.Status(t.Context()).Pin)

	// Cancel does nothing.
	run(chromedp.Click(`button[data-post="resume-auto"]`), chromedp.WaitVisible("#ask"), chromedp.Click("#no"), chromedp.WaitNotVisible("#ask"))
	require.Equal(t, health.PinFallback, w.c.Status(t.Context()).Pin)
	require.Empty(t, errs.all())
}

// Without a credential a browser sees nothing of the page.
func TestPageRefused(t *testing.T) {
	w := newWorld(t)
	ctx := browser(t)
	var body string
	err := chromedp.Run(ctx, chromedp.Navigate(strings.Replace(w.server.URL, "http://", "http://op:wrong@", 1)+"/api/v1/sqlite-fallback/"), chromedp.Text("body", &body))
	if err == nil {
		require.Contains(t, body, "no credential that is accepted")
	} else {
		require.Contains(t, err.Error(), "ERR_INVALID_AUTH_CREDENTIALS")
	}
	require.NotContains(t, body, "PostgreSQL serves")
	require.Contains(t, w.log.text(), "failoversql admin: refused")
	require.Equal(t, health.Primary, w.c.Status(t.Context()).Mode)
}
