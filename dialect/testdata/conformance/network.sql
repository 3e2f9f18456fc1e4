CREATE TABLE hosts (id int PRIMARY KEY, ip inet UNIQUE, net cidr, mac macaddr, mac8 macaddr8, note text);
INSERT INTO hosts VALUES
 (1, '10.0.0.1', '10.0.0.0/8', '08:00:2b:01:02:03', '08:00:2b:01:02:03:04:05', 'a'),
 (2, '10.0.0.0/8', '10.1.0.0/16', '00:00:00:00:00:01', '08:00:2b:ff:fe:01:02:03', 'b'),
 (3, '192.168.1.5/24', '192.168.1.0/24', 'ff:ff:ff:ff:ff:ff', NULL, 'c'),
 (4, '2001:db8::1', '2001:db8::/32', NULL, NULL, 'd'),
 (5, NULL, NULL, NULL, NULL, 'e'),
 (6, '::ffff:1.2.3.4', '::1', '08:00:2b:01:02:03', NULL, 'f'),
 (7, '9.255.0.1', '10.0.0.0/8', NULL, NULL, 'g');
CREATE INDEX ON hosts (net);
CREATE INDEX ON hosts (mac);
-- cases
SELECT '10.0.0.1'::inet, '10.0.0.1/24'::inet, '10.0.0.0/8'::cidr, '10.1'::cidr, '::1'::inet, '2001:db8::/32'::cidr, '10.0.0.1'::cidr;

SELECT '10.0.0.1/8'::cidr;

SELECT '10.0.0'::inet;

SELECT '10.0.0.256'::inet;

SELECT 'abc'::cidr;

SELECT '10.0.0.1'::inet::text, '10.0.0.1/24'::inet::text, '10.0.0.0/8'::cidr::text, '::1'::inet::varchar;

SELECT id, ip, net, mac, mac8 FROM hosts ORDER BY id;

SELECT id FROM hosts ORDER BY ip, id;

SELECT id FROM hosts ORDER BY net DESC NULLS LAST, id;

SELECT id FROM hosts ORDER BY mac, id;

SELECT net, count(*) FROM hosts GROUP BY net ORDER BY net;

SELECT DISTINCT mac FROM hosts ORDER BY mac;

SELECT min(ip), max(ip), min(net), max(net) FROM hosts;

SELECT host(ip), masklen(ip), family(ip), network(ip), netmask(ip), hostmask(ip), broadcast(ip), abbrev(ip), text(ip) FROM hosts ORDER BY id;

SELECT abbrev(net), abbrev(net::inet), net::inet, set_masklen(net, 16), set_masklen(ip, 16) FROM hosts WHERE family(net) = 4 ORDER BY id;

SELECT set_masklen('10.0.0.1'::inet, 33);

SELECT set_masklen('10.1.2.3/32'::cidr, 16), set_masklen('10.1.2.3/24'::inet, -1);

SELECT ip << '10.0.0.0/8', ip <<= '10.0.0.0/8', ip >> '10.0.0.1', ip >>= '10.0.0.1', ip && '10.0.0.0/16' FROM hosts ORDER BY id;

SELECT id FROM hosts WHERE ip << net ORDER BY id;

SELECT id FROM hosts WHERE net >>= inet '10.1.2.3' ORDER BY id;

SELECT id FROM hosts WHERE ip = '10.0.0.1' OR ip = '192.168.1.5/24' ORDER BY id;

SELECT id FROM hosts WHERE ip = $1;
--$ ["10.0.0.1"]

SELECT id FROM hosts WHERE ip <<= $1 ORDER BY id;
--$ ["10.0.0.0/8"]

SELECT id FROM hosts WHERE mac = $1 ORDER BY id;
--$ ["08-00-2b-01-02-03"]

SELECT id FROM hosts WHERE ip > '10.0.0.0/8' ORDER BY id;

SELECT ~ip, ip & '255.255.0.0', ip | '0.0.0.255' FROM hosts WHERE family(ip) = 4 ORDER BY id;

SELECT inet '10.0.0.1' & inet '::1';

SELECT inet '10.0.0.1' + 5, 5 + inet '10.0.0.1', inet '10.0.0.10' - 5, inet '10.0.0.10' - inet '10.0.0.1', inet '::1' - inet '::3';

SELECT inet '255.255.255.255' + 1;

SELECT inet '10.0.0.1' - inet '::1';

SELECT inet_merge('10.0.0.5/24', '10.0.3.1/24'), inet_same_family('10.0.0.1', '::1');

SELECT inet_merge('10.0.0.5/24', '::1');

SELECT '10.0.0.1/24'::inet::cidr, cidr('10.0.0.1/24'::inet), '10.0.0.0/24'::cidr::inet, '10.0.0.1'::cidr::inet;

SELECT inet '10.0.0.1' = cidr '10.0.0.1/32', inet '10.0.0.0/24' = cidr '10.0.0.0/24', cidr '10.0.0.0/8' < inet '10.0.0.1';

SELECT '08:00:2b:01:02:03'::macaddr, '08002b:010203'::macaddr, '0800.2b01.0203'::macaddr, trunc('12:34:56:78:90:ab'::macaddr);

SELECT '08:00:2b:01:02'::macaddr;

SELECT '800:00:2b:01:02:03'::macaddr;

SELECT ~mac, mac & 'ff:00:00:00:00:ff', mac | '00:00:00:00:00:0f' FROM hosts WHERE mac IS NOT NULL ORDER BY id;

SELECT '08:00:2b:01:02:03'::macaddr::macaddr8, '08:00:2b:ff:fe:01:02:03'::macaddr8::macaddr, macaddr8_set7bit('00:34:56:ab:cd:ef'), trunc('12:34:56:78:90:ab:cd:ef'::macaddr8);

SELECT '08:00:2b:01:02:03:04:05'::macaddr8::macaddr;

SELECT mac < 'ff:ff:ff:ff:ff:ff', mac = '08:00:2B:01:02:03', mac8 >= '08:00:2b:01:02:03:04:05' FROM hosts ORDER BY id;

INSERT INTO hosts (id, ip) VALUES (10, '10.0.0.1/32');

INSERT INTO hosts (id, ip, net) VALUES (10, '10.0.0.1/31', '10.0.0.2/31') RETURNING *;

INSERT INTO hosts (id, net) VALUES (10, inet '10.0.0.1/8');

INSERT INTO hosts (id, net) VALUES (10, '10.0.0.1/8');

INSERT INTO hosts (id, ip, mac) VALUES ($1, $2, $3) RETURNING ip, mac;
--$ [11, "fe80::1/64", "0800.2b01.0204"]

INSERT INTO hosts (id, ip) VALUES (12, '10.0.0.1') ON CONFLICT (ip) DO UPDATE SET note = 'again' RETURNING id, ip, note;

UPDATE hosts SET ip = ip + 1 WHERE id = 1 RETURNING ip;

DELETE FROM hosts WHERE ip << '10.0.0.0/7' RETURNING id, ip;

SELECT array_agg(ip ORDER BY id), array_agg(net ORDER BY id) FROM hosts;

SELECT unnest(ARRAY['10.0.0.1'::inet, '10.0.0.0/8']);

SELECT inet '10.0.0.1' IN ('10.0.0.1/32', '::1'), inet '10.0.0.1' = ANY ('{10.0.0.1,::1}'::inet[]);

SELECT json_build_object('ip', ip, 'net', net, 'mac', mac), to_jsonb(ip) FROM hosts ORDER BY id;

SELECT format('%s %s', ip, net), concat(ip, '-', net), ip || '' FROM hosts WHERE id = 1;

SELECT coalesce(ip, '0.0.0.0'), greatest(ip, '10.0.0.0'), nullif(ip, '10.0.0.1'), CASE WHEN id = 1 THEN ip ELSE net END FROM hosts ORDER BY id;

SELECT ip FROM hosts WHERE id = 1 UNION SELECT net FROM hosts WHERE id = 1 ORDER BY 1;

SELECT a.id, b.id FROM hosts a JOIN hosts b ON a.ip <<= b.net AND a.id <> b.id ORDER BY 1, 2;

SELECT count(DISTINCT mac), count(DISTINCT net) FROM hosts;

SELECT row_number() OVER (ORDER BY ip), ip FROM hosts ORDER BY ip;

SELECT '10.0.0.1'::text::inet, 'x'::text::inet;

SELECT '10.0.0.1'::varchar::inet, '10.0.0.0/8'::text::cidr, '08:00:2b:01:02:03'::text::macaddr;

SELECT ip LIKE '10%' FROM hosts;

SELECT ip::text LIKE '10%', host(ip) LIKE '10%' FROM hosts ORDER BY id;

SELECT '12.34'::money;

SELECT point '(1,2)';

SELECT '<a/>'::xml;
