CREATE TABLE base (id serial PRIMARY KEY, a int NOT NULL DEFAULT 5, b text, n numeric(8,2), g int GENERATED ALWAYS AS (a * 2) STORED, tags text[], u int UNIQUE CHECK (u > 0));
INSERT INTO base (a, b, n, tags, u) VALUES (1, 'x', 1.5, '{p,q}', 1), (2, 'y', 2.5, NULL, 2), (30, NULL, NULL, '{}', 3);
CREATE TABLE other (id int PRIMARY KEY, base_id int REFERENCES base(id), t text);
INSERT INTO other VALUES (1, 1, 'o1'), (2, 2, 'o2');
CREATE VIEW plain AS SELECT id, a, b, n, g, tags, u FROM base;
CREATE VIEW star AS SELECT * FROM base;
CREATE VIEW renamed (k, val, txt) AS SELECT id, a, b FROM base;
CREATE VIEW swapped (a, b) AS SELECT u, a FROM base;
CREATE VIEW extra AS SELECT id, a, a + 1 AS more, 'lit'::text AS l, b FROM base;
CREATE VIEW small AS SELECT id, a, b FROM base AS q WHERE q.a < 10;
CREATE VIEW subbed AS SELECT id, a, b, (SELECT count(*) FROM other o WHERE o.base_id = base.id) AS os FROM base WHERE id IN (SELECT base_id FROM other);
CREATE VIEW ordered AS SELECT id, a FROM base ORDER BY a DESC;
CREATE VIEW checked AS SELECT id, a FROM base WHERE a < 10 WITH CHECK OPTION;
CREATE VIEW nested AS SELECT id, a FROM small WHERE a > 0;
CREATE VIEW twice AS SELECT id, a, a AS aa FROM base;
CREATE VIEW dflt AS SELECT id, a, b FROM base;
ALTER VIEW dflt ALTER COLUMN a SET DEFAULT 77;
CREATE VIEW barrier WITH (security_barrier) AS SELECT id, a FROM base;
CREATE VIEW ruled AS SELECT id, a FROM base;
CREATE RULE r AS ON DELETE TO ruled DO INSTEAD NOTHING;
CREATE VIEW joined AS SELECT b.id, b.a, o.t FROM base b JOIN other o ON o.base_id = b.id;
CREATE VIEW crossed AS SELECT b.id FROM base b, other o;
CREATE VIEW counted AS SELECT a, count(*) AS n FROM base GROUP BY a;
CREATE VIEW total AS SELECT sum(a) AS s FROM base;
CREATE VIEW hav AS SELECT sum(a) AS s FROM base HAVING count(*) > 1;
CREATE VIEW limited AS SELECT id, a FROM base ORDER BY id LIMIT 2;
CREATE VIEW uniq AS SELECT DISTINCT a FROM base;
CREATE VIEW uni AS SELECT a FROM base UNION SELECT id FROM other;
CREATE VIEW wcte AS WITH q AS (SELECT a FROM base) SELECT a FROM q;
CREATE VIEW win AS SELECT id, row_number() OVER (ORDER BY a) AS rn FROM base;
CREATE VIEW sets AS SELECT id, generate_series(1, 2) AS s FROM base;
CREATE VIEW fixed AS SELECT a + 1 AS x FROM base;
CREATE VIEW vvals AS VALUES (1, 'a'), (2, 'b');
CREATE VIEW derived AS SELECT d.a FROM (SELECT a FROM base) d;
CREATE VIEW local_check AS SELECT id, a, b FROM small WHERE a > 2 WITH LOCAL CHECK OPTION;
CREATE VIEW casc_check AS SELECT id, a, b FROM small WHERE a > 2 WITH CASCADED CHECK OPTION;
CREATE VIEW over_casc AS SELECT id, a, b FROM casc_check WHERE a <> 5;
CREATE VIEW over_local AS SELECT id, a, b FROM local_check;
CREATE VIEW casc_over_local AS SELECT id, a, b FROM local_check WHERE b IS NOT NULL WITH CASCADED CHECK OPTION;
CREATE VIEW casc_noqual AS SELECT id, a AS x, b FROM small WITH CHECK OPTION;
CREATE VIEW nest_extra AS SELECT id, a, more, l, a * 2 AS dbl FROM extra;
CREATE VIEW nest_renamed (i, v) AS SELECT k, val FROM renamed;
CREATE VIEW over_counted AS SELECT a FROM counted;
CREATE VIEW over_barrier AS SELECT id, a FROM barrier;
CREATE VIEW over_over AS SELECT o.id, o.a FROM over_casc o;
CREATE VIEW check_sub AS SELECT id, a FROM base WHERE id IN (SELECT base_id FROM other) WITH CHECK OPTION;
CREATE VIEW check_u AS SELECT id, a, u, b FROM base WHERE u < 100 AND b <> 'no' WITH CHECK OPTION;
-- cases
INSERT INTO nested VALUES (300, 3) RETURNING *;
INSERT INTO nested VALUES (301, 50);
SELECT id, a FROM base WHERE id >= 300 ORDER BY id;

UPDATE nested SET a = 4 RETURNING id, a;
SELECT id, a FROM base ORDER BY id;

DELETE FROM nested WHERE a = 1 RETURNING nested.id;

INSERT INTO checked VALUES (300, 3), (301, 4) RETURNING *;

INSERT INTO checked VALUES (300, 3), (301, 10), (302, 11);

INSERT INTO checked (id) VALUES (300);

INSERT INTO checked VALUES (300, NULL);

UPDATE checked SET a = a + 1;

UPDATE checked SET a = a + 9;

UPDATE checked SET a = NULL WHERE id = 1;

UPDATE checked SET a = 99 WHERE id = 30;

INSERT INTO local_check VALUES (300, 50, 'l') RETURNING *;

INSERT INTO local_check VALUES (300, 2, 'l');

INSERT INTO casc_check VALUES (300, 50, 'l');

INSERT INTO casc_check VALUES (300, 2, 'l');

INSERT INTO casc_check VALUES (300, 5, 'ok') RETURNING a, b;

INSERT INTO over_casc VALUES (300, 5, 'ok') RETURNING *;

INSERT INTO over_casc VALUES (300, 1, 'x');

INSERT INTO over_casc VALUES (300, 11, 'x');

INSERT INTO over_local VALUES (300, 11, 'x');

INSERT INTO over_local VALUES (300, 1, 'x');

INSERT INTO casc_over_local VALUES (300, 1, NULL);

INSERT INTO casc_over_local VALUES (300, 11, NULL);

INSERT INTO casc_over_local VALUES (300, 5, NULL);

INSERT INTO casc_over_local VALUES (300, 5, 'x');

INSERT INTO casc_noqual VALUES (300, 11, 'x');

INSERT INTO casc_noqual VALUES (300, 1, 'a text that is so long that more than sixty-four bytes of it would have to be shown here');

INSERT INTO casc_noqual VALUES (300, 11, 'a text that is so long that more than sixty-four bytes of it would have to be shown here é');

UPDATE casc_noqual SET x = x + 8 WHERE id = 1;

UPDATE casc_noqual SET x = x + 20;

UPDATE casc_check SET b = 'same' WHERE id = 1;

INSERT INTO casc_check (id, a) SELECT id + 400, a FROM base ORDER BY id;

INSERT INTO checked VALUES (1, 2);

INSERT INTO checked VALUES (1, 20);

INSERT INTO check_u VALUES (300, 1, 1, 'x'), (301, 1, 200, 'x');

INSERT INTO check_u VALUES (300, 1, 200, 'x'), (301, 1, 1, 'x');

INSERT INTO check_u VALUES (300, 1, -5, 'no');

INSERT INTO check_u VALUES (300, 1, 7, NULL);

INSERT INTO check_u VALUES (300, NULL, 700, 'no');

UPDATE check_u SET b = 'no' WHERE id = 2 RETURNING *;

UPDATE check_u SET u = base.u + 100 FROM base WHERE base.id = check_u.id AND base.id = 1;

UPDATE check_u SET b = (SELECT 'no') WHERE id = 1;

INSERT INTO checked VALUES (300, 3) ON CONFLICT DO NOTHING RETURNING id;

INSERT INTO checked VALUES (1, 20) ON CONFLICT DO NOTHING;

INSERT INTO checked VALUES (300, 20) ON CONFLICT DO NOTHING;

WITH i AS (INSERT INTO checked VALUES (300, 20) RETURNING id) SELECT * FROM i;

DELETE FROM casc_check WHERE id = 1;

DELETE FROM check_sub WHERE id = 3;

INSERT INTO check_sub VALUES (300, 1);

UPDATE nest_extra SET a = 9 WHERE dbl = 2 RETURNING *;

UPDATE nest_extra SET more = 9;

UPDATE nest_extra SET dbl = 9;

INSERT INTO nest_extra (id, l) VALUES (1, 'x');

INSERT INTO nest_renamed VALUES (300, 3) RETURNING i, v;
UPDATE nest_renamed SET v = v * 2 WHERE i = 300 RETURNING v;
SELECT id, a FROM base WHERE id = 300;

UPDATE over_over SET a = 6 WHERE a = 1;

UPDATE over_over SET a = 5 WHERE a = 1;

INSERT INTO over_over VALUES (300, 4) RETURNING *;

INSERT INTO over_over VALUES (300, 44);

INSERT INTO over_counted VALUES (1);

DELETE FROM over_counted;

INSERT INTO over_barrier VALUES (300, 1);

SET TRANSACTION READ ONLY;
INSERT INTO nested VALUES (1, 1);

INSERT INTO plain (a, b, n, u) VALUES (7, 'z', 1.005, 9) RETURNING a, b, n, g, u;
SELECT a, b, n, g FROM base ORDER BY id;

INSERT INTO plain DEFAULT VALUES RETURNING a, b, g;
SELECT count(*) FROM base;

INSERT INTO plain VALUES (100, DEFAULT, 'd') RETURNING *;

INSERT INTO star (id, a) SELECT 200 + id, a FROM small RETURNING *;

INSERT INTO renamed VALUES (101, 11, 'r') RETURNING *;
SELECT id, a, b FROM base ORDER BY id;

INSERT INTO renamed (txt, k) VALUES ('only', 102), (NULL, 103) RETURNING renamed.k, renamed.val, txt || '!' AS t;

INSERT INTO renamed AS r (k) VALUES (104) RETURNING r.k, r.val, r.*;

INSERT INTO swapped VALUES (50, 60) RETURNING a, b;
SELECT a, u FROM base ORDER BY a;

INSERT INTO swapped (b, a) VALUES (51, 61) RETURNING *;

UPDATE swapped SET a = b + 100, b = a WHERE a = 1 RETURNING a, b;
SELECT a, u FROM base ORDER BY a;

INSERT INTO small VALUES (105, 500, 'out of sight') RETURNING *;
SELECT id, a FROM base ORDER BY id;
SELECT * FROM small ORDER BY id;

UPDATE small SET a = a + 9 RETURNING *;
SELECT id, a FROM base ORDER BY id;

UPDATE small SET b = 'none' WHERE a = 30;

UPDATE small s SET b = s.b || s.a WHERE s.id = 2 RETURNING s.*, s.b AS again;

UPDATE small SET b = o.t FROM other o WHERE o.base_id = small.id RETURNING small.id, small.b, o.t;

UPDATE small SET b = (SELECT max(t) FROM other WHERE base_id = small.id) RETURNING id, b;

UPDATE renamed SET (val, txt) = (SELECT o.id * 10, o.t FROM other o WHERE o.base_id = renamed.k) WHERE k < 3 RETURNING *;

UPDATE renamed SET val = DEFAULT WHERE k = 1 RETURNING *;

UPDATE renamed SET val = $1, txt = $2 WHERE k = $3 RETURNING *;
--$ [8, "param", 2]

UPDATE plain SET tags[2] = 'changed', n = 9.999 WHERE id = 1 RETURNING tags, n;

UPDATE extra SET a = more * 2 WHERE l = 'lit' AND more > 2 RETURNING *;

INSERT INTO extra (id, a) VALUES (110, 4) RETURNING id, more, l;

UPDATE subbed SET a = os::int + 5 WHERE os = 1 RETURNING id, a, os;

UPDATE ordered SET a = a + 1 RETURNING id, a;

DELETE FROM small WHERE id = 3;
SELECT count(*) FROM base;

DELETE FROM plain WHERE id = 3 RETURNING *;

DELETE FROM small s USING other o WHERE o.base_id = s.id AND o.id = 99 RETURNING s.*;

DELETE FROM renamed WHERE val > 10 RETURNING k, txt, (SELECT count(*) FROM other) AS c;

DELETE FROM fixed WHERE x = 31 RETURNING x;

DELETE FROM checked WHERE id = 3;

DELETE FROM small WHERE id = 1;

WITH gone AS (DELETE FROM renamed WHERE k = 3 RETURNING k, val) INSERT INTO renamed (k, val) SELECT k + 300, val FROM gone RETURNING *;

WITH u AS (UPDATE small SET a = 3 WHERE id = 1 RETURNING id, a) SELECT * FROM u JOIN small USING (id);

WITH w AS (SELECT 2 AS i) UPDATE renamed SET txt = 'w' FROM w WHERE k = w.i RETURNING k, i, txt;

INSERT INTO plain (id, a, u) VALUES (120, 1, 1) ON CONFLICT DO NOTHING RETURNING id;

INSERT INTO renamed (k, val) VALUES (1, 1) ON CONFLICT DO NOTHING;

INSERT INTO renamed (k, val) VALUES (1, 1) ON CONFLICT (k) DO UPDATE SET val = excluded.val;

PREPARE vw AS UPDATE renamed SET txt = $1 WHERE k = $2 RETURNING *;
EXECUTE vw('prepared', 1);
DEALLOCATE vw;

INSERT INTO renamed (k, val) VALUES (1, 1);

INSERT INTO renamed (k, val) VALUES (130, NULL);

UPDATE plain SET u = -1 WHERE id = 1;

DELETE FROM renamed WHERE k = 1;

INSERT INTO plain (g) VALUES (1);

UPDATE plain SET g = 5;

INSERT INTO renamed (nope) VALUES (1);

INSERT INTO renamed (a) VALUES (1);

UPDATE renamed SET a = 1;

UPDATE renamed SET val = a;

UPDATE renamed SET val = nope;

UPDATE renamed SET val = base.a;

UPDATE small SET a = 1 WHERE q.a = 1;

UPDATE renamed SET val = 'x';

UPDATE renamed SET val = txt;

INSERT INTO renamed VALUES (1, 2, 'x', 4);

INSERT INTO renamed (k, k) VALUES (1, 2);

UPDATE renamed SET val = 1, val = 2;

INSERT INTO extra VALUES (1, 2, 3);

INSERT INTO extra VALUES (140, 2);

INSERT INTO extra (l) VALUES ('x');

INSERT INTO extra (l) VALUES (DEFAULT);

INSERT INTO extra (more) VALUES ('x');

UPDATE extra SET more = 1;

UPDATE extra SET more = 1 WHERE false;

UPDATE extra SET l = DEFAULT;

UPDATE extra SET more = 1, a = 2;

UPDATE fixed SET x = 1;

INSERT INTO fixed VALUES (1);

INSERT INTO joined (id) VALUES (1);

UPDATE joined SET a = 1;

DELETE FROM joined;

DELETE FROM crossed;

UPDATE counted SET a = 1;

DELETE FROM total;

DELETE FROM hav;

DELETE FROM limited;

UPDATE uniq SET a = 1;

INSERT INTO uni VALUES (1);

DELETE FROM wcte;

DELETE FROM win;

DELETE FROM sets;

DELETE FROM vvals;

UPDATE derived SET a = 1;

INSERT INTO checked VALUES (1, 2);

UPDATE nested SET a = 1;

UPDATE twice SET a = 1;

INSERT INTO dflt (id) VALUES (1);

UPDATE barrier SET a = 1;

DELETE FROM ruled;

UPDATE renamed SET txt = 'full' WHERE renamed.k = 1 RETURNING public.renamed.k;

UPDATE renamed SET txt = 'row' WHERE k = 1 RETURNING renamed;

UPDATE renamed SET txt = row_to_json(renamed)::text WHERE k = 1 RETURNING row_to_json(renamed);

UPDATE renamed SET txt = tableoid::text;

SELECT count(*) FROM renamed WHERE k IN (SELECT id FROM other);

SELECT public.renamed.k, renamed.val FROM renamed WHERE public.renamed.k = 1;

INSERT INTO renamed (k, val) VALUES (400, DEFAULT), (401, 9) RETURNING *;
