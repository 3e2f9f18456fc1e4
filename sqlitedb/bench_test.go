package sqlitedb

import (
	"context"
	"database/sql/driver"
	"io"
	"testing"

	"github.com/mattn/go-sqlite3"
)

func filled(b *testing.B) *File {
	f := plain(b, "")
	s := session(b, f)
	mustExec(b, s, `BEGIN`)
	for i := range 1000 {
		mustExec(b, s, `INSERT INTO t VALUES (?1, 0)`, int64(i))
	}
	mustExec(b, s, `COMMIT`)
	return f
}

const pointRead = `SELECT id, n FROM t WHERE id = ?1`

func BenchmarkPointRead(b *testing.B) {
	f := filled(b)
	read := func(b *testing.B, run func(context.Context, []driver.NamedValue) (driver.Rows, error)) {
		c, cancel := context.WithCancel(ctx)
		defer cancel()
		for _, bc := range []struct {
			name string
			ctx  context.Context
		}{{"background", ctx}, {"cancellable", c}} {
			b.Run(bc.name, func(b *testing.B) {
				b.ReportAllocs()
				dest := make([]driver.Value, 2)
				for i := 0; b.Loop(); i++ {
					rows, err := run(bc.ctx, []driver.NamedValue{{Ordinal: 1, Value: int64(i % 1000)}})
					if err != nil {
						b.Fatal(err)
					}
					for rows.Next(dest) != io.EOF {
					}
					rows.Close()
				}
			})
		}
	}
	b.Run("bare", func(b *testing.B) {
		c, err := f.Conn(ctx)
		if err != nil {
			b.Fatal(err)
		}
		defer c.Close()
		st, err := c.Prepare(ctx, pointRead)
		if err != nil {
			b.Fatal(err)
		}
		defer st.Close()
		read(b, st.QueryContext)
	})
	b.Run("session", func(b *testing.B) {
		s := session(b, f)
		read(b, func(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
			return s.QueryContext(ctx, pointRead, args)
		})
	})
}

func BenchmarkInsertInTransaction(b *testing.B) {
	const insert = `INSERT INTO t(n) VALUES (?1)`
	b.Run("bare", func(b *testing.B) {
		f := plain(b, "")
		c, err := f.Conn(ctx)
		if err != nil {
			b.Fatal(err)
		}
		defer c.Close()
		var st *sqlite3.SQLiteStmt
		if st, err = c.Prepare(ctx, insert); err != nil {
			b.Fatal(err)
		}
		defer st.Close()
		c.Begin(ctx)
		for b.Loop() {
			if _, err := st.ExecContext(ctx, []driver.NamedValue{{Ordinal: 1, Value: int64(1)}}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("session", func(b *testing.B) {
		f := plain(b, "")
		s := session(b, f)
		s.Begin(ctx, driver.TxOptions{})
		for b.Loop() {
			if _, err := s.ExecContext(ctx, insert, []driver.NamedValue{{Ordinal: 1, Value: int64(1)}}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkCommit(b *testing.B) {
	f := plain(b, "")
	s := session(b, f)
	for b.Loop() {
		mustExec(b, s, `INSERT INTO t(n) VALUES (?1)`, 1)
	}
}

func BenchmarkNewSession(b *testing.B) {
	f := filled(b)
	for b.Loop() {
		s, err := f.NewSession(ctx, SessionOptions{})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := query(s, pointRead, 1); err != nil {
			b.Fatal(err)
		}
		s.Close()
	}
}

// BenchmarkTypedRead reads a row of everyday types by its key, through the
// dialect and without it.
func BenchmarkTypedRead(b *testing.B) {
	f := open(b, "", Options{})
	serve(b, f, true)
	s := session(b, f)
	mustExec(b, s, `CREATE TABLE orders (id bigint PRIMARY KEY, customer text NOT NULL, total numeric(12,2), paid boolean, placed timestamptz, note jsonb)`)
	for i := range 100 {
		mustExec(b, s, `INSERT INTO orders VALUES ($1, $2, $3, $4, $5, $6)`, int64(i), "somebody", "12.50", true, "2024-05-06 07:08:09.123+00", `{"a": 1}`)
	}
	run := func(b *testing.B, query func(int64) (driver.Rows, error)) {
		b.ReportAllocs()
		dest := make([]driver.Value, 6)
		for i := int64(0); b.Loop(); i++ {
			rows, err := query(i % 100)
			if err != nil {
				b.Fatal(err)
			}
			for rows.Next(dest) != io.EOF {
			}
			rows.Close()
		}
	}
	b.Run("bare", func(b *testing.B) {
		st, err := s.funcs.prepare(`SELECT id, customer, total, paid, placed, note FROM orders WHERE id = ?1`)
		if err != nil {
			b.Fatal(err)
		}
		defer st.Close()
		run(b, func(id int64) (driver.Rows, error) {
			return st.QueryContext(ctx, []driver.NamedValue{{Ordinal: 1, Value: id}})
		})
	})
	b.Run("session", func(b *testing.B) {
		run(b, func(id int64) (driver.Rows, error) {
			return s.QueryContext(ctx, `SELECT id, customer, total, paid, placed, note FROM orders WHERE id = $1`, []driver.NamedValue{{Ordinal: 1, Value: id}})
		})
	})
}

// BenchmarkDuplicateKey is an insert that fails, which programs do on purpose.
func BenchmarkDuplicateKey(b *testing.B) {
	f := open(b, "", Options{})
	serve(b, f, true)
	s := session(b, f)
	mustExec(b, s, `CREATE TABLE users (id int PRIMARY KEY, email text UNIQUE)`)
	mustExec(b, s, `INSERT INTO users VALUES (1, 'a')`)
	for b.Loop() {
		if _, err := s.ExecContext(ctx, `INSERT INTO users VALUES (2, 'a')`, nil); err == nil {
			b.Fatal("no error")
		}
	}
}
