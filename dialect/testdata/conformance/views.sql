CREATE TABLE base (id serial PRIMARY KEY, a int NOT NULL DEFAULT 5, b text, n numeric(8,2), g int GENERATED ALWAYS AS (a * 2) STORED);
INSERT INTO base (a, b, n) VALUES (1, 'x', 1.5), (2, 'y', 2.5), (30, NULL, NULL);
CREATE TABLE other (id int PRIMARY KEY, base_id int REFERENCES base(id), t text);
INSERT INTO other VALUES (1, 1, 'o1'), (2, 2, 'o2');
CREATE VIEW simple AS SELECT id, a, b, n, g FROM base;
CREATE VIEW renamed (k, val, extra) AS SELECT id, a, a + 1 FROM base;
CREATE VIEW small AS SELECT id, a, b FROM base WHERE a < 10;
CREATE VIEW small_check AS SELECT id, a, b FROM base WHERE a < 10 WITH CHECK OPTION;
CREATE VIEW nested AS SELECT id, a AS aa FROM small WHERE a > 0;
CREATE VIEW nested_local AS SELECT id, a FROM small WHERE a > 0 WITH LOCAL CHECK OPTION;
CREATE VIEW nested_cascaded AS SELECT id, a FROM small WHERE a > 0 WITH CASCADED CHECK OPTION;
CREATE VIEW joined AS SELECT b.id, b.a, o.t FROM base b JOIN other o ON o.base_id = b.id;
CREATE VIEW counted AS SELECT a, count(*) AS n FROM base GROUP BY a;
CREATE VIEW limited AS SELECT id, a FROM base ORDER BY id LIMIT 2;
CREATE VIEW uniq AS SELECT DISTINCT a FROM base;
CREATE VIEW withdef AS SELECT id, a, b FROM base; ALTER VIEW withdef ALTER COLUMN a SET DEFAULT 77;
CREATE VIEW lit AS SELECT id, a, 'lit'::text AS l FROM base;
CREATE VIEW uni AS SELECT a FROM base UNION SELECT id FROM other;
CREATE VIEW wcte AS WITH q AS (SELECT a FROM base) SELECT a FROM q;
CREATE VIEW recur AS WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < 4) SELECT i FROM r;
CREATE VIEW win AS SELECT id, row_number() OVER (ORDER BY a) AS rn FROM base;
CREATE VIEW sub AS SELECT id, (SELECT count(*) FROM other o WHERE o.base_id = b.id) AS os FROM base b;
CREATE VIEW vvals AS VALUES (1, 'a'), (2, 'b');
-- cases
SELECT * FROM simple ORDER BY id;

SELECT * FROM renamed ORDER BY k;

SELECT k, extra FROM renamed r WHERE r.val = 2;

SELECT * FROM nested ORDER BY id;

SELECT * FROM joined ORDER BY id;

SELECT * FROM counted ORDER BY a;

SELECT * FROM limited ORDER BY id;

SELECT * FROM uniq ORDER BY a;

SELECT * FROM uni ORDER BY a;

SELECT * FROM wcte ORDER BY a;

SELECT * FROM recur ORDER BY i;

SELECT * FROM win ORDER BY id;

SELECT * FROM sub ORDER BY id;

SELECT * FROM vvals ORDER BY 1;

SELECT v.*, s.os FROM vvals v(x, y) LEFT JOIN sub s ON s.id = v.x ORDER BY 1;

SELECT nope FROM simple;

INSERT INTO simple (a, b, n) VALUES (7, 'z', 1.005) RETURNING a, b, n, g;
SELECT a, b, n, g FROM base ORDER BY id;

UPDATE simple SET a = a + 1, n = 9.999 WHERE id = 1 RETURNING *;
SELECT * FROM base ORDER BY id;

DELETE FROM simple USING other o WHERE o.base_id = simple.id AND o.id = 99 RETURNING simple.*;

TRUNCATE simple;

SELECT id FROM small ORDER BY id FOR UPDATE;



SELECT v.k, s.t FROM renamed v JOIN joined s ON s.id = v.k WHERE v.val = $1 ORDER BY 1;
--$ [2]

SELECT n, (SELECT max(k) FROM renamed WHERE val = counted.a) AS m FROM counted ORDER BY n, m;

WITH d AS (DELETE FROM other RETURNING base_id) SELECT s.id, s.a FROM simple s WHERE s.id IN (SELECT base_id FROM d) ORDER BY 1;

UPDATE other SET t = j.t || '!' FROM joined j WHERE j.id = other.base_id RETURNING other.id, other.t, j.a;

DELETE FROM other USING small s WHERE s.id = other.base_id RETURNING other.id, s.b;

INSERT INTO other SELECT 10 + id, id, b FROM simple RETURNING *;

MERGE INTO other o USING renamed r ON o.base_id = r.k WHEN MATCHED THEN UPDATE SET t = r.extra::text WHEN NOT MATCHED THEN INSERT VALUES (100 + r.k, r.k, 'new');
SELECT * FROM other ORDER BY id;

DECLARE vc SCROLL CURSOR FOR SELECT * FROM nested ORDER BY id;
FETCH 1 vc;
FETCH LAST vc;

PREPARE vp AS SELECT k FROM renamed WHERE val > $1 ORDER BY k;
EXECUTE vp(1);
DEALLOCATE vp;

SELECT r.* FROM renamed AS r (x, y) ORDER BY x;

SELECT simple.* FROM simple JOIN small USING (id, a) ORDER BY id;

SELECT * FROM nested NATURAL JOIN small ORDER BY id;

SELECT count(*) FROM simple a, simple b WHERE a.id < b.id;
