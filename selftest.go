package failoversql

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/sqlitedb"
)

// TestReport is what Test found.
type TestReport struct {
	OK     bool        `json:"ok"` // every check is
	Checks []TestCheck `json:"checks"`
}

// TestCheck is one thing that was tried.
type TestCheck struct {
	Name   string        `json:"name"`
	OK     bool          `json:"ok"`
	Detail string        `json:"detail"` // what was seen, or what is wrong
	Took   time.Duration `json:"-"`
}

// MarshalJSON writes the duration in seconds.
func (c TestCheck) MarshalJSON() ([]byte, error) {
	type fields TestCheck
	return json.Marshal(struct {
		fields
		Took float64 `json:"took_seconds"`
	}{fields(c), c.Took.Seconds()})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (c *TestCheck) UnmarshalJSON(text []byte) error {
	type fields TestCheck
	var d struct {
		Took float64 `json:"took_seconds"`
	}
	if err := errors.Join(json.Unmarshal(text, (*fields)(c)), json.Unmarshal(text, &d)); err != nil {
		return err
	}
	c.Took = seconds(d.Took)
	return nil
}

// Test tries what a failover needs, without one: that PostgreSQL answers, takes
// writes and can be followed; that the copy would serve and every table of it can
// be read; and that statements run on a fallback file, on a table of the test's
// own in a file of its own. Nothing that it writes stays, and no traffic moves.
// The error is non-nil only where the test could not be made.
func (c *Connector) Test(ctx context.Context) (TestReport, error) {
	if err := c.ready(ctx); err != nil {
		return TestReport{}, err
	}
	return c.inst.selfTest(ctx)
}

func (i *instance) selfTest(ctx context.Context) (TestReport, error) {
	r := i.running.Load()
	report := TestReport{OK: true}
	for _, t := range []struct {
		name  string
		check func(context.Context, *running) (string, error)
		need  bool
	}{
		{"primary_answers", i.testAnswer, true},
		{"primary_writes", i.testPrimary, true},
		{"primary_can_be_followed", i.testSetup, i.cfg.Sync != SyncOff},
		{"copy_would_serve", i.testCopy, true},
		{"fallback_reads", i.testReads, true},
		{"fallback_writes", i.testWrites, true},
	} {
		if !t.need {
			continue
		}
		begun := time.Now()
		limited, cancel := context.WithTimeout(ctx, max(i.cfg.Timeout, 10*time.Second))
		detail, err := t.check(limited, r)
		cancel()
		if ctx.Err() != nil {
			return report, ctx.Err()
		}
		check := TestCheck{Name: t.name, OK: err == nil, Detail: detail, Took: time.Since(begun)}
		if err != nil {
			check.Detail = err.Error()
			report.OK = false
		}
		report.Checks = append(report.Checks, check)
	}
	return report, nil
}

func (i *instance) testAnswer(ctx context.Context, r *running) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, i.cfg.Timeout)
	defer cancel()
	if err := r.probe.ask(ctx); err != nil {
		return "", err
	}
	return "PostgreSQL answers and takes writes", nil
}

// testTable is the test's own on either side. On the primary it is temporary and
// its transaction is rolled back, so that no stream carries it.
const testTable = "failoversql_test"

func (i *instance) testPrimary(ctx context.Context, r *running) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, i.cfg.Timeout)
	defer cancel()
	err := r.probe.with(ctx, func(c *pgx.Conn) error {
		tx, err := c.Begin(ctx)
		if err != nil {
			return err
		}
		defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
		if _, err := tx.Exec(ctx, `CREATE TEMPORARY TABLE `+testTable+` (id int PRIMARY KEY, word text)`); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO `+testTable+` VALUES (1, 'kept')`); err != nil {
			return err
		}
		var word string
		return tx.QueryRow(ctx, `SELECT word FROM `+testTable+` WHERE id = 1`).Scan(&word)
	})
	return "a row of a temporary table was written and read", err
}

func (i *instance) testSetup(ctx context.Context, r *running) (string, error) {
	return "settings and privileges suffice", r.sync.CheckPrimary(ctx)
}

func (i *instance) testCopy(ctx context.Context, r *running) (string, error) {
	if err := i.copied(ctx, r); err != nil {
		return "", err
	}
	if r.file.Owned() {
		if err := i.freshEnough(r); err != nil {
			return "", err
		}
	}
	if i.rejects(r) {
		return "it would serve reads; writes would be refused (fallback_writes)", nil
	}
	return "it would serve reads and writes", nil
}

// testReads reads from every table of the copy as the application would.
func (i *instance) testReads(ctx context.Context, r *running) (string, error) {
	s, err := r.file.NewSession(ctx, sqlitedb.SessionOptions{User: i.cfg.Primary.User, RejectWrites: true})
	if err != nil {
		return "", err
	}
	defer s.Close()
	var tables int
	var wrong []string
	for _, t := range r.file.Catalog().Tables {
		tables++
		rows, err := s.QueryContext(ctx, `SELECT * FROM `+catalog.QuoteQualified(t.Schema, t.Name)+` LIMIT 1`, nil)
		if err == nil {
			err = rows.Close()
		}
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		if err != nil {
			wrong = append(wrong, t.Schema+"."+t.Name+": "+err.Error())
		}
	}
	if len(wrong) > 0 {
		return "", fmt.Errorf("%d of %d tables cannot be read: %s", len(wrong), tables, strings.Join(wrong[:min(len(wrong), 5)], "; "))
	}
	return fmt.Sprintf("readable tables: %d", tables), nil
}

// testWrites runs statements of PostgreSQL on a new file beside the fallback's,
// and a write that is taken back on the fallback's own.
func (i *instance) testWrites(ctx context.Context, r *running) (detail string, err error) {
	errBack := errors.New("taken back")
	err = r.file.Update(ctx, func(c *sqlitedb.Conn) error {
		if _, err := c.Exec(ctx, `CREATE TABLE `+testTable+` (id INTEGER PRIMARY KEY) STRICT`); err != nil {
			return err
		}
		return errBack
	})
	if !errors.Is(err, errBack) {
		return "", err
	}
	dir, err := os.MkdirTemp(filepath.Dir(r.file.Path()), ".failoversql-test-")
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	file, err := sqlitedb.Open(ctx, filepath.Join(dir, "test.db"), sqlitedb.Options{Database: i.cfg.Primary.Database, Logger: i.log})
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if _, err := file.UpdateState(ctx, func(st *sqlitedb.State) error { st.Serving = true; return nil }); err != nil {
		return "", err
	}
	s, err := file.NewSession(ctx, sqlitedb.SessionOptions{User: i.cfg.Primary.User})
	if err != nil {
		return "", err
	}
	defer s.Close()
	for _, sql := range []string{
		`CREATE TABLE ` + testTable + ` (id int PRIMARY KEY, word text)`,
		`INSERT INTO ` + testTable + ` VALUES (1, 'kept')`,
		`UPDATE ` + testTable + ` SET word = word || '!' WHERE id = 1`,
		`DELETE FROM ` + testTable + ` WHERE word = 'kept!'`,
	} {
		res, err := s.ExecContext(ctx, sql, nil)
		if err != nil {
			return "", fmt.Errorf("%s: %w", sql, err)
		}
		if n, err := res.RowsAffected(); !strings.HasPrefix(sql, "CREATE") && n != 1 {
			return "", errors.Join(fmt.Errorf("%s: changed %d rows, not 1", sql, n), err)
		}
	}
	return "rows of a table of the test's own were written, changed and removed", nil
}
