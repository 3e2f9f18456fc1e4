-- schema: shop
-- cases
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY items) FROM orders;

SELECT percentile_cont(0.25) WITHIN GROUP (ORDER BY total), percentile_cont(0.9) WITHIN GROUP (ORDER BY total DESC) FROM orders;

SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY total), percentile_disc(0) WITHIN GROUP (ORDER BY total), percentile_disc(1) WITHIN GROUP (ORDER BY total) FROM orders;

SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY name), percentile_disc(0.5) WITHIN GROUP (ORDER BY born DESC), percentile_disc(0.3) WITHIN GROUP (ORDER BY score) FROM customer;

SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY placed), percentile_disc(0.5) WITHIN GROUP (ORDER BY state) FROM orders;

SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY by), percentile_disc(0.5) WITHIN GROUP (ORDER BY iv), percentile_disc(0.5) WITHIN GROUP (ORDER BY u), percentile_disc(0.5) WITHIN GROUP (ORDER BY m), percentile_disc(0.5) WITHIN GROUP (ORDER BY jb) FROM kinds;

SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY iv), percentile_cont(0.33) WITHIN GROUP (ORDER BY f8) FROM kinds;

SELECT percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY total) FROM orders;

SELECT percentile_disc(ARRAY[0.25, NULL, 0.75]) WITHIN GROUP (ORDER BY total), percentile_disc('{{0,0.5},{0.7,1}}'::float8[]) WITHIN GROUP (ORDER BY state) FROM orders;

SELECT percentile_cont(ARRAY[0.5, 1]) WITHIN GROUP (ORDER BY iv) FROM kinds;

SELECT percentile_disc(ARRAY[0.5, 1]) WITHIN GROUP (ORDER BY d), percentile_disc(ARRAY[0.5]) WITHIN GROUP (ORDER BY i8) FROM kinds;

SELECT state, percentile_cont(0.5) WITHIN GROUP (ORDER BY total), mode() WITHIN GROUP (ORDER BY items), count(*) FROM orders GROUP BY state ORDER BY state;

SELECT mode() WITHIN GROUP (ORDER BY state), mode() WITHIN GROUP (ORDER BY state DESC), mode() WITHIN GROUP (ORDER BY total) FROM orders;

SELECT mode() WITHIN GROUP (ORDER BY n), mode() WITHIN GROUP (ORDER BY n DESC), mode() WITHIN GROUP (ORDER BY t), mode() WITHIN GROUP (ORDER BY by), mode() WITHIN GROUP (ORDER BY ch), mode() WITHIN GROUP (ORDER BY f8) FROM kinds;

SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY items) FROM orders WHERE false;

SELECT percentile_disc(ARRAY[0.5]) WITHIN GROUP (ORDER BY items), mode() WITHIN GROUP (ORDER BY items) FROM orders WHERE false;

SELECT percentile_cont(NULL) WITHIN GROUP (ORDER BY items) FROM orders;

SELECT percentile_cont(1.5) WITHIN GROUP (ORDER BY items) FROM orders;

SELECT percentile_disc(-0.1) WITHIN GROUP (ORDER BY items) FROM orders;

SELECT percentile_disc(ARRAY[0.1, 2]) WITHIN GROUP (ORDER BY items) FROM orders;

SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY items) FILTER (WHERE state = 'paid') FROM orders;

SELECT percentile_cont($1) WITHIN GROUP (ORDER BY items) FROM orders;
--$ [0.5]

SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY name) FROM customer;

SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY born) FROM customer;

SELECT percentile_cont(0.5) FROM orders;

SELECT percentile_cont(0.5, items) FROM orders;

SELECT sum(items) WITHIN GROUP (ORDER BY id) FROM orders;

SELECT sum() WITHIN GROUP (ORDER BY id) FROM orders;

SELECT upper('x') WITHIN GROUP (ORDER BY id) FROM orders;

SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY items) OVER () FROM orders;

SELECT mode(1) WITHIN GROUP (ORDER BY id) FROM orders;

SELECT percentile_cont(items) WITHIN GROUP (ORDER BY id) FROM orders;

SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY sum(id)) FROM orders;

SELECT items, percentile_cont(items / 20.0) WITHIN GROUP (ORDER BY total) FROM orders GROUP BY items ORDER BY 1;

SELECT rank(2) WITHIN GROUP (ORDER BY items), dense_rank(2) WITHIN GROUP (ORDER BY items), percent_rank(2) WITHIN GROUP (ORDER BY items), cume_dist(2) WITHIN GROUP (ORDER BY items) FROM orders;

SELECT rank(1) WITHIN GROUP (ORDER BY items DESC), dense_rank(1) WITHIN GROUP (ORDER BY items DESC), cume_dist(1) WITHIN GROUP (ORDER BY items DESC) FROM orders;

SELECT rank('paid') WITHIN GROUP (ORDER BY state), dense_rank('paid') WITHIN GROUP (ORDER BY state NULLS FIRST), percent_rank(NULL) WITHIN GROUP (ORDER BY state), cume_dist(NULL) WITHIN GROUP (ORDER BY state NULLS FIRST) FROM orders;

SELECT rank('paid', 10) WITHIN GROUP (ORDER BY state, total), cume_dist('paid', 5) WITHIN GROUP (ORDER BY state, total DESC) FROM orders;

SELECT rank(1.10) WITHIN GROUP (ORDER BY n), dense_rank(2) WITHIN GROUP (ORDER BY n), cume_dist(1.1) WITHIN GROUP (ORDER BY n) FROM kinds;

SELECT state, rank(10) WITHIN GROUP (ORDER BY total) FROM orders GROUP BY state ORDER BY state;

SELECT rank(1) WITHIN GROUP (ORDER BY items), percent_rank(1) WITHIN GROUP (ORDER BY items), cume_dist(1) WITHIN GROUP (ORDER BY items), dense_rank(1) WITHIN GROUP (ORDER BY items) FROM orders WHERE false;

SELECT rank(1, 2) WITHIN GROUP (ORDER BY items) FROM orders;

SELECT rank('x') WITHIN GROUP (ORDER BY items) FROM orders;

SELECT rank() WITHIN GROUP (ORDER BY items) FROM orders;

SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY items) + 1 AS x FROM orders HAVING mode() WITHIN GROUP (ORDER BY items) > 0;

SELECT c.name, (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY o.total) FROM orders o WHERE o.customer_id = c.id) FROM customer c ORDER BY c.id;

SELECT c.id, l.p FROM customer c LEFT JOIN LATERAL (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY total) AS p FROM orders WHERE customer_id = c.id) l ON true ORDER BY 1;
