CREATE TABLE docs (id int PRIMARY KEY, title text, body text, tsv tsvector, q tsquery);
INSERT INTO docs VALUES
 (1, 'The Fat Rats', 'A fat cat sat on a mat and ate a fat rat.', to_tsvector('english', 'A fat cat sat on a mat and ate a fat rat.'), 'fat & rat'),
 (2, 'Running', 'She runs; he ran, and they are running well-known races.', to_tsvector('english', 'She runs; he ran, and they are running well-known races.'), 'run'),
 (3, NULL, '', '', ''),
 (4, 'Numbers', 'In 2024, 3 of 100 people, or 3.0 percent', to_tsvector('simple', 'In 2024, 3 of 100 people, or 3.0 percent'), '3 | 4'),
 (5, 'Null', NULL, NULL, NULL),
 (6, 'Stars', 'super star shine', setweight(to_tsvector('english', 'super star shine'), 'A'), 'super <-> star');
-- cases
SELECT to_tsvector('english', 'The Fat Rats'), to_tsvector('simple', 'The Fat Rats'), to_tsvector('The Fat Rats');

SELECT id, to_tsvector('english', body), to_tsvector('simple', title) FROM docs ORDER BY id;

SELECT id, tsv, q FROM docs ORDER BY id;

SELECT to_tsvector('german', 'x');

SELECT to_tsvector('english', NULL), to_tsvector(NULL::text);

SELECT id FROM docs WHERE to_tsvector('english', body) @@ to_tsquery('english', 'fat & rat') ORDER BY id;

SELECT id FROM docs WHERE tsv @@ to_tsquery('english', 'running | cats') ORDER BY id;

SELECT id FROM docs WHERE tsv @@ plainto_tsquery('english', 'the fat cats') ORDER BY id;

SELECT id FROM docs WHERE tsv @@ phraseto_tsquery('english', 'fat cat') ORDER BY id;

SELECT id FROM docs WHERE tsv @@ websearch_to_tsquery('english', '"fat cat" or running -race') ORDER BY id;

SELECT id FROM docs WHERE tsv @@ websearch_to_tsquery('english', $1) ORDER BY id;
--$ ["fat -dog"]

SELECT id FROM docs WHERE to_tsvector(body) @@ plainto_tsquery($1) ORDER BY id;
--$ ["sat mat"]

SELECT id FROM docs WHERE body @@ 'fat rat' ORDER BY id;

SELECT id FROM docs WHERE body @@ to_tsquery('cat') ORDER BY id;

SELECT id FROM docs WHERE q @@ tsv ORDER BY id;

SELECT id, tsv @@ 'super <-> star', tsv @@ 'star <-> super', tsv @@ 'super <2> shine', tsv @@ '!fat', tsv @@ 'sup:*', tsv @@ 'star:A', tsv @@ 'star:B' FROM docs ORDER BY id;

SELECT 'a:1 b:2 c:3'::tsvector @@ 'a <-> b <-> c', 'a:1 b:2 c:3'::tsvector @@ 'a <-> !c', 'a b'::tsvector @@ 'a <-> b', 'a:1 b:2'::tsvector @@ '!(a <-> b)', 'a:1 b:2'::tsvector @@ '(a | x) <-> b';

SELECT to_tsquery('english', 'The & Fat & Rats'), to_tsquery('simple', 'The & Rats'), to_tsquery('english', 'the'), to_tsquery('english', '!the & cat'), to_tsquery('english', 'super:*A & cats:BC');

SELECT to_tsquery('english', 'fat rat');

SELECT to_tsquery('english', 'fat &');

SELECT to_tsquery('english', '(fat');

SELECT to_tsquery('english', 'fat <-> the <-> rat'), phraseto_tsquery('english', 'the cat and the rat'), plainto_tsquery('english', 'the cat and the rat'), websearch_to_tsquery('english', 'the "cat and rat" or dog');

SELECT 'a & b'::tsquery && 'c'::tsquery, 'a'::tsquery || 'b | c'::tsquery, !!'a'::tsquery, 'a'::tsquery <-> 'b'::tsquery, tsquery_phrase('a', 'b', 3), tsquery_phrase('a & b', 'c');

SELECT tsquery_phrase('a', 'b', -1);

SELECT 'a & b'::tsquery @> 'a'::tsquery, 'a'::tsquery <@ 'a & b'::tsquery, 'a'::tsquery @> 'b'::tsquery;

SELECT numnode('a & !b | c'::tsquery), querytree('a & !b'::tsquery), querytree('!a'::tsquery), numnode(''::tsquery);

SELECT id, length(tsv), strip(tsv), setweight(tsv, 'B'), ts_delete(tsv, 'fat'), tsvector_to_array(tsv) FROM docs ORDER BY id;

SELECT setweight('a:1 b:2'::tsvector, 'C', '{b}'), ts_delete('a b c'::tsvector, '{a,c}'::text[]), ts_filter('a:1A b:2B c:3'::tsvector, '{a,b}'), array_to_tsvector('{b,a,b}'::text[]);

SELECT array_to_tsvector('{a,NULL}'::text[]);

SELECT 'a:1 b:2'::tsvector || 'a:1 c:3'::tsvector, tsv || setweight(to_tsvector('simple', title), 'A') FROM docs WHERE id < 3 ORDER BY id;

SELECT id, ts_rank(tsv, 'fat'), ts_rank(tsv, to_tsquery('english', 'fat & cat')), ts_rank(tsv, 'run | star', 1), ts_rank('{0.1,0.2,0.4,1}', tsv, 'star'), ts_rank(tsv, 'fat & rat', 32) FROM docs ORDER BY id;

SELECT id, ts_rank(tsv, websearch_to_tsquery('english', 'fat or run or star')) AS rank FROM docs WHERE tsv @@ websearch_to_tsquery('english', 'fat or run or star') ORDER BY rank DESC, id;

SELECT ts_rank('{0.1,0.2}', tsv, 'star') FROM docs;

SELECT ts_rank('{2,1,1,1}', 'a:1'::tsvector, 'a');

SELECT ts_rank_cd(tsv, 'fat & rat') FROM docs;

SELECT ts_headline('english', body, 'fat') FROM docs;

SELECT 'a:1A b:2'::tsvector, $$'it''s' b\\c$$::tsvector, 'b a'::tsvector::text, 'a:5,3,5B'::tsvector;

SELECT 'a:0'::tsvector;

SELECT 'a:'::tsvector;

SELECT $$'a$$::tsvector;

SELECT 'a b'::tsquery;

SELECT 'a & (b | !c) <-> d:*AB'::tsquery, ''::tsquery, 'a & b'::tsquery::text;

SELECT 'a'::tsvector = 'a:1'::tsvector, 'a'::tsvector < 'b'::tsvector, 'a b'::tsvector <> 'b a'::tsvector;

SELECT id FROM docs ORDER BY tsv NULLS FIRST, id;

SELECT DISTINCT tsv FROM docs WHERE id IN (3, 6) ORDER BY tsv;

SELECT 'a'::tsquery = 'b'::tsquery;

SELECT pg_typeof(to_tsvector('a')), pg_typeof('a'::tsquery), 'english'::regconfig, get_current_ts_config();

INSERT INTO docs (id, tsv, q) VALUES (10, to_tsvector('english', 'new cats'), to_tsquery('english', 'cats')) RETURNING tsv, q;

INSERT INTO docs (id, tsv) VALUES (10, $1) RETURNING tsv;
--$ ["'x':1 'y':2A"]

INSERT INTO docs (id, tsv) VALUES (10, 'a:');

UPDATE docs SET tsv = setweight(to_tsvector('english', coalesce(title, '')), 'A') || setweight(to_tsvector('english', coalesce(body, '')), 'B') WHERE id IN (1, 4) RETURNING id, tsv;

DELETE FROM docs WHERE tsv @@ 'star' RETURNING id;

SELECT to_tsvector('english', 'mail me@example.com');

SELECT to_tsvector('english', 'see http://x.y/z');

SELECT to_tsvector('english', 'covid-19 and AT&T, 5% of $20.50');

SET default_text_search_config = 'simple';
SELECT to_tsvector('The Rats'), plainto_tsquery('The Rats'), get_current_ts_config();
SHOW default_text_search_config;

SET LOCAL default_text_search_config = 'pg_catalog.english';
SELECT to_tsvector('The Rats');
SHOW default_text_search_config;

SELECT count(*) FILTER (WHERE tsv @@ 'fat'), array_agg(tsv ORDER BY id) FROM docs;

SELECT d.id, x.q FROM docs d, (VALUES ('fat'::tsquery), ('star')) x(q) WHERE d.tsv @@ x.q ORDER BY 1;

SELECT coalesce(tsv, ''::tsvector), CASE WHEN id = 1 THEN tsv ELSE 'z' END FROM docs ORDER BY id;

SELECT id, ts_headline('english', body, to_tsquery('english', 'fat | running')), ts_headline(body, plainto_tsquery('cat')), ts_headline('simple', body, 'rat') FROM docs ORDER BY id;

SELECT ts_headline('english', body, plainto_tsquery('english', $1), $2) FROM docs WHERE id = 1;
--$ ["fat cats", "StartSel=<mark>, StopSel=</mark>, MaxWords=5, MinWords=2, ShortWord=1"]

SELECT ts_headline('english', 'The quick brown fox jumps over the lazy dog. ' || repeat('Nothing happens here, again. ', 20) || 'A fox comes back, and the dog is lazy. ' || repeat('More of nothing. ', 30) || 'Fox and dog.', to_tsquery('english', o), 'MaxFragments=' || f || ', MaxWords=12, MinWords=5, FragmentDelimiter=" … "')
FROM unnest(ARRAY['fox & dog', 'fox', 'nothing', 'fox <-> come', 'absent', 'lazy <-> dog', '!fox & dog']) o, generate_series(0, 3) f ORDER BY o, f;

SELECT ts_headline('english', body, 'fat', 'HighlightAll=true'), ts_headline('english', body, 'fat', 'HighlightAll = yes, StartSel="[", StopSel=''it''''s'''), ts_headline('english', body, '') FROM docs WHERE id < 4 ORDER BY id;

SELECT ts_headline('english', NULL, 'a'), ts_headline('english', 'a', NULL), ts_headline('a b', 'a', NULL);

SELECT ts_headline('english', 'a b', 'a', 'MinWords=5, MaxWords=5');

SELECT ts_headline('english', 'a b', 'a', 'MinWords=0');

SELECT ts_headline('english', 'a b', 'a', 'ShortWord=-1');

SELECT ts_headline('english', 'a b', 'a', 'MaxFragments=-1');

SELECT ts_headline('english', 'a b', 'a', 'Words=1');

SELECT ts_headline('english', 'a b', 'a', 'MaxWords');

SELECT ts_headline('english', 'a b', 'a', 'MaxWords=x');

SELECT ts_headline('english', 'a b', 'a', 'StartSel="x');

SELECT ts_headline('english', 'see http://example.com/a for cats', 'cat');

SELECT id, ts_rank_cd(tsv, to_tsquery('fat & rat')), ts_rank_cd(tsv, 'super | star', 2), ts_rank_cd('{0.1, 0.2, 0.4, 1.0}', tsv, 'super & shine', 1 | 4 | 32) FROM docs ORDER BY id;

SELECT id FROM docs, plainto_tsquery('english', 'fat cats') query WHERE tsv @@ query ORDER BY ts_rank_cd(tsv, query) DESC, id;

SELECT ts_rank_cd('{2, 1, 1, 1}', tsv, 'fat') FROM docs;

SELECT id, u.* FROM docs, unnest(tsv) u ORDER BY id, lexeme;

SELECT lexeme, positions[1], cardinality(weights) FROM unnest('a:1,2A b c:3D'::tsvector) AS u(lexeme, positions, weights);

SELECT (unnest('a:1 b:2B'::tsvector)).lexeme;

SELECT unnest(tsv) FROM docs WHERE id = 6;

SELECT word, count(*) FROM (SELECT (u).lexeme AS word FROM docs, unnest(tsv) u) s GROUP BY word ORDER BY 2 DESC, 1 LIMIT 5;

SELECT to_tsvector('english', '{"a": "The Fat Rats", "b": ["running", 1, "dogs"]}'::json), to_tsvector('simple', '{"b": "x y", "a": "the cat"}'::jsonb), to_tsvector('"cats"'::jsonb), to_tsvector('5'::json), to_tsvector(NULL::jsonb);

SELECT json_to_tsvector('english', '{"a": "The Fat Rats", "b": [12, true]}', f), jsonb_to_tsvector('{"a": "The Fat Rats", "b": [12, true]}', f) FROM unnest(ARRAY['"all"', '["string", "key"]', '"numeric"', '["boolean"]', '[]']::jsonb[]) f;

SELECT jsonb_to_tsvector('english', '{}', '"words"');

SELECT jsonb_to_tsvector('english', '{}', '{}');

SELECT jsonb_to_tsvector('english', '{}', '[1]');

SELECT jsonb_to_tsvector('english', '{}', '["key", []]');

SELECT websearch_to_tsquery('english', 'don''t "can''t stop" or ''quoted'' -isn''t'), websearch_to_tsquery('simple', '''');

SELECT to_tsvector('english', 'It costs 3.50. Then 4.25.');
