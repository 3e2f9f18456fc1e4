CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE r (id int PRIMARY KEY, a int, b text, n numeric, f float8, c char(3), d date, m mood, ts timestamptz, arr int[]);
INSERT INTO r VALUES (1, 1, 'x', 1.0, 0, 'a', '2024-01-01', 'ok', '2024-01-01 00:00:00+00', '{1}'), (2, 1, 'x', 1.00, -0.0, 'a ', '2024-01-01', 'ok', '2024-01-01 01:00:00+01', '{1}'), (3, NULL, 'x', 2, 'NaN', 'b', NULL, 'sad', NULL, NULL), (4, NULL, 'x', 2.0, 'NaN', 'b', NULL, 'sad', NULL, NULL), (5, 2, NULL, NULL, NULL, NULL, '2023-01-01', 'happy', 'infinity', '{}');
CREATE VIEW v AS SELECT a, b FROM r;
-- cases
SELECT count(DISTINCT (a, b)), count((a, b)), count(DISTINCT (n, f)), count(DISTINCT (c, d)), count(DISTINCT (m, a)), count(DISTINCT (ts, arr)) FROM r;

SELECT count(DISTINCT r) FROM r;

SELECT count(DISTINCT x) FROM (SELECT a, b FROM r) x;

SELECT count(DISTINCT (NULL::int, NULL::int)) FROM r;

SELECT DISTINCT (a, b) FROM r;

SELECT DISTINCT ROW(n, f) FROM r ORDER BY 1;

SELECT DISTINCT (n, f) AS k FROM r ORDER BY k DESC;

SELECT DISTINCT (d, a) FROM r ORDER BY (d, a);

SELECT DISTINCT x FROM (SELECT a, n FROM r) x;

SELECT DISTINCT v FROM v;

SELECT v FROM v ORDER BY v;

SELECT v FROM v WHERE v = ROW(1, 'x')::v LIMIT 1;

SELECT r FROM r ORDER BY r.id LIMIT 2;

SELECT (r).a, (v).b FROM r, v WHERE r.id = 1 ORDER BY 1, 2;

SELECT (a, n) AS k, count(*) FROM r GROUP BY k ORDER BY 2 DESC, 1;

SELECT ROW(a, n), count(*) FROM r GROUP BY ROW(a, n) ORDER BY 1;

SELECT x, count(*) FROM (SELECT a, n FROM r) x GROUP BY x ORDER BY 2, 1;

SELECT v, count(*) FROM v GROUP BY v ORDER BY 2, 1;

SELECT (x).a, count(*) FROM (SELECT a, n FROM r) x GROUP BY x ORDER BY 2, 1;

SELECT (a, b), (m, c) FROM r GROUP BY (a, b), (m, c), a, b, m, c ORDER BY a, b, m, c;

SELECT ROW(1, 2) UNION SELECT ROW(1, 2) UNION SELECT ROW(2, NULL);

SELECT ROW(a, n) FROM r UNION SELECT ROW(9, 1.5) ORDER BY 1;

SELECT ROW(a, n) FROM r UNION ALL SELECT ROW(9, 1.5) ORDER BY 1;

SELECT ROW(a, 1) FROM r INTERSECT SELECT ROW(1, 1);

SELECT ROW(n, 1) FROM r EXCEPT SELECT ROW(1.000, 1);

SELECT DISTINCT ON ((a, n)) id, a, n FROM r ORDER BY (a, n), id;

SELECT id, rank() OVER (ORDER BY (a, n)), count(*) OVER (PARTITION BY (n, f)) FROM r ORDER BY id;

SELECT id, row_number() OVER (PARTITION BY ROW(c) ORDER BY id) FROM r ORDER BY id;

SELECT array_agg(DISTINCT a) FROM r;

SELECT json_agg(DISTINCT x) FROM (SELECT 1 AS a UNION ALL SELECT 1) x;

SELECT o.id FROM r o WHERE (o.a, o.n) IN (SELECT a, n FROM r WHERE id = 1) ORDER BY 1;

SELECT o.id FROM r o WHERE ROW(o.a, o.n) = ANY (SELECT ROW(a, n) FROM r WHERE id = 1) ORDER BY 1;

SELECT x, y FROM (SELECT 1 AS a) x LEFT JOIN (SELECT 2 AS b) y ON false ORDER BY y;

SELECT DISTINCT y FROM (SELECT 1 AS a UNION ALL SELECT 2) x LEFT JOIN (SELECT 2 AS b) y ON y.b = x.a ORDER BY y;

SELECT max(n) FROM r GROUP BY ROW(b) HAVING ROW(max(a), 1) > ROW(0, 0) ORDER BY 1;

SELECT (r.*) IS NULL, r IS NOT NULL, (r).m FROM r ORDER BY id;

SELECT ROW(ROW(a, n), b) AS k, count(*) FROM r GROUP BY ROW(ROW(a, n), b) ORDER BY k;

WITH c AS (SELECT ROW(a, b) AS k, n FROM r) SELECT k, sum(n) FROM c GROUP BY k ORDER BY k;

SELECT count(DISTINCT ROW(a, '{}'::json)) FROM r;

SELECT DISTINCT ROW('{}'::json);
