package sqlitedb

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestSole(t *testing.T) {
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "app.db")
	a, err := Open(ctx, path, Options{})
	require.NoError(t, err)
	b, err := Open(ctx, path, Options{})
	require.NoError(t, err)
	require.ErrorIs(t, a.TakeSole(ctx), ErrInUse)
	_, err = TakeSole(ctx, path)
	require.ErrorIs(t, err, ErrInUse)
	require.NoError(t, b.Close())
	require.NoError(t, a.TakeSole(ctx))

	// Who comes meanwhile waits, and goes on when it may.
	limited, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	_, err = Open(limited, path, Options{})
	cancel()
	require.ErrorIs(t, err, ErrInUse)
	opened := make(chan error, 1)
	go func() {
		f, err := Open(ctx, path, Options{})
		if err == nil {
			err = f.Close()
		}
		opened <- err
	}()
	require.NoError(t, a.Share(ctx))
	require.NoError(t, <-opened)

	// Who waits while the file is removed makes a new one.
	require.NoError(t, a.TakeSole(ctx))
	id, err := a.Meta(ctx, "file_id")
	require.NoError(t, err)
	ids := make(chan string, 1)
	go func() {
		f, err := Open(ctx, path, Options{})
		if err != nil {
			ids <- err.Error()
			return
		}
		id, err := f.Meta(ctx, "file_id")
		if err = errors.Join(err, f.Close()); err != nil {
			id = err.Error()
		}
		ids <- id
	}()
	require.NoError(t, a.Remove())
	fresh := <-ids
	require.Len(t, fresh, 36)
	require.NotEqual(t, id, fresh)

	sole, err := TakeSole(ctx, path)
	require.NoError(t, err)
	f, err := Open(ctx, path, Options{Sole: sole})
	require.NoError(t, err)
	require.NoError(t, f.TakeSole(ctx))
	require.NoError(t, f.Remove())
	sole.Leave()
	left, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	require.Empty(t, left)
}
