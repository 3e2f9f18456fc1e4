CREATE TABLE words (id int PRIMARY KEY, t text, v varchar(10), c char(6), b bytea, n name);
INSERT INTO words VALUES (1, 'Hello World', 'abc', 'abc', '\x00ff', 'n1'), (2, '', '', '', '', 'x'), (3, NULL, NULL, NULL, NULL, NULL), (4, 'ÀÉÎ öü', 'é', 'é', '\xdeadbeef', 'y'), (5, 'a,b;c', 'a%b', 'a_b', '\x616263', 'z');
-- cases
SELECT format('%s %I %L %%', 'a', 'B c', 'it''s'), format('%2$s %1$s', 'a', 'b'), format('|%10s|%-10s|', 'ab', 'cd'), format('%1$*2$s|', 'a', 5), format('%s', NULL), format('%L %I', NULL, 'x');

SELECT format('%I', NULL);

SELECT format('%s %s', 'a');

SELECT format('%x', 1);

SELECT format('%', 1);

SELECT concat('a', NULL, 1, true, 2.50), concat_ws(',', 'a', NULL, 'b', ''), concat_ws(NULL, 'a', 'b'), concat_ws('-', NULL);

SELECT overlay('abcdef' placing 'XX' from 2 for 3), overlay('abcdef' placing 'XX' from 4), translate('12345', '143', 'ax'), replace('aXbX', 'X', '');

SELECT quote_ident('Foo bar'), quote_ident('select'), quote_literal(E'a\\b''c'), quote_nullable(NULL), quote_literal(42);

SELECT regexp_instr('foobarbaz', 'ba.', 1, 2), regexp_instr('foobar', 'o+', 1, 1, 1), regexp_instr('abc', '(b)(c)', 1, 1, 0, '', 2), regexp_instr('ABC', 'b', 1, 1, 0, 'i'), regexp_instr('abc', 'x');

SELECT regexp_substr('foobarbaz', 'ba.', 1, 2), regexp_substr('abc', '(b)(c)', 1, 1, '', 2), regexp_substr('abc', 'x'), regexp_substr('ABC', 'b', 1, 1, 'i');

SELECT regexp_count('banana', 'an'), regexp_count('banana', 'A', 2, 'i'), regexp_count('abc', '');

SELECT regexp_count('a', 'a', 0);

SELECT regexp_instr('a', 'a', 1, 0);

SELECT regexp_instr('a', 'a', 1, 1, 2);

SELECT regexp_substr('a', 'a', 1, 1, 'g');

SELECT regexp_replace('foobarbaz', 'b..', 'X'), regexp_replace('foobarbaz', 'b..', 'X', 'g'), regexp_replace('foobarbaz', 'b..', 'X', 5), regexp_replace('foobarbaz', 'b..', 'X', 1, 2), regexp_replace('ABAB', 'b', 'x', 1, 0, 'i'), regexp_replace('foobarbaz', 'b(..)', 'X\1Y', 'g');

SELECT regexp_replace('a', 'a', 'b', '1');

SELECT regexp_match('foobarbequebaz', '(bar)(beque)'), regexp_match('abc', 'x'), regexp_like('Hello', 'hel', 'i');

SELECT * FROM regexp_matches('foobarbequebazilbarfbonk', '(b[^b]+)(b[^b]+)', 'g');

SELECT * FROM regexp_split_to_table('hello world foo', '\s+');

SELECT * FROM regexp_split_to_table('aXbxc', 'x', 'i') WITH ORDINALITY;

SELECT regexp_split_to_array('a1b2c3', '\d'), regexp_split_to_array('abc', '');

SELECT 'abc' SIMILAR TO 'a%', 'abc' SIMILAR TO '(b|c)%', 'abc' NOT SIMILAR TO '_b_', 'a#c' SIMILAR TO 'a##c' ESCAPE '#';

SELECT substring('foobar' SIMILAR '%#"o_b#"%' ESCAPE '#'), substring('foobar' from 'o.b'), substring('foobar' from '%#"x#"%' for '#');

SELECT normalize('é', NFD) = 'é', length(normalize('é', NFD)), normalize('ﬁ', NFKC), 'é' IS NORMALIZED, U&'e\0301' IS NFC NORMALIZED, U&'e\0301' IS NOT NFD NORMALIZED;

SELECT normalize('é', 'nfx');

SELECT unistr('d\0061t\+000061 \u0441\U0001F600'), unistr('\\');

SELECT unistr('\d83d');

SELECT unistr('\x');

SELECT to_hex(255), to_hex(-1), to_hex(255::int8), chr(65), chr(233), ascii('é'), ascii('');

SELECT chr(0);

SELECT chr(-1);

SELECT parse_ident('"Some Schema".tab'), parse_ident('A.b.C'), parse_ident('x[]', false);

SELECT parse_ident('x..y');

SELECT parse_ident('x y');

SELECT btrim('\x000100'::bytea, '\x00'), ltrim('\x0001'::bytea, '\x00'), get_byte('\x01ff'::bytea, 1), set_byte('\x0102'::bytea, 0, 255), set_bit('\x00'::bytea, 7, 1), get_bit('\x80'::bytea, 7), bit_count('\xff'::bytea);

SELECT overlay('\x01020304'::bytea placing '\xffff' from 2 for 1), position('\x02'::bytea in '\x0102'), substring('\x010203'::bytea from 2 for 1), length('\x0102'::bytea), bit_length('\x01'::bytea);

SELECT sha224('abc'), sha256('abc'::bytea), sha384(''), sha512(b) FROM words WHERE id = 5;

SELECT encode('\x0001ff'::bytea, 'hex'), encode('abc', 'base64'), encode('\x00a5'::bytea, 'escape'), decode('YWJj', 'base64'), decode('00ff', 'hex'), decode('a\\b\000', 'escape');

SELECT decode('zz', 'hex');

SELECT convert_to('é', 'UTF8'), convert_from('\xc3a9', 'UTF8'), convert_to('é', 'LATIN1'), convert_from('\xe9', 'latin1'), convert('\xe9', 'LATIN1', 'UTF8');

SELECT convert_from('\xff', 'UTF8');

SELECT convert_to('日', 'LATIN1');

SELECT convert_to('x', 'nope');

SELECT * FROM string_to_table('a,b,,c', ','), string_to_table('xyz', NULL) AS y WHERE y <> 'y';

SELECT string_to_array('a,b,c', ','), string_to_array('a,NULL', ',', 'NULL'), starts_with('abc', 'ab'), 'abc' ^@ 'b', split_part('a.b.c', '.', -1), left('abc', -1), right('abc', 2), reverse('añb'), initcap('hello wORLD'), lpad('a', 3, 'xy'), repeat('ab', 2);

SELECT split_part('a', '.', 0);

SELECT id, length(t), upper(t), octet_length(t), md5(t), reverse(v), c || '|', char_length(c), b || '\x01' FROM words ORDER BY id;

SELECT id FROM words WHERE v LIKE 'a\%b' OR c LIKE 'a\_b%' ORDER BY id;

SELECT 'a' || 1, 1 || 'a', 'a' || NULL, 'a' || true, ARRAY['a'] || 'b'::text;

SELECT t COLLATE "C" < 'b' FROM words ORDER BY id;

SELECT n || 'x', length(n), n::text, upper(n) FROM words ORDER BY id;

SELECT '"char"'::regtype, 'a'::"char", 'abc'::"char", ''::"char" = '', 97::"char", 'a'::"char"::int, ascii('a'::"char"::text);

SELECT length('\xc3a9'::bytea, 'UTF8');

SELECT pg_typeof('a' || 'b'), pg_typeof('a'::name), pg_typeof(sha256('a')), pg_client_encoding(), to_ascii('x');
