-- schema: shop
-- cases

SELECT concat('a', $1);
--$ [1]

SELECT format('%s', $1);
--$ [1]

SELECT concat_ws(',', $1, 'x');
--$ ["y"]

SELECT coalesce($1, 5), pg_typeof(coalesce($1, 5));
--$ [7]

SELECT coalesce($1, name) FROM customer WHERE id = 1;
--$ [7]

SELECT coalesce($1, 'x');
--$ ["y"]

SELECT nullif($1, 0);
--$ [7]

SELECT nullif($1, $2);
--$ ["a", "a"]

SELECT greatest($1, 3, $2);
--$ [7, "4"]

SELECT CASE WHEN $1 THEN 1 ELSE $2 END;
--$ [true, 5]

SELECT CASE $1 WHEN 1 THEN 'a' ELSE $2 END;
--$ [1, "z"]

SELECT $1;
--$ ["x"]

SELECT $1;
--$ [null]

SELECT $1;
--$ [5]

SELECT $1::int + $1;
--$ [5]

SELECT $1 + $2;
--$ [1, 2]

SELECT $1 || $2;
--$ ["a", "b"]

SELECT $1 || 'x', 1 || $1;
--$ ["a"]

SELECT -$1;
--$ [1]

SELECT NOT $1;
--$ [true]

SELECT NOT $1;
--$ ["yes"]

SELECT $1 IS NULL;
--$ [null]

SELECT $1::text IS NULL, $1 IS NOT DISTINCT FROM 'a';
--$ [null]

SELECT id FROM customer WHERE $1 IS NULL OR name = $1 ORDER BY id;
--$ ["Ann"]

SELECT id FROM customer WHERE ($1::text IS NULL OR name = $1) AND ($2::bool IS NULL OR active = $2) ORDER BY id;
--$ [null, true]

SELECT id FROM customer WHERE $1 = '' OR name ILIKE '%' || $1 || '%' ORDER BY id;
--$ ["AN"]

SELECT id FROM customer WHERE id = ANY($1) ORDER BY id;
--$ [[1, 3]]

SELECT id FROM customer WHERE id = ANY($1) ORDER BY id;
--$ ["{1,3}"]

SELECT id FROM customer WHERE id = ANY($1::int[]) ORDER BY id;
--$ [[1, 3]]

SELECT id FROM customer WHERE id <> ALL($1) ORDER BY id;
--$ [[1, 3]]

SELECT id FROM customer WHERE name = ANY($1) ORDER BY id;
--$ [["Ann", "bob"]]

SELECT id FROM customer WHERE name = ANY($1) ORDER BY id;
--$ ["Ann"]

SELECT id FROM customer WHERE id = ANY($1) ORDER BY id;
--$ [1]

SELECT id FROM customer WHERE id = ANY($1) ORDER BY id;
--$ [null]

SELECT id FROM customer WHERE id = ANY(ARRAY[$1, $2]) ORDER BY id;
--$ [1, 2]

SELECT id FROM customer WHERE id IN ($1, $2, NULL) ORDER BY id;
--$ [1, "2"]

SELECT id FROM customer WHERE id IN ($1) ORDER BY id;
--$ ["x"]

SELECT id FROM customer WHERE id = $1;
--$ [9223372036854775807]

SELECT id FROM emp WHERE id = $1;
--$ [9223372036854775807]

SELECT id FROM emp WHERE id = $1;
--$ [1.5]

SELECT id FROM emp WHERE id = $1;
--$ [2.0]

SELECT id FROM emp WHERE salary = $1;
--$ [500.5]

SELECT id FROM emp WHERE salary > $1 ORDER BY id;
--$ ["500.50"]

SELECT id FROM emp WHERE salary > $1 ORDER BY id;
--$ [500]

SELECT id FROM emp WHERE salary = $1;
--$ ["abc"]

SELECT id FROM customer WHERE active = $1 ORDER BY id;
--$ ["t"]

SELECT id FROM customer WHERE active = $1 ORDER BY id;
--$ [1]

SELECT id FROM customer WHERE born = $1 ORDER BY id;
--$ ["1980-02-29"]

SELECT id FROM customer WHERE born < $1 ORDER BY id;
--$ ["time:1985-01-01T23:59:59-08:00"]

SELECT id FROM customer WHERE name = $1;
--$ [5]

SELECT id FROM customer WHERE name = $1;
--$ [true]

SELECT id FROM customer WHERE name = $1;
--$ [1.5]

SELECT id FROM customer WHERE name = $1;
--$ ["time:2024-01-01T00:00:00Z"]

SELECT id FROM customer WHERE name = $1;
--$ ["bytes:Ann"]

SELECT id FROM customer WHERE name LIKE $1 || '%' ORDER BY id;
--$ ["A"]

SELECT id FROM customer WHERE name LIKE $1 ESCAPE $2 ORDER BY id;
--$ ["A!%", "!"]

SELECT id FROM customer WHERE note LIKE 'a\%b\_c' OR note LIKE 'a#%b#_c' ESCAPE '#' ORDER BY id;

SELECT 'abc' LIKE 'a\', 'a\' LIKE 'a\\', 'a%' LIKE 'a\%', 'abc' LIKE '', '' LIKE '', '' LIKE '%', 'a' LIKE '_' ESCAPE '_';

SELECT 'abc' LIKE 'abc\';

SELECT 'abc' LIKE 'a%c' ESCAPE 'xx';

SELECT 'a\c' LIKE 'a\c' ESCAPE '', 'aXc' LIKE 'aX_' ESCAPE 'X', 'a_' LIKE 'aX_' ESCAPE 'X', 'äbc' LIKE '_bc', 'é' LIKE '_', 'é' LIKE '__', 'ÄB' ILIKE 'äb', 'a' || chr(10) || 'b' LIKE 'a_b';

SELECT 'abc' ~ 'A', 'abc' ~* 'A', 'abc' !~ '^b', 'a.c' ~ 'a\.c', 'abc' ~ '^(a|b)(?=b)', 'abc' ~ 'a(?!b)', 'foobar' ~ '(?<=foo)bar', 'abab' ~ '(ab)\1';

SELECT regexp_replace('foobarbaz', 'b(..)', 'X\1Y'), regexp_replace('foobarbaz', 'b(..)', 'X\1Y', 'g'), regexp_replace('abc', 'b', '\\'), regexp_replace('abc', 'b', '[\&]'), regexp_replace('A1B2', '\d', '', 'g'), regexp_replace('aaa', 'a', 'b', 1, 2), regexp_replace('aaa', 'a', 'b', 2);

SELECT regexp_match('foobarbequebaz', '(bar)(beque)'), regexp_match('abc', 'x'), regexp_match('abc', 'B', 'i'), (regexp_match('a=1', '(\w)=(\d)'))[2], regexp_matches('abab', 'a', 'g');

SELECT regexp_split_to_array('a, b,c', ',\s*'), regexp_split_to_array('abc', ''), regexp_split_to_table('1-2-3', '-'), regexp_count('abcabc', 'b'), regexp_instr('abcabc', 'b', 1, 2), regexp_substr('abc123', '\d+'), regexp_like('ABC', 'b', 'i');

SELECT 'abc' ~ '(';

SELECT 'abc' ~ '*a';

SELECT 'abc' ~ 'a{2,1}';

SELECT regexp_replace('abc', 'b', 'x', 'q');

SELECT regexp_replace('abc', 'b', 'x', 'z');

SELECT substring('foobar' from 'o.b'), substring('foobar' from 'o(.)b'), substring('foobar' similar '%#"o_b#"%' escape '#'), 'abc' SIMILAR TO 'a(b|x)c', 'abc' SIMILAR TO 'a', 'a.c' SIMILAR TO 'a.c', 'abc' SIMILAR TO 'a_c', 'aab' SIMILAR TO 'a{2}b';

SELECT 'a' || chr(10) || 'b' ~ 'a.b', 'a' || chr(10) || 'b' ~ '^b', 'a' || chr(10) || 'b' ~ '(?n)^b', 'a' || chr(10) || 'b' ~ '(?w)^b', 'AB' ~ '(?i)ab', 'a b' ~ '(?x) a \s b';

SELECT 'foo bar' ~ '\mbar\M', 'foobar' ~ '\ybar', 'foobar' ~ '\Bbar', 'x' ~ '[[:alpha:]]', 'é' ~ '[[:alpha:]]', 'é' ~ '\w', '5' ~ '[^\d]', 'a-b' ~ '[a\-z]', ']' ~ '[]]', '\' ~ '[\\]', 'tab	' ~ '\t';

SELECT length('é'), char_length('e' || chr(769)), octet_length('é'), bit_length('é'), reverse('aé😀'), left('héllo', 2), right('héllo', -1), left('abc', -5), substr('héllo', 2, 2), substr('abc', 0, 2), substr('abc', -1, 3), substring('abc' from 2 for 0), overlay('héllo' placing 'XX' from 2 for 1), position('l' in 'héllo'), strpos('abc', ''), strpos('', 'a');

SELECT substr('abc', 1, -1);

SELECT substring('abc' from -5 for 3), substring('abc', 2147483647, 5), substring('abc' from 1 for 2147483647), right('abc', 0), left('abc', 0), lpad('é', 3, 'xy'), lpad('abc', 2), rpad('abc', 5, ''), lpad('', 3, 'é'), rpad('a', -1), repeat('ab', 0), repeat('ab', -3), lpad('abc', 2147483647) IS NULL;

SELECT split_part('a,b,c', ',', 2), split_part('a,b,c', ',', -1), split_part('a,b,c', ',', 9), split_part('abc', '', 1), split_part('', ',', 1), string_to_array('a,b,,c', ','), string_to_array('a,b,,c', ',', ''), string_to_array('abc', NULL), string_to_array('', ','), string_to_array(NULL, ','), array_to_string(ARRAY[1,NULL,3], ','), array_to_string(ARRAY[1,NULL,3], ',', '*'), string_to_table('a b', ' ');

SELECT split_part('a,b,c', ',', 0);

SELECT initcap('hello wORLD o''neil éa 1st'), upper('straße'), lower('ÀÉ'), upper('ǆ'), initcap('ÉCOLE élan'), translate('abcde', 'ace', 'XY'), ascii('é'), chr(233), ascii(''), trim(both 'xy' from 'xyabcyx'), ltrim('  a '), btrim('aabaa', 'a'), trim(leading from '  x'), rtrim('x' || chr(9) || ' ');

SELECT chr(0);

SELECT chr(-1);

SELECT chr(1114112);

SELECT upper('é' COLLATE "C"), lower('É' COLLATE "C"), 'a' < 'B' COLLATE "C", 'é' > 'z' COLLATE "C";

SELECT quote_ident('Select'), quote_ident('abc'), quote_ident('a"b'), quote_literal('it''s'), quote_literal('a\b'), quote_nullable(NULL), quote_literal(5), format('%I %L %s %%', 'A b', 'x''y', NULL), format('%2$s %1$s', 'a', 'b'), format('|%5s|%-5s|', 'a', 'b'), format('%1$s %s', 'a', 'b'), format('%*s', 4, 'x'), format('%L', NULL), format('%-3s|', 'é');

SELECT format('%I', NULL);

SELECT format('%d', 1);

SELECT format('%s %s', 'a');

SELECT md5('é'), encode(sha256('abc'), 'hex'), encode('\x00ff', 'base64'), encode('a\b'::bytea, 'escape'), decode('YQ==', 'base64'), decode('616', 'hex');

SELECT decode('YQ', 'base64'), decode('Y Q = =', 'base64');

SELECT decode('!!', 'base64');

SELECT to_hex(-1), to_hex(255::bigint), to_hex(-1::bigint), '\x41'::bytea || 'b'::bytea, get_byte('\x0102', 1), set_bit('\x00'::bytea, 3, 1), length('\x010203'::bytea), substring('\x010203'::bytea from 2), trim('\x00'::bytea from '\x000100'::bytea), convert_from('\xc3a9', 'UTF8'), convert_to('é', 'UTF8'), overlay('\x0102'::bytea placing '\xff' from 1), position('\x02'::bytea in '\x0102'::bytea), bit_count('\xff'::bytea);

SELECT convert_from('\xff', 'UTF8');

SELECT get_byte('\x01', 5);

SELECT '\xzz'::bytea;

SELECT '\x123'::bytea;

SELECT 'a\777'::bytea;

SELECT normalize('e' || chr(769)) = 'é', normalize('ﬁ', NFKC), 'é' IS NORMALIZED, ('e' || chr(769)) IS NFC NORMALIZED, U&'\00e9\+01F600', U&'d!0061t' UESCAPE '!', E'\u00e9\x41\101\n' ;

SELECT unistr('\00e9'), starts_with('abc', 'ab'), 'abc' ^@ 'ab', string_agg(x, ',' ORDER BY x DESC) FROM (VALUES ('b'), ('a'), (NULL)) t(x);

SELECT 'a'::char(3) || 'b', length('a  '::char(5)), 'a '::char(3) = 'a', 'a '::varchar = 'a', 'a '::char(3)::text || '|', 'abc'::char(2), 'abcdef'::varchar(3), 'x'::"char", 'abc'::char, octet_length('ab'::char(4)), 'a '::char(2) = 'a '::text, 'a'::char(3) LIKE 'a', 'a'::char(3) LIKE 'a  ', concat('a'::char(3), '|'), to_json('a'::char(3)), upper('a'::char(3)) || '|';

INSERT INTO kinds (id, vc) VALUES (100, 'toolong');

INSERT INTO kinds (id, vc) VALUES (100, 'trail     ') RETURNING vc || '|';

INSERT INTO kinds (id, ch) VALUES (100, 'abcde');

INSERT INTO kinds (id, ch) VALUES (100, 'abcd  ') RETURNING ch;

INSERT INTO kinds (id, i2) VALUES (100, 40000);

INSERT INTO kinds (id, i2) VALUES (100, $1);
--$ [40000]

INSERT INTO kinds (id, n2) VALUES (100, 99999.9995);

INSERT INTO kinds (id, n2) VALUES (100, 99999.9994) RETURNING n2;

INSERT INTO kinds (id, n2) VALUES (100, $1) RETURNING n2;
--$ [1.23456]

INSERT INTO kinds (id, n2) VALUES (100, 'Infinity');

INSERT INTO kinds (id, n2) VALUES (100, 'NaN') RETURNING n2;

INSERT INTO kinds (id, f4) VALUES (100, 1e39);

INSERT INTO kinds (id, f4) VALUES (100, 16777217) RETURNING f4, f4::float8, f4::numeric;

INSERT INTO kinds (id, m) VALUES (100, 'angry');

INSERT INTO kinds (id, m) VALUES (100, $1);
--$ ["angry"]

INSERT INTO kinds (id, u) VALUES (100, '{A0EEBC99-9c0b4ef8-bb6d6bb9-bd380a11}') RETURNING u;

INSERT INTO kinds (id, u) VALUES (100, 'A0EEBC99');

INSERT INTO kinds (id, b) VALUES (100, 'tru') RETURNING b;

INSERT INTO kinds (id, b) VALUES (100, 'o');

INSERT INTO kinds (id, b) VALUES (100, 1);

INSERT INTO kinds (id, j) VALUES (100, '{"a": 1, "a": 2}') RETURNING j, j->>'a';

INSERT INTO kinds (id, ia) VALUES (100, '[2:4]={1,2,3}') RETURNING ia, ia[2], array_lower(ia, 1), array_upper(ia, 1), array_length(ia, 1), ia[3:], ia[:2];

INSERT INTO kinds (id, ia) VALUES (100, '{1,2') ;

INSERT INTO kinds (id, ia) VALUES (100, '{1,a}') ;

INSERT INTO kinds (id, ia) VALUES (100, $1) RETURNING ia;
--$ [[1, 2]]

INSERT INTO kinds (id, ta) VALUES (100, $1) RETURNING ta;
--$ [["a,b", "", "NULL", "q\"x"]]

INSERT INTO kinds (id, jb) VALUES (100, $1) RETURNING jb;
--$ ["bytes:{\"b\":1, \"a\":[1.0]}"]

INSERT INTO kinds (id, by) VALUES (100, $1) RETURNING by, encode(by, 'hex');
--$ ["bytes:abc"]

INSERT INTO kinds (id, by) VALUES (100, $1) RETURNING by, encode(by, 'hex');
--$ ["abc"]

INSERT INTO kinds (id, by) VALUES (100, $1) RETURNING by, encode(by, 'hex');
--$ ["\\x6162"]

INSERT INTO kinds (id, iv) VALUES (100, $1) RETURNING iv;
--$ ["90 minutes"]

INSERT INTO kinds (id, iv) VALUES (100, $1) RETURNING iv;
--$ [1000000]

INSERT INTO kinds (id, tm) VALUES (100, $1) RETURNING tm;
--$ ["time:2024-01-01T10:11:12.5Z"]

INSERT INTO kinds (id, ts) VALUES (100, $1) RETURNING ts;
--$ ["time:2024-01-01T10:11:12.5+05:00"]

INSERT INTO kinds (id, tz) VALUES (100, $1) RETURNING tz;
--$ ["time:2024-01-01T10:11:12.5+05:00"]

INSERT INTO kinds (id, d) VALUES (100, $1) RETURNING d;
--$ ["time:2024-01-01T23:11:12.5-05:00"]

INSERT INTO kinds (id, t) VALUES (100, $1) RETURNING t;
--$ ["time:2024-01-01T23:11:12.5-05:00"]

INSERT INTO kinds (id, t) VALUES (100, $1) RETURNING t;
--$ [12]

INSERT INTO kinds (id, t) VALUES (100, $1) RETURNING t;
--$ [true]

INSERT INTO kinds (id, t) VALUES (100, $1) RETURNING t;
--$ [1.5]

INSERT INTO kinds (id, t) VALUES (100, $1) RETURNING t;
--$ ["bytes:xyz"]

INSERT INTO kinds (id, b) VALUES (100, $1) RETURNING b;
--$ [1]

INSERT INTO kinds (id, b) VALUES (100, $1) RETURNING b;
--$ ["f"]

INSERT INTO kinds (id, i4) VALUES (100, $1) RETURNING i4;
--$ ["12"]

INSERT INTO kinds (id, i4) VALUES (100, $1) RETURNING i4;
--$ [" 12 "]

INSERT INTO kinds (id, i4) VALUES (100, $1) RETURNING i4;
--$ [12.7]

INSERT INTO kinds (id, i4) VALUES (100, $1) RETURNING i4;
--$ [true]

INSERT INTO kinds (id, f8) VALUES (100, $1) RETURNING f8;
--$ ["1e400"]

INSERT INTO kinds (id, n) VALUES (100, $1) RETURNING n;
--$ [1e20]

INSERT INTO kinds (id, n) VALUES (100, $1) RETURNING n;
--$ ["1e-5"]

INSERT INTO kinds (id, n) VALUES (100, $1) RETURNING n;
--$ ["time:2024-01-01T23:11:12.5-05:00"]

INSERT INTO kinds (id, u) VALUES (100, $1) RETURNING u;
--$ ["a0eebc999c0b4ef8bb6d6bb9bd380a11"]

INSERT INTO kinds (id, j) VALUES (100, $1) RETURNING j;
--$ ["{\"b\" : 1 , \"a\":[1.0]}"]

INSERT INTO kinds (id, j) VALUES (100, $1) RETURNING j;
--$ [5]

INSERT INTO kinds (id, j) VALUES (100, $1) RETURNING j;
--$ [true]

INSERT INTO kinds (id, j) VALUES (100, $1) RETURNING j;
--$ [["a", "b"]]

INSERT INTO kinds (id, jb) VALUES (100, $1) RETURNING jb;
--$ ["not json"]

INSERT INTO kinds (id, i8) VALUES (100, $1), ($1 + 1, $2) RETURNING id, i8;
--$ [5, 6]
