package admin_test

import (
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
)

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
