CREATE TABLE w (id int PRIMARY KEY, s text, v varchar(20), c char(8), n name);
INSERT INTO w VALUES (1, 'apple', 'apple', 'apple', 'apple'), (2, 'Apple', 'Apple', 'Apple', 'Apple'), (3, 'banana', 'banana', 'banana', 'banana'), (4, 'Éclair', 'Éclair', 'Éclair', 'Éclair'), (5, 'eclair', 'eclair', 'eclair', 'eclair'), (6, 'zebra', 'zebra', 'zebra', 'zebra'), (7, 'Zebra', 'Zebra', 'Zebra', 'Zebra'), (8, '', '', '', ''), (9, NULL, NULL, NULL, NULL), (10, '10', '10', '10', '10'), (11, '9', '9', '9', '9'), (12, 'a', 'a', 'a', 'a'), (13, 'ab', 'ab', 'ab', 'ab'), (14, 'straße', 'straße', 'straße', 'straße'), (15, '日本語', '日本語', '日本', '日本語'), (16, '100%', '100%', '100%', '100%'), (17, 'a_b', 'a_b', 'a_b', 'a_b'), (18, 'a\b', 'a\b', 'a\b', 'a\b'), (19, 'don''t', 'don''t', 'don''t', 'don''t');
CREATE INDEX w_s ON w (s);
CREATE TABLE tag (name text PRIMARY KEY, owner varchar(10) NOT NULL, UNIQUE (owner, name));
INSERT INTO tag VALUES ('b', 'x'), ('B', 'y'), ('a', 'y'), ('A', 'x'), ('é', 'x'), ('e', 'y'), ('É', 'y');
-- cases
SELECT id, s FROM w ORDER BY s, id;

SELECT id, s FROM w ORDER BY s DESC NULLS LAST, id;

SELECT id, v FROM w ORDER BY v, id;

SELECT id, c FROM w ORDER BY c, id;

SELECT id, n FROM w ORDER BY n, id;

SELECT id FROM w ORDER BY s COLLATE "C", id;

SELECT id FROM w ORDER BY s COLLATE "C" DESC, id;

SELECT id FROM w ORDER BY lower(s), id;

SELECT id FROM w ORDER BY upper(v) DESC, id;

SELECT id FROM w WHERE s < 'b' ORDER BY id;

SELECT id FROM w WHERE s >= 'Apple' AND s < 'c' ORDER BY id;

SELECT id FROM w WHERE s BETWEEN 'a' AND 'f' ORDER BY id;

SELECT id FROM w WHERE v > 'Z' ORDER BY id;

SELECT id FROM w WHERE s > 'Z' COLLATE "C" ORDER BY id;

SELECT 'a' < 'B', 'a' < 'A', 'A' < 'b', 'é' < 'f', 'e' < 'é', 'Z' < 'a', '10' < '9', '' < 'a', 'a' < 'ab', 'ab' < 'a c';

SELECT 'a' COLLATE "C" < 'B', 'a' < 'B' COLLATE "C", 'a' COLLATE "C" = 'a';

SELECT 'a' COLLATE "C" < 'b' COLLATE "POSIX";

SELECT 'a' COLLATE "nope";

SELECT 1 COLLATE "C";

SELECT min(s), max(s), min(v), max(v), min(s COLLATE "C"), max(s COLLATE "C") FROM w;

SELECT min(name), max(name) FROM tag;

SELECT name FROM tag ORDER BY name;

SELECT name FROM tag ORDER BY name DESC LIMIT 3;

SELECT name FROM tag WHERE name > 'a' ORDER BY name LIMIT 2;

SELECT owner, min(name), max(name), string_agg(name, ',' ORDER BY name) FROM tag GROUP BY owner ORDER BY owner;

SELECT name, owner FROM tag ORDER BY owner DESC, name;

SELECT name, row_number() OVER (ORDER BY name), rank() OVER (PARTITION BY owner ORDER BY name DESC) FROM tag ORDER BY name;

SELECT DISTINCT s FROM w ORDER BY s;

SELECT DISTINCT lower(s) AS l FROM w ORDER BY l;

SELECT s, count(*) FROM w GROUP BY s ORDER BY s NULLS FIRST;

SELECT lower(s) AS l, count(*), min(s) FROM w GROUP BY lower(s) ORDER BY l;

SELECT left(s, 1) AS f, count(*) FROM w GROUP BY 1 HAVING count(*) > 1 ORDER BY 1;

SELECT s FROM w WHERE id < 4 UNION SELECT name FROM tag ORDER BY s;

SELECT s FROM w EXCEPT SELECT name FROM tag ORDER BY 1;

SELECT s FROM w INTERSECT SELECT v FROM w ORDER BY 1 DESC;

SELECT a.id, b.id FROM w a JOIN w b ON lower(a.s) = lower(b.s) AND a.s < b.s ORDER BY a.id;

SELECT greatest('a', 'B', 'c'), least('a', 'B', 'c'), greatest('é', 'f');

SELECT array_agg(s ORDER BY s) FROM w WHERE id < 8;

SELECT array_agg(DISTINCT s ORDER BY s) FROM w WHERE id < 8;

SELECT string_agg(DISTINCT s, '|' ORDER BY s DESC) FROM w;

SELECT id FROM w WHERE s = ANY (ARRAY['apple', 'Zebra']) ORDER BY s;

SELECT id FROM w WHERE s > ALL (ARRAY['a', 'B']) ORDER BY id;

SELECT id FROM w WHERE (s, id) > ('apple', 1) ORDER BY s, id LIMIT 3;

SELECT id FROM w WHERE s LIKE 'a%' ORDER BY id;

SELECT id FROM w WHERE s ILIKE 'a%' ORDER BY id;

SELECT id FROM w WHERE s ILIKE 'é%' ORDER BY id;

SELECT id FROM w WHERE s LIKE '%an%' ORDER BY id;

SELECT id FROM w WHERE s LIKE '_' ORDER BY id;

SELECT id FROM w WHERE s LIKE '___' ORDER BY id;

SELECT id FROM w WHERE s LIKE '' OR s LIKE '%' AND id = 1 ORDER BY id;

SELECT id FROM w WHERE s LIKE '100\%' ORDER BY id;

SELECT id FROM w WHERE s LIKE 'a\_b' ORDER BY id;

SELECT id FROM w WHERE s LIKE 'a_b' ORDER BY id;

SELECT id FROM w WHERE s LIKE 'a\\b' ORDER BY id;

SELECT id FROM w WHERE s LIKE 'a!_b' ESCAPE '!' ORDER BY id;

SELECT id FROM w WHERE s LIKE 'a\b' ESCAPE '' ORDER BY id;

SELECT id FROM w WHERE s LIKE 'a%' ESCAPE 'ab';

SELECT id FROM w WHERE s LIKE 'a\';

SELECT id FROM w WHERE s LIKE NULL;

SELECT id FROM w WHERE s LIKE 5;

SELECT id FROM w WHERE id LIKE '1%';

SELECT id FROM w WHERE id::text LIKE '1%' ORDER BY id;

SELECT id FROM w WHERE c LIKE 'apple' ORDER BY id;

SELECT id FROM w WHERE c LIKE 'apple   ' ORDER BY id;

SELECT id FROM w WHERE c LIKE 'a%' ORDER BY id;

SELECT id FROM w WHERE v NOT LIKE '%a%' ORDER BY id;

SELECT id FROM w WHERE s NOT ILIKE '%A%' ORDER BY id;

SELECT id FROM w WHERE s ~~ 'a%' AND s !~~ '%b' AND s ~~* 'A%' ORDER BY id;

SELECT id FROM w WHERE s LIKE $1 ORDER BY id;
--$ ["%a%"]

SELECT id FROM w WHERE s ILIKE '%' || $1 || '%' ORDER BY id;
--$ ["A"]

SELECT id FROM w WHERE s LIKE concat($1::text, '%') ORDER BY id;
--$ ["z"]

SELECT id FROM w WHERE lower(s) LIKE lower($1) ORDER BY id;
--$ ["É%"]

SELECT id FROM w WHERE s LIKE ANY (ARRAY['a%', '%bra']) ORDER BY id;

SELECT id FROM w WHERE s SIMILAR TO '(a|z)%' ORDER BY id;

SELECT id FROM w WHERE s ~ '^[aA]' ORDER BY id;

SELECT id FROM w WHERE s ~* 'EBRA$' ORDER BY id;

SELECT id FROM w WHERE s !~ '[a-z]' ORDER BY id;

SELECT id FROM w WHERE s ~ '(';

SELECT id FROM w WHERE starts_with(s, 'a') ORDER BY id;

SELECT id FROM w WHERE s ^@ 'a' ORDER BY id;

SELECT id, length(s), char_length(c), octet_length(s), octet_length(c), bit_length(v), length(n) FROM w ORDER BY id;

SELECT id, upper(s), lower(s), initcap(s) FROM w ORDER BY id;

SELECT id, c || '|', c::text || '|', v || '|', concat(c, '|'), c = v, c = s FROM w WHERE id IN (1, 8, 15) ORDER BY id;

SELECT id, left(s, 2), right(s, 2), left(s, -1), substr(s, 0, 2), substr(s, -1, 3), substring(s from 2) FROM w ORDER BY id;

SELECT substr('abc', 1, -1);

SELECT substring('abc' from 2 for -1);

SELECT left('abc', 0), right('abc', 0), left('abc', 10), right('abc', -5), repeat('x', 0), repeat('x', -1), lpad('abc', 0), lpad('abc', -1), lpad('a', 5, '');

SELECT reverse('日本語'), length('日本語'), upper('straße'), lower('ÀÉÎ'), initcap('o''neil mc-donald'), initcap('élan vital 3rd');

SELECT position('' in 'abc'), position('z' in 'abc'), strpos('日本語', '語'), position('b' in NULL);

SELECT trim(both from '  a  '), trim('xy' from 'xyaxy'), ltrim('xxa', 'x'), trim(trailing 'a' from 'banana'), btrim(E'\t a \n'), trim(E'\t' from E'\ta');

SELECT 'a' 'b';

SELECT 'a'
'b', E'\x41\u00e9\101\n', U&'d\0061t\+000061', $q$it's$q$, $$a$b$$, 'it''s';

SELECT E'\xff';

SELECT E'\u0000';

SELECT U&'\zzzz';

SELECT 'abc'::varchar(2), 'abc'::char(2), 'ab'::char(4) || '|', 'abc'::varchar, 'abcdef'::name, 'x'::"char", 'xyz'::"char";

SELECT 'abc'::varchar(0);

SELECT 'abc'::varchar(10485761);

SELECT cast('abc' AS varchar(2)) = 'ab', cast(12345 AS varchar(3)), cast(12345 AS text), cast(true AS varchar(2)), 1.50::varchar;

SELECT 'a' || 1, 1 || 'a', 'a' || 1.5, 'a' || true, 'a' || NULL, 'a' || date '2024-01-01', 'x' || 'y'::char(3) || 'z';

SELECT 'a' || ARRAY['b'];

SELECT 'a' + 'b';

SELECT 'a'::text + 1;

SELECT -'a'::text;

SELECT concat('a', NULL, 'b'), concat(), concat(NULL), concat_ws(NULL, 'a'), concat_ws('-', NULL, NULL), concat_ws('', 'a', 'b');

SELECT format('%s', NULL), format('%L', NULL), format('%I', 'a b'), format('%%'), format('%2$s %1$s', 'a', 'b'), format('%5s|%-5s|', 'a', 'b');

SELECT format('%s');

SELECT format('%x', 1);

SELECT format('%I', NULL);

SELECT string_to_array('a,b,,c', ','), string_to_array('a,b', NULL), string_to_array('', ','), string_to_array('a,N,b', ',', 'N'), array_to_string(ARRAY['a', NULL, 'b'], '-'), array_to_string(ARRAY['a', NULL, 'b'], '-', '*');

SELECT regexp_replace('foobar', 'o+', 'X'), regexp_replace('foobar', '[aeiou]', '*', 'g'), regexp_replace('abc', '(b)', '<\1>'), regexp_replace('ABC', 'b', 'x', 'i');

SELECT regexp_match('foo123bar', '[0-9]+'), regexp_match('foo', '(f)(o)'), regexp_match('foo', 'x'), regexp_split_to_array('a1b22c', '[0-9]+');

SELECT * FROM regexp_matches('a1b2', '([a-z])([0-9])', 'g') m;

SELECT * FROM regexp_split_to_table('a b  c', ' +') p;

SELECT * FROM string_to_table('a,b', ',') p;

SELECT translate('12345', '143', 'ax'), overlay('abcdef' placing 'X' from 3), overlay('abc' placing 'XYZ' from 4 for 0), replace('abc', '', 'x'), replace('abc', 'b', '');

SELECT ascii(''), ascii('é'), chr(233), to_hex(255), to_hex(-1), md5(''), sha256('abc'), encode(sha256('abc'), 'base64');

SELECT encode('\x00ff'::bytea, 'escape'), decode('AP8=', 'base64'), encode('a\b'::bytea, 'escape');

SELECT decode('zz', 'hex');

SELECT decode('a', 'base64');

SELECT encode('a', 'bogus');

SELECT '\x0g'::bytea;

SELECT '\x012'::bytea;

SELECT E'\\000\\134'::bytea, 'abc'::bytea, length('\x0102'::bytea), '\x0102'::bytea || '\x03', substring('\x010203'::bytea from 2 for 1), get_byte('\x0102'::bytea, 1), '\x01'::bytea < '\x02';

SELECT 'abc'::bytea::text, convert_from('\xc3a9', 'UTF8'), convert_to('é', 'UTF8');

SELECT convert_from('\xff', 'UTF8');

SELECT quote_ident('select'), quote_ident('abc'), quote_ident('A'), quote_ident('a"b'), quote_literal(E'a\\b'), quote_nullable('x');

SELECT parse_ident('a."B c".d'), unistr('\0441'), normalize('é', NFD) = 'é', 'é' IS NORMALIZED;

SELECT count(*) FROM w WHERE s = '' OR v = '' OR c = '';

SELECT id FROM w WHERE c = '' ORDER BY id;

SELECT id FROM w WHERE s = 'apple ' OR c = 'apple ' ORDER BY id;

INSERT INTO w VALUES (100, 'x', 'abcdefghijklmnopqrstu', 'x');

INSERT INTO w VALUES (100, 'x', 'abcdefghijklmnopqrst   ', 'abcdefgh   ') RETURNING v || '|', c || '|';

INSERT INTO w (id, c) VALUES (100, 'abcdefghi');

INSERT INTO w (id, c, v) VALUES (100, 'äöüäöüäö', 'äöüäöüäöüäöüäöüäöüäö') RETURNING *;

INSERT INTO w (id, s) VALUES (100, E'line1\nline2\ttab\\') RETURNING s;

INSERT INTO tag VALUES ('a', 'z');

INSERT INTO tag VALUES ('c', NULL);

INSERT INTO tag VALUES ('ab', 'toolongowner');

UPDATE tag SET name = upper(name) WHERE name = 'b';

UPDATE tag SET name = name || 'x' WHERE owner = 'x' RETURNING name;

SELECT chr(1114112);

SELECT repeat('a', 5) || chr(10), E'\r\n' = chr(13) || chr(10);
