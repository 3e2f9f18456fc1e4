package admin_test

import (
	"slices"
	"sync"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
)

// thrownAll collects what went wrong, of which the browser tells at any time.
type thrownAll struct {
	mu   sync.Mutex
	list []any
}

func (a *thrownAll) add(errs ...any) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.list = append(a.list, errs...)
}

func (a *thrownAll) all() []any {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.list)
}

// thrown picks what went wrong inside the page: exceptions, what its policy
// (Content-Security-Policy) refused, and whatever is told as an error.
func thrown(ev any) []any {
	switch ev := ev.(type) {
	case *runtime.EventExceptionThrown:
		return []any{ev.ExceptionDetails.Error()}
	case *runtime.EventConsoleAPICalled:
		if ev.Type == runtime.APITypeError {
			return []any{"console.error"}
		}
	case *log.EventEntryAdded:
		if ev.Entry.Source == log.SourceSecurity || ev.Entry.Level == log.LevelError {
			return []any{ev.Entry.Text}
		}
	}
	return nil
}
