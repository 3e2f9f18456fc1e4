package pgvalue

import (
	"fmt"
	"testing"

	"github.com/failoversql/failoversql/internal/pgtest"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"go.uber.org/goleak"
)

// The tests ask a real PostgreSQL what every value should be.

var server pgtest.Oracle

func TestMain(m *testing.M) { goleak.VerifyTestMain(server.Over(m)) }

// oracle connects to PostgreSQL.
func oracle(t testing.TB) *pgx.Conn {
	t.Helper()
	return server.Conn(t, askFunction)
}

// ask(type, modifier, text) is what the type's input and output functions
// make of a text, or the error.
const askFunction = `CREATE OR REPLACE FUNCTION pg_temp.ask(typ oid, mod int, v text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE r text; d text; h text; f text; n int; p oid;
BEGIN
	SELECT typinput::regproc::text, pronargs, CASE WHEN typelem <> 0 AND typinput = 'array_in'::regproc THEN typelem ELSE t.oid END
	INTO f, n, p FROM pg_type t JOIN pg_proc ON pg_proc.oid = typinput WHERE t.oid = typ;
	IF n = 1 THEN EXECUTE format('SELECT format(''%%s'', %s(%L::cstring))', f, v) INTO r;
	ELSE EXECUTE format('SELECT format(''%%s'', %s(%L::cstring, %s, %s))', f, v, p, mod) INTO r;
	END IF;
	RETURN r;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS d = PG_EXCEPTION_DETAIL, h = PG_EXCEPTION_HINT;
	RETURN 'ERROR ' || SQLSTATE || ' ' || SQLERRM || ' [' || d || ']';
END $$`

// outcome writes a result or an error as ask does.
func outcome(s string, err error) string {
	if err == nil {
		return s
	}
	if e, ok := err.(*pgconn.PgError); ok {
		return fmt.Sprintf("ERROR %s %s [%s]", e.Code, e.Message, e.Detail)
	}
	return "ERROR " + err.Error()
}
