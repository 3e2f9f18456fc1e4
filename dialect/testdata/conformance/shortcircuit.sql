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
