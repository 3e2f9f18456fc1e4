package dbsync

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"golang.org/x/sys/unix"

	"github.com/failoversql/failoversql/sqlitedb"
)

// A disk that is full, to the last byte: the application is told so, its rows
// that were acknowledged come back, and the journal is closed, with the room that
// was reserved for that. When there is room again all goes on.
func TestDiskFull(t *testing.T) {
	o := newOutage(t, `CREATE TABLE note(id int PRIMARY KEY, t text);`)
	cmd := exec.Command(os.Args[0], "-test.run=^TestDiskFullChild$", "-test.v")
	cmd.Env = append(os.Environ(), "FAILOVERSQL_FULL_DIR="+t.TempDir(), "FAILOVERSQL_FULL_DSN="+o.s.cfg.Primary.ConnString())
	// The disk is the child's own, and goes with it.
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	if os.Geteuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	_, rest, ok := strings.Cut(string(out), "acknowledged ")
	written, _, _ := strings.Cut(rest, "\n")
	if !ok || written == "0" {
		t.Fatalf("%s", out)
	}
	o.expect(`SELECT count(*) FROM note WHERE t IS NOT NULL`, written)
	o.expect(`SELECT count(*) FROM failoversql.conflict`, "0")
}

// TestDiskFullChild is not a test: it is the process of TestDiskFull.
func TestDiskFullChild(t *testing.T) {
	dir := os.Getenv("FAILOVERSQL_FULL_DIR")
	if dir == "" {
		return
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=8m"); err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	file, err := sqlitedb.Open(ctx, filepath.Join(dir, "app.db"), sqlitedb.Options{Capture: CaptureTriggers, JournalDDL: JournalDDL})
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	cfg, err := pgx.ParseConfig(os.Getenv("FAILOVERSQL_FULL_DSN"))
	if err != nil {
		t.Fatal(err)
	}
	s := New(Config{File: file, Primary: cfg, Logger: slog.New(slog.NewTextHandler(os.Stderr, nil))})
	if _, err := s.Snapshot(ctx); err != nil {
		t.Fatal(err)
	}
	defer s.EndReplay()
	if err := s.Diverge(ctx, "test"); err != nil {
		t.Fatal(err)
	}
	app, err := file.NewSession(ctx, sqlitedb.SessionOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer app.Close()
	written := 0
	insert := func(size int) error {
		_, err := app.ExecContext(ctx, `INSERT INTO note VALUES ($1, $2)`, []driver.NamedValue{
			{Ordinal: 1, Value: int64(written)}, {Ordinal: 2, Value: strings.Repeat("x", size)}})
		if err == nil {
			written++
		}
		return err
	}
	full := func(err error) {
		t.Helper()
		var pg *pgconn.PgError
		if !errors.As(err, &pg) || pg.Code != "53100" {
			t.Fatalf("after %d rows: %v", written, err)
		}
	}
	for size := 20000; size > 0; size /= 10 {
		for err = error(nil); err == nil && written < 1e6; {
			err = insert(size)
		}
		full(err)
	}
	// Whatever SQLite left is taken by others.
	filler, err := os.Create(filepath.Join(dir, "filler"))
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = filler.Write(make([]byte, 512))
	}
	filler.Close()
	if !errors.Is(err, unix.ENOSPC) {
		t.Fatal(err)
	}
	if err := backThere(ctx, s); err != nil {
		t.Fatal(err)
	}
	full(insert(1)) // sealed, but that is not what is told: nothing can be written
	fmt.Printf("acknowledged %d\n", written)
	if _, err := os.Stat(file.Path() + "-reserve"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the reserve was not needed: %v", err)
	}
	if err := unix.Mount("tmpfs", dir, "tmpfs", unix.MS_REMOUNT, "size=64m"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Rejoin(ctx); err != nil {
		t.Fatal(err)
	}
	if err := s.Diverge(ctx, "again"); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(file.Path() + "-reserve"); err != nil {
		t.Error(err)
	}
}
