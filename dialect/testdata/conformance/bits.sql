CREATE TABLE flags (id int PRIMARY KEY, b bit(4), v bit varying(6), u varbit UNIQUE, w varbit NOT NULL DEFAULT B'01');
INSERT INTO flags VALUES (1, B'0101', B'1', B'', B'1'), (2, B'1111', B'101010', B'0', B'10'), (3, NULL, NULL, NULL, B'100'), (4, B'0000', B'', B'00', B'011'), (5, B'0101', B'01', B'000', B'1');
CREATE INDEX ON flags (b);
-- cases
SELECT B'101', X'1F', '101'::bit(3), b'', x'';

SELECT B'102';

SELECT X'1G';

SELECT '101'::bit, '101'::bit(5), '101'::bit(2), B'101'::varbit(2), '1011'::varbit;

SELECT '102'::bit(3);

SELECT 'x1g'::varbit;

SELECT 'xAf'::varbit, 'b01'::varbit, 'B1'::bit;

SELECT B'1100' & B'1010', B'1100' | B'1010', B'1100' # B'1010', ~B'1100', B'1100' << 1, B'1100' >> 2, B'1' || B'01';

SELECT B'110' & B'1010';

SELECT B'110' | B'1';

SELECT B'110' # B'1';

SELECT B'101' << -1, B'101' >> 100, B'101' << NULL;

SELECT length(B'101'), bit_length(B'10101'), octet_length(B'101010101'), bit_count(B'10101');

SELECT substring(B'110010' from 2 for 3), substring(B'110010' from 4), substring(B'110010' from -1 for 4), substring(B'110010' from 10);

SELECT substring(B'110010' from 2 for -1);

SELECT overlay(B'11111111' placing B'00' from 3), overlay(B'11111111' placing B'000' from 3 for 1), position(B'01' in B'1101'), position(B'' in B'1');

SELECT get_bit(B'0101', 1), set_bit(B'0101', 0, 1);

SELECT get_bit(B'0101', 4);

SELECT set_bit(B'0101', 1, 2);

SELECT 44::bit(10), 44::bit(3), (-44)::bit(12), 1::int8::bit(70), B'101100'::int, B'1'::int8, B'11111111111111111111111111111111'::int;

SELECT cast(-44 as bit), cast(3 as bit varying(4));

SELECT B'1' = B'01', B'1' < B'10', B'0' < B'00', B'10' > B'01', B'1' <> B'1', B'1' BETWEEN B'0' AND B'11';

SELECT id FROM flags ORDER BY b, id;

SELECT id FROM flags ORDER BY u DESC NULLS LAST, id;

SELECT b, count(*), bit_and(w), max(id) FROM flags WHERE id < 3 GROUP BY b ORDER BY b;

SELECT bit_and(b), bit_or(b), bit_xor(b) FROM flags;

SELECT bit_and(w) FROM flags;

SELECT bit_or(b), bit_and(b) FROM flags WHERE id > 100;

SELECT b::text, v::text || 'x', w::varchar FROM flags ORDER BY id;

SELECT array_agg(b ORDER BY id), array_agg(DISTINCT w) FROM flags;

SELECT id FROM flags WHERE b = B'0101' ORDER BY id;

SELECT id FROM flags WHERE b = $1 ORDER BY id;
--$ ["0101"]

SELECT id FROM flags WHERE w > $1 ORDER BY id;
--$ ["01"]

INSERT INTO flags (id, b) VALUES (10, B'01');

INSERT INTO flags (id, b) VALUES (10, B'01011');

INSERT INTO flags (id, v) VALUES (10, B'0101101');

INSERT INTO flags (id, u) VALUES (10, B'00');

INSERT INTO flags (id, b, v) VALUES (10, '0011', '0') RETURNING *;

INSERT INTO flags (id, b) VALUES (11, $1) RETURNING b, w;
--$ ["1010"]

UPDATE flags SET b = b | B'1000', v = v || B'1' WHERE id = 1 RETURNING b, v;

UPDATE flags SET v = v || B'1' WHERE id = 2;

UPDATE flags SET b = ~b WHERE b IS NOT NULL RETURNING id, b;

DELETE FROM flags WHERE (b & B'0001') = B'0001' RETURNING id;

SELECT DISTINCT w FROM flags ORDER BY w;

SELECT B'1'::int2;

SELECT B'1' + 1;

SELECT lower(B'1');

SELECT pg_typeof(B'1'), pg_typeof(X'1'), pg_typeof(B'1' || B'1'), pg_typeof(B'1' & B'1');

SELECT B'10' IN (B'10', B'11'), B'10' = ANY (ARRAY[B'1', B'10']);

SELECT coalesce(NULL, B'1'), CASE WHEN true THEN B'10' ELSE B'1' END, nullif(B'1', B'1'), greatest(B'1', B'01');

SELECT B'1' UNION SELECT B'1' UNION ALL SELECT B'0';

SELECT get_bit('\xff01'::bytea, 8), get_byte('\xff01'::bytea, 1), set_bit('\x00'::bytea, 3, 1), set_byte('\x0000'::bytea, 1, 255), bit_count('\xff01'::bytea);

SELECT get_bit('\xff'::bytea, 8);

SELECT max(b) FROM flags;
