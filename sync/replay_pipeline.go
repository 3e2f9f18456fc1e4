package dbsync

import (
	"context"
	"errors"
	"strconv"

	"github.com/jackc/pgx/v5/pgconn"
)

// The fast way of replay. Each journal transaction is what stands between two
// synchronisation points of a pipeline, which PostgreSQL runs as one
// transaction; many are sent before the first answer is read. Its statements
// fail if they do not find what the journal saw (see exactly), and the last of
// them moves the marker from the transaction before, so that once one
// transaction has failed the ones behind it fail by themselves.
type pipeline struct {
	conn     *pgconn.PgConn
	marker   markerKey
	prepared map[string]string // statement text to name
	made     int               // names given out on this connection
}

// markerKey names the row of failoversql.replayed.
type markerKey struct {
	instance, journal string
}

// maxPrepared bounds the statements kept on the server; past it all are
// dropped.
const maxPrepared = 500

const moveMarker = `WITH done AS (UPDATE failoversql.replayed SET last_tx = $4::int8
	WHERE instance = $1::text AND journal = $2::text AND last_tx = $3::int8 RETURNING 1) SELECT 1/count(*) FROM done`

// pipelinedTx is a transaction ready for the fast way.
type pipelinedTx struct {
	id         int64
	rows       int
	statements []statement
	deferred   bool // SET CONSTRAINTS ALL DEFERRED matters to it
}

// run replays transactions, the first of which follows previous. It returns how
// many are committed. The error, if any, stopped the one behind them: nothing
// of it or of later ones has been changed, or, when the connection broke, the
// marker tells.
func (p *pipeline) run(ctx context.Context, previous int64, txs []pipelinedTx) (done int, err error) {
	if len(p.prepared) > maxPrepared {
		if _, err := p.conn.Exec(ctx, "DEALLOCATE ALL").ReadAll(); err != nil {
			return 0, err
		}
		p.prepared = nil
	}
	if p.prepared == nil {
		p.prepared = map[string]string{}
	}
	pl := p.conn.StartPipeline(ctx)
	deferred := false
	for i := range txs {
		tx := &txs[i]
		if tx.deferred {
			deferred = true
			p.send(pl, statement{sql: "BEGIN"})
			p.send(pl, statement{sql: "SET CONSTRAINTS ALL DEFERRED"})
		}
		for _, st := range tx.statements {
			p.send(pl, st)
		}
		p.send(pl, p.markerStatement(previous, tx.id))
		if tx.deferred {
			p.send(pl, statement{sql: "COMMIT"})
		}
		pl.SendPipelineSync()
		previous = tx.id
	}
	if err = at("replay.send"); err == nil {
		err = pl.Flush()
	}
	if err == nil {
		err = at("replay.sent")
	}
	for err == nil && done < len(txs) {
		var result any
		result, err = pl.GetResults()
		if err != nil {
			break
		}
		switch result := result.(type) {
		case *pgconn.ResultReader:
			_, err = result.Close()
		case *pgconn.PipelineSync:
			done++
			if err = at("replay.synced"); err != nil {
				break
			}
		case nil:
			err = errors.New("dbsync: the pipeline ended early")
		}
	}
	if err == nil {
		return done, pl.Close()
	}
	// Reads what else is under way; the first error is the one that tells.
	_ = pl.Close()
	p.prepared = nil
	if p.conn.IsClosed() || ctx.Err() != nil {
		return done, err
	}
	cleanup := "DEALLOCATE ALL"
	if deferred {
		cleanup = "ROLLBACK; DEALLOCATE ALL"
	}
	if _, cleanErr := p.conn.Exec(ctx, cleanup).ReadAll(); cleanErr != nil {
		return done, cleanErr
	}
	return done, err
}

func (p *pipeline) markerStatement(previous, tx int64) statement {
	return statement{sql: moveMarker, args: [][]byte{
		[]byte(p.marker.instance), []byte(p.marker.journal),
		strconv.AppendInt(nil, previous, 10), strconv.AppendInt(nil, tx, 10),
	}}
}

// send queues a statement, preparing it the first time.
func (p *pipeline) send(pl *pgconn.Pipeline, st statement) {
	if st.once {
		pl.SendQueryParams(st.sql, st.args, nil, nil, nil)
		return
	}
	name, known := p.prepared[st.sql]
	if !known {
		p.made++
		name = "failoversql_" + strconv.Itoa(p.made)
		p.prepared[st.sql] = name
		pl.SendPrepare(name, st.sql, nil)
	}
	pl.SendQueryPrepared(name, st.args, nil, nil)
}
