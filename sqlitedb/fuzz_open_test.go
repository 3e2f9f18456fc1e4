package sqlitedb

import (
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// sound is a small file with a schema, rows and triggers, at rest.
var sound = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "failoversql-fuzz-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()
	path := filepath.Join(dir, "app.db")
	f, err := Open(ctx, path, Options{Database: "app"})
	if err != nil {
		return nil, err
	}
	_, err = f.UpdateState(ctx, func(st *State) error { st.Serving = true; return nil })
	if err != nil {
		return nil, err
	}
	s, err := f.NewSession(ctx, SessionOptions{User: "app"})
	if err != nil {
		return nil, err
	}
	for _, sql := range []string{
		`CREATE TABLE parent (id int PRIMARY KEY, name text UNIQUE, price numeric(10,2) CHECK (price >= 0))`,
		`CREATE TABLE child (id serial PRIMARY KEY, parent int REFERENCES parent ON DELETE CASCADE, at timestamptz DEFAULT now())`,
		`INSERT INTO parent VALUES (1, 'one', 1.50), (2, 'two', 2.50)`,
		`INSERT INTO child (parent) VALUES (1), (2)`,
	} {
		if _, err := s.ExecContext(ctx, sql, nil); err != nil {
			return nil, err
		}
	}
	s.Close()
	if err := f.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// useFile opens a file as at a start, looks it through, and reads and writes it.
// What it gives is of no interest, as long as it ends.
func useFile(t *testing.T, path string) error {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	f, err := Open(ctx, path, Options{Database: "app"})
	if err != nil {
		var refused *OpenError
		if !errors.As(err, &refused) {
			t.Errorf("not an OpenError: %v", err)
		}
		return err
	}
	defer f.Close()
	if err := f.Integrity(ctx); err != nil {
		return err // a start does not look so closely: go on all the same would prove nothing
	}
	if _, err := f.State(ctx); err != nil {
		return err
	}
	if _, err := f.UpdateState(ctx, func(st *State) error { st.Serving = true; return nil }); err != nil {
		return err
	}
	s, err := f.NewSession(ctx, SessionOptions{User: "app"})
	if err != nil {
		return err
	}
	defer s.Close()
	for _, sql := range []string{`SELECT * FROM parent JOIN child ON parent = parent.id ORDER BY name`, `UPDATE parent SET price = price + 1`, `DELETE FROM parent WHERE id = 1`, `INSERT INTO child (parent) VALUES (2)`} {
		if _, eerr := s.ExecContext(ctx, sql, nil); eerr != nil {
			err = errors.Join(err, eerr)
		}
	}
	if ctx.Err() != nil {
		t.Errorf("it did not end: %v", err)
	}
	return err
}

// FuzzOpen flips bytes of a file: it is refused, or used, and nothing breaks. Each
// four bytes of the input are a place in the file, and what is put there.
func FuzzOpen(f *testing.F) {
	whole, err := sound()
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte{})
	for at := 0; at < len(whole); at += 331 {
		f.Add([]byte{byte(at >> 16), byte(at >> 8), byte(at), 0xff})
	}
	for page := 0; page < len(whole); page += 4096 {
		f.Add([]byte{byte(page >> 16), byte(page >> 8), byte(page), 0x0d, byte(page >> 16), byte(page >> 8), byte(page + 3), 0x7f})
	}
	f.Fuzz(func(t *testing.T, flips []byte) {
		b := append([]byte(nil), whole...)
		for ; len(flips) >= 4; flips = flips[4:] {
			at := binary.BigEndian.Uint32(flips) >> 8
			b[int(at)%len(b)] = flips[3]
		}
		path := filepath.Join(t.TempDir(), "app.db")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		_ = useFile(t, path)
	})
}
