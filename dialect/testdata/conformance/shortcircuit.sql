-- schema: shop
-- cases
SELECT v.x, v.x <> 0 AND 10 / v.x > 1 FROM (VALUES (0), (5), (NULL), (20)) v (x);

SELECT v.x, v.x = 0 OR 10 / v.x > 1 FROM (VALUES (0), (5), (NULL), (20)) v (x);

SELECT k.id, k.i2 > 5 AND abs(k.i4) > 1 FROM kinds k ORDER BY k.id;

SELECT k.id, NOT (k.i2 < 5 OR abs(k.i4) > 1) FROM kinds k ORDER BY k.id;

SELECT k.id, k.i2 >= (SELECT max(z.i4) FROM kinds z WHERE z.id < k.id) AND abs(k.i4) > 1 FROM kinds k ORDER BY k.id;

SELECT k.id, k.i2 BETWEEN (SELECT max(z.i4) FROM kinds z WHERE z.id < k.id) AND abs(k.i4) FROM kinds k ORDER BY k.id;

SELECT k.id, coalesce(k.i2 < (SELECT 5) OR abs(k.i4) > 1, false) FROM kinds k ORDER BY k.id;

SELECT k.id, CASE WHEN k.i2 > (SELECT 5) AND abs(k.i4) > 1 THEN 'a' ELSE 'b' END FROM kinds k ORDER BY k.id;

SELECT k.id FROM kinds k WHERE k.i2 > (SELECT 5) AND abs(k.i4) > 1 ORDER BY k.id;

SELECT count(*) FILTER (WHERE k.i2 > 5 AND abs(k.i4) > 1), bool_or(k.i2 > 5 AND abs(k.i4) > 1) FROM kinds k;

SELECT k.id, (k.i2 > 5 AND abs(k.i4) > 1) IS TRUE, (k.i2 > 5 AND abs(k.i4) > 1) = (k.i2 < 5) FROM kinds k ORDER BY k.id;

SELECT k.id FROM kinds k ORDER BY k.i2 > 5 AND abs(k.i4) > 1, k.id;

SELECT k.i2 > 5 AND abs(k.i4) > 1 AS x, count(*) FROM kinds k GROUP BY 1 ORDER BY 1;

SELECT k.id, k.i2 > 5 AND k.i2 > 6 AND abs(k.i4) > 1 FROM kinds k ORDER BY k.id;

SELECT k.id, k.i2 < 5 OR k.i2 < 6 OR abs(k.i4) > 1 FROM kinds k ORDER BY k.id;

SELECT k.id, (k.i2 > 5 AND abs(k.i4) > 1) OR k.id = 2 FROM kinds k ORDER BY k.id;

SELECT k.id, k.id = 2 OR (abs(k.i4) > 1 AND k.i2 > 5) FROM kinds k ORDER BY k.id;

SELECT k.id, k.i2 IS NULL AND abs(k.i4) > 1 FROM kinds k ORDER BY k.id;

SELECT k.id, k.id IN (2, 1 / (k.id - 2)) FROM kinds k ORDER BY k.id;

SELECT k.id, 2 = k.id OR 1 / (k.id - 2) = 1 FROM kinds k ORDER BY k.id;

SELECT k.id, k.i2 BETWEEN 5 AND abs(k.i4) FROM kinds k ORDER BY k.id;

SELECT k.id, k.i2 BETWEEN SYMMETRIC 5 AND 1 / (k.id - 2) FROM kinds k WHERE k.id <> 2 ORDER BY k.id;

SELECT $1::int <> 0 AND 10 / $1::int > 1;
--$ [0]

SELECT k.id, $1::int <> 0 AND 10 / $1::int > 1 FROM kinds k ORDER BY k.id;
--$ [0]

SELECT k.id, $1::int = 0 OR 10 / $1::int > 1 FROM kinds k ORDER BY k.id;
--$ [0]

SELECT k.id FROM kinds k WHERE $1::int <> 0 AND 10 / $1::int > 1 ORDER BY k.id;
--$ [0]

SELECT k.id FROM kinds k WHERE $1::int = 0 OR 10 / $1::int > 1 ORDER BY k.id;
--$ [0]

SELECT k.id, CASE WHEN $1::int = 0 THEN 0 ELSE 10 / $1::int END FROM kinds k ORDER BY k.id;
--$ [0]

SELECT count(*) FILTER (WHERE $1::int <> 0 AND k.id / $1::int > 1) FROM kinds k;
--$ [0]

SELECT k.id FROM kinds k WHERE NOT (k.i2 < 5 OR abs(k.i4) > 1) ORDER BY k.id;

SELECT k.id FROM kinds k WHERE (k.i2 > 5 AND abs(k.i4) > 1) OR k.id = 2 ORDER BY k.id;

SELECT k.id FROM kinds k WHERE (k.i2 > (SELECT 5) AND abs(k.i4) > 1) OR k.id = 2 ORDER BY k.id;

SELECT a.id, b.id FROM kinds a JOIN kinds b ON a.id = b.id AND (a.i2 < 5 OR abs(b.i4) > 1) ORDER BY 1;

SELECT a.id, b.id FROM kinds a LEFT JOIN kinds b ON a.id = b.id AND NOT (b.i2 < 5 OR abs(b.i4) > 1) ORDER BY 1;

SELECT k.id % 2, count(*) FROM kinds k GROUP BY 1 HAVING count(*) < 5 OR sum(10 / (k.id - 2)) > 1 ORDER BY 1;

SELECT k.id % 2, count(*) FROM kinds k GROUP BY 1 HAVING count(*) = 0 AND 1 / count(*) FILTER (WHERE false) > 1 ORDER BY 1;

SELECT k.id % 2 AS odd, count(*) > 5 AND 1 / count(*) FILTER (WHERE false) > 1 FROM kinds k GROUP BY 1 ORDER BY 1;

SELECT k.id, row_number() OVER (ORDER BY k.id) > 10 AND 1 / (row_number() OVER (ORDER BY k.id) - 2) > 1 FROM kinds k ORDER BY 1;

SELECT (k.id > 2 AND abs(k.i4) > 1) AS x, max(k.id) FROM kinds k WHERE k.id <> 2 GROUP BY (k.id > 2 AND abs(k.i4) > 1) HAVING (k.id > 2 AND abs(k.i4) > 1) ORDER BY x;

SELECT (k.i2, 1) = (5, 1 / (k.id - 2)), (k.i2, 1) <> (5, 1 / (k.id - 2)) FROM kinds k ORDER BY k.id;

UPDATE kinds SET b = i2 > 5 AND abs(i4) > 1 RETURNING id, b;

UPDATE kinds SET b = false WHERE i2 > 5 AND abs(i4) > 1 RETURNING id, b;

DELETE FROM kinds WHERE id = 2 OR abs(i4) > 1 RETURNING id, id = 2 OR abs(i4) > 1;

CREATE TABLE guarded (a int, b int, c bool GENERATED ALWAYS AS (a <> 0 AND 10 / a > b) STORED, CHECK (a = 0 OR 10 / a < 100), CHECK (b IS NULL OR a = 0 OR b / a < 1000));
INSERT INTO guarded (a, b) VALUES (0, 1), (5, NULL), (NULL, 3), (5, 1) RETURNING *;
UPDATE guarded SET a = 0 RETURNING *;

CREATE TABLE flagged (a int, b int);
CREATE INDEX flagged_index ON flagged ((a <> 0 AND 10 / a > 1));
CREATE INDEX flagged_part ON flagged (b) WHERE a <> 0 AND 10 / a > 1;
INSERT INTO flagged VALUES (0, 1), (NULL, 2), (3, 3), (20, 4) RETURNING a, b;
SELECT b FROM flagged WHERE a <> 0 AND 10 / a > 1 ORDER BY b;
SELECT b, a <> 0 AND 10 / a > 1 FROM flagged ORDER BY b;

SELECT nextval('customer_id_seq') > 0 OR nextval('customer_id_seq') > 0, currval('customer_id_seq') < 1000000;

SELECT false AND nextval('customer_id_seq') > 0, true OR nextval('customer_id_seq') > 0;

SELECT k.id, 2 IN (greatest(0, k.i2), k.i2 + 1, k.t::int) FROM kinds k WHERE k.id = 1;

SELECT k.id, (SELECT count(*) FROM kinds z WHERE 2 IN (greatest(0, k.i2), k.i2 + 1, k.t::int)) FROM kinds k WHERE k.id = 1;

SELECT k.id, (SELECT count(*) FROM kinds z WHERE z.id IN (k.i2, k.id + 1)) FROM kinds k ORDER BY k.id;

SELECT k.id, (SELECT count(*) FROM kinds z WHERE 2 NOT IN (k.id, 1, 10 / (k.id - 1))) FROM kinds k WHERE k.id > 1 ORDER BY k.id;

SELECT k.id, (SELECT count(*) FROM kinds z WHERE 2 NOT IN (2, 10 / (k.id - 1))) FROM kinds k ORDER BY k.id;

SELECT k.id, (SELECT count(*) FROM kinds z WHERE z.n IN (k.i2, 1.50, '2')) FROM kinds k ORDER BY k.id;

SELECT k.id, (SELECT count(*) FROM kinds z WHERE z.id IN (z.i2, k.id, 10 / (k.id - 1))) FROM kinds k WHERE k.id > 1 ORDER BY k.id;

CREATE TABLE deep (a int, b int, CHECK ((b <> 23 AND (10 / (b + 123) < 5 OR (b <> 22 OR (10 / (b + 122) < 5 AND (b <> 21 AND (10 / (b + 121) < 5 OR (b <> 20 OR (10 / (b + 120) < 5 AND (b <> 19 AND (10 / (b + 119) < 5 OR (b <> 18 OR (10 / (b + 118) < 5 AND (b <> 17 AND (10 / (b + 117) < 5 OR (b <> 16 OR (10 / (b + 116) < 5 AND (b <> 15 AND (10 / (b + 115) < 5 OR (b <> 14 OR (10 / (b + 114) < 5 AND (b <> 13 AND (10 / (b + 113) < 5 OR (b <> 12 OR (10 / (b + 112) < 5 AND (b <> 11 AND (10 / (b + 111) < 5 OR (b <> 10 OR (10 / (b + 110) < 5 AND (b <> 9 AND (10 / (b + 109) < 5 OR (b <> 8 OR (10 / (b + 108) < 5 AND (b <> 7 AND (10 / (b + 107) < 5 OR (b <> 6 OR (10 / (b + 106) < 5 AND (b <> 5 AND (10 / (b + 105) < 5 OR (b <> 4 OR (10 / (b + 104) < 5 AND (b <> 3 AND (10 / (b + 103) < 5 OR (b <> 2 OR (10 / (b + 102) < 5 AND (b <> 1 AND (10 / (b + 101) < 5 OR (b <> 0 OR (10 / (b + 100) < 5 AND a > 0))))))))))))))))))))))))))))))))))))))))))))))))));

SELECT k.id, greatest(k.n2, k.n2 - k.i2) BETWEEN k.i2 AND sqrt(abs(k.i4))::numeric FROM kinds k ORDER BY k.id;

SELECT k.id, k.i2 > 5 AND greatest(k.n2, 1) < sqrt(abs(k.i4))::numeric FROM kinds k ORDER BY k.id;

SELECT k.id, greatest(k.t, 'a') = 'zz' AND lower(greatest(k.t, 'b')) < abs(k.i4)::text FROM kinds k ORDER BY k.id;

SELECT k.id, (2147483647 - k.i2) > ANY (array_remove(k.ia, k.i4)) FROM kinds k ORDER BY k.id;

SELECT k.id, 10 / (k.id - 1) > ANY (k.ia[2:1]) FROM kinds k ORDER BY k.id;

SELECT k.id, 10 / (k.id - 1) >= ALL (k.ia[2:1]) FROM kinds k WHERE k.id > 1 ORDER BY k.id;

SELECT k.id, 10 / (k.id - 1) = ANY (k.ia[2:1]) FROM kinds k ORDER BY k.id;

SELECT k.id, 10 / (k.id - 1) = ANY (ARRAY[]::int[]) FROM kinds k ORDER BY k.id;

SELECT k.id, 10 / (k.id - 1) <> ALL ('{}') FROM kinds k ORDER BY k.id;

SELECT k.id, 10 / (k.id - 1) < ALL (ARRAY[]::int[]) FROM kinds k WHERE k.id > 1 ORDER BY k.id;

SELECT k.id, 10 / (k.id - 1) > ANY (NULL::int[]) FROM kinds k ORDER BY k.id;

SELECT k.id, 2 = ANY (ARRAY[2, 10 / (k.id - 1)]) FROM kinds k ORDER BY k.id;

SELECT k.id, 2 = ANY (ARRAY[2, 10 / (k.id - 1)]) FROM kinds k WHERE k.id > 1 ORDER BY k.id;

SELECT k.id, 3 > ANY (ARRAY[2, 10 / (k.id - 1)]) FROM kinds k ORDER BY k.id;

SELECT k.id, 2 > ALL (ARRAY[2, 10 / (k.id - 1)]) FROM kinds k ORDER BY k.id;

SELECT k.id FROM kinds k WHERE k.id > 1 AND 3 > ANY (ARRAY[2, 10 / (k.id - 1)]) ORDER BY k.id;

SELECT nextval('customer_id_seq') = ANY (ARRAY[1000000, nextval('customer_id_seq'), nextval('customer_id_seq')]), currval('customer_id_seq') < 1000000;

SELECT nextval('customer_id_seq') > ANY (ARRAY[0, 1]), currval('customer_id_seq') < 1000000;

SELECT k.id, nextval('customer_id_seq') > ANY (k.ia) FROM kinds k;

SELECT max(k.i4) > ANY (ARRAY[1, count(*)]), 100 / count(*) > ANY (array_agg(k.id)) FROM kinds k;
