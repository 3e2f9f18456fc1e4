package dbsync

import (
	"fmt"
	"strings"
	"testing"
)

// typeSamples are values of every type that the copy stores, as PostgreSQL
// expressions; NULL is added to each.
var typeSamples = []struct {
	typ    string
	values []string
}{
	{"boolean", []string{"true", "false"}},
	{"int2", []string{"0", "-32768", "32767"}},
	{"int4", []string{"0", "-2147483648", "2147483647"}},
	{"int8", []string{"0", "-9223372036854775808", "9223372036854775807"}},
	{"oid", []string{"0", "4294967295"}},
	{"float4", []string{"0", "'-0'", "1.1", "'NaN'", "'Infinity'", "'-Infinity'", "3.4028235e38", "1e-45"}},
	{"float8", []string{"0", "'-0'", "0.1", "'NaN'", "'Infinity'", "'-Infinity'", "1.7976931348623157e308", "5e-324"}},
	{"numeric", []string{"0", "1.0", "1.00", "-0.000000000000000000000000000001", "'NaN'", "'Infinity'", "'-Infinity'", "1e100",
		"123456789012345678901234567890.123456789"}},
	{"numeric(10,2)", []string{"0", "0.01", "-99999999.99", "99999999.99", "'NaN'"}},
	{"numeric(18,0)", []string{"0", "999999999999999999", "-999999999999999999", "'NaN'"}},
	{"numeric(30,10)", []string{"0", "12345678901234567890.0123456789", "'NaN'"}},
	{"numeric(5,-2)", []string{"12300", "-100"}},
	{"text", []string{"''", "'x'", "'Zoë – 日本語 🎉'", "E'a\\nb\\t\\\\'", "repeat('long', 100000)"}},
	{"varchar(20)", []string{"''", "'trailing  '"}},
	{"char(5)", []string{"''", "'ab'", "'abcde'"}},
	{`"char"`, []string{"'x'", "''"}},
	{"name", []string{"'pg_class'"}},
	{"bytea", []string{"''", "'\\x00ff00'", "decode(repeat('ab', 100000), 'hex')"}},
	{"uuid", []string{"'00000000-0000-0000-0000-000000000000'", "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'"}},
	{"date", []string{"'2000-01-01'", "'4713-01-01 BC'", "'5874897-12-31'", "'infinity'", "'-infinity'", "'0044-03-15 BC'"}},
	{"time", []string{"'00:00'", "'24:00'", "'12:34:56.789012'"}},
	{"timetz", []string{"'00:00+00'", "'12:34:56.789012-07'", "'24:00+15:59:59'"}},
	{"timestamp", []string{"'2000-01-01'", "'4713-01-01 BC'", "'294276-12-31 23:59:59.999999'", "'infinity'", "'-infinity'"}},
	{"timestamptz", []string{"'2000-01-01+00'", "'1969-12-31 23:59:59.999999-08'", "'294276-12-31 23:59:59.999999+00'", "'infinity'", "'-infinity'", "'0001-01-01 BC'"}},
	{"interval", []string{"'0'", "'1 year -2 months 3 days -04:05:06.789'", "'-178000000 years'", "'1 mon -1 day'"}},
	{"json", []string{"'{\"b\": 1, \"a\":  [1, 2.50, null]}'", "'\"x\"'", "'null'"}},
	{"jsonb", []string{"'{\"b\": 1, \"a\":  [1, 2.50, null], \"é\": \"\\u20ac\"}'", "'{}'", "'null'", "'1e400'"}},
	{"mood", []string{"'sad'", "'happy'"}},
	{"positive", []string{"1", "2147483647"}},
	{"int4[]", []string{"'{}'", "'{1,NULL,3}'", "'{{1,2},{3,4}}'", "'[0:1]={5,6}'"}},
	{"text[]", []string{"'{}'", "ARRAY['', 'NULL', 'a\"b', 'c,d', NULL, ' ']", "ARRAY[E'x\\\\y']"}},
	{"timestamptz[]", []string{"ARRAY['2020-01-01 00:00+05'::timestamptz, 'infinity']"}},
	{"numeric(8,3)[]", []string{"ARRAY[1.5, 'NaN', NULL]::numeric(8,3)[]"}},
	{"mood[]", []string{"'{sad,NULL,happy}'"}},
	{"bytea[]", []string{"ARRAY['\\x00'::bytea]"}},
	{"jsonb[]", []string{"ARRAY['{\"a\": 1}'::jsonb]"}},
	{"uuid[]", []string{"'{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}'"}},
	{"bool[]", []string{"'{t,f,NULL}'"}},
	{"float8[]", []string{"'{1,NaN,-Infinity}'"}},
}

// textSamples are types that the copy keeps as PostgreSQL's own text; a stream
// that has one of them comes as text altogether.
var textSamples = []struct {
	typ    string
	values []string
}{
	{"inet", []string{"'192.168.0.1'", "'10.0.0.0/8'", "'::1'"}},
	{"cidr", []string{"'10.0.0.0/8'"}},
	{"macaddr", []string{"'08:00:2b:01:02:03'"}},
	{"bit(5)", []string{"B'10101'"}},
	{"varbit", []string{"B''", "B'1'"}},
	{"int4range", []string{"'[1,5)'", "'empty'", "'(,)'"}},
	{"tstzrange", []string{"'[2020-01-01 00:00+02,infinity)'"}},
	{"int4multirange", []string{"'{[1,3),[5,6)}'"}},
	{"point", []string{"'(1.5,-2)'"}},
	{"money", []string{"'12.34'"}},
	{"tsvector", []string{"'a fat cat'"}},
	{"xml", []string{"'<a>é</a>'"}},
	{"pair", []string{"ROW(1, 'x,y')", "ROW(NULL, '')"}},
	{"inet[]", []string{"'{10.0.0.1,NULL}'"}},
}

const typeNames = `
	CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
	CREATE TYPE pair AS (n int, s text);
	CREATE DOMAIN positive AS int CHECK (VALUE > 0);`

// typeTable is a table with a column of each type, and inserts that give each
// sample in turn.
func typeTable(name string, identity string, samples []struct {
	typ    string
	values []string
}) (create string, inserts []string) {
	var columns []string
	rows := 0
	for i, s := range samples {
		columns = append(columns, fmt.Sprintf("c%d %s", i, s.typ))
		rows = max(rows, len(s.values)+1)
	}
	create = "CREATE TABLE " + name + " (id int PRIMARY KEY, " + strings.Join(columns, ", ") + "); ALTER TABLE " + name + " REPLICA IDENTITY " + identity + ";"
	for n := range rows {
		values := []string{fmt.Sprint(n)}
		for _, s := range samples {
			v := "NULL"
			if n < len(s.values) {
				v = "(" + s.values[n] + ")::" + s.typ
			}
			values = append(values, v)
		}
		inserts = append(inserts, "INSERT INTO "+name+" VALUES ("+strings.Join(values, ", ")+")")
	}
	return create, inserts
}

func TestEveryTypeRoundTrips(t *testing.T) {
	for _, c := range []struct {
		name     string
		identity string
		samples  []struct {
			typ    string
			values []string
		}
	}{
		{"binary", "DEFAULT", typeSamples},
		{"binary full", "FULL", typeSamples},
		{"text", "DEFAULT", append(textSamples, typeSamples...)},
	} {
		t.Run(c.name, func(t *testing.T) {
			create, inserts := typeTable("t", c.identity, c.samples)
			r := newReplica(t, outPrimary(t), typeNames+create)
			for _, sql := range inserts {
				r.exec(sql)
			}
			report := r.snapshot()
			for _, a := range report.Absent {
				t.Errorf("%s %s", a.Name, a.Reason)
			}
			r.run()
			r.equal() // through COPY
			r.exec("DELETE FROM t")
			for _, sql := range inserts {
				r.exec(sql)
			}
			r.equal() // through the stream
			if n := r.local("SELECT count(*) FROM t"); n != int64(len(inserts)) {
				t.Errorf("%d rows", n)
			}
			// Every value becomes every other one of its type.
			for k := 1; k < len(inserts); k++ {
				var set []string
				for i := range c.samples {
					set = append(set, fmt.Sprintf("c%d = o.c%d", i, i))
				}
				r.exec(fmt.Sprintf("UPDATE t SET %s FROM t o WHERE o.id = (t.id + %d) %% %d", strings.Join(set, ", "), k, len(inserts)))
			}
			r.exec("UPDATE t SET id = id + 1000 WHERE id % 2 = 0")
			r.equal()
			if log := r.log.String(); strings.Contains(log, "WARN") {
				t.Errorf("log:\n%s", log)
			}
		})
	}
}
