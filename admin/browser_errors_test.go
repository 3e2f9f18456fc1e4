package admin_test

import (
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
)

// thrown picks what went wrong inside the page: exceptions, and what its policy
// (Content-Security-Policy) refused.
func thrown(ev any) []any {
	switch ev := ev.(type) {
	case *runtime.EventExceptionThrown:
		return []any{ev.ExceptionDetails.Error()}
	case *log.EventEntryAdded:
		if ev.Entry.Source == log.SourceSecurity {
			return []any{ev.Entry.Text}
		}
	}
	return nil
}
