package dbsync

import "testing"

// Values cross as they are, whatever the database's settings make of text: those
// that were there before the copy, and those that somebody made in the outage.
func TestReplayUnderOtherSettings(t *testing.T) {
	alter := func(o *outage) {
		for _, setting := range []string{
			`datestyle = 'German, DMY'`, `timezone = 'Asia/Kathmandu'`, `intervalstyle = 'sql_standard'`, `bytea_output = 'escape'`,
			`extra_float_digits = -5`, `standard_conforming_strings = off`, `array_nulls = off`, `transform_null_equals = on`, `client_encoding = 'latin1'`,
			`default_transaction_isolation = 'serializable'`, `quote_all_identifiers = on`, `row_security = off`,
		} {
			o.primary(`ALTER DATABASE ` + o.pg.Config().Database + ` SET ` + setting)
		}
	}
	for _, when := range []string{"before the copy", "in the outage"} {
		t.Run(when, func(t *testing.T) {
			o := newOutage(t, `CREATE TABLE v(id int PRIMARY KEY, f float8, ts timestamptz, d date, iv interval, b bytea, ta text[], s text);
				INSERT INTO v VALUES (1, 0.1, '2024-05-06 07:08:09.123456+02', '2024-05-06', '1 year 2 mons 3 days 04:05:06', '\x00ff5c', '{a,NULL,"NULL",""}', 'a\b')`)
			if when == "before the copy" {
				alter(o)
				o.snapshot()
			}
			o.diverge()
			if when == "in the outage" {
				alter(o)
			}
			o.write(`UPDATE v SET f = 0.1::float8 + 0.2, ts = '2023-01-02 03:04:05.000001+00', d = '2023-02-01', iv = '-1 year 2 mons -3 days',
				b = '\x5c5c00', ta = ARRAY[NULL, 'NULL', 'null', 'b'], s = E'\x41 \\' WHERE id = 1`)
			o.write(`INSERT INTO v(id, s, ta) VALUES (3, 'ÿ€', ARRAY['NULL', NULL])`)
			o.replay()
			o.cutover()
			if got := o.conflicts(); got != "" {
				t.Errorf("conflicts: %s", got)
			}
			o.expect(`SELECT id, f, ts AT TIME ZONE 'UTC', d, iv, b, ta[1] IS NULL, ta[2], s FROM v WHERE id = 1`,
				`1,0.30000000000000004,2023-01-02 03:04:05.000001,2023-02-01,-10 mons -3 days,\x5c5c00,t,NULL,A \`)
			o.expect(`SELECT ta[1], ta[2] IS NULL, s FROM v WHERE id = 3`, `NULL,t,ÿ€`)
			o.rejoin()
			o.sameRows()
		})
	}
}
