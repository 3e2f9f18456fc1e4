package admin

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// backed is what the page shows of the backups.
type backed struct {
	Dir   bool // there is a directory for them
	List  []shownBackup
	More  int
	Error string
}

type shownBackup struct{ Name, Size string }

// shownBackups bounds the backups on the page.
const shownBackups = 8

// watchBackups looks at the backups until ctx ends: not every page does, for the
// directory may be far away. One that does not answer, as that of a server for
// files that is gone, holds up nothing else, not even the end.
func (h *Handler) watchBackups(ctx context.Context, interval time.Duration, look func(context.Context) backed) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	seen := make(chan backed, 1)
	var since time.Time // of a look that has not ended
	for {
		if since.IsZero() {
			since = time.Now()
			go func() { seen <- look(ctx) }()
		}
		select {
		case b := <-seen:
			since = time.Time{}
			h.history.keep(b)
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
		case <-tick.C:
			if silent := time.Since(since); silent >= interval {
				h.history.keep(backed{Dir: true, Error: fmt.Sprintf("the directory of the backups has not answered for %v", silent.Round(time.Second))})
			}
		case <-ctx.Done():
			return
		}
	}
}

func (h *Handler) backed(ctx context.Context) backed {
	if h.backups == "" {
		return backed{}
	}
	b := backed{Dir: true}
	all, err := h.c.Backups(ctx, h.backups)
	if err != nil {
		b.Error = err.Error()
		return b
	}
	for _, path := range all[:min(len(all), shownBackups)] {
		s := shownBackup{Name: filepath.Base(path)}
		if info, err := os.Lstat(path); err == nil {
			s.Size = size(info.Size())
		}
		b.List = append(b.List, s)
	}
	b.More = len(all) - len(b.List)
	return b
}
