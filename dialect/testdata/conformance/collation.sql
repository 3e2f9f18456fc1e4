CREATE TABLE k (id int PRIMARY KEY, d text, c text COLLATE "C", p varchar(10) COLLATE "POSIX");
INSERT INTO k VALUES (1, 'a', 'a', 'a'), (2, 'B', 'B', 'B'), (3, 'c', 'c', 'c'), (4, 'D', 'D', 'D'), (5, 'é', 'é', 'é'), (6, 'Z', 'Z', 'Z'), (7, NULL, NULL, NULL);
CREATE VIEW kv AS SELECT id, c, lower(c) AS lc, d COLLATE "C" AS dc, d FROM k;
-- cases
SELECT id FROM k ORDER BY c, id;

SELECT id FROM k ORDER BY d, id;

SELECT id FROM k ORDER BY p, id;

SELECT id FROM k ORDER BY c || '', id;

SELECT id FROM k ORDER BY 'x' || c DESC, id;

SELECT id FROM k ORDER BY c || d COLLATE "C", id;

SELECT id FROM k ORDER BY coalesce(c, 'b'), id;

SELECT id FROM k ORDER BY CASE WHEN id > 2 THEN c ELSE 'b' END, id;

SELECT id FROM k ORDER BY nullif(c, 'x'), id;

SELECT id FROM k ORDER BY c::varchar(5), id;

SELECT id FROM k ORDER BY (c::varchar), id;

SELECT id FROM k ORDER BY left(c, 1), id;

SELECT id FROM k ORDER BY replace(c, 'x', d COLLATE "C"), id;

SELECT id FROM k WHERE c < 'b' ORDER BY id;

SELECT id FROM k WHERE 'b' > c ORDER BY id;

SELECT id FROM k WHERE d < 'b' ORDER BY id;

SELECT id FROM k WHERE c || '' < 'b' ORDER BY id;

SELECT id FROM k WHERE c < d COLLATE "C" ORDER BY id;

SELECT id FROM k WHERE c = d ORDER BY id;

SELECT id FROM k WHERE c BETWEEN 'A' AND 'Zz' ORDER BY id;

SELECT id FROM k WHERE c IN ('a', 'B') ORDER BY id;

SELECT id FROM k WHERE c < ANY (ARRAY['b']) ORDER BY id;

SELECT id FROM k WHERE c < (SELECT 'b') ORDER BY id;

SELECT id FROM k WHERE c < (SELECT max(d) FROM k) ORDER BY id;

SELECT id FROM k WHERE (SELECT c FROM k z WHERE z.id = 1) > d ORDER BY id;

SELECT id FROM k WHERE (c, id) > ('B', 1) ORDER BY id;

SELECT id FROM k WHERE lower(c) < 'b' ORDER BY id;

SELECT id FROM (SELECT id, c FROM k) s ORDER BY c, id;

SELECT id FROM (SELECT id, d COLLATE "C" AS x FROM k) s ORDER BY x, id;

SELECT id FROM (SELECT id, d COLLATE "C" AS x FROM k) s WHERE x < 'b' ORDER BY id;

WITH s AS (SELECT id, c AS x FROM k) SELECT id FROM s ORDER BY x, id;

WITH s(i, x) AS (SELECT id, d COLLATE "POSIX" FROM k) SELECT i FROM s WHERE x > 'Z' ORDER BY x, i;

SELECT id FROM kv ORDER BY c, id;

SELECT id FROM kv ORDER BY dc, id;

SELECT id FROM kv ORDER BY d, id;

SELECT id, lc FROM kv ORDER BY lc, id;

SELECT c FROM k UNION SELECT 'b' ORDER BY 1;

SELECT c FROM k UNION ALL SELECT d FROM k ORDER BY 1;

SELECT c FROM k WHERE id < 4 UNION ALL SELECT c FROM k WHERE id > 4 ORDER BY c;

SELECT d COLLATE "C" FROM k UNION SELECT d FROM k ORDER BY 1;

SELECT min(c), max(c), min(d), max(d), min(p), max(c || ''), max(d COLLATE "C") FROM k;

SELECT string_agg(c, ',' ORDER BY c), string_agg(d, ',' ORDER BY d), array_agg(c ORDER BY c DESC) FROM k;

SELECT greatest(c, 'b'), least(c, 'b'), greatest(d, 'b') FROM k ORDER BY id;

SELECT id, rank() OVER (ORDER BY c), rank() OVER (ORDER BY d), max(c) OVER (ORDER BY id) FROM k ORDER BY id;

SELECT c, count(*) FROM k GROUP BY c ORDER BY c;

SELECT DISTINCT c FROM k ORDER BY c;

SELECT DISTINCT ON (c) c, id FROM k ORDER BY c, id;

SELECT upper(c), lower(c), initcap(c), upper(d), upper('é' COLLATE "C"), lower('É' COLLATE "C"), upper('é') FROM k WHERE id = 5;

SELECT upper(lower(c) || 'é'), upper(c || 'x') FROM k WHERE id = 5;

SELECT 'É' ILIKE 'é', 'É' COLLATE "C" ILIKE 'é', c ILIKE 'É', d ILIKE 'É' FROM k WHERE id = 5;

SELECT 'É' ~* 'é', 'É' COLLATE "C" ~* 'é', 'é' ~ '\w', 'é' COLLATE "C" ~ '\w', 'é' COLLATE "C" ~ '[[:alpha:]]';

SELECT id FROM k WHERE c < p ORDER BY id;

SELECT id FROM k WHERE c = p ORDER BY id;

SELECT id FROM k WHERE c || p > 'x' ORDER BY id;

SELECT id FROM k ORDER BY c || p;

SELECT id FROM k WHERE d COLLATE "C" < c COLLATE "POSIX";

SELECT coalesce(d COLLATE "C", d COLLATE "POSIX") FROM k;

SELECT concat(d COLLATE "C", d COLLATE "POSIX") FROM k;

SELECT d COLLATE "C" COLLATE "POSIX" FROM k WHERE id = 1;

SELECT id COLLATE "C" FROM k;

SELECT ARRAY['a', 'B'] COLLATE "C";

SELECT id FROM k WHERE c COLLATE "default" < 'b' ORDER BY id;

SELECT id FROM k ORDER BY c COLLATE "default", id;

SELECT relname FROM pg_class WHERE relname IN ('k', 'kv') ORDER BY relname;

UPDATE k SET d = c WHERE c < 'b' RETURNING id;

DELETE FROM k WHERE c > 'b' RETURNING id;

INSERT INTO k (id, c, d) SELECT id + 10, d, c FROM k WHERE c > 'a' RETURNING id, c < 'b';

SELECT a.id, b.id FROM k a JOIN k b ON a.c < b.c AND a.d > b.d ORDER BY 1, 2;

SELECT x FROM unnest(ARRAY['a', 'B', 'c']) x ORDER BY x;

SELECT x FROM unnest(ARRAY['a' COLLATE "C", 'B', 'c']) x ORDER BY x;

SELECT x FROM (VALUES ('a' COLLATE "C"), ('B')) v(x) ORDER BY x;

SELECT column1 FROM (VALUES ('a'), ('B')) v ORDER BY column1;

SELECT c FROM k ORDER BY 1 LIMIT 2;

SELECT c AS d FROM k ORDER BY d LIMIT 3;

SELECT id, lag(c) OVER (ORDER BY c DESC) FROM k ORDER BY c DESC NULLS LAST;

SELECT id FROM k WHERE starts_with(c, 'a') OR c LIKE 'B%' ORDER BY id;

SELECT id FROM k WHERE c SIMILAR TO '[a-c]' ORDER BY id;

SELECT id FROM k WHERE c ~ '[a-c]' ORDER BY id;
