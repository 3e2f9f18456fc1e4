// Package pgfunc implements PostgreSQL's functions, operators, casts and
// aggregates over native values (package pgvalue), for use in SQLite's SQL.
//
// An implementation is found by the PostgreSQL function's signature, written
// with pg_type.typname names: "int4pl(int4,int4)", "lower(text)",
// "sum(int4)". Operators are the functions of pg_operator.oprcode, casts those
// of pg_cast.castfunc, or "cast(from,to)" where PostgreSQL goes through the
// types' text forms. Resolve finds polymorphic and variadic functions too,
// which need the types of their actual arguments.
//
// Where a SQLite built-in is exact, an implementation is a SQL template; else
// it is a Go function, registered on the connection under a name of its own.
// Errors of Go functions carry PostgreSQL's SQLSTATE and message through
// SQLite as text; ParseError reads them back.
//
// Everything here is safe for concurrent use.
package pgfunc
