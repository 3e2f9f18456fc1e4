package dbsync

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/failoversql/failoversql/catalog"
)

// A commit token is a row that a transaction writes just before its COMMIT, in
// the same message: it is there exactly if the transaction was committed. Who
// asks for it writes the row himself, ON CONFLICT DO NOTHING. That waits for a
// transaction that is still at it, and if it succeeds, the transaction can never
// commit any more, even if its message arrives only then: the row is taken.
// docs/decisions/0013 says why it is not a message in the stream.

// A CommitToken names one transaction: the n-th of a session, which is a
// process's use of a primary, not a server session.
type CommitToken struct {
	Session [16]byte
	N       int64
}

// ErrTokensForgotten: the primary knows nothing of the session of a token any
// more, as after a restore from a backup that is older than it.
var ErrTokensForgotten = errors.New("dbsync: the primary does not know this commit token's session (restored from an older backup, or away for more than a week)")

// commitTokenLife is how long the tokens of a session that is not heard of are
// kept, by the primary's clock.
const commitTokenLife = 7 * 24 * time.Hour

// commitTokenSchema is what tokens need on the primary. The functions have the
// rights of who made them, so that the application's role needs none on the
// tables.
const commitTokenSchema = `
CREATE SCHEMA IF NOT EXISTS failoversql;

CREATE TABLE IF NOT EXISTS failoversql.commit_session(
	session uuid PRIMARY KEY,
	seen    timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS failoversql.commit_token(
	session uuid   NOT NULL,
	n       bigint NOT NULL,
	PRIMARY KEY (session, n)
);

CREATE OR REPLACE FUNCTION failoversql.mark_commit(uuid, bigint) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS 'INSERT INTO failoversql.commit_token(session, n) VALUES ($1, $2)';

CREATE OR REPLACE FUNCTION failoversql.resolve_commit(uuid, bigint) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	PERFORM 1 FROM failoversql.commit_session s WHERE s.session = $1 FOR SHARE;
	IF NOT FOUND THEN
		RETURN 'forgotten';
	END IF;
	INSERT INTO failoversql.commit_token(session, n) VALUES ($1, $2) ON CONFLICT DO NOTHING;
	IF FOUND THEN
		RETURN 'aborted';
	END IF;
	RETURN 'committed';
END $$;

CREATE OR REPLACE FUNCTION failoversql.forget_commits(uuid, bigint, bigint[], interval) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	INSERT INTO failoversql.commit_session AS s(session) VALUES ($1)
		ON CONFLICT (session) DO UPDATE SET seen = now() WHERE s.seen < now() - interval '1 minute';
	DELETE FROM failoversql.commit_token t WHERE t.session = $1 AND t.n < $2 AND t.n <> ALL ($3);
	WITH gone AS (DELETE FROM failoversql.commit_session s WHERE s.seen < now() - $4 AND s.session <> $1 RETURNING s.session)
	DELETE FROM failoversql.commit_token t USING gone WHERE t.session = gone.session;
END $$;
`

// EnsureCommitTokens makes what tokens need on the primary where it is missing,
// lets the application's role use it, and begins a session. It uses a connection
// of its own, made by dial, of the role that makes our other tables.
func (s *Sync) EnsureCommitTokens(ctx context.Context, session [16]byte, dial pgconn.DialFunc) error {
	cfg := s.cfg.Replication.Copy() // the role that may do what the application's need not
	cfg.RuntimeParams["application_name"] = applicationName
	cfg.DialFunc = dial
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	return underSchemaLock(ctx, conn, func() error {
		var n int
		err := conn.QueryRow(ctx, `SELECT count(*) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
			WHERE n.nspname = 'failoversql' AND p.proname IN ('mark_commit', 'resolve_commit', 'forget_commits')`).Scan(&n)
		if err != nil {
			return err
		}
		if n < 3 {
			if _, err := conn.Exec(ctx, commitTokenSchema, pgx.QueryExecModeSimpleProtocol); err != nil {
				return err
			}
		}
		if role := s.cfg.Primary.User; role != s.cfg.Replication.User {
			if _, err := conn.Exec(ctx, `GRANT USAGE ON SCHEMA failoversql TO `+catalog.QuoteIdent(role)); err != nil {
				return err
			}
		}
		return ForgetCommits(ctx, conn, session, 0, nil)
	})
}

// MarkCommit is the text that writes a token, for a simple query that a COMMIT
// follows. Where all that is known to have run only reads, a transaction that
// has changed no row stays one that writes nothing. Elsewhere it may have done
// what takes no transaction id, such as NOTIFY, and only a read-only one goes
// without.
func MarkCommit(t CommitToken, reads bool) string {
	when := "current_setting('transaction_read_only') = 'off'"
	if reads {
		when = "txid_current_if_assigned() IS NOT NULL"
	}
	return fmt.Sprintf("SELECT failoversql.mark_commit('%x', %d) WHERE %s", t.Session, t.N, when)
}

// ResolveCommit answers for good whether the transaction of a token was
// committed. It waits for one that is in the middle of its COMMIT.
func ResolveCommit(ctx context.Context, conn *pgx.Conn, t CommitToken) (committed bool, err error) {
	var outcome string
	err = conn.QueryRow(ctx, `SELECT failoversql.resolve_commit($1::uuid, $2)`, fmt.Sprintf("%x", t.Session), t.N).Scan(&outcome)
	if err != nil {
		return false, err
	}
	if outcome == "forgotten" {
		return false, ErrTokensForgotten
	}
	return outcome == "committed", nil
}

// ForgetCommits removes the tokens of a session below n, but for those in keep,
// whose transactions are still in doubt, and what sessions have left behind that
// were not heard of for a week.
func ForgetCommits(ctx context.Context, conn *pgx.Conn, session [16]byte, below int64, keep []int64) error {
	if keep == nil {
		keep = []int64{}
	}
	_, err := conn.Exec(ctx, `SELECT failoversql.forget_commits($1::uuid, $2, $3, $4::float8 * interval '1 second')`,
		fmt.Sprintf("%x", session), below, keep, commitTokenLife.Seconds())
	return err
}
