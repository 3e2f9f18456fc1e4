package dbsync

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// insertConflict writes one change of a transaction in conflict. A change that
// was there already, from an attempt whose COMMIT was not answered, cannot be:
// the marker would have moved with it.
const insertConflict = `INSERT INTO failoversql.conflict(instance, journal, tx, seq, table_schema, table_name, op, cascaded, kind,
	depends_on, columns, constraint_name, message, statement, base, local, remote, resolution, resolved_at, resolved_by, edited)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, nullif($10::int8, 0), coalesce($11::text[], '{}'), $12, $13, $14, $15::jsonb, $16::jsonb, $17::jsonb,
	nullif($18, ''), CASE WHEN $18 <> '' THEN now() END, CASE WHEN $18 <> '' THEN $19 END, $20::jsonb)`

// opNames are the operations as people read them.
var opNames = map[string]string{opInsert: "INSERT", opUpdate: "UPDATE", opDelete: "DELETE", opDDL: "DDL"}

// park takes back what the attempt did and writes the whole transaction into
// failoversql.conflict instead.
func (a *attempt) park(ctx context.Context) error {
	if err := execAll(ctx, a.tx, "ROLLBACK TO SAVEPOINT failoversql_attempt"); err != nil {
		return err
	}
	if a.ddl {
		a.r.changer.forget()
	}
	for i := range a.changes {
		c := &a.changes[i]
		if c.seq == 0 { // not reached
			if err := a.r.changer.change(ctx, &a.source.entries[i], c); err != nil {
				return err
			}
		}
		f := a.findings[i]
		if f == nil {
			f = &finding{kind: Member}
			if a.depends != 0 && !a.own() {
				f.kind = Dependent
			}
		}
		// What a policy settled was taken back with the rest.
		if err := a.write(ctx, c, f, ""); err != nil {
			return err
		}
	}
	return at("replay.parked")
}

// own reports whether the transaction has a conflict of its own, beside what it
// depends on.
func (a *attempt) own() bool {
	for _, f := range a.findings {
		if f != nil && f.kind != Dependent {
			return true
		}
	}
	return false
}

// record writes the conflicts that a policy or the application settled.
func (a *attempt) record(ctx context.Context) error {
	for i, f := range a.findings {
		if f != nil {
			if err := a.write(ctx, &a.changes[i], f, f.resolution); err != nil {
				return err
			}
		}
	}
	return nil
}

func (a *attempt) write(ctx context.Context, c *change, f *finding, resolution Policy) error {
	if a.r.dry != nil {
		return nil // an id that it took would be missing later
	}
	var schema, table string
	if c.table != nil {
		schema, table = c.table.Schema, c.table.Name
	}
	var edited *string
	if resolution != "" && f.edited != nil {
		text := string(mustJSON(f.edited))
		edited = &text
	}
	_, err := a.tx.Exec(ctx, insertConflict, a.r.marker.instance, a.r.marker.journal, a.source.id, c.seq,
		schema, table, opNames[c.op], c.cascaded, string(f.kind), a.depends, f.columns, f.constraint, f.message, c.ddl,
		imageJSON(c.shape, c.old), imageJSON(c.shape, c.new), imageJSON(c.shape, f.remote), string(resolution), f.by, edited)
	return err
}

// remember makes later transactions depend on one that was parked.
func (r *replayer) remember(ctx context.Context, a *attempt) {
	for i := range a.changes {
		r.rememberChange(ctx, a.source, i, &a.changes[i])
	}
}

func (r *replayer) rememberChange(ctx context.Context, tx *journalTx, i int, c *change) {
	if c.op != opDDL {
		r.parked.add(tx.id, c)
		return
	}
	version := tx.entries[i].version
	after, err := r.reader.catalog(ctx, version)
	if err != nil {
		return
	}
	before, err := r.reader.before(ctx, version)
	if err != nil {
		return
	}
	r.parked.addDDL(tx.id, before, after)
}

// loadParked reads again, after a restart, what parked transactions touch: they
// are in the journal until they are undone.
func (r *replayer) loadParked(ctx context.Context) error {
	open, err := r.openJournals(ctx)
	if err != nil {
		return err
	}
	rows, err := r.conn.Query(ctx, `SELECT DISTINCT tx FROM failoversql.conflict
		WHERE instance = $1 AND journal = ANY($2) AND resolved_at IS NULL ORDER BY tx`, r.marker.instance, open)
	if err != nil {
		return err
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return err
	}
	for _, id := range ids {
		tx, err := r.transaction(ctx, id)
		if err != nil {
			return err
		}
		for i := range tx.entries {
			var c change
			if err := r.changer.change(ctx, &tx.entries[i], &c); err != nil {
				return err
			}
			r.rememberChange(ctx, tx, i, &c)
		}
	}
	return nil
}

// openJournals are the journals whose changes the file still holds.
func (r *replayer) openJournals(ctx context.Context) ([]string, error) {
	rows, err := r.file.Query(ctx, `SELECT uuid FROM failoversql_journals WHERE undone_at IS NULL`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	return readStrings(rows)
}

// transaction reads one transaction of the journal.
func (r *replayer) transaction(ctx context.Context, id int64) (*journalTx, error) {
	reader, err := newJournalReader(ctx, r.file, id-1)
	if err != nil {
		return nil, err
	}
	reader.cats, reader.tables = r.reader.cats, r.reader.tables
	txs, err := reader.next(ctx, 1)
	if err != nil {
		return nil, err
	}
	if len(txs) == 0 || txs[0].id != id {
		return &journalTx{id: id}, nil
	}
	return &txs[0], nil
}

// copyConflicts keeps a parked transaction's conflicts in the file too, where
// the operator can read them while the primary is away again. The rows on the
// primary are the ones that count, so a failure here is only logged.
func (r *replayer) copyConflicts(ctx context.Context, a *attempt) {
	err := func() error {
		if err := r.file.Begin(ctx); err != nil {
			return err
		}
		defer r.file.Rollback()
		for i := range a.changes {
			c, f := &a.changes[i], a.findings[i]
			if f == nil {
				f = &finding{kind: Member}
			}
			var schema, table string
			if c.table != nil {
				schema, table = c.table.Schema, c.table.Name
			}
			_, err := r.file.Exec(ctx, `INSERT OR REPLACE INTO failoversql_conflict(journal,seq,tx,kind,table_schema,table_name,op,message,base,local,remote,created_at)
				VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12)`, r.marker.journal, c.seq, a.source.id, string(f.kind), schema, table, opNames[c.op], f.message,
				textOrNil(imageJSON(c.shape, c.old)), textOrNil(imageJSON(c.shape, c.new)), textOrNil(imageJSON(c.shape, f.remote)), time.Now().UnixMicro())
			if err != nil {
				return err
			}
		}
		return r.file.Commit(ctx)
	}()
	if err != nil {
		r.s.log.Warn("a conflict could not be copied into the fallback file; it is on the primary", "tx", a.source.id, "error", err)
	}
	for i := range a.findings {
		if f := a.findings[i]; f != nil && f.kind != Dependent {
			var table string
			if t := a.changes[i].table; t != nil {
				table = t.Schema + "." + t.Name
			}
			r.s.log.Warn("conflict parked", "journal", r.marker.journal, "tx", a.source.id, "kind", f.kind, "table", table, "reason", f.message)
			return
		}
	}
}

func textOrNil(s *string) any {
	if s == nil {
		return nil
	}
	return *s
}
