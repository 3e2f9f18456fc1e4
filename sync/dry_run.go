package dbsync

import (
	"context"
	"time"
)

// DryTransaction is what replay would do with one transaction of the journal.
type DryTransaction struct {
	Tx      int64       `json:"tx"`
	Rows    int         `json:"rows"`   // changes in it
	Parked  bool        `json:"parked"` // whole; else it is applied
	Changes []DryChange `json:"changes"`
}

// DryChange is a change of such a transaction. Kind is empty for one that fits;
// Resolution says what settles a conflict, and By who.
type DryChange struct {
	Op         string `json:"op"`
	Schema     string `json:"schema,omitempty"`
	Table      string `json:"table,omitempty"`
	Statement  string `json:"statement,omitempty"` // of DDL
	Kind       Kind   `json:"kind,omitempty"`
	Message    string `json:"message,omitempty"`
	Resolution Policy `json:"resolution,omitempty"`
	By         string `json:"by,omitempty"`
}

// DryRun finds out what Replay would do, and changes nothing on either side:
// everything is done in one transaction of the primary that is rolled back.
// Until that ends it holds the locks of what it would write, and the place of
// replay (ErrReplayBusy where another has it). Values that it takes from
// sequences of the primary are lost. each, where it is not nil, is told of every
// transaction in order. It refuses what Replay refuses.
func (s *Sync) DryRun(ctx context.Context, each func(DryTransaction)) (report ReplayReport, err error) {
	s.back.mu.Lock()
	defer s.back.mu.Unlock()
	s.endReplay() // its lock would be waited for
	start := time.Now()
	r, err := s.beginReplay(ctx, replayDry)
	if err != nil {
		return report, err
	}
	defer r.close()
	defer func() { _ = r.dry.Rollback(context.WithoutCancel(ctx)) }()
	report.Journal = r.marker.journal
	defer func() { report.LastTx, report.Took = r.last, time.Since(start) }()
	for {
		txs, err := r.reader.next(ctx, replayBatch)
		if err != nil || len(txs) == 0 {
			return report, err
		}
		for i := range txs {
			if err := ctx.Err(); err != nil {
				return report, err
			}
			a, err := r.careful(ctx, &txs[i])
			if err != nil {
				return report, err
			}
			r.last = txs[i].id
			report.count(a)
			if each != nil {
				each(a.dry())
			}
		}
	}
}

// dry tells what became of the transaction.
func (a *attempt) dry() DryTransaction {
	d := DryTransaction{Tx: a.source.id, Rows: len(a.changes), Parked: a.parked}
	for i := range a.changes {
		c := &a.changes[i]
		k := DryChange{Op: opNames[c.op], Statement: c.ddl}
		if c.table != nil {
			k.Schema, k.Table = c.table.Schema, c.table.Name
		}
		if f := a.findings[i]; f != nil {
			k.Kind, k.Message, k.Resolution, k.By = f.kind, f.message, f.resolution, f.by
		}
		d.Changes = append(d.Changes, k)
	}
	return d
}
