package dbsync

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

func TestSourceSnapshot(t *testing.T) {
	w := Watching{follower: 1}
	x, err := w.ParseSnapshot("100:105:100,103", "0/16B3748")
	require.NoError(t, err)
	for xid, shows := range map[uint32]bool{99: true, 100: false, 101: true, 103: false, 104: true, 105: false, 200: false, 1<<31 + 200: true} {
		require.Equal(t, shows, x.shows(xid), xid)
	}
	x, err = w.ParseSnapshot("8589934590:8589934593:", "0/0") // past the end of the circle
	require.NoError(t, err)
	require.True(t, x.shows(4294967280))
	require.True(t, x.shows(4294967295))
	require.True(t, x.shows(0))
	require.False(t, x.shows(1))
	for _, bad := range []string{"", "1:2", "a:2:", "1:2:x", "1:2:3:4"} {
		_, err := w.ParseSnapshot(bad, "0/0")
		require.Error(t, err, bad)
	}
}

func TestRecent(t *testing.T) {
	var r recent
	snap := func(text string) SourceSnapshot {
		x, err := Watching{follower: r.follower}.ParseSnapshot(text, "0/1")
		require.NoError(t, err)
		return x
	}
	require.ErrorIs(t, r.base(snap("5:5:")), errNoStream)
	r.begin()
	require.NoError(t, r.base(snap("1000:1000:")))
	require.ErrorIs(t, r.base(snap("999:1001:999")), errOldTx, "999 may be in the file, of before")
	tx := func(xid uint32, tables ...uint32) {
		a := appliedTx{xid: xid}
		for _, oid := range tables {
			a.touch(oid)
		}
		r.add(a)
	}
	x := snap("1001:1003:1001")
	tx(1002, 7)
	require.NoError(t, r.unchanged(x, nil), "it shows")
	tx(1001, 7)
	require.NoError(t, r.unchanged(x, []uint32{8}))
	require.ErrorIs(t, r.unchanged(x, []uint32{8, 7}), errChanged, "it was still running")
	require.ErrorIs(t, r.unchanged(x, nil), errChanged)
	tx(1003, 1, 2, 3, 4, 5, 6, 7, 8, 9)
	require.ErrorIs(t, r.unchanged(x, []uint32{100}), errChanged, "too many to be told apart")
	// What is forgotten shows in no snapshot that is as old.
	for n := range uint32(recentTxs) {
		tx(1004+n, 7)
	}
	require.ErrorIs(t, r.unchanged(x, []uint32{8}), errOldTx)
	require.NoError(t, r.unchanged(snap("9000:9000:"), nil))
	old := snap("9000:9000:")
	r.end()
	require.ErrorIs(t, r.unchanged(old, nil), errNoStream)
	r.begin()
	require.ErrorIs(t, r.unchanged(old, nil), errNoStream, "another follower")
}

// Under writers that commit in another order than they began, what SeeSame calls
// the same is the same, and it is not always unsure.
func TestSeeSame(t *testing.T) {
	rnd := seed(t)
	r := newReplica(t, outPrimary(t), pairs)
	r.s.cfg.Remember = true
	if _, err := r.s.Watch(); !errors.Is(err, ErrNotComparable) {
		t.Fatal(err)
	}
	r.snapshot()
	r.run()
	r.caughtUp()
	ctx, cancel := context.WithCancel(r.ctx)
	var writers sync.WaitGroup
	defer writers.Wait()
	defer cancel()
	for n := range 3 {
		own := rand.New(rand.NewPCG(rnd.Uint64(), uint64(n)))
		writers.Go(func() {
			if err := write(ctx, r.cfg, own); err != nil && ctx.Err() == nil {
				t.Error(err)
			}
		})
	}
	var same, unsure int
	debit := r.file.Catalog().Table("public", "debit").OID
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline) || same < 20; {
		there, here, err := r.bothSums(debit)
		switch {
		case errors.Is(err, ErrNotComparable):
			unsure++
		case err != nil:
			t.Fatal(err)
		case there != here:
			t.Fatalf("%d on the primary, %d in the file", there, here)
		default:
			same++
		}
	}
	t.Logf("%d the same, %d not comparable", same, unsure)
	if unsure == 0 {
		t.Error("the writers were never in the way: the test shows nothing")
	}
}

// write changes rows of debit in bursts, in transactions that take different
// times to commit.
func write(ctx context.Context, cfg *pgx.ConnConfig, rnd *rand.Rand) error {
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	for ctx.Err() == nil {
		for range 1 + rnd.IntN(4) {
			durable := []string{"on", "off"}[rnd.IntN(2)]
			if _, err := conn.Exec(ctx, fmt.Sprintf(`BEGIN; SET LOCAL synchronous_commit = %s; UPDATE debit SET n = n + 1 WHERE id = %d; SELECT pg_sleep(%f); COMMIT`,
				durable, 1+rnd.IntN(50), rnd.Float64()*0.01), pgx.QueryExecModeSimpleProtocol); err != nil {
				return err
			}
		}
		select {
		case <-time.After(time.Duration(rnd.IntN(150)) * time.Millisecond):
		case <-ctx.Done():
		}
	}
	return nil
}

func (r *replica) bothSums(table uint32) (there, here int64, err error) {
	w, err := r.s.Watch()
	if err != nil {
		return 0, 0, err
	}
	tx, err := r.pg.BeginTx(r.ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return 0, 0, err
	}
	defer tx.Rollback(r.ctx)
	var snapshot, lsn string
	if err := tx.QueryRow(r.ctx, SnapshotQuery).Scan(&snapshot, &lsn); err != nil {
		return 0, 0, err
	}
	x, err := w.ParseSnapshot(snapshot, lsn)
	if err != nil {
		return 0, 0, err
	}
	if err := tx.QueryRow(r.ctx, `SELECT sum(n)::bigint FROM debit`).Scan(&there); err != nil {
		return 0, 0, err
	}
	err = r.s.SeeSame(r.ctx, x, []uint32{table}, func() error {
		here = r.local(`SELECT sum(n) FROM debit`)
		return nil
	})
	return there, here, err
}
