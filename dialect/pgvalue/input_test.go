package pgvalue

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgtype"
)

// inputs are texts by type; what they mean is asked of PostgreSQL.
var inputs = []struct {
	oid    uint32
	typmod int32
	texts  []string
}{
	{pgtype.BoolOID, -1, []string{"t", "true", "TRUE", "yes", "y", "on", "1", "f", "false", "fa", "no", "n", "off", "of", "0", "o", "", " true ", "tru", "truee", "2", "ye"}},
	{pgtype.Int2OID, -1, []string{"0", "-32768", "32767", "32768", "-32769", " 12 ", "+5", "1 2", "", "abc", "1.5", "99999999999999999999", "- 5", "0x10", "1_000", "-0", "99999x", "32768 x", "12x"}},
	{pgtype.Int4OID, -1, []string{"2147483647", "-2147483648", "2147483648", "1e3", "\t7\n", "--5", "00012"}},
	{pgtype.Int8OID, -1, []string{"9223372036854775807", "-9223372036854775808", "9223372036854775808", "", "x", " ", "12 3"}},
	{pgtype.OIDOID, -1, []string{"0", "4294967295", "4294967296", "-1", "-2147483648", "", "a", "12x"}},
	{pgtype.Float8OID, -1, []string{"0", "-0", "1", "1.5", "1e15", "1e16", "123456789012345", "1234567890123456", "0.0001", "0.00001", "1e-5", "1e308", "1e309", "1e-400", "5e-324", "NaN", "nan", "Infinity", "-infinity", "inf", "+inf", " 1.25 ", "", "abc", "1.5.5", ".5", "5.", "1e", "1e5x", "0.1", "0.30000000000000004", "1e100", "123456.789", "-.5e-3", "1_0"}},
	{pgtype.Float4OID, -1, []string{"0", "1.1", "123456.7", "1234567", "1e6", "999999", "3.4e38", "3.5e38", "1e-46", "1e-45", "0.1", "16777217", "NaN", "-Infinity", "", "x", "1e-5", "0.0001"}},
	{pgtype.NumericOID, -1, []string{"0", "-0", "0.00", "1", "1.50", "-1.500", "1e5", "1.5e-3", "1E+2", "12345678901234567890.123456789", "NaN", "nan", "Infinity", "-Infinity", "inf", "+inf", "+NaN", "-NaN", "", "abc", "1.2.3", " 1 ", ".5", "5.", ".", "1e", "e5", "1e-20", "000123.4500", "1e131071", "1e131072", "1e-16383", "1e-16384", "1 2", "1e1000000000", "--1", "0e5", "0.0e-5", "0x1F"}},
	{pgtype.NumericOID, 4 + 10<<16 + 2, []string{"1", "1.005", "-1.005", "99999999.994", "99999999.995", "123456789", "NaN", "Infinity", "0.004", "1e7", "1e8"}},
	{pgtype.NumericOID, 4 + 3<<16 + 0, []string{"1.5", "2.5", "-2.5", "999.4", "999.5"}},
	{pgtype.NumericOID, 4 + 2<<16 + 2, []string{"0.994", "0.995", "1"}},
	{pgtype.NumericOID, 4 + 3<<16 + (2045), []string{"12345", "99949", "99950", "1", "500", "499", "999500"}}, // numeric(3,-3)
	{pgtype.NumericOID, 4 + 3<<16 + 5, []string{"0.00123", "0.001234", "0.01"}},
	{pgtype.VarcharOID, 4 + 3, []string{"", "ab", "abc", "abc  ", "abcd", "éàü", "éàüx", "ab   "}},
	{pgtype.BPCharOID, 4 + 3, []string{"", "ab", "abc", "abc  ", "abcd", "é", "éàüx"}},
	{pgtype.TextOID, -1, []string{"", "x", "NULL"}},
	{pgtype.NameOID, -1, []string{"abc", "a23456789012345678901234567890123456789012345678901234567890123456789", "éééééééééééééééééééééééééééééééééééé"}},
	{pgtype.QCharOID, -1, []string{"", "a", "abc", `\101`, `\377`, `\12`}},
	{pgtype.ByteaOID, -1, []string{"", `\x`, `\xDEADbeef`, `\x de ad`, `\xd`, `\xzz`, "abc", `a\\b`, `\001\377`, `\400`, `a\b`, `\`, "é", `\xd ead`, `\xdé`}},
	{pgtype.UUIDOID, -1, []string{"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", "{a0eebc99-9c0b4ef8-bb6d6bb9-bd380a11}", "a0eebc999c0b4ef8bb6d6bb9bd380a11", "a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1", "", "x", "{a0eebc999c0b4ef8bb6d6bb9bd380a11", "a0eebc999c0b4ef8bb6d6bb9bd380a11}", " a0eebc999c0b4ef8bb6d6bb9bd380a11", "a0e-ebc999c0b4ef8bb6d6bb9bd380a11", "a0eebc999c0b4ef8bb6d6bb9bd380a11-"}},
	{pgtype.DateOID, -1, dateTexts},
	{pgtype.TimestampOID, -1, dateTexts},
	{pgtype.TimestamptzOID, -1, dateTexts},
	{pgtype.TimestampOID, 0, []string{"2020-01-01 10:00:00.5", "1999-12-31 23:59:59.5", "1999-12-31 23:59:59.4999", "infinity"}},
	{pgtype.TimestamptzOID, 3, []string{"2020-01-01 10:00:00.12345", "1999-12-31 23:59:59.9995"}},
	{pgtype.TimeOID, -1, timeTexts},
	{pgtype.TimetzOID, -1, timeTexts},
	{pgtype.TimeOID, 2, []string{"10:00:00.129", "23:59:59.999"}},
	{pgtype.IntervalOID, -1, intervalTexts},
	{pgtype.IntervalOID, 3 | 0x7fff<<16, []string{"1.23456 seconds", "1 day 00:00:00.9999"}},
	{pgtype.IntervalOID, 0xffff | (1<<3|1<<10)<<16, []string{"1 day 02:03:04", "5", "3 4"}},
	{pgtype.IntervalOID, 0xffff | (1<<2)<<16, []string{"25", "25 months"}},
	{pgtype.IntervalOID, 0xffff | (1<<1)<<16, []string{"25", "25 months 3 days"}},
	{pgtype.IntervalOID, 0xffff | (1<<3)<<16, []string{"25", "25 months 3 days 4 hours"}},
	{pgtype.IntervalOID, 0xffff | (1<<11|1<<12)<<16, []string{"25:30", "1:2:3", "7", "25:30.5"}},
	{pgtype.JSONOID, -1, jsonTexts},
	{pgtype.JSONBOID, -1, jsonTexts},
	{pgtype.Int4ArrayOID, -1, []string{"{}", "{1,2,3}", "{ 1 , 2 }", "{1,NULL,null}", "{{1,2},{3,4}}", "{{1,2},{3}}", "{{},{}}", "{{}}", "{ }", "{", "}", "", "1,2", "{1,2}}", "{1,,2}", "{,1}", "{1,}", "[0:1]={1,2}", "[2]={1,2}", "[1:3]={1,2}", "[1:2][1:1]={{1},{2}}", "{1,x}", "{{1},2}", "{1,{2}}", `{"1","2"}`, `{1"2"}`, "{1 2}", "[1:0]={}", "[a]={1}", "[1:2={1,2}", "[1:2]{1,2}", "{99999999999}", "{{{{{{{1}}}}}}}", "{1} x", "  {1}  ", "[-1:0]={1,2}"}},
	{pgtype.TextArrayOID, -1, []string{`{a,b}`, `{"a b",c}`, `{a b , c}`, `{"",x}`, `{NULL,"NULL"}`, `{"a\"b","c\\d"}`, `{a\,b}`, `{\NULL}`, `{"a,b","{c}"}`, `{é,"ü ü"}`, `{" x "}`, `{"a"b}`, `{a"b"}`, `{"a}`, `{a\`, `{"x"  ,y}`, "{a\nb}", "{\"a\nb\"}"}},
	{pgtype.BoolArrayOID, -1, []string{"{true,f,1}", "{x}"}},
	{pgtype.NumericArrayOID, -1, []string{"{1.50,NaN,1e3}"}},
	{pgtype.TimestamptzArrayOID, -1, []string{`{"2020-01-01 00:00:00+02",infinity}`, `{2020-06-01}`}},
	{pgtype.JSONBArrayOID, -1, []string{`{"{\"b\":1,\"a\":2}"}`}},
	{pgtype.ByteaArrayOID, -1, []string{`{"\\x0102",abc}`}},
	{pgtype.IntervalArrayOID, -1, []string{`{1 day,2 hours}`}},
}

var dateTexts = []string{
	"2020-01-02", "2020-1-2", "20200102", "200102", "01/02/2020", "1/2/20", "Jan 2, 2020", "2 January 2020", "2020-Jan-02", "02-Jan-2020", "2020.002", "2020-002", "J2451545", "J 2451545", "julian 2451545",
	"2020-02-29", "2019-02-29", "2020-13-01", "2020-00-01", "2020-01-32", "13/13/2020", "0000-01-01", "0001-01-01", "0001-01-01 BC", "4714-11-24 BC", "4714-11-23 BC", "4713-01-01 BC", "294276-12-31", "294277-01-01", "5874897-12-31", "5874898-01-01", "10000-01-01", "99999-12-31",
	"infinity", "-infinity", "+infinity", "Infinity", "epoch", "allballs", "", " ", "abc", "2020", "2020-01", "12", "today is", "99-01-08", "08-Jan-99", "Jan-08-1999", "January 8, 99 BC", "1999-01-08 AD",
	"2020-01-02 03:04:05", "2020-01-02T03:04:05", "2020-01-02T03:04:05Z", "2020-01-02 03:04:05.123456", "2020-01-02 03:04:05.1234567", "2020-01-02 03:04:05.9999999", "2020-01-02 03:04", "2020-01-02 3:4", "2020-01-02 03", "2020-01-02 24:00:00", "2020-01-02 24:00:01", "2020-01-02 23:59:60", "2020-01-02 25:00", "2020-01-02 12:60", "20200102T030405", "20200102 030405", "2020-01-02T030405", "2020-01-02T0304", "2020-01-02 030405.5", "20200102 0304",
	"2020-01-02 03:04:05+01", "2020-01-02 03:04:05-01:30", "2020-01-02 03:04:05+0130", "2020-01-02 03:04:05 +01:02:03", "2020-01-02 03:04:05+16", "2020-01-02 03:04:05 UTC", "2020-01-02 03:04:05 utc", "2020-01-02 03:04:05 EST", "2020-07-02 03:04:05 EDT", "2020-07-02 03:04:05 EST", "2020-07-02 03:04:05 America/New_York", "2020-07-02 03:04:05 america/new_york", "2020-01-02 03:04:05 Europe/Berlin", "2020-01-02 03:04:05 Nowhere/City", "2020-01-02 03:04:05 XYZ", "2020-01-02 03:04:05 MSK", "2011-01-02 03:04:05 MSK", "2012-01-02 03:04:05 MSK", "2020-01-02 03:04:05 PST8PDT", "2020-01-02 03:04:05 MET DST", "2020-01-02 03:04:05 z", "2020-01-02 03:04:05 zulu", "2020-01-02 +02", "2020-01-02 03:04:05 GMT+3", "2020-01-02 03:04:05 UTC-3",
	"2020-01-02 03:04:05 AM", "2020-01-02 03:04:05 PM", "2020-01-02 12:00 AM", "2020-01-02 12:00 PM", "2020-01-02 13:00 PM", "2020-01-02 3 PM", "03:04:05", "Thu Jan 02 03:04:05 2020", "Thu Jan 02 03:04:05 2020 PST", "Thursday, January 2, 2020", "Jan 2 2020 03:04:05.5 PST", "2020-01-02 at 03:04", "2020-01-02,03:04:05", "2020/01/02", "2020.01.02", "02.01.2020", "2020-01/02", "20-01-02", "1-2-3", "Feb 30 2020", "Feb 29 2021", "2020 Jan 2", "Jan 2020 2", "Jan 2020", "2020-Q1", "12:00 2020-01-02", "030405 20200102", "2020-366", "2019-366", "y2020m01d02", "y2020m01d02h03mm04s05.5", "y2020m1.5d2", "epoch epoch", "2020-01-02 s", "2020-01-02 d m", "j", "2020-01-02 y", "0s", "y y 2020-01-02", "t", "2020-01-02 t", "now infinity", "2020-01-02t03:04:05", "2020-01-02 t 03:04:05", "t03:04:05", "2021-03-28 02:30 Europe/Berlin", "2021-10-31 02:30 Europe/Berlin", "2020-01-02 03:04:05 2020-01-02", "2020-01-02 dst", "now now", "today 03:04:05x", "2020-01-02 03:04:05.", "2020-01-02 .5", "2020-01-02 \t 03:04:05\n", "2020-01-02;03:04", "294276-12-31 23:59:59.999999", "294276-12-31 23:59:59.9999999", "294276-12-31 23:00:00-02", "4714-11-24 00:00:00+01 BC", "1883-11-18 12:00 America/New_York", "1900-01-01 00:00:00 Europe/Amsterdam", "2147483648-01-01", "1999-01-08 04:05:06.789-8", "January 8 04:05:06 1999 PST", "epoch 10:00", "infinity x", "é", "2020-01-02é", "0099-01-01", "99-1-1", "0-1-1", "00-01-01",
}

var timeTexts = []string{
	"04:05:06", "04:05:06.789", "04:05", "040506", "0405", "04:05 AM", "04:05 PM", "12:00 AM", "16:05 PM", "24:00:00", "24:00:01", "23:59:60", "23:59:59.9999999", "00:00", "", "abc", "25:00", "12:61", "4", "04", "040506.5", "04:05:06+02", "04:05:06 -08:30", "04:05:06-8", "040506-08", "040506+0730", "04:05:06 PST", "04:05:06 UTC", "allballs", "z", "04:05 America/New_York", "2003-04-12 04:05:06 America/New_York", "2003-07-12 04:05:06 America/New_York", "04:05:06 Etc/UTC", "2020-01-01", "2020-01-01 04:05", "04:05:06 xyz", "T040506", "t04:05", "04:05:06.5.5", "1:2:3", "-04:05", "04:05:06 +16", "2020-01-02T03:04:05Z", "Jan 1 04:05", "04:05:06 EST5EDT", "today", "infinity", "04.05.06", "12:00:00.1234565", "04:05:06 GMT-2", "04:05:06 a.m.",
}

var intervalTexts = []string{
	"1 day", "2 days 03:04:05", "1 year 2 mons", "1 year 2 mons 3 days 04:05:06.789", "-1 year", "1 year -2 days", "-1 mons +2 days", "1 day -00:00:01", "@ 1 hour ago", "1 day 2 hours ago", "1 day ago 2 hours", "P1Y2M3DT4H5M6S", "P1Y", "PT1H", "P1W", "PT0.5S", "P1.5D", "P0001-02-03T04:05:06", "P00010203T040506", "P-1Y", "PT-1H-30M", "P", "PT", "P1", "P1S", "1-2", "-1-2", "1-13", "1-2 3 4:05:06", "-1-2 +3 -4:05:06", "1.5 days", "1.5 months", "1.5 years", "1.5 weeks", "0.1 months", "1.23456789 seconds", "1 decade", "1 century 2 decades", "1 millennium", "100 microseconds", "1500 milliseconds", "1 ms 1 us", "12:34", "12:34:56", "12:34.5", "1", "1.5", "10 20", "", "abc", "1 foo", "day", "1 day 1 day", "1 day 2 hours 3 days", "1h", "1h 30m", "1d 2h", "5 m", "3 w", "1 y", "178000000 years", "178956970 years 7 months", "178956970 years 8 months", "2147483648 months", "2147483647 days 1 day", "9223372036854775807 us", "9223372036854775808 us", "99999999999 hours", "2562047788 hours", "2562047789 hours", "+1 day", "- 1 day", "1 day, 2 hours", "0 days", "0.000001 s", "0.0000001 s", "-00:00:00.5", "1 mon 1 day", "-1 mon 1 day -1 sec", "1 month ago", "1 quarter", "P1YT", "P1Y1Y", "P1-2-3", "P1-2", "1 day -1", "1.5h", "0.5 century", "1e3 days", "1..5 days", "1 day 25:61", "100:00:00", "-100:59:59.999999", "1 2:03", "1 +02:03", "1 -2:03:04", "'1 day'", "1 fortnight", "infinity", "-infinity", "3 days 3", "1 year 1", "1 mon 2 week", "0.7 months", "-0.5 days", "1 seconds 1 milliseconds", "1.5 seconds 1 ms", "P1DT2H3M4.567S", "p1d", "P1D ", " P1D", "PT36:00", "PT12:30:15", "P2020-13", "1 month 15.5 days",
}

var jsonTexts = []string{
	`{}`, `[]`, `null`, `true`, `false`, `1`, `-1.50`, `1e2`, `1E-5`, `1e400`, `0.10`, `-0`, `-0.0`, `"a"`, `"a\u00e9b"`, `"\ud83d\ude00"`, `"\ud83d"`, `"\ude00"`, `"\u0000"`, `"a\nb\t\"\\\/"`, `"` + "\x01" + `"`, `"` + "\n" + `"`, "\"\x7f\"", `{"b":1,"a":2}`, `{"aa":1,"b":2,"a":3,"b":4}`, `{"a":{"c":1,"b":[1,2,{"x":null}]}}`, ` { "a" : 1 } `, `[1, 2 ,3]`, `[1,]`, `{"a":1,}`, `{a:1}`, `{"a"}`, `{"a":}`, `[`, `{`, `]`, `}`, ``, ` `, `nul`, `truex`, `1 2`, `01`, `1.`, `.5`, `+1`, `-`, `1e`, `1e+`, `"abc`, `"\x"`, `"\u12"`, `"\u12zz"`, `[1 2]`, `{"a" 1}`, `{"a":1 "b":2}`, `{1:2}`, `NaN`, `Infinity`, `[[[]]]`, `[1,[2,[3]]]`, `12345678901234567890.1234567890`, `1.0000`, `100e-2`, `'a'`, `é`, `"é"`, `{"é":1,"z":2,"aaa":3,"":4}`, `1.5e3`, `0e0`, `[true,false,null]`, `{"a":1}x`, `,`, `:`, `{,}`, `[,]`, `{"a":1,,"b":2}`, `1x`, `-x`, `"\u00"`, `"\`, `1e-20`, `{"a":"\u0041"}`, `tru é`, `$`, `[$]`, `{"a":$}`, `1.2.3`, `--1`,
}

func TestInput(t *testing.T) {
	c := oracle(t)
	zones := []string{"UTC", "America/New_York", "Asia/Kolkata"}
	for _, zone := range zones {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		env := &Env{TimeZone: loc}
		if _, err := c.Exec(context.Background(), "SET timezone = '"+zone+"'"); err != nil {
			t.Fatal(err)
		}
		for _, in := range inputs {
			typ, ok := TypeOf(nil, in.oid, in.typmod)
			if !ok {
				t.Fatalf("no type %d", in.oid)
			}
			rows, err := c.Query(context.Background(), "SELECT v, pg_temp.ask($1::int8::oid, $2, v) FROM unnest($3::text[]) v", int64(in.oid), in.typmod, in.texts)
			if err != nil {
				t.Fatal(err)
			}
			for rows.Next() {
				var text, want string
				if err := rows.Scan(&text, &want); err != nil {
					t.Fatal(err)
				}
				v, err := ParseText(&typ, text, env)
				got := ""
				if err == nil {
					got, err = FormatText(&typ, v, env)
				}
				if got = outcome(got, err); got != want {
					t.Errorf("%s: %s(%d) %q\n got %s\nwant %s", zone, typ.Name, in.typmod, text, got, want)
				}
			}
			if err := rows.Err(); err != nil {
				t.Fatal(err)
			}
		}
	}
}
