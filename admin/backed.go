package admin

import (
	"context"
	"os"
	"path/filepath"
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
