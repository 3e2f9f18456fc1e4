// Package pgvalue reads, writes and compares PostgreSQL values in the form in
// which the fallback's SQLite file stores them.
//
// A native value is one of nil, int64, float64, string and []byte: what SQLite
// stores and what SQL expressions pass around. By PostgreSQL type:
//
//	bool                      int64 0 or 1
//	int2, int4, int8, oid     int64
//	float4, float8            float64; NaN is the string "NaN", for SQLite has none
//	numeric                   string, PostgreSQL's own text with its display scale, "NaN", "Infinity"
//	text, varchar, name, char string
//	bpchar(n)                 string, padded with blanks
//	bytea                     []byte
//	uuid                      string, lower case
//	date                      int64 days since 2000-01-01; infinities at the ends of int32
//	timestamp, timestamptz    int64 microseconds since 2000-01-01 UTC; infinities at the ends of int64
//	time                      int64 microseconds since midnight
//	timetz, interval          string in PostgreSQL's output form
//	json                      string, verbatim
//	jsonb                     string in PostgreSQL's canonical output form
//	arrays                    string in PostgreSQL's output form, timestamptz elements in UTC
//	ranges, multiranges       string in PostgreSQL's output form, timestamptz bounds in UTC
//	enum                      int64, the index of the label
//	anything else             string in PostgreSQL's output form: stored and shown, not computed with
//
// A domain's value is that of its base type. One thing differs between a
// native value and a table column: numeric(p,s) with 0 <= s <= p <= 18 is
// stored as an int64 scaled by 10^s (see ToColumn).
//
// Errors of input functions are *pgconn.PgError with PostgreSQL's SQLSTATE and
// message. All functions may be called from several goroutines at once.
package pgvalue
