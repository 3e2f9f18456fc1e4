CREATE TYPE ev AS (at timestamptz, span tstzrange, d date, n numeric(6,2));
CREATE TYPE wrap AS (e ev, name text, es ev[]);
CREATE DOMAIN dev AS ev CHECK ((VALUE).n > 0);
CREATE TABLE z (id int PRIMARY KEY, e ev, w wrap, es ev[], dd dev);
INSERT INTO z VALUES (1, ROW('2024-01-01 12:00:00+00', '[2024-01-01 00:00:00+00,2024-01-02 00:00:00+00)', '2024-02-03', 1.5), ROW(ROW('2024-03-01 00:00:00+00', NULL, NULL, 2)::ev, 'n', ARRAY[ROW('2024-03-01 00:00:00+00', NULL, NULL, 2)::ev])::wrap, ARRAY[ROW('2024-06-01 00:00:00+00', 'empty', NULL, 3)]::ev[], ROW('2024-01-01 12:00:00+00', NULL, NULL, 4)::ev), (2, NULL, NULL, NULL, NULL);
-- cases
SET TimeZone = 'Asia/Tokyo';
SELECT e, w, es FROM z ORDER BY id;
SELECT ARRAY[e], array_agg(e), (ARRAY[e])[1], ((ARRAY[e])[1]).at FROM z WHERE id = 1 GROUP BY e;
SELECT ROW(e, 1), ROW(e)::text, e::text, concat(e, '|'), format('%s', w) FROM z ORDER BY id;
SELECT (e).at, (e).span, ((w).e).at, ((w).es)[1], (es[1]).at FROM z ORDER BY id;
SELECT row_to_json(e), to_jsonb(w.e) FROM z, LATERAL (SELECT (z.w).e) w ORDER BY id;
SELECT ROW('2024-01-01 12:00', NULL, NULL, 1)::ev, '("2024-01-01 12:00",,,1)'::ev, ('("2024-01-01 12:00",,,1)'::ev).at;
SELECT id FROM z WHERE e = ROW('2024-01-01 21:00', '[2024-01-01 09:00,2024-01-02 09:00)', '2024-02-03', 1.5)::ev;
UPDATE z SET e.at = '2025-01-01 00:00', w.e.n = 9.999 WHERE id = 1 RETURNING e, w, (w).name;
INSERT INTO z (id, e, es) VALUES (3, ROW('2024-05-05 05:00', NULL, 'today'::date - 'today'::date + date '2024-01-01', 1), ARRAY['("2024-05-05 05:00",,,1)']::ev[]) RETURNING e, es;
SELECT u.at, u.n FROM z, unnest(es) u ORDER BY 1;
SELECT e, count(*) FROM z GROUP BY e ORDER BY e;
SELECT x.e FROM (SELECT e FROM z UNION SELECT (w).e FROM z) x ORDER BY e;
SELECT jsonb_populate_record(e, '{"n": 7}') FROM z ORDER BY id;
SELECT * FROM jsonb_populate_record(NULL::ev, '{"at": "2024-01-01 12:00", "span": "[2024-01-01 00:00,)"}');

SELECT dd, (dd).n, (dd).at FROM z ORDER BY id;

UPDATE z SET dd = ROW('2024-01-01 12:00:00+00', NULL, NULL, -4) WHERE id = 1;

UPDATE z SET dd.n = -1 WHERE id = 1;

SELECT ROW(NULL, NULL, NULL, 5)::dev, dd = ROW('2024-01-01 12:00:00+00', NULL, NULL, 4)::ev FROM z ORDER BY id;

SELECT e IS NULL, e IS NOT NULL, (e).d IS NULL, e IS DISTINCT FROM NULL, e = e, e <> e FROM z ORDER BY id;

SELECT z.e = o.e, z.e IS NOT DISTINCT FROM o.e FROM z, z o ORDER BY z.id, o.id;

SELECT max((e).n), min((e).at), bool_or(e IS NULL) FROM z;

SELECT CASE WHEN e IS NULL THEN ROW(NULL, NULL, NULL, 1)::ev ELSE e END, coalesce(e, (w).e), nullif(e, e) FROM z ORDER BY id;

SELECT e IN (SELECT e FROM z), e IN ((w).e, e) FROM z ORDER BY id;

SELECT e = ANY (es) FROM z ORDER BY id;

SELECT e BETWEEN e AND e FROM z ORDER BY id;

SELECT DISTINCT ON (e) id FROM z ORDER BY e, id;

SELECT string_agg((e).n::text, ',') OVER (ORDER BY e) FROM z;

SELECT lag(e) OVER (ORDER BY id DESC), first_value((e).d) OVER (ORDER BY id) FROM z ORDER BY id;

SELECT * FROM z x JOIN z y USING (e);

SELECT count(*) FROM z x JOIN z y ON (x.e).n = (y.e).n;

WITH u AS (UPDATE z SET e = ROW(now(), NULL, NULL, 1) WHERE id = 2 RETURNING id, (e).n) SELECT * FROM u;

WITH i AS (INSERT INTO z (id, e) VALUES (9, ROW(NULL, NULL, NULL, 2)) RETURNING e) SELECT (i.e).n, i.e FROM i;

INSERT INTO z (id, e) VALUES (1, NULL) ON CONFLICT (id) DO UPDATE SET e = excluded.e, w.name = 'up' RETURNING e, (w).name;

MERGE INTO z USING (VALUES (1)) s(id) ON z.id = s.id WHEN MATCHED THEN UPDATE SET e = ROW(NULL, NULL, NULL, 8);
SELECT (e).n FROM z WHERE id = 1;

SELECT e.* FROM z;

SELECT z.e.at FROM z;

SELECT (z).e.at FROM z ORDER BY id;

SELECT at FROM z;

CREATE INDEX ON z (((e).n));
SELECT id FROM z WHERE (e).n = 1.5;

ALTER TABLE z ADD COLUMN e2 ev;
UPDATE z SET e2 = e RETURNING (e2).n;
