package dialect_test

import (
	"testing"
	"time"

	"github.com/failoversql/failoversql/dialect"
)

// BenchmarkTranslate is the cold cost of typical statements, parse included,
// and its ratio to that of the parse alone, which should be at most 3.
func BenchmarkTranslate(b *testing.B) {
	cat := fuzzCatalog()
	for name, sql := range benchmarked {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			var parse, whole time.Duration
			for b.Loop() {
				// Side by side, so that what else the machine does weighs on both.
				start := time.Now()
				if _, err := dialect.Split(sql); err != nil {
					b.Fatal(err)
				}
				parsed := time.Now()
				if _, err := dialect.Translate(cat, sql); err != nil {
					b.Fatal(err)
				}
				parse += parsed.Sub(start)
				whole += time.Since(parsed)
			}
			b.ReportMetric(float64(whole.Nanoseconds())/float64(b.N), "ns/translate")
			b.ReportMetric(float64(parse.Nanoseconds())/float64(b.N), "ns/parse")
			b.ReportMetric(float64(whole)/float64(parse), "translate/parse")
		})
	}
}

var benchmarked = map[string]string{
	"point":  "SELECT id, name, email, active FROM customer WHERE id = $1",
	"join":   "SELECT c.name, sum(o.total) AS total, count(*) FROM customer c LEFT JOIN orders o ON o.customer_id = c.id WHERE c.active AND o.placed > now() - interval '1 day' GROUP BY c.name ORDER BY total DESC LIMIT 10",
	"insert": "INSERT INTO customer (name, email, credit) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET name = excluded.name RETURNING id, name",
	"update": "UPDATE orders SET state = $2, info = info || '{\"a\": 1}' WHERE id = ANY($1) RETURNING id",
}
