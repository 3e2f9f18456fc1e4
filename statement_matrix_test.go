package failoversql_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/internal/faultproxy"
	"github.com/failoversql/failoversql/internal/pgtest"
)

// matrixOp is one thing an application does, with the messages at which its
// connection is cut: what asks for it, and what answers.
type matrixOp struct {
	name    string
	request func(id string) faultproxy.Cut
	answer  faultproxy.Cut
	run     func(ctx context.Context, db *sql.DB, id string) error
	writes  bool
}

func matrixOps() []matrixOp {
	insert := func(id string) faultproxy.Cut {
		return faultproxy.Cut{Direction: faultproxy.ToServer, Match: func(m faultproxy.Message) bool {
			return (m.Kind == 'Q' || m.Kind == 'P' || m.Kind == 'B') && bytes.Contains(m.Body, []byte(id))
		}}
	}
	firstRow := faultproxy.Cut{Direction: faultproxy.ToClient, Match: func(m faultproxy.Message) bool {
		return m.Kind == 'D' && bytes.Contains(m.Body, []byte("seven-"))
	}}
	text := func(s string) func(string) faultproxy.Cut {
		return func(string) faultproxy.Cut { return faultproxy.QueryText(s) }
	}
	return []matrixOp{
		{"exec", insert, faultproxy.CommandComplete("INSERT 0 3"), func(ctx context.Context, db *sql.DB, id string) error {
			_, err := db.ExecContext(ctx, fmt.Sprintf(`INSERT INTO t SELECT '%s' FROM generate_series(1, 3)`, id))
			return err
		}, true},
		{"exec with an argument", insert, faultproxy.CommandComplete("INSERT 0 3"), func(ctx context.Context, db *sql.DB, id string) error {
			_, err := db.ExecContext(ctx, `INSERT INTO t SELECT $1::text FROM generate_series(1, 3)`, id)
			return err
		}, true},
		{"query that writes", insert, faultproxy.CommandComplete("INSERT 0 3"), func(ctx context.Context, db *sql.DB, id string) error {
			return readAll(db.QueryContext(ctx, `INSERT INTO t SELECT $1::text FROM generate_series(1, 3) RETURNING id`, id))
		}, true},
		{"query that calls a volatile function", insert, faultproxy.CommandComplete("SELECT 3"), func(ctx context.Context, db *sql.DB, id string) error {
			return readAll(db.QueryContext(ctx, `SELECT put($1) FROM generate_series(1, 3)`, id))
		}, true},
		{"query", text("SELECT body"), firstRow, func(ctx context.Context, db *sql.DB, id string) error {
			return readAll(db.QueryContext(ctx, `SELECT body FROM seven /* `+id+` */`))
		}, false},
		{"prepare", insert, faultproxy.ServerMessage('1'), func(ctx context.Context, db *sql.DB, id string) error {
			s, err := db.PrepareContext(ctx, `SELECT '`+id+`'`)
			if err != nil {
				return err
			}
			return s.Close()
		}, false},
		{"begin", text("begin"), faultproxy.CommandComplete("BEGIN"), inMatrixTx, true},
		{"statement in a transaction", insert, faultproxy.CommandComplete("INSERT 0 3"), inMatrixTx, true},
		{"commit", text("commit"), faultproxy.CommandComplete("COMMIT"), inMatrixTx, true},
	}
}

// inMatrixTx runs a transaction, and after a failure finds every call on it
// failing the same way and Rollback quiet.
func inMatrixTx(ctx context.Context, db *sql.DB, id string) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO t SELECT $1::text FROM generate_series(1, 3)`, id); err != nil {
		if ctx.Err() != nil {
			return err // database/sql itself has ended the transaction
		}
		if _, again := tx.ExecContext(ctx, `SELECT 1`); !errors.Is(again, failoversql.ErrRolledBack) {
			return fmt.Errorf("the call after %w failed otherwise: %w", err, again)
		}
		if commit := tx.Commit(); !errors.Is(commit, failoversql.ErrRolledBack) {
			return fmt.Errorf("Commit after %w failed otherwise: %w", err, commit)
		}
		return err
	}
	err = tx.Commit()
	if errors.Is(err, sql.ErrTxDone) && ctx.Err() != nil {
		return ctx.Err() // it was over before Commit was called: database/sql has rolled back
	}
	return err
}

func readAll(rows *sql.Rows, err error) error {
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
	}
	return rows.Err()
}

// markedOps are what is cut where a write leaves a token: the COMMIT as well.
func markedOps() []matrixOp {
	ops := matrixOps()
	for i, op := range ops {
		switch op.name {
		case "exec", "exec with an argument", "query that writes", "query that calls a volatile function":
			op.name += ", its commit"
			op.request = func(string) faultproxy.Cut { return faultproxy.QueryText("mark_commit") }
			op.answer = faultproxy.CommandComplete("COMMIT")
			ops = append(ops, op)
		case "commit":
			ops[i].request = func(string) faultproxy.Cut { return faultproxy.QueryText("mark_commit") }
		}
	}
	return append(ops, matrixOp{"commit given as a text", func(string) faultproxy.Cut { return faultproxy.QueryText("mark_commit") }, faultproxy.CommandComplete("COMMIT"),
		func(ctx context.Context, db *sql.DB, id string) error {
			conn, err := db.Conn(ctx)
			if err != nil {
				return err
			}
			defer conn.Close()
			for _, q := range []string{"BEGIN", fmt.Sprintf(`INSERT INTO t SELECT '%s' FROM generate_series(1, 3)`, id), "COMMIT"} {
				if _, err := conn.ExecContext(ctx, q); err != nil {
					return err
				}
			}
			return nil
		}, true})
}

// TestStatementMatrix cuts the connection at every stage of every kind of call,
// in every way and every exec mode of pgx, and compares what the caller was told
// with what the server holds: nothing runs twice, and nothing committed is
// called rolled back.
func TestStatementMatrix(t *testing.T) {
	statementMatrix(t, "", matrixOps(), "cache_statement", "cache_describe", "describe_exec", "exec", "simple_protocol")
}

// TestStatementMatrixTokens does the same where every write leaves a token, and
// has what is in doubt resolved at once, before the server is done with it.
func TestStatementMatrixTokens(t *testing.T) {
	statementMatrix(t, "&fallback_commit_tokens=true", markedOps(), "cache_statement", "simple_protocol")
}

func statementMatrix(t *testing.T, parameters string, ops []matrixOp, modes ...string) {
	ctx := testContext(t)
	server := pgtest.New(t)
	require.NoError(t, server.Exec(ctx, "postgres", `CREATE TABLE t (id text)`, `CREATE TABLE seven (body text PRIMARY KEY)`, `INSERT INTO seven SELECT 'seven-' || i FROM generate_series(1, 7) i`,
		`CREATE FUNCTION put(x text) RETURNS text VOLATILE LANGUAGE sql AS 'INSERT INTO t VALUES (x) RETURNING id'`))
	proxy := faultproxy.New(t, server.Addr())
	truth, err := sql.Open("pgx", server.URL())
	require.NoError(t, err)
	defer truth.Close()

	stages := map[string]func(op matrixOp, id string) faultproxy.Cut{
		"sent in part":             func(op matrixOp, id string) faultproxy.Cut { c := op.request(id); c.Forward = 9; return c },
		"delivered, reply lost":    func(op matrixOp, _ string) faultproxy.Cut { return op.answer },
		"delivered, reply cut off": func(op matrixOp, _ string) faultproxy.Cut { c := op.answer; c.Forward = 7; return c },
	}
	hows := map[string]faultproxy.How{"FIN": faultproxy.Close, "RST": faultproxy.Reset, "black hole": faultproxy.Silence}
	told := map[string]int{}
	n := 0
	for _, mode := range modes {
		db, c := open(t, fmt.Sprintf("postgres://postgres@%s/postgres?sslmode=disable&application_name=matrix&fallback_mode=primary&default_query_exec_mode=%s&fallback_sync_dsn=%s&fallback_path=%s",
			proxy.Addr(), mode, url.QueryEscape(server.URL()), filepath.Join(t.TempDir(), "x.db"))+fast+parameters)
		db.SetMaxOpenConns(1)
		require.NoError(t, db.PingContext(ctx))
		awaitFollowing(t, ctx, c)
		check := func(op matrixOp, stage, how string, cut func(id string)) {
			n++
			id := fmt.Sprintf("row-%06d", n)
			require.NoError(t, db.PingContext(ctx))
			cut(id)
			call, cancel := context.WithTimeout(ctx, 30*time.Second)
			if how == "black hole" {
				cancel()
				call, cancel = context.WithTimeout(ctx, 150*time.Millisecond)
			}
			defer cancel()
			err := op.run(call, db, id)
			proxy.CloseAll()
			require.NoError(t, proxy.Heal())
			outcome := failoversql.OutcomeUnknown
			if doubt := new(failoversql.InDoubtError); errors.As(err, &doubt) {
				resolved, rerr := doubt.Resolve(ctx)
				if parameters == "" {
					require.ErrorIs(t, rerr, failoversql.ErrNoToken)
				} else {
					require.NoError(t, rerr)
					outcome = resolved
				}
			}
			settle(t, ctx, truth)
			rows := scalar[int](t, ctx, truth, `SELECT count(*) FROM t WHERE id = $1`, id)
			cell := fmt.Sprintf("%s, %s, %s, %s", mode, op.name, stage, how)
			var doubt *failoversql.InDoubtError
			switch {
			case err == nil:
				told["done"]++
				if op.writes {
					require.Equal(t, 3, rows, cell)
				}
			case errors.As(err, &doubt):
				told["in doubt"]++
				require.True(t, op.writes, "%s: %v", cell, err)
				require.Contains(t, []int{0, 3}, rows, cell)
				if parameters != "" {
					told[outcome.String()]++
					require.Equal(t, map[int]failoversql.Outcome{0: failoversql.OutcomeAborted, 3: failoversql.OutcomeCommitted}[rows], outcome, cell)
				}
			case errors.Is(err, failoversql.ErrRolledBack):
				told["rolled back"]++
				require.Zero(t, rows, cell)
			default:
				require.Equal(t, "black hole", how, "%s: %v", cell, err)
				require.ErrorIs(t, err, context.DeadlineExceeded, cell)
				told["deadline"]++
				require.Zero(t, rows, "%s: an error that does not speak of doubt, and yet: %v", cell, err)
			}
			if !op.writes && how != "black hole" {
				require.NoError(t, err, "%s: a read whose first row was not delivered", cell)
			}
		}
		for _, op := range ops {
			check(op, "not sent", "FIN", func(string) { proxy.CloseAll() })
			check(op, "not sent", "RST", func(string) { proxy.ResetAll() })
			for stage, cut := range stages {
				for how, as := range hows {
					check(op, stage, how, func(id string) {
						c := cut(op, id)
						c.How = as
						proxy.Cut(c)
					})
				}
			}
		}
	}
	t.Logf("%d cells: %v", n, told)
}

// settle waits until the server is done with whatever the application's
// connections had begun.
func settle(t *testing.T, ctx context.Context, truth *sql.DB) {
	t.Helper()
	require.Eventually(t, func() bool {
		return scalar[int](t, ctx, truth, `SELECT count(*) FROM pg_stat_activity WHERE application_name = 'matrix' AND state <> 'idle'`) == 0
	}, 20*time.Second, time.Millisecond)
}
