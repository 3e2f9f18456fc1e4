package dbsync

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"github.com/jackc/pgx/v5"
)

// Triggers of the primary did not run on the fallback and are let fire on
// replay. One that changes a row before it is stored (a column like updated_at)
// makes the row another than the journal knows, and the next change of the same
// row would look like a conflict. So what such triggers made of a row is noted
// in failoversql.rewritten, in the transaction that replays it, and later
// changes are put into its terms.

// adjust puts a change into the terms of the row that triggers made.
func (r *replayer) adjust(ctx context.Context, tx pgx.Tx, c *change) error {
	if c.target == nil || !c.target.rewrites || c.op == opInsert {
		return nil
	}
	var text string
	err := tx.QueryRow(ctx, `SELECT columns::text FROM failoversql.rewritten WHERE instance = $1 AND row_key = $2`,
		r.marker.instance, rewrittenKey(c, c.old)).Scan(&text)
	if err == pgx.ErrNoRows {
		return nil
	}
	if err != nil {
		return err
	}
	var made map[string]*string
	if err := json.Unmarshal([]byte(text), &made); err != nil {
		return err
	}
	changed := make([]bool, len(c.old))
	if c.op == opUpdate {
		changed = c.changed()
	}
	for name, value := range made {
		i := c.shape.index(name)
		if i < 0 {
			continue
		}
		c.old[i] = nil
		if value != nil {
			c.old[i] = []byte(*value)
		}
		if c.op == opUpdate && !changed[i] {
			c.new[i] = c.old[i]
		}
	}
	return nil
}

// noteRewritten notes what triggers made of the row that a change has just
// stored.
func (r *replayer) noteRewritten(ctx context.Context, tx pgx.Tx, c *change) error {
	if c.target == nil || !c.target.rewrites {
		return nil
	}
	if c.op != opInsert {
		if _, err := tx.Exec(ctx, `DELETE FROM failoversql.rewritten WHERE instance = $1 AND row_key = $2`,
			r.marker.instance, rewrittenKey(c, c.old)); err != nil {
			return err
		}
	}
	if c.op == opDelete {
		return nil
	}
	row, err := fetchRow(ctx, tx, c, c.new)
	if err != nil || row == nil || len(row.different) == 0 {
		return err
	}
	made := map[string]*string{}
	for _, name := range row.different {
		if v := row.values[c.shape.index(name)]; v != nil {
			text := string(v)
			made[name] = &text
		} else {
			made[name] = nil
		}
	}
	_, err = tx.Exec(ctx, `INSERT INTO failoversql.rewritten(instance, journal, row_key, columns) VALUES ($1, $2, $3, $4::jsonb)
		ON CONFLICT (instance, row_key) DO UPDATE SET journal = excluded.journal, columns = excluded.columns`,
		r.marker.instance, r.marker.journal, rewrittenKey(c, c.new), string(mustJSON(made)))
	return err
}

// rewrittenKey names a row in failoversql.rewritten, in few bytes.
func rewrittenKey(c *change, image [][]byte) string {
	sum := sha256.Sum256([]byte(rowKey(c, image)))
	return hex.EncodeToString(sum[:])
}

// forgetRewritten drops the notes of journals whose changes the file no longer
// holds.
func (r *replayer) forgetRewritten(ctx context.Context) error {
	open, err := r.openJournals(ctx)
	if err != nil {
		return err
	}
	_, err = r.conn.Exec(ctx, `DELETE FROM failoversql.rewritten WHERE instance = $1 AND journal <> ALL ($2)`, r.marker.instance, open)
	return err
}
