CREATE TABLE b (id int, v bytea, t text);
INSERT INTO b VALUES (1, '', ''), (2, '\x01', 'x'), (3, NULL, NULL);
-- cases
SELECT t::bytea, t::bytea IS NULL FROM b WHERE id = 1;

SELECT substring(v from 5), v || '', trim(v from '\x01') FROM b ORDER BY id;

SELECT decode(t, 'escape'), convert_to(t, 'UTF8') FROM b WHERE id IN (1, 3) ORDER BY id;

SELECT (ARRAY[v])[1], v FROM b ORDER BY id;

SELECT coalesce(v, '\x02'), min(v) OVER (), (SELECT v FROM b WHERE id = 1) FROM b ORDER BY id;

SELECT set_byte('\x01'::bytea, 0, 2), reverse(t), array_agg(v) FROM b GROUP BY t, id ORDER BY id;

SELECT (ROW(v, 1)).f1, s.r FROM b, LATERAL (SELECT ROW(v, 2) AS r) s ORDER BY id;

SELECT (s.r).f1 FROM (SELECT ROW(v, 2) AS r FROM b) s;

SELECT u FROM b, unnest(ARRAY[v]) u;
