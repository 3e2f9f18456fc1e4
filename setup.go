package failoversql

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/internal/pgerr"
	"github.com/failoversql/failoversql/sqlitedb"
	dbsync "github.com/failoversql/failoversql/sync"
)

// SetupOptions says how Setup works.
type SetupOptions struct {
	// Migrate says how the first copy is made, where there is none yet.
	Migrate MigrateOptions
	// Step, where set, is told of each step when it is done.
	Step func(TestCheck)
}

// SetupReport says what Setup found and did.
type SetupReport struct {
	OK     bool        `json:"ok"` // all steps are
	Checks []TestCheck `json:"checks"`
	SQL    []string    `json:"sql"`   // for somebody with more privileges to run on PostgreSQL
	Notes  []string    `json:"notes"` // what goes, and could be better
}

// setupTries bounds each step but the copy.
const setupTries = time.Minute

// Setup makes ready what a configuration names, and shows that it works: it looks
// for every privilege and setting on PostgreSQL, grants what its role may grant,
// makes our tables there, makes the file and its first copy, and plays an outage
// through on a table and a file of its own, which it removes. It may be called
// again: what is there stays. Beside a running application the outage is not
// played; Drill is for that.
//
// The error is non-nil only where ctx ended or the configuration is wrong; what
// does not work is in the report.
func Setup(ctx context.Context, cfg *Config, opt SetupOptions) (SetupReport, error) {
	if err := cfg.complete(); err != nil {
		return SetupReport{}, err
	}
	if !cfg.Enabled {
		return SetupReport{}, ErrDisabled
	}
	s := &setup{cfg: cfg, opt: opt, sync: newSync(cfg, nil, nil), report: SetupReport{OK: true, SQL: []string{}, Notes: []string{}}}
	guest := *cfg
	guest.Guest = true
	c, err := NewConnector(&guest)
	if err != nil {
		return SetupReport{}, err
	}
	defer c.Close()
	var running bool
	if s.step(ctx, "primary_answers", s.answers) && s.step(ctx, "privileges", s.privileges) && s.step(ctx, "primary_prepared", s.prepare) {
		if s.step(ctx, "copy_made", func(ctx context.Context) (detail string, err error) {
			detail, running, err = s.copy(ctx, c)
			return detail, err
		}) {
			if test, err := c.Test(ctx); err == nil {
				for _, check := range test.Checks {
					s.tell(check)
				}
			}
			if running {
				s.note("an application has the file open: rehearse an outage there (failoversql drill --admin)")
			} else {
				s.step(ctx, "trial_outage", s.trial)
			}
		}
	}
	return s.report, ctx.Err()
}

type setup struct {
	cfg    *Config
	opt    SetupOptions
	sync   *dbsync.Sync
	report SetupReport
}

func (s *setup) step(ctx context.Context, name string, do func(context.Context) (string, error)) bool {
	begun := time.Now()
	detail, err := do(ctx)
	check := TestCheck{Name: name, OK: err == nil, Detail: detail, Took: time.Since(begun)}
	if err != nil {
		check.Detail = err.Error()
	}
	s.tell(check)
	return check.OK
}

func (s *setup) tell(check TestCheck) {
	s.report.OK = s.report.OK && check.OK
	s.report.Checks = append(s.report.Checks, check)
	if s.opt.Step != nil {
		s.opt.Step(check)
	}
}

func (s *setup) note(format string, args ...any) {
	s.report.Notes = append(s.report.Notes, fmt.Sprintf(format, args...))
}

// connect opens a connection, whose error names no password.
func connectRedacted(ctx context.Context, cfg *pgx.ConnConfig) (*pgx.Conn, error) {
	conn, err := pgx.ConnectConfig(ctx, cfg.Copy())
	if err != nil {
		return nil, pgerr.RedactError(pgerr.Attempts(err), cfg.ConnString())
	}
	return conn, nil
}

func (s *setup) answers(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, setupTries)
	defer cancel()
	conn, err := connectRedacted(ctx, s.cfg.Primary)
	if err != nil {
		return "", err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	var version, keep string
	err = conn.QueryRow(ctx, `SELECT current_setting('server_version'), coalesce(current_setting('max_slot_wal_keep_size', true), '')`).Scan(&version, &keep)
	if err != nil {
		return "", err
	}
	if keep == "-1" && s.cfg.WALBudget == 0 {
		s.note("nothing bounds what a replication slot keeps of PostgreSQL's log: set max_slot_wal_keep_size there, or fallback_wal_budget")
	} else if keep == "-1" {
		s.note("PostgreSQL does not bound what a replication slot keeps of its log (max_slot_wal_keep_size); while this application is away nobody looks after fallback_wal_budget")
	}
	return "PostgreSQL " + version + " at " + s.cfg.Primary.Host, nil
}

// privileges grants what is missing where the role may, and lists the rest.
func (s *setup) privileges(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, setupTries)
	defer cancel()
	if s.cfg.Sync == SyncOff {
		return "none are needed: fallback_sync is off", nil
	}
	missing, err := s.sync.Lacks(ctx)
	if err != nil {
		return "", err
	}
	granted := 0
	for _, l := range missing {
		if l.Restart {
			continue
		}
		conn, err := connectRedacted(ctx, s.cfg.Replication)
		if err != nil {
			return "", err
		}
		if _, err = conn.Exec(ctx, l.SQL, pgx.QueryExecModeSimpleProtocol); err == nil {
			granted++
		}
		_ = conn.Close(context.WithoutCancel(ctx))
	}
	if missing, err = s.sync.Lacks(ctx); err != nil {
		return "", err
	}
	var needed []string
	for _, l := range missing {
		if l.Stream && s.cfg.Sync == SyncSnapshot {
			continue
		}
		s.report.SQL = append(s.report.SQL, l.SQL+";")
		if l.Restart {
			s.report.SQL = append(s.report.SQL, "-- then restart the server")
		}
		if l.Stream && s.cfg.Sync == SyncAuto {
			s.note("%s: until then PostgreSQL is copied whole every %v", l.What, s.cfg.SyncEvery)
			continue
		}
		needed = append(needed, l.What)
	}
	if len(needed) > 0 {
		return "", errors.New(strings.Join(needed, "; "))
	}
	if granted > 0 {
		return fmt.Sprintf("%d were granted, all are there", granted), nil
	}
	return "all are there", nil
}

func (s *setup) prepare(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, setupTries)
	defer cancel()
	return "the schema failoversql is there, and the application's role may use it", s.sync.Prepare(ctx)
}

// copy makes the file and the first copy, where there is none.
func (s *setup) copy(ctx context.Context, c *Connector) (detail string, running bool, err error) {
	st := c.Status(ctx)
	switch {
	case st.Owned:
		return fmt.Sprintf("a running application has %s open: its copy is %s", st.Fallback.Path, st.Fallback.State), true, nil
	case st.Fallback.SnapshotComplete:
		return fmt.Sprintf("%s is there: %s", st.Fallback.Path, st.Fallback.State), false, nil
	}
	if sqlitedb.Exposed(s.cfg.Path) {
		s.note("the directory %s is open to all users of this machine, who can remove the file and what will be written in it: take another, or chmod o-w it", filepath.Dir(s.cfg.Path))
	}
	report, err := c.MigrateFromPrimary(ctx, s.opt.Migrate)
	var incomplete *IncompleteError
	if errors.As(err, &incomplete) {
		var all []string
		for _, r := range incomplete.Absent {
			all = append(all, r.Schema+"."+r.Name+" "+r.Reason)
		}
		return "", false, fmt.Errorf("the copy would lack: %s; mend that, exclude it, or leave it out", strings.Join(all, "; "))
	}
	if err != nil {
		return "", false, err
	}
	if st = c.Status(ctx); !st.Fallback.CollationExact {
		s.note("text does not sort here as on PostgreSQL, whose collation this machine lacks: see fallback_collation")
	}
	return fmt.Sprintf("%s: tables %d, rows %d, as of %v", s.cfg.Path, report.Tables, report.Rows, report.LSN), false, nil
}

// trialSchema holds the table of the trial while it lasts.
const trialSchema = "failoversql_trial"

// trial plays an outage through: on an instance of its own, with a file of its own
// that follows one table of its own.
func (s *setup) trial(ctx context.Context) (detail string, err error) {
	if s.cfg.Sync == SyncOff {
		return "not played: fallback_sync is off", nil
	}
	ctx, cancel := context.WithTimeout(ctx, 3*setupTries)
	defer cancel()
	conn, err := connectRedacted(ctx, s.cfg.Replication)
	if err != nil {
		return "", err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	table := trialSchema + ".t" + strings.ToLower(rand.Text()[:8])
	_, err = conn.Exec(ctx, `CREATE SCHEMA IF NOT EXISTS `+trialSchema+`; CREATE TABLE `+table+`(id serial PRIMARY KEY, word text NOT NULL);
		GRANT USAGE ON SCHEMA `+trialSchema+` TO PUBLIC; GRANT ALL ON `+table+` TO PUBLIC; GRANT ALL ON SEQUENCE `+table+`_id_seq TO PUBLIC`, pgx.QueryExecModeSimpleProtocol)
	if err != nil {
		return "", err
	}
	defer func() {
		_, derr := conn.Exec(context.WithoutCancel(ctx), `DROP TABLE `+table, pgx.QueryExecModeSimpleProtocol)
		_, _ = conn.Exec(context.WithoutCancel(ctx), `DROP SCHEMA `+trialSchema) // another trial may be under way
		err = errors.Join(err, derr)
	}()
	dir, err := os.MkdirTemp(filepath.Dir(s.cfg.Path), ".failoversql-trial-")
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	cfg := *s.cfg
	cfg.Path, cfg.Tables, cfg.Exclude, cfg.BackupDir = filepath.Join(dir, "trial.db"), []string{table}, nil, ""
	cfg.Writes, cfg.Mode, cfg.CommitTokens, cfg.MaxStaleness, cfg.ProbeIdle = WritesJournal, ModeAuto, false, 0, 0
	cfg.MinDwell = 100 * time.Millisecond
	cfg.Logger = slog.New(slog.DiscardHandler)
	c, err := NewConnector(&cfg)
	if err != nil {
		return "", err
	}
	db := sql.OpenDB(c)
	defer func() { err = errors.Join(err, s.removeTrial(context.WithoutCancel(ctx), conn, &cfg, db, c)) }()
	return outage(ctx, db, c, table)
}

// removeTrial leaves nothing of the trial's instance, whatever became of it.
func (s *setup) removeTrial(ctx context.Context, conn *pgx.Conn, cfg *Config, db *sql.DB, c *Connector) error {
	ctx, cancel := context.WithTimeout(ctx, setupTries)
	defer cancel()
	id, err := "", error(nil)
	if r := c.inst.running.Load(); r != nil {
		id, err = r.file.Meta(ctx, "file_id")
	}
	if c.Cleanup(ctx) == nil {
		err = errors.Join(err, db.Close())
	} else {
		err = errors.Join(err, db.Close())
		left := *cfg
		left.Guest = true
		g, gerr := NewConnector(&left)
		if gerr == nil {
			_, gerr = g.CleanupWith(ctx, CleanupOptions{Force: true})
			gerr = errors.Join(gerr, g.Close())
		}
		err = errors.Join(err, gerr)
	}
	_, derr := conn.Exec(ctx, `DELETE FROM failoversql.replayed WHERE instance = $1`, id)
	return errors.Join(err, derr)
}

// outage writes before, during and after one, and counts.
func outage(ctx context.Context, db *sql.DB, c *Connector, table string) (string, error) {
	insert := func(word string) error {
		_, err := db.ExecContext(ctx, `INSERT INTO `+table+`(word) VALUES ($1)`, word)
		return err
	}
	if err := insert("before"); err != nil {
		return "", err
	}
	ready := func(s Status) bool { return s.Fallback.Following && s.Fallback.Leases[table+"_id_seq"] > 0 }
	for s := c.Status(ctx); !ready(s); s = c.Status(ctx) {
		if err := sleep(ctx, drillLook); err != nil {
			return "", fmt.Errorf("the copy does not follow: %s%s", s.Trouble, s.Fallback.Trouble)
		}
	}
	written := make(chan error, 1)
	begun := false
	report, err := c.Drill(ctx, DrillOptions{Duration: 5 * time.Second, Journal: true, Progress: func(p DrillProgress) {
		if p.Step == "serving" && !begun {
			begun = true
			go func() { written <- insert("meanwhile") }()
		}
	}})
	switch {
	case err != nil:
		return "", err
	case !report.OK:
		return "", errors.New(report.Trouble)
	case !begun:
		return "", errors.New("SQLite served for too short a time to be written to")
	}
	if err := errors.Join(<-written, insert("after")); err != nil {
		return "", err
	}
	var words string
	if err := db.QueryRowContext(ctx, `SELECT string_agg(word, ' ' ORDER BY id) FROM `+table).Scan(&words); err != nil {
		return "", err
	}
	for _, w := range []string{"before", "meanwhile", "after"} {
		if strings.Count(" "+words+" ", " "+w+" ") != 1 {
			return "", fmt.Errorf("of three rows PostgreSQL holds: %s", words)
		}
	}
	return fmt.Sprintf("SQLite served after %v, and PostgreSQL again after %v; what was written before, meanwhile and after is there once",
		report.Failover.Round(time.Millisecond), report.Back.Round(time.Millisecond)), nil
}
