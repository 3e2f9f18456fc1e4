CREATE TABLE booking (id int PRIMARY KEY, room int, during tstzrange, days daterange, seats int4range NOT NULL DEFAULT '[0,1)', price numrange, at tsrange, big int8range, open int4multirange, terms datemultirange, list int4range[]);
INSERT INTO booking VALUES
 (1, 1, '["2024-01-01 10:00+00","2024-01-01 12:00+00")', '[2024-01-01,2024-01-31]', '[1,10)', '[1.50,9.99]', '["2024-01-01 10:00","2024-01-01 12:00"]', '[1,9000000000]', '{[1,3),[5,8)}', '{[2024-01-01,2024-02-01)}', '{"[1,2]",empty,NULL}'),
 (2, 1, '["2024-01-01 12:00+00",)', '[2024-02-01,infinity)', '(3,5]', '(,5)', '(,)', 'empty', '{}', '{}', '{}'),
 (3, 2, 'empty', 'empty', 'empty', 'empty', 'empty', NULL, '{(,)}', NULL, NULL),
 (4, 2, NULL, NULL, '[1,9]', '[1.5,9.990]', NULL, NULL, NULL, NULL, NULL),
 (5, 2, '(-infinity,"2020-06-01 00:00+02"]', '(,2020-01-01)', '(,)', '[0,0]', '["2020-01-01 00:00",infinity)', '(,)', '{[0,1),[1,2),[9,9]}', '{(,2020-01-01),[2021-01-01,)}', '{"(,5)"}');
CREATE UNIQUE INDEX booking_seats ON booking (room, seats);
CREATE TABLE price_list (r numrange UNIQUE, n int);
INSERT INTO price_list VALUES ('[1.0,2.0)', 1), ('[2,3)', 2);
-- cases
SELECT id, during, days, seats, price, at, big FROM booking ORDER BY id;

SELECT id, open, terms, list FROM booking ORDER BY id;

SELECT id, during::text, days::text, seats::text, open::text FROM booking ORDER BY id;

SELECT id, lower(seats), upper(seats), isempty(seats), lower_inc(seats), upper_inc(seats), lower_inf(seats), upper_inf(seats) FROM booking ORDER BY id;

SELECT id, lower(during), upper(during), lower(days), upper(days), lower(price), upper(price), upper_inc(price), lower(at), upper(big) FROM booking ORDER BY id;

SELECT id, lower(open), upper(open), isempty(open), lower_inf(open), upper_inf(open), lower_inc(terms), upper_inc(terms) FROM booking ORDER BY id;

SELECT id FROM booking WHERE seats @> 4 ORDER BY id;

SELECT id, seats @> 4, 4 <@ seats, seats @> NULL::int, seats @> '[3,5)', '[3,5)' <@ seats, seats && '[8,20)' FROM booking ORDER BY id;

SELECT id FROM booking WHERE during @> '2024-01-01 11:00+00'::timestamptz ORDER BY id;

SELECT id FROM booking WHERE during && tstzrange('2024-01-01 11:30+00', '2024-01-01 12:30+00') ORDER BY id;

SELECT id FROM booking WHERE during && tstzrange($1, $2) ORDER BY id;
--$ ["time:2024-01-01T09:00:00Z", "time:2024-01-01T10:30:00Z"]

SELECT id FROM booking WHERE days @> $1::date ORDER BY id;
--$ ["2024-01-15"]

SELECT id FROM booking WHERE seats @> $1::int ORDER BY id;
--$ [5]

SELECT id FROM booking WHERE seats && $1 ORDER BY id;
--$ ["[4,6]"]

SELECT id FROM booking WHERE days @> CURRENT_DATE AND days IS NULL;

SELECT id, seats << '[20,30)', seats >> '(,0)', seats &< '[0,9]', seats &> '[1,2)', seats -|- '[10,12)', days -|- '[2024-02-01,2024-02-02)' FROM booking ORDER BY id;

SELECT id, seats + '[2,12)', seats * '[2,12)' FROM booking WHERE id IN (1, 2, 4) ORDER BY id;

SELECT seats - '[5,20)', seats - 'empty', seats - '[0,100)' FROM booking ORDER BY id;

SELECT seats - '[3,4)' FROM booking WHERE id = 1;

SELECT seats + '[50,60)' FROM booking WHERE id = 1;

SELECT range_merge(seats, '[50,60)'), range_merge(open), multirange(seats) FROM booking ORDER BY id;

SELECT id, seats = '[1,10)', seats <> '[1,9]', seats < '[2,3)', seats >= '[1,5)', price = '[1.50,9.99]', price = '[1.5,9.990]'::numrange FROM booking ORDER BY id;

SELECT seats FROM booking ORDER BY seats, id;

SELECT id FROM booking ORDER BY price DESC, id;

SELECT id FROM booking ORDER BY during NULLS FIRST, id;

SELECT price, count(*) FROM booking GROUP BY price ORDER BY price;

SELECT DISTINCT seats FROM booking ORDER BY seats;

SELECT open FROM booking ORDER BY open;

SELECT count(DISTINCT price), count(DISTINCT seats) FROM booking;

SELECT int4range(1, 5), int4range(1, 5, '[]'), int4range(NULL, 5), int4range(1, NULL, '()'), int4range(5, 5), int8range(1, 2), numrange(1.5, 2, '(]'), daterange('2024-01-01', '2024-01-31', '[]'), tsrange('2024-01-01', '2024-01-02');

SELECT tstzrange('2024-01-01 00:00+00', NULL), tstzrange(NULL, NULL, '[]');

SELECT int4range(5, 1);

SELECT int4range(1, 5, 'xx');

SELECT int4range(1, 5, NULL);

SELECT int4range(2147483647, NULL, '(]');

SELECT int4range(id, id + 3), int4range(id, room, '[]') FROM booking WHERE id <= room ORDER BY id;

SELECT int4range($1, $2);
--$ [1, 4]

SELECT '[1,5]'::int4range, '(1,5)'::int4range, ' [ 1 , 5 ) '::int4range, 'EMPTY'::int4range, '[,]'::numrange, '["a",'::text;

SELECT '[5,1]'::int4range;

SELECT '[1,5'::int4range;

SELECT '1,5)'::int4range;

SELECT '[1,2,3]'::int4range;

SELECT '[a,b]'::int4range;

SELECT '[1.5,2]'::int4range;

SELECT 'empty x'::int4range;

SELECT '{[1,2),[2,5)}'::int4multirange, '{[5,6),[1,2)}'::int4multirange, '{empty}'::int4multirange, '{[1.5,2.5]}'::nummultirange;

SELECT '{[1,2)'::int4multirange;

SELECT '{x}'::int4multirange;

SELECT int4multirange(), int4multirange('[1,3)'), int4multirange('[1,3)', '[5,6]', 'empty'), nummultirange(numrange(1, 2), numrange(2, 3));

SELECT int4multirange(NULL::int4range), int4multirange('[1,2)', NULL);

SELECT int4multirange(VARIADIC ARRAY['[1,2)', '[2,3)']::int4range[]);

SELECT id, open @> 6, open @> '[1,2)'::int4range, open && '[4,6)'::int4range, open <@ '[0,9)'::int4range, open @> '{[1,2),[6,7)}'::int4multirange, '[1,2)'::int4range <@ open FROM booking ORDER BY id;

SELECT id, open << '[10,)'::int4range, open >> '{(,0)}'::int4multirange, open &< '[0,8)'::int4range, open &> '[1,2)'::int4range, open -|- '[8,9)'::int4range FROM booking ORDER BY id;

SELECT id, open + '{[3,5)}', open * '{[2,6)}', open - '{[2,6)}' FROM booking ORDER BY id;

SELECT id, x FROM booking, unnest(open) x ORDER BY id, x;

SELECT unnest('{[1,2),[5,9)}'::int4multirange);

SELECT unnest(list) FROM booking WHERE id IN (1, 5);

SELECT range_agg(seats), range_intersect_agg(seats) FROM booking WHERE id IN (1, 2, 4);

SELECT room, range_agg(seats), range_agg(days), range_intersect_agg(price) FROM booking GROUP BY room ORDER BY room;

SELECT range_agg(open), range_intersect_agg(open) FROM booking;

SELECT range_agg(seats) FROM booking WHERE false;

SELECT range_agg(days) FILTER (WHERE room = 1) FROM booking;

SELECT array_agg(seats ORDER BY seats), json_agg(days ORDER BY id), count(during) FROM booking;

SELECT to_jsonb(during), to_json(seats) FROM booking ORDER BY id;

SELECT row_to_json(t) FROM (SELECT id, days, open FROM booking WHERE id = 1) t;

SELECT list[1], list @> ARRAY['[1,3)'::int4range], '[1,3)' = ANY (list), cardinality(list) FROM booking ORDER BY id;

SELECT seats::int4multirange, multirange(price) FROM booking ORDER BY id;

SELECT int4range(1, 5)::int8range;

SELECT numrange(1, 5) @> 3;

SELECT numrange(1, 5) @> 3.0, numrange(1, 5) @> 3::numeric, int8range(1, 5) @> 3::bigint;

SELECT int4range(1, 5) && int8range(1, 5);

SELECT int4range(1, 5) + 1;

SELECT lower('[1,2)');

SELECT upper(5);

SELECT lower('[1,2)'::int4range) + 1, upper('[1,2)'::int4range) - lower('[1,2)'::int4range);

SELECT EXTRACT(epoch FROM upper(during) - lower(during)) FROM booking WHERE id = 1;

SELECT coalesce(days, 'empty'), nullif(seats, '[1,10)'), CASE WHEN isempty(seats) THEN '(,)' ELSE seats END FROM booking ORDER BY id;

SELECT id FROM booking WHERE seats IN ('[1,10)', 'empty') ORDER BY id;

SELECT b.id, c.id FROM booking b JOIN booking c ON b.seats = c.seats AND b.id < c.id;

SELECT b.id, c.id FROM booking b JOIN booking c ON b.days && c.days AND b.id < c.id ORDER BY 1, 2;

SELECT days FROM booking WHERE id = 1 UNION SELECT '[2024-01-01,2024-02-01)' ORDER BY 1;

INSERT INTO booking (id, room, seats, during) VALUES (10, 3, '[5,7]', $1) RETURNING seats, during;
--$ ["[2024-05-01 10:00+00,2024-05-01 11:00+00)"]

INSERT INTO booking (id, room, seats) VALUES (10, 1, '[1,9]');

INSERT INTO booking (id, room, seats) VALUES (10, 1, '(0,9]') ON CONFLICT (room, seats) DO UPDATE SET days = '[2024-01-01,2024-01-02]' RETURNING id, days;

INSERT INTO price_list VALUES ('[1,2)', 9);

INSERT INTO price_list VALUES ('[1,2.00)', 9) ON CONFLICT (r) DO UPDATE SET n = excluded.n RETURNING r, n;

INSERT INTO booking (id, room) VALUES (11, 1) RETURNING seats;

INSERT INTO booking (id, seats) VALUES (12, '[5,1]');

UPDATE booking SET seats = seats * '[2,4)', price = numrange(lower(price), upper(price) + 1) WHERE id = 1 RETURNING seats, price;

UPDATE booking SET open = open + multirange('[20,30)'::int4range) WHERE id = 1 RETURNING open;

DELETE FROM booking WHERE seats && '[4,5)' RETURNING id;

SELECT pg_typeof(seats), pg_typeof(open), pg_typeof(lower(days)), pg_typeof(range_merge(open)), pg_typeof(range_agg(seats)) FROM booking WHERE id = 1 GROUP BY seats, open, days;

SELECT seats || 'x' FROM booking WHERE id = 1;

SELECT 'seats: ' || seats::text FROM booking ORDER BY id;

SELECT max(seats) FROM booking;
