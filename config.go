package failoversql

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	dbsync "github.com/failoversql/failoversql/sync"
)

// Mode says who chooses the route.
type Mode string

// The values of fallback_mode.
const (
	ModeAuto     Mode = "auto"     // health decides
	ModePrimary  Mode = "primary"  // PostgreSQL only, whatever its health
	ModeFallback Mode = "fallback" // SQLite only, until an operator says otherwise
)

// Writes says what becomes of writes while the fallback serves.
type Writes string

// The values of fallback_writes.
const (
	WritesAuto    Writes = "auto"    // journal where this is the only instance, else reject
	WritesJournal Writes = "journal" // journal and replay
	WritesReject  Writes = "reject"  // refuse with SQLSTATE 25006
)

// Bootstrap says what a file that never completed a snapshot may do.
type Bootstrap string

// The values of fallback_bootstrap.
const (
	BootstrapWait  Bootstrap = "wait"  // serve nothing before the first complete snapshot
	BootstrapEmpty Bootstrap = "empty" // start an empty database on purpose
)

// SyncMode says how the fallback file follows PostgreSQL.
type SyncMode string

// The values of fallback_sync.
const (
	SyncAuto     SyncMode = "auto"     // stream where PostgreSQL has what that needs, else snapshot
	SyncStream   SyncMode = "stream"   // logical replication
	SyncSnapshot SyncMode = "snapshot" // the whole of it copied anew at intervals
	SyncOff      SyncMode = "off"      // never: the file stays as it is
)

// Policy says what replay does with a change whose base row is no longer what
// PostgreSQL holds.
type Policy string

// The values of fallback_conflict.
const (
	PolicyPark       Policy = "park"        // keep all images for a decision; apply nothing
	PolicyKeepRemote Policy = "keep_remote" // PostgreSQL's row stands
	PolicyApplyLocal Policy = "apply_local" // the fallback's row stands
	PolicyMerge      Policy = "merge"       // both, where they changed different columns; else park
	PolicyNewer      Policy = "newer"       // "newer:column": the row with the greater value of it
	PolicyDelta      Policy = "delta"       // "delta:column+column": merge, and these counters get the difference
)

// Config describes a primary, its fallback file and how the two relate. Make
// one with ParseDSN or ConfigFromEnv; a Config must not be changed after it has
// been given to NewConnector.
type Config struct {
	// Primary is the PostgreSQL side, with every fallback_ parameter removed.
	Primary *pgx.ConnConfig
	// Replication reaches the primary for the snapshot and the stream: Primary
	// itself unless fallback_sync_dsn names another way (a pooler carries no
	// replication connection).
	Replication *pgx.ConnConfig

	Enabled   bool          // fallback_enabled; false: a plain pgx connection, nothing else
	Path      string        // fallback_path
	Timeout   time.Duration // fallback_timeout: the most that one dial, and one wait for a decision, may take
	Mode      Mode          // fallback_mode
	Writes    Writes        // fallback_writes
	Bootstrap Bootstrap     // fallback_bootstrap
	Sync      SyncMode      // fallback_sync
	SyncEvery time.Duration // fallback_sync_interval: between snapshots
	Strict    bool          // fallback_collation=strict
	Triggers  bool          // fallback_triggers=ignore: tables with user triggers may be written

	CommitTokens bool // fallback_commit_tokens: InDoubtError.Resolve has an answer

	MaxStaleness time.Duration // fallback_max_staleness; 0: any age may serve

	WALBudget int64 // fallback_wal_budget: bytes of the primary's log that our slot may hold back; 0: any number

	JournalLimit int64 // fallback_journal_limit: bytes that the file may grow by while it serves; 0: any number

	ShadowReads float64 // fallback_shadow_reads: the part of queries that is run on both sides and compared

	BackupDir      string        // fallback_backup_dir; "": none are taken
	BackupInterval time.Duration // fallback_backup_interval
	BackupKeep     int           // fallback_backup_keep

	Tables   []string          // fallback_tables: only these
	Exclude  []string          // fallback_exclude: not these
	Conflict map[string]Policy // fallback_conflict: by schema.table; "" is the default

	// OnConflict, where set, decides on each conflict of the replay that
	// fallback_conflict leaves to be parked: see dbsync.Config.
	OnConflict func(context.Context, dbsync.Conflict) dbsync.Resolution

	ProbeInterval time.Duration // fallback_probe_interval
	ProbeTimeout  time.Duration // fallback_probe_timeout
	ProbeIdle     time.Duration // fallback_probe_idle; 0: always
	Fall          int           // fallback_fall
	Rise          int           // fallback_rise
	MinDwell      time.Duration // fallback_min_dwell
	CutoverLimit  time.Duration // fallback_cutover_limit

	// Guest makes this process a guest on the file of an application, for tools: it
	// shows what the application's processes do and hands them orders and tasks, and
	// never decides or makes a file itself. Where no process owns the file an
	// order is stored as the pin for the next one, and the guest does a task
	// itself (MigrateFromPrimary makes the file then, where there is none).
	Guest bool

	// FlapBudget is the number of failovers within FlapWindow after which the
	// fallback is kept until the primary has been good for long, or an operator
	// says otherwise. Zero: 5 in 10 minutes.
	FlapBudget int
	FlapWindow time.Duration

	// Logger receives what happens: INFO for normal changes, WARN for failovers
	// and connection trouble, ERROR for failures. Nil means slog.Default().
	Logger *slog.Logger

	dsn string // what identifies the database to OpenConnector's registry
}

func defaultConfig() *Config {
	return &Config{
		Enabled:       true,
		Timeout:       5 * time.Second,
		Mode:          ModeAuto,
		Writes:        WritesAuto,
		Bootstrap:     BootstrapWait,
		Sync:          SyncAuto,
		SyncEvery:     5 * time.Minute,
		Conflict:      map[string]Policy{"": PolicyPark},
		ProbeInterval: 500 * time.Millisecond,
		ProbeTimeout:  400 * time.Millisecond,
		Fall:          2,
		Rise:          2,
		MinDwell:      2 * time.Second,
		CutoverLimit:  2 * time.Second,
		WALBudget:     16 << 30,

		BackupInterval: 24 * time.Hour,
		BackupKeep:     7,
	}
}

// ParseDSN reads a PostgreSQL URL or keyword/value string as pgx takes it, with
// the fallback_ parameters of this package in it (see Parameters). Those are
// removed before pgx sees the rest. Errors name the parameter that is wrong and
// never contain a password.
func ParseDSN(dsn string) (*Config, error) {
	rest, settings, err := splitDSN(dsn)
	if err != nil {
		return nil, err
	}
	c := defaultConfig()
	c.dsn = dsn
	if c.Primary, err = parsePrimary(rest); err != nil {
		return nil, err
	}
	for _, s := range settings {
		p := parameterNamed(s.name)
		if p == nil {
			return nil, fmt.Errorf("failoversql: unknown parameter %s%s", s.name, meant(s.name))
		}
		if err := p.set(c, s.value); err != nil {
			return nil, fmt.Errorf("failoversql: parameter %s: %w", s.name, err)
		}
	}
	return c, c.complete()
}

// ConfigFromEnv reads DATABASE_URL (a DSN as for ParseDSN) and, over it,
// ENABLE_SQLITE_FALLBACK (a boolean), SQLITE_DATABASE_PATH and
// SQLITE_FALLBACK_TIMEOUT (seconds, or a Go duration).
func ConfigFromEnv() (*Config, error) {
	dsn := os.Getenv("DATABASE_URL")
	if dsn == "" {
		return nil, fmt.Errorf("failoversql: DATABASE_URL is not set")
	}
	for _, e := range []struct{ env, parameter string }{
		{"ENABLE_SQLITE_FALLBACK", "fallback_enabled"},
		{"SQLITE_DATABASE_PATH", "fallback_path"},
		{"SQLITE_FALLBACK_TIMEOUT", "fallback_timeout"},
	} {
		v := os.Getenv(e.env)
		if v == "" {
			continue
		}
		if err := parameterNamed(e.parameter).set(defaultConfig(), v); err != nil {
			return nil, fmt.Errorf("failoversql: %s: %w", e.env, err)
		}
		dsn = withParameter(dsn, e.parameter, v)
	}
	return ParseDSN(dsn)
}

// complete checks what the parameters mean together and fills in what follows.
func (c *Config) complete() error {
	if c.Replication == nil {
		c.Replication = c.Primary.Copy()
	}
	if !c.Enabled {
		return nil
	}
	if c.Path == "" {
		return fmt.Errorf("failoversql: parameter fallback_path is required: the SQLite file, as ?fallback_path=app.db in a URL, or SQLITE_DATABASE_PATH (or fallback_enabled=false)")
	}
	abs, err := filepath.Abs(c.Path)
	if err != nil {
		return fmt.Errorf("failoversql: parameter fallback_path: %w", err)
	}
	c.Path = abs
	if c.BackupDir != "" {
		if c.BackupDir, err = filepath.Abs(c.BackupDir); err != nil {
			return fmt.Errorf("failoversql: parameter fallback_backup_dir: %w", err)
		}
	}
	if c.ProbeTimeout > c.Timeout {
		return fmt.Errorf("failoversql: parameter fallback_probe_timeout (%v) is longer than fallback_timeout (%v)", c.ProbeTimeout, c.Timeout)
	}
	return nil
}

func (c *Config) logger() *slog.Logger {
	if c.Logger != nil {
		return c.Logger
	}
	return slog.Default()
}

// A Parameter describes one fallback_ parameter of a DSN.
type Parameter struct {
	Name    string
	Default string
	Values  string // what it takes
	Doc     string
	set     func(c *Config, value string) error
}

// Parameters lists every fallback_ parameter that a DSN may carry.
func Parameters() []Parameter { return append([]Parameter(nil), parameters...) }

var parameters = []Parameter{
	{"fallback_enabled", "true", "boolean", "Switches the fallback off: connections are pgx's own.",
		func(c *Config, v string) error { return setBool(&c.Enabled, v) }},
	{"fallback_path", "", "path", "The SQLite file. Required while the fallback is enabled.",
		func(c *Config, v string) error { c.Path = v; return notEmpty(v) }},
	{"fallback_timeout", "5s", "duration", "The most that one dial of PostgreSQL, or one wait for a route to be decided, may take.",
		func(c *Config, v string) error { return setDuration(&c.Timeout, v) }},
	{"fallback_mode", "auto", "auto, primary, fallback", "Who chooses the route: health, or an operator's pin where there is one (auto); or this setting, which at a start wins over a pin.",
		func(c *Config, v string) error {
			return setOneOf(&c.Mode, v, ModeAuto, ModePrimary, ModeFallback)
		}},
	{"fallback_writes", "auto", "auto, journal, reject", "Writes while SQLite serves: journaled and replayed, or refused with 25006. auto journals where this is the only instance registered on the primary.",
		func(c *Config, v string) error {
			return setOneOf(&c.Writes, v, WritesAuto, WritesJournal, WritesReject)
		}},
	{"fallback_bootstrap", "wait", "wait, empty", "What a file that never completed a snapshot does while PostgreSQL is away: serves nothing, or starts an empty database.",
		func(c *Config, v string) error {
			return setOneOf(&c.Bootstrap, v, BootstrapWait, BootstrapEmpty)
		}},
	{"fallback_sync", "auto", "auto, stream, snapshot, off", "How the file follows PostgreSQL: by logical replication (stream), by copying the whole of it at intervals (snapshot), by the first where PostgreSQL has what that needs and else by the second (auto), or not at all.",
		func(c *Config, v string) error {
			return setOneOf(&c.Sync, v, SyncAuto, SyncStream, SyncSnapshot, SyncOff)
		}},
	{"fallback_sync_interval", "5m", "duration", "Time between two copies where the file follows by snapshots.",
		func(c *Config, v string) error { return setDuration(&c.SyncEvery, v) }},
	{"fallback_sync_dsn", "", "DSN", "Another way to the same database for the snapshot and the stream, where the application's own goes through a pooler.",
		func(c *Config, v string) (err error) {
			c.Replication, err = parsePrimary(v)
			return err
		}},
	{"fallback_commit_tokens", "false", "boolean", "Every transaction leaves a token on PostgreSQL by which it can be resolved if the answer to its COMMIT is lost. A transaction pays some microseconds, a single write two more round trips.",
		func(c *Config, v string) error { return setBool(&c.CommitTokens, v) }},
	{"fallback_collation", "auto", "auto, strict", "Where the platform lacks the primary's collation: order text by the nearest and say so in Status, or refuse statements whose result depends on it.",
		func(c *Config, v string) error {
			mode := "auto"
			err := setOneOf(&mode, v, "auto", "strict")
			c.Strict = mode == "strict"
			return err
		}},
	{"fallback_triggers", "refuse", "refuse, ignore", "Writes on the fallback to tables with user triggers or rules: refused, or allowed because the triggers do not matter.",
		func(c *Config, v string) error {
			mode := "refuse"
			err := setOneOf(&mode, v, "refuse", "ignore")
			c.Triggers = mode == "ignore"
			return err
		}},
	{"fallback_max_staleness", "0", "duration", "The oldest copy that may serve; 0 means any age.",
		func(c *Config, v string) error {
			if v == "0" {
				c.MaxStaleness = 0
				return nil
			}
			return setDuration(&c.MaxStaleness, v)
		}},
	{"fallback_wal_budget", "16GB", "bytes, kB, MB, GB", "The most of PostgreSQL's log that the replication slot may hold back, as while PostgreSQL serves others during a long outage of ours: past it the slot is dropped and the file copied anew later. 0 means any amount.",
		func(c *Config, v string) error { return setBytes(&c.WALBudget, v) }},
	{"fallback_journal_limit", "0", "bytes, kB, MB, GB", "The most that the SQLite file may grow by while it serves, journal and all: past it writes fail with 53100, reads go on, and the journal can still be brought back. At 80 % there is an alarm (Subscribe, log). 0 means as far as the disk goes.",
		func(c *Config, v string) error { return setBytes(&c.JournalLimit, v) }},
	{"fallback_shadow_reads", "0", "0 to 1", "The part of the application's queries that, while PostgreSQL serves, are run once more on both sides in the background, and compared: only such as are proven to depend on nothing but rows. It costs PostgreSQL that part more of reading. 0 means none.",
		func(c *Config, v string) error { return setFraction(&c.ShadowReads, v) }},
	{"fallback_backup_dir", "", "path", "A directory, which is there, into which the process that owns the SQLite file writes checked backups of it. None are taken without.",
		func(c *Config, v string) error { c.BackupDir = v; return notEmpty(v) }},
	{"fallback_backup_interval", "24h", "duration", "Time between two backups, counted from the newest in the directory, also over restarts.",
		func(c *Config, v string) error { return setDuration(&c.BackupInterval, v) }},
	{"fallback_backup_keep", "7", "1..100", "How many backups stay in the directory; older ones are removed after a new one was written and checked.",
		func(c *Config, v string) error { return setCount(&c.BackupKeep, v) }},
	{"fallback_tables", "", "names, comma-separated", "Copy only these tables (schema.table, or table in public).",
		func(c *Config, v string) error { return setNames(&c.Tables, v) }},
	{"fallback_exclude", "", "names, comma-separated", "Leave these tables out of the copy.",
		func(c *Config, v string) error { return setNames(&c.Exclude, v) }},
	{"fallback_conflict", "park", "policy or table:policy, comma-separated", "What replay does with a change whose row was changed on the primary meanwhile: park, keep_remote, apply_local, merge, newer:COLUMN or delta:COLUMN+COLUMN (see docs/conflicts.md).",
		setConflict},
	{"fallback_probe_interval", "500ms", "duration", "Time between two health probes of the primary.",
		func(c *Config, v string) error { return setDuration(&c.ProbeInterval, v) }},
	{"fallback_probe_timeout", "400ms", "duration", "The most that one probe may take.",
		func(c *Config, v string) error { return setDuration(&c.ProbeTimeout, v) }},
	{"fallback_probe_idle", "0", "duration", "After this long without a statement the primary is left alone, not probed and not followed, until there is one: a serverless primary may sleep. 0 means never.",
		func(c *Config, v string) error {
			if v == "0" {
				c.ProbeIdle = 0
				return nil
			}
			return setDuration(&c.ProbeIdle, v)
		}},
	{"fallback_fall", "2", "1..100", "Failed probes in a row after which the primary is down.",
		func(c *Config, v string) error { return setCount(&c.Fall, v) }},
	{"fallback_rise", "2", "1..100", "Good probes in a row after which the primary is back.",
		func(c *Config, v string) error { return setCount(&c.Rise, v) }},
	{"fallback_min_dwell", "2s", "duration", "The least time on the fallback before a return to the primary.",
		func(c *Config, v string) error { return setDuration(&c.MinDwell, v) }},
	{"fallback_cutover_limit", "2s", "duration", "The most that new transactions wait at a return to the primary; past it SQLite serves on and it is tried again.",
		func(c *Config, v string) error { return setDuration(&c.CutoverLimit, v) }},
}

func parameterNamed(name string) *Parameter {
	for i := range parameters {
		if parameters[i].Name == name {
			return &parameters[i]
		}
	}
	return nil
}

func setBool(dst *bool, v string) error {
	switch strings.ToLower(v) {
	case "true", "t", "yes", "on", "1":
		*dst = true
	case "false", "f", "no", "off", "0":
		*dst = false
	default:
		return fmt.Errorf("%q is not a boolean (true or false)", v)
	}
	return nil
}

func setDuration(dst *time.Duration, v string) error {
	d, err := time.ParseDuration(v)
	if secs, ferr := strconv.ParseFloat(v, 64); ferr == nil && secs < 1e9 {
		d, err = time.Duration(secs*float64(time.Second)), nil
	}
	if err != nil || d <= 0 {
		return fmt.Errorf("%q is not a positive duration (such as 500ms, or seconds)", v)
	}
	*dst = d
	return nil
}

// setBytes reads a size as PostgreSQL's settings are written: 1024 a step.
func setBytes(dst *int64, v string) error {
	number, shift := v, 0
	for _, unit := range []struct {
		name  string
		shift int
	}{{"TB", 40}, {"GB", 30}, {"MB", 20}, {"kB", 10}, {"B", 0}} {
		if n, ok := strings.CutSuffix(v, unit.name); ok {
			number, shift = n, unit.shift
			break
		}
	}
	n, err := strconv.ParseInt(strings.TrimSpace(number), 10, 64)
	if err != nil || n < 0 || n > math.MaxInt64>>shift {
		return fmt.Errorf("%q is not a size (such as 512MB or 16GB)", v)
	}
	*dst = n << shift
	return nil
}

func setCount(dst *int, v string) error {
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 || n > 100 {
		return fmt.Errorf("%q is not a number from 1 to 100", v)
	}
	*dst = n
	return nil
}

func setFraction(dst *float64, v string) error {
	f, err := strconv.ParseFloat(v, 64)
	if err != nil || !(f >= 0 && f <= 1) {
		return fmt.Errorf("%q is not a number from 0 to 1", v)
	}
	*dst = f
	return nil
}

func setOneOf[T ~string](dst *T, v string, allowed ...T) error {
	names := make([]string, len(allowed))
	for i, a := range allowed {
		if string(a) == v {
			*dst = a
			return nil
		}
		names[i] = string(a)
	}
	return fmt.Errorf("%q is none of %s", v, strings.Join(names, ", "))
}

func setNames(dst *[]string, v string) error {
	*dst = nil
	for _, name := range strings.Split(v, ",") {
		name = strings.TrimSpace(name)
		if err := notEmpty(name); err != nil {
			return err
		}
		*dst = append(*dst, qualified(name))
	}
	return nil
}

func setConflict(c *Config, v string) error {
	for _, item := range strings.Split(v, ",") {
		item = strings.TrimSpace(item)
		table, policy, both := strings.Cut(item, ":")
		switch {
		case !both, strings.Count(item, ":") == 1 && (table == string(PolicyNewer) || table == string(PolicyDelta)):
			table, policy = "", item
		default:
			table = qualified(table)
		}
		p, err := parsePolicy(policy)
		if err != nil {
			return err
		}
		c.Conflict[table] = p
	}
	return nil
}

func parsePolicy(v string) (Policy, error) {
	kind, columns, _ := strings.Cut(v, ":")
	switch Policy(kind) {
	case PolicyNewer:
		if columns == "" || strings.Contains(columns, "+") {
			return "", fmt.Errorf("%q: newer takes one column, as newer:updated_at", v)
		}
		return Policy(v), nil
	case PolicyDelta:
		if slices.Contains(strings.Split(columns, "+"), "") {
			return "", fmt.Errorf("%q: delta takes columns, as delta:quantity or delta:quantity+reserved", v)
		}
		return Policy(v), nil
	}
	p := PolicyPark
	err := setOneOf(&p, v, PolicyPark, PolicyKeepRemote, PolicyApplyLocal, PolicyMerge)
	return p, err
}

func notEmpty(v string) error {
	if v == "" {
		return fmt.Errorf("must not be empty")
	}
	return nil
}

func qualified(name string) string {
	if strings.Contains(name, ".") {
		return name
	}
	return "public." + name
}
