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
