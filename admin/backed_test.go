package admin

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// TestWatchBackups: a directory that does not answer, as on a server for files
// that is gone, is said to; what it says later is shown; and it does not keep
// the Handler from ending.
func TestWatchBackups(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &Handler{}
		shown := func() backed { _, _, b := h.history.past(); return b }
		answer := make(chan backed)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			h.watchBackups(ctx, 10*time.Second, func(context.Context) backed { return <-answer })
		}()
		synctest.Wait()
		require.Zero(t, shown())
		time.Sleep(25 * time.Second)
		synctest.Wait()
		require.Equal(t, backed{Dir: true, Error: "the directory of the backups has not answered for 20s"}, shown())

		answer <- backed{Dir: true, More: 1}
		synctest.Wait()
		require.Equal(t, backed{Dir: true, More: 1}, shown())
		time.Sleep(10 * time.Second)
		answer <- backed{Dir: true, More: 2}
		synctest.Wait()
		require.Equal(t, backed{Dir: true, More: 2}, shown())

		time.Sleep(10 * time.Second)
		synctest.Wait()
		cancel() // while it looks
		<-ended
		answer <- backed{} // the look ends by itself
	})
}
