// Command gen exports PostgreSQL's own catalogs from a live server into the
// file that package pgcatalog embeds.
//
//	go run ./gen -dsn postgres://… -out catalog.tsv.gz
//
// Only objects that every server of the version has are exported: those of
// schema pg_catalog with an OID below 16384.
package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/jackc/pgx/v5"
)

// sections are the queries, each giving lines of text columns.
var sections = []struct{ name, query string }{
	{"type", `SELECT oid::text, typname::text, typtype::text, typcategory::text, typispreferred::int::text, typelem::oid::text, typarray::oid::text, typbasetype::oid::text,
		(typsubscript = 'array_subscript_handler'::regproc)::int::text, typlen::text
		FROM pg_type WHERE typnamespace = 'pg_catalog'::regnamespace AND oid < 16384 AND (typrelid = 0)
		AND NOT EXISTS (SELECT 1 FROM pg_type e WHERE e.oid = pg_type.typelem AND e.typrelid <> 0) ORDER BY oid`},
	{"proc", `SELECT p.oid::text, proname::text, prokind::text, proretset::int::text, proisstrict::int::text, provolatile::text, provariadic::oid::text, pronargdefaults::text,
		prorettype::oid::text, proargtypes::text, coalesce(array_to_string(proargnames[1:pronargs], ','), ''), coalesce(aggkind::text, ''), coalesce(aggnumdirectargs, 0)::text,
		coalesce(array_to_string(proallargtypes, ','), ''), coalesce(array_to_string(proargmodes, ','), ''), coalesce(array_to_string(proargnames, ',', ''), '')
		FROM pg_proc p LEFT JOIN pg_aggregate a ON a.aggfnoid = p.oid
		WHERE pronamespace = 'pg_catalog'::regnamespace AND p.oid < 16384 ORDER BY p.oid`},
	{"operator", `SELECT oid::text, oprname::text, oprkind::text, oprleft::oid::text, oprright::oid::text, oprresult::oid::text, oprcode::oid::text
		FROM pg_operator WHERE oprnamespace = 'pg_catalog'::regnamespace AND oid < 16384 ORDER BY oid`},
	{"cast", `SELECT castsource::oid::text, casttarget::oid::text, castfunc::oid::text, castcontext::text, castmethod::text
		FROM pg_cast WHERE oid < 16384 ORDER BY castsource, casttarget`},
	// The OIDs of relations below 10000 are the same on every server; those of
	// views are given out by initdb.
	{"relation", `SELECT CASE WHEN oid < 10000 THEN oid ELSE 0 END::text, relname::text, relkind::text FROM pg_class
		WHERE relnamespace = 'pg_catalog'::regnamespace AND oid < 16384 ORDER BY relname`},
	{"information", `SELECT relname::text FROM pg_class WHERE relnamespace = 'information_schema'::regnamespace AND oid < 16384
		UNION SELECT typname::text FROM pg_type WHERE typnamespace = 'information_schema'::regnamespace AND oid < 16384
		UNION SELECT conname::text FROM pg_constraint WHERE connamespace = 'information_schema'::regnamespace AND oid < 16384 ORDER BY 1`},
	{"range", `SELECT rngtypid::oid::text, rngsubtype::oid::text, rngmultitypid::oid::text FROM pg_range WHERE rngtypid < 10000 ORDER BY rngtypid`},
	{"opclass", `SELECT opcintype::oid::text, am.amname::text, opcname::text FROM pg_opclass c JOIN pg_am am ON am.oid = opcmethod
		WHERE opcdefault AND am.amname IN ('btree', 'hash') ORDER BY 1, 2`},
	// A session may set what only plans or resources depend on, not answers.
	{"setting", `SELECT name, vartype, coalesce(array_to_string(enumvals, ','), ''), coalesce(min_val, ''), coalesce(max_val, ''),
		(context = 'user' AND unit IS NULL AND category ~ '^(Query Tuning|Resource Usage)')::int::text
		FROM pg_settings WHERE name !~ '[.]' ORDER BY name`},
	// What the server itself calls: of types, operators, casts, aggregates,
	// access methods, encodings and text search.
	{"support", `SELECT DISTINCT f::oid::text FROM (
		SELECT unnest(ARRAY[typinput, typoutput, typreceive, typsend, typmodin, typmodout, typanalyze, typsubscript]) FROM pg_type
		UNION ALL SELECT unnest(ARRAY[oprrest, oprjoin]) FROM pg_operator
		UNION ALL SELECT oprcode FROM pg_operator WHERE obj_description(oprcode, 'pg_proc') LIKE 'implementation of%'
		UNION ALL SELECT castfunc FROM pg_cast
		UNION ALL SELECT unnest(ARRAY[aggtransfn, aggfinalfn, aggcombinefn, aggserialfn, aggdeserialfn, aggmtransfn, aggminvtransfn, aggmfinalfn]) FROM pg_aggregate
		UNION ALL SELECT amproc FROM pg_amproc UNION ALL SELECT amhandler FROM pg_am UNION ALL SELECT prosupport FROM pg_proc
		UNION ALL SELECT conproc FROM pg_conversion
		UNION ALL SELECT unnest(ARRAY[prsstart, prstoken, prsend, prsheadline, prslextype]) FROM pg_ts_parser
		UNION ALL SELECT unnest(ARRAY[tmplinit, tmpllexize]) FROM pg_ts_template) s(f)
		WHERE f::oid BETWEEN 1 AND 16383 ORDER BY 1`},
}

func main() {
	dsn := flag.String("dsn", os.Getenv("DATABASE_URL"), "server to read")
	out := flag.String("out", "catalog.tsv.gz", "file to write")
	flag.Parse()
	if err := run(context.Background(), *dsn, *out); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, dsn, out string) error {
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	var text bytes.Buffer
	for _, s := range sections {
		fmt.Fprintf(&text, "#%s\n", s.name)
		rows, err := conn.Query(ctx, s.query)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		for rows.Next() {
			values, err := rows.Values()
			if err != nil {
				return err
			}
			cells := make([]string, len(values))
			for i, v := range values {
				cells[i] = fmt.Sprint(v)
			}
			fmt.Fprintln(&text, strings.Join(cells, "\t"))
		}
		if err := rows.Err(); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := w.Write(text.Bytes()); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return os.WriteFile(out, packed.Bytes(), 0o644)
}
