-- schema: shop
-- cases
SELECT active, count(*) FROM customer GROUP BY ROLLUP (active) ORDER BY 1;

SELECT state, customer_id, sum(total), count(*) FROM orders GROUP BY ROLLUP (state, customer_id) ORDER BY 1, 2, 4;

SELECT state, customer_id, sum(total) FROM orders GROUP BY CUBE (state, customer_id) ORDER BY 1, 2, 3;

SELECT state, customer_id, sum(total) FROM orders GROUP BY GROUPING SETS ((state), (customer_id), ()) ORDER BY 1, 2, 3;

SELECT state, customer_id, GROUPING(state), GROUPING(customer_id), GROUPING(state, customer_id), count(*) FROM orders GROUP BY CUBE (state, customer_id) ORDER BY 5, 1, 2;

SELECT dept, boss, count(*) FROM emp GROUP BY GROUPING SETS ((dept, boss), (dept), ()) ORDER BY GROUPING(dept, boss), 1, 2;

SELECT dept, boss, hired, count(*) FROM emp GROUP BY dept, ROLLUP (boss, hired) ORDER BY 1, 2, 3, 4;

SELECT dept, boss, count(*) FROM emp GROUP BY ROLLUP (dept), CUBE (boss) ORDER BY 1, 2, 3;

SELECT dept, boss, hired, count(*) FROM emp GROUP BY ROLLUP ((dept, boss), hired) ORDER BY 1, 2, 3, 4;

SELECT dept, boss, count(*) FROM emp GROUP BY GROUPING SETS (dept, ROLLUP (dept, boss)) ORDER BY 1, 2, 3;

SELECT dept, boss, count(*) FROM emp GROUP BY DISTINCT ROLLUP (dept, boss), ROLLUP (dept) ORDER BY 1, 2, 3;

SELECT dept, boss, count(*) FROM emp GROUP BY ALL ROLLUP (dept, boss), ROLLUP (dept) ORDER BY 1, 2, 3;

SELECT dept, count(*) FROM emp GROUP BY GROUPING SETS ((dept), (dept)) ORDER BY 1;

SELECT count(*), sum(salary) FROM emp GROUP BY ();

SELECT 1 FROM emp GROUP BY ();

SELECT count(*) FROM emp WHERE false GROUP BY ();

SELECT dept, count(*) FROM emp WHERE false GROUP BY ROLLUP (dept);

SELECT dept, count(*) FROM emp WHERE false GROUP BY GROUPING SETS ((dept), (), ());

SELECT dept, count(*) FROM emp GROUP BY ROLLUP (dept) HAVING count(*) > 2 ORDER BY 1;

SELECT dept, count(*) FROM emp GROUP BY ROLLUP (dept) HAVING dept IS NULL ORDER BY 2;

SELECT dept, count(*) FROM emp GROUP BY ROLLUP (dept) HAVING GROUPING(dept) = 1;

SELECT coalesce(dept, CASE GROUPING(dept) WHEN 1 THEN 'total' ELSE 'none' END) AS d, sum(salary) FROM emp GROUP BY ROLLUP (dept) ORDER BY GROUPING(dept), 1;

SELECT dept, sum(salary), rank() OVER (ORDER BY sum(salary) DESC NULLS LAST) FROM emp GROUP BY ROLLUP (dept) ORDER BY 3, 1;

SELECT dept, boss, sum(sum(salary)) OVER (PARTITION BY GROUPING(dept, boss)) FROM emp GROUP BY CUBE (dept, boss) ORDER BY 1, 2, 3;

SELECT DISTINCT GROUPING(dept), count(*) FROM emp GROUP BY ROLLUP (dept) ORDER BY 1, 2;

SELECT DISTINCT ON (GROUPING(dept)) dept, count(*) FROM emp GROUP BY ROLLUP (dept) ORDER BY GROUPING(dept), dept;

SELECT upper(dept) AS d, count(*) FROM emp GROUP BY ROLLUP (upper(dept)) ORDER BY 1, 2;

SELECT upper(dept) || '!', count(*) FROM emp GROUP BY ROLLUP (upper(dept)) ORDER BY 1, 2;

SELECT dept || 'x', length(dept), max(length(dept)) FROM emp GROUP BY ROLLUP (dept) ORDER BY 1, 3;

SELECT dept AS d, boss AS b, count(*) FROM emp GROUP BY CUBE (d, 2) ORDER BY 1, 2, 3;

SELECT extract(year FROM placed) AS y, state, sum(total) FROM orders GROUP BY ROLLUP (1, 2) ORDER BY 1, 2, 3;

SELECT n, count(*) FROM kinds GROUP BY ROLLUP (n) ORDER BY 1, 2;

SELECT f8, iv, count(*) FROM kinds GROUP BY CUBE (f8, iv) ORDER BY 1, 2, 3;

SELECT jb, ia, count(*) FROM kinds GROUP BY GROUPING SETS (jb, ia) ORDER BY 3, 1, 2;

SELECT id, name, count(*) FROM customer GROUP BY GROUPING SETS ((id), (id, active)) ORDER BY 1;

SELECT id, name, count(*) FROM customer GROUP BY ROLLUP (id);

SELECT name FROM customer GROUP BY ROLLUP (active);

SELECT GROUPING(active) FROM customer GROUP BY active ORDER BY 1;

SELECT GROUPING(name) FROM customer GROUP BY active;

SELECT GROUPING(active) FROM customer;

SELECT id FROM customer WHERE GROUPING(id) = 0;

SELECT count(*) FROM customer GROUP BY GROUPING(id);

SELECT state, array_agg(id ORDER BY id), string_agg(state, ',' ORDER BY id), jsonb_agg(id ORDER BY id) FROM orders GROUP BY ROLLUP (state) ORDER BY 1;

SELECT state, count(DISTINCT items), sum(total) FILTER (WHERE items > 1), percentile_cont(0.5) WITHIN GROUP (ORDER BY total) FROM orders GROUP BY ROLLUP (state) ORDER BY 1;

SELECT c.active, o.state, count(o.id) FROM customer c LEFT JOIN orders o ON o.customer_id = c.id GROUP BY CUBE (c.active, o.state) ORDER BY 1, 2, 3;

SELECT c.active, l.n, count(*) FROM customer c, LATERAL (SELECT length(c.name) AS n) l GROUP BY ROLLUP (c.active, l.n) ORDER BY 1, 2, 3;

SELECT state, (SELECT max(c.name) FROM customer c WHERE c.id = o.customer_id), count(*) FROM orders o GROUP BY ROLLUP (state, customer_id) ORDER BY 1, 2, 3;

SELECT dept, count(*), generate_series(1, 2) AS g FROM emp GROUP BY ROLLUP (dept) ORDER BY 1, 2, 3;

SELECT unnest(tags) AS t, count(*) FROM orders GROUP BY ROLLUP (1) ORDER BY 1, 2;

SELECT s.dept, s.n FROM (SELECT dept, count(*) AS n FROM emp GROUP BY ROLLUP (dept)) s WHERE s.n > 1 ORDER BY 1;

SELECT dept, count(*) FROM emp GROUP BY ROLLUP (dept) UNION ALL SELECT 'x', 0 ORDER BY 1, 2;

SELECT dept, count(*) FROM emp WHERE id > $1 GROUP BY ROLLUP (dept) HAVING count(*) >= $2 ORDER BY 1;
--$ [1, 1]

SELECT dept, count(*) FROM emp GROUP BY ROLLUP (dept) ORDER BY 1 LIMIT 2;

WITH x AS (SELECT dept, salary FROM emp) SELECT dept, sum(salary) FROM x GROUP BY ROLLUP (dept) ORDER BY 1;

SELECT dept, ROW(dept, count(*)) FROM emp GROUP BY ROLLUP (dept) ORDER BY 1;

INSERT INTO line (a, b, qty) SELECT 70, row_number() OVER (ORDER BY state), count(*) FROM orders GROUP BY ROLLUP (state) RETURNING a, b;

SELECT 1 FROM customer HAVING true;

SELECT 1 FROM customer HAVING false;

SELECT 'x' AS y FROM customer WHERE false HAVING 1 = 1;

SELECT name FROM customer HAVING true;

SELECT 2 HAVING true;

SELECT generate_series(1, 2) FROM customer HAVING true;

SELECT dept FROM emp GROUP BY ROLLUP (dept) FOR UPDATE;

SELECT 1 FROM customer HAVING true FOR UPDATE;

SELECT active, count(*) FROM customer GROUP BY (), active ORDER BY 1;

SELECT id FROM orders ORDER BY items DESC FETCH FIRST 2 ROWS WITH TIES;

SELECT id, items FROM orders ORDER BY items FETCH FIRST 2 ROWS WITH TIES;

SELECT state FROM orders ORDER BY state FETCH FIRST 2 ROWS WITH TIES;

SELECT id, state FROM orders ORDER BY state DESC NULLS LAST FETCH FIRST ROW WITH TIES;

SELECT id, state FROM orders ORDER BY state OFFSET 1 FETCH NEXT 1 ROW WITH TIES;

SELECT id, state FROM orders ORDER BY state OFFSET 2 ROWS FETCH NEXT 1 ROW WITH TIES;

SELECT * FROM (SELECT state, count(*) FROM orders GROUP BY state ORDER BY count(*) FETCH FIRST 1 ROW WITH TIES) s ORDER BY 1;

SELECT DISTINCT state FROM orders ORDER BY state FETCH FIRST 2 ROWS WITH TIES;

SELECT DISTINCT ON (state) state, items FROM orders ORDER BY state FETCH FIRST 2 ROWS WITH TIES;

SELECT id, n FROM kinds ORDER BY n FETCH FIRST 1 ROW WITH TIES;

SELECT id, ch FROM kinds ORDER BY ch DESC FETCH FIRST 1 ROW WITH TIES;

SELECT id, total FROM orders ORDER BY total FETCH FIRST 1 ROW WITH TIES;

SELECT id, items, state FROM orders ORDER BY items, state FETCH FIRST 3 ROWS WITH TIES;

SELECT id FROM orders FETCH FIRST 2 ROWS WITH TIES;

SELECT id FROM orders ORDER BY items FETCH FIRST $1 ROWS WITH TIES;
--$ [1]

SELECT id FROM orders ORDER BY items FETCH FIRST (1 + 1) ROWS WITH TIES;

SELECT id FROM orders ORDER BY items FETCH FIRST NULL ROWS WITH TIES;

SELECT id FROM orders ORDER BY items FETCH FIRST 0 ROWS WITH TIES;

SELECT id FROM orders ORDER BY items FETCH FIRST -1 ROWS WITH TIES;

SELECT s.id FROM (SELECT id FROM orders ORDER BY items FETCH FIRST 1 ROW WITH TIES) s ORDER BY 1;

SELECT items FROM orders UNION ALL SELECT items FROM orders ORDER BY 1 FETCH FIRST 1 ROW WITH TIES;

SELECT c.id, l.id FROM customer c, LATERAL (SELECT id FROM orders o WHERE o.customer_id = c.id ORDER BY o.items > 100 FETCH FIRST 1 ROW WITH TIES) l ORDER BY 1, 2;

SELECT id, unnest(tags) FROM orders ORDER BY items FETCH FIRST 2 ROWS WITH TIES;

SELECT active, (SELECT count(*) FROM orders o WHERE o.items > count(c.id)) FROM customer c GROUP BY active ORDER BY 1;

SELECT (SELECT count(c.id)) FROM customer c;

SELECT (SELECT sum(c.credit) + max(o.total) FROM orders o) FROM customer c;

SELECT dept, (SELECT max(e.salary)) AS m, (SELECT string_agg(x.name, ',' ORDER BY x.name) FROM emp x WHERE x.salary = max(e.salary)) AS names FROM emp e GROUP BY dept ORDER BY dept;

SELECT dept FROM emp e GROUP BY dept HAVING EXISTS (SELECT 1 FROM orders o WHERE o.items = count(e.id)) ORDER BY 1;

SELECT id FROM emp e WHERE (SELECT count(e.id)) > 0;

SELECT dept, (SELECT sum(count(e.id)) FROM orders) FROM emp e GROUP BY dept;

SELECT sum((SELECT count(e.id))) FROM emp e;

SELECT dept, name, (SELECT count(e.id)) FROM emp e GROUP BY dept;

SELECT (SELECT count(e.id + o.id) FROM orders o) FROM emp e ORDER BY e.id;

SELECT count(*) FROM unnest(ARRAY[1]) u WHERE u IN (SELECT count(u));

SELECT items FROM orders EXCEPT ALL SELECT 1 ORDER BY 1;

SELECT items FROM orders INTERSECT ALL SELECT unnest(ARRAY[1, 1, 1, 2]) ORDER BY 1;

SELECT n FROM kinds EXCEPT ALL SELECT 1.100 ORDER BY 1;

SELECT state, items FROM orders INTERSECT ALL (SELECT state, items FROM orders UNION ALL SELECT NULL, 3) ORDER BY 1, 2;

SELECT x FROM (VALUES (1), (1), (2), (NULL), (NULL)) v(x) EXCEPT ALL VALUES (1), (NULL) ORDER BY 1;

SELECT ch FROM kinds INTERSECT ALL SELECT 'c1' ORDER BY 1;

(SELECT items FROM orders EXCEPT ALL SELECT 1) UNION ALL SELECT 9 ORDER BY 1;

VALUES (1), (3), (2) ORDER BY column1 * -1;

VALUES (1, 'a'), (3, 'b') ORDER BY column2 || 'x' DESC, column1 LIMIT 1;

VALUES (1), (2) ORDER BY nope;

VALUES (1), (2) ORDER BY column1 + $1;
--$ [1]

SELECT id FROM orders ORDER BY items USING >, id USING <;

SELECT id FROM orders ORDER BY items USING =;

SELECT id FROM orders ORDER BY items USING <> ;

SELECT id FROM orders ORDER BY state USING > NULLS LAST, id;

SELECT ARRAY[[1, 2], [3, 4]], ARRAY[ARRAY[1], ARRAY[2]], ARRAY[['a', NULL], ['b', 'c d']];

SELECT ARRAY[[1, 2], [3, 4.5]], ARRAY[[[1], [2]], [[3], [4]]], ARRAY[ia, ia] FROM kinds WHERE id = 1;

SELECT ARRAY[[1, 2], [3]];

SELECT ARRAY[[1, 2], NULL];

SELECT ARRAY['{1,2}'::int[], '{3,4}'], ARRAY[[]::int[], []::int[]];

SELECT ARRAY[[1, 2], [3, 4]]::text[], ARRAY[['1', '2']]::int[];

SELECT (ARRAY[[1, 2, 3], [4, 5, 6]])[2][3], (ARRAY[[1, 2, 3], [4, 5, 6]])[1:2][2:3], (ARRAY[[1, 2, 3], [4, 5, 6]])[:1][2:], (ARRAY[[1, 2, 3], [4, 5, 6]])[2:][1];

SELECT (ARRAY[[1, 2, 3], [4, 5, 6]])[1:5][3:9], (ARRAY[[1, 2, 3], [4, 5, 6]])[3:4][1:1], (ARRAY[[1, 2], [3, 4]])[NULL:1][1:1], ('{{{1},{2}},{{3},{4}}}'::int[])[1:1][2:2], ('{1,2}'::int[])[1:1][1:1];

SELECT ('[2:3][5:6]={{1,2},{3,4}}'::int[])[2:2][5:6], ('[2:3][5:6]={{1,2},{3,4}}'::int[])[3][6];

SELECT array_length(ARRAY[[1, 2], [3, 4]], 2), unnest(ARRAY[[1, 2], [3, 4]]);

SELECT 2 = ANY (ARRAY[[1, 2], [3, 4]]), ARRAY[[1, 2], [3, 4]] @> ARRAY[4], ARRAY[[1]] || ARRAY[[2]];
