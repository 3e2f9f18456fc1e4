package dbsync

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/sqlitedb"
)

// killPoints are the steps of snapshot, exchange of tables and apply at which a
// process may end.
var killPoints = []string{
	"snapshot.held", "snapshot.copied", "snapshot.built", "snapshot.replacing", "snapshot.placed",
	"resync.begun", "resync.applied", "resync.commit",
	"apply.begun", "apply.commit", "apply.committed",
}

// TestKilledAtEveryPoint kills a process at each named point, under load: the file
// is never torn, and whoever comes next goes on from it. KILLS adds that many
// kills at points drawn at random.
func TestKilledAtEveryPoint(t *testing.T) {
	rnd := seed(t)
	points := append([]string(nil), killPoints...)
	more, _ := strconv.Atoi(os.Getenv("KILLS"))
	for range more {
		points = append(points, killPoints[rnd.IntN(len(killPoints))])
	}
	r := newReplica(t, outPrimary(t), pairs+"CREATE TABLE extra (id int PRIMARY KEY); INSERT INTO extra SELECT generate_series(1, 100)")
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute+time.Duration(more)*10*time.Second)
	defer cancel()
	r.ctx = ctx
	r.snapshot()
	r.underLoad(rnd, func() {
		for i, point := range points {
			hit := 1
			if strings.HasPrefix(point, "apply.") {
				hit += rnd.IntN(20)
			}
			cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestKilledChild$")
			cmd.Env = append(os.Environ(), "KILLED_PATH="+r.path, "FOLLOW_DSN="+r.cfg.ConnString(), "KILL_AT="+point, fmt.Sprintf("KILL_HIT=%d", hit))
			var out strings.Builder
			cmd.Stdout, cmd.Stderr = &out, &out
			if strings.HasPrefix(point, "resync.") {
				r.exec(fmt.Sprintf("ALTER TABLE extra ADD COLUMN c%d int DEFAULT %[1]d", i))
			}
			if err := cmd.Start(); err != nil {
				t.Error(err)
				return
			}
			if err := cmd.Wait(); err == nil || !strings.Contains(err.Error(), "killed") || ctx.Err() != nil {
				t.Errorf("%s, hit %d: %v\n%s", point, hit, err, out.String())
				return
			}
		}
	})
	if err := r.file.Integrity(r.ctx); err != nil {
		t.Error(err)
	}
	r.run()
	r.equal()
	r.stop()
	r.snapshot()
	if r.slots() != 1 || len(r.leftovers()) != 0 {
		t.Errorf("%d slots, left: %v", r.slots(), r.leftovers())
	}
}

// TestKilledChild is the process that the test above has kill itself.
func TestKilledChild(t *testing.T) {
	path := os.Getenv("KILLED_PATH")
	if path == "" {
		return // only as a child
	}
	cfg, err := pgx.ParseConfig(os.Getenv("FOLLOW_DSN"))
	if err != nil {
		t.Fatal(err)
	}
	hit, err := strconv.Atoi(os.Getenv("KILL_HIT"))
	if err != nil {
		t.Fatal(err)
	}
	failpoint = func(name string) error {
		if name != os.Getenv("KILL_AT") {
			return nil
		}
		if hit--; hit == 0 {
			self, err := os.FindProcess(os.Getpid())
			if err == nil {
				err = self.Kill()
			}
			if err != nil {
				return err
			}
			select {} // until it is there
		}
		return nil
	}
	file, err := sqlitedb.Open(context.Background(), path, sqlitedb.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := New(Config{File: file, Primary: cfg, Heartbeat: 50 * time.Millisecond})
	if strings.HasPrefix(os.Getenv("KILL_AT"), "snapshot.") {
		_, err = s.Snapshot(context.Background())
	} else {
		err = s.Run(context.Background())
	}
	t.Fatal(err)
}
