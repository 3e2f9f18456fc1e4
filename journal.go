package failoversql

import (
	"context"
	"fmt"
	"time"
)

const (
	// journalInterval is how often the journal's size is looked at while there is
	// a limit to it.
	journalInterval = time.Second
	// journalAlarm is the part of the limit, in percent, at which it is told.
	journalAlarm = 80
)

// journalPages is the size, in pages, that the file must not be made larger than
// by an application; 0: any.
func (i *instance) journalPages(ctx context.Context, r *running) (int64, error) {
	if i.cfg.JournalLimit == 0 {
		return 0, nil
	}
	size, err := r.sync.JournalSize(ctx)
	if err != nil {
		return 0, err
	}
	return size.MaxPages(i.cfg.JournalLimit), nil
}

// watchJournal raises an alarm when a journal comes near its limit, once for
// each.
func (i *instance) watchJournal(ctx context.Context, r *running) {
	if i.cfg.JournalLimit == 0 {
		return
	}
	tick := time.NewTicker(journalInterval)
	defer tick.Stop()
	alarmed := ""
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		if journal, err := i.nearLimit(ctx, r, alarmed); err == nil && journal != "" {
			alarmed = journal
		}
	}
}

// nearLimit looks at the journal that is being written, and tells of it if it is
// near its limit and not the one that was told of.
func (i *instance) nearLimit(ctx context.Context, r *running, alarmed string) (journal string, err error) {
	st, err := r.file.State(ctx)
	if err != nil || !st.Serving || st.Journal == alarmed {
		return "", err
	}
	size, err := r.sync.JournalSize(ctx)
	if err != nil {
		return "", err
	}
	used := size.Grown() * 100 / i.cfg.JournalLimit
	if used < journalAlarm {
		return "", nil
	}
	reason := fmt.Sprintf(alarmJournal+" by %d%% of fallback_journal_limit; past it writes are refused", used)
	i.log.Error("failoversql: "+reason, "grown_bytes", size.Grown(), "limit_bytes", i.cfg.JournalLimit)
	i.alarm(r, reason)
	return st.Journal, nil
}
