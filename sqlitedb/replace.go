package sqlitedb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/mattn/go-sqlite3"
)

// ErrServing says that the content of a file that serves applications was about
// to be replaced.
var ErrServing = errors.New("sqlitedb: the file is serving writes")

// errMeanwhile: another process has given an order, say, just before the file was
// locked.
var errMeanwhile = errors.New("sqlitedb: the state of the file changed meanwhile")

// replaceStep is how many pages are copied between two looks at the context.
const replaceStep = 4096

// Replace puts the content of another fallback file, made beside this one, in
// the place of this one's, in one transaction, and removes the other. Every
// connection of every process goes on with the new content from its next
// transaction on; those that hold a snapshot keep the old content until then. A
// crash leaves either the old or the new.
//
// The route (mode, generation, reason), the pin, the order and the task under
// way, the count of transactions, the file's identity and, where the new file has
// none, the leases stay this file's; everything else comes from the new one, whose
// catalog's version is raised above this file's. carry, where not nil, is called
// with a connection to the new file, while nobody in this process writes this one,
// to bring over what else must survive; its error is returned and nothing is
// replaced. It is refused with ErrServing while the gate is open. The new file
// must not be in use.
//
// Readers go on; writers, UpdateState included, wait while the pages are copied.
// End ctx to let them go, as when the primary is lost meanwhile: the old content
// stays, and so does the new file.
//
// The new file is copied and not renamed to the old one's name: SQLite's log
// and locks belong to an open file, and a process that had the old one open
// would go on in a file that is not there any more.
func (f *File) Replace(ctx context.Context, newPath string, carry func(ctx context.Context, fresh *Conn) error) error {
	if err := f.hold(); err != nil {
		return err
	}
	defer f.drop()
	if err := f.replace(ctx, newPath, carry); err != nil {
		return fmt.Errorf("sqlitedb: replacing the content of %s: %w", f.path, err)
	}
	f.emptyLog()
	return remove(newPath)
}

// emptyLog moves into the file what a large transaction has left in the log, so
// that no application's commit has to. Nobody waits for it but Close, which cuts
// it short.
func (f *File) emptyLog() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return
	}
	f.work.Go(func() {
		_ = f.service(f.ending, func(c *Conn) error {
			_, err := c.Exec(f.ending, "PRAGMA wal_checkpoint(PASSIVE)")
			return err
		})
	})
}

// replace does it, in the writer's place of this process.
func (f *File) replace(ctx context.Context, newPath string, carry func(context.Context, *Conn) error) error {
	if err := f.writers.acquire(ctx); err != nil {
		return err
	}
	defer f.writers.release()

	from, err := Open(ctx, newPath, Options{Logger: f.log, Scratch: true})
	if err != nil {
		return err
	}
	defer from.Close()
	src, err := from.Conn(ctx)
	if err != nil {
		return err
	}
	defer src.Close()
	var old [2]*sqlite3.SQLiteConn // one to write, one to look
	for i := range old {
		if old[i], err = f.connect(ctx); err != nil {
			return err
		}
		defer old[i].Close()
	}

	if err := f.outrank(ctx, old[1], src); err != nil {
		return err
	}
	if carry != nil {
		if err := carry(ctx, src); err != nil {
			return err
		}
	}
	var odd uint64
	for err = errMeanwhile; errors.Is(err, errMeanwhile); {
		var before adopted
		if before, err = f.adopt(ctx, old[1], src); err != nil {
			return err
		}
		err = copyAll(ctx, old[0], src.db, func() error {
			// From here on no other process can write.
			now, err := (&Conn{file: f, db: old[1]}).adopted(ctx)
			if err == nil && now != before {
				err = errMeanwhile
			}
			if err == nil {
				odd = f.shared.schemaChanging()
			}
			return err
		})
	}
	if odd != 0 {
		if err == nil {
			f.current.Store(f.newSchema(from.current.Load().cat, odd+1))
		}
		f.shared.schemaChanged(odd)
		f.shared.stateChanged()
	}
	return err
}

// outrank raises the version of the new file's catalog above the old one's, which
// may have risen while the new file was made: journals and plans tell catalogs
// apart by it.
func (f *File) outrank(ctx context.Context, old *sqlite3.SQLiteConn, src *Conn) error {
	version, err := catalogTop(ctx, old)
	cat := src.file.Catalog()
	if err != nil || cat.Version > version || cat.Version == 0 {
		return err
	}
	if err := src.Begin(ctx); err != nil {
		return err
	}
	defer src.Rollback()
	raised := *cat
	raised.Version = version + 1
	if _, err := src.Exec(ctx, `DELETE FROM failoversql_catalog WHERE version = ?1`, cat.Version); err != nil {
		return err
	}
	if err := src.StoreCatalog(ctx, &raised); err != nil {
		return err
	}
	return src.Commit(ctx)
}

// adopted is what a new content takes over from the old one and what may change
// at any moment.
type adopted struct {
	state   State
	order   Order
	task    string
	catalog int64
}

func (c *Conn) adopted(ctx context.Context) (a adopted, err error) {
	if a.state, err = c.State(ctx); err != nil {
		return a, err
	}
	if a.order, err = c.Order(ctx); err != nil {
		return a, err
	}
	if a.task, err = c.taskText(ctx); err != nil {
		return a, err
	}
	a.catalog, err = catalogTop(ctx, c.db)
	return a, err
}

// adopt gives the new file what stays as it is in the old one, and returns what
// it found there.
func (f *File) adopt(ctx context.Context, old *sqlite3.SQLiteConn, src *Conn) (adopted, error) {
	c := &Conn{file: f, db: old}
	a, err := c.adopted(ctx)
	if err != nil {
		return a, err
	}
	return a, f.adoptState(ctx, c, a, src)
}

func (f *File) adoptState(ctx context.Context, c *Conn, a adopted, src *Conn) error {
	st := a.state
	if st.Serving {
		return ErrServing
	}
	var id string
	if err := getMeta(ctx, c.db, "file_id", &id); err != nil {
		return err
	}
	if v := src.file.Catalog().Version; v <= a.catalog {
		return fmt.Errorf("sqlitedb: the new file's catalog version %d is not above %d", v, a.catalog)
	}
	if err := f.checkIdentity(ctx, src.db); err != nil {
		return err
	}
	if err := src.Begin(ctx); err != nil {
		return err
	}
	defer src.Rollback()
	new, err := src.State(ctx)
	if err != nil {
		return err
	}
	new.Mode, new.Generation, new.Reason, new.Since, new.Pin = st.Mode, st.Generation, st.Reason, st.Since, st.Pin
	new.Draining = st.Draining
	new.Serving, new.Capture = false, true
	if err := src.SetState(ctx, new); err != nil {
		return err
	}
	if _, err := src.Exec(ctx, `UPDATE failoversql_state SET tx = max(tx, ?1), depth = 0`, st.Tx); err != nil {
		return err
	}
	if err := src.SetMeta(ctx, "file_id", id); err != nil {
		return err
	}
	if err := src.putOrder(ctx, a.order); err != nil {
		return err
	}
	if err := src.SetMeta(ctx, metaTask, a.task); err != nil {
		return err
	}
	if err := adoptLeases(ctx, c, src); err != nil {
		return err
	}
	return src.Commit(ctx)
}

func adoptLeases(ctx context.Context, old, src *Conn) error {
	var n int64
	if err := src.QueryRow(ctx, `SELECT count(*) FROM failoversql_lease`, nil, &n); err != nil || n > 0 {
		return err
	}
	rows, err := readAll(ctx, old.db, `SELECT id, sequence, start, finish, next FROM failoversql_lease`)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if _, err := src.Exec(ctx, `INSERT INTO failoversql_lease(id, sequence, start, finish, next) VALUES (?1, ?2, ?3, ?4, ?5)`,
			r[0], r[1], r[2], r[3], r[4]); err != nil {
			return err
		}
	}
	return nil
}

// copyAll copies a database over another in one transaction of that. locked is
// called when the transaction holds the write lock; its error undoes it.
func copyAll(ctx context.Context, dst, src *sqlite3.SQLiteConn, locked func() error) (err error) {
	b, err := dst.Backup("main", src, "main")
	if err != nil {
		return err
	}
	defer func() {
		if ferr := b.Finish(); err == nil {
			err = ferr
		}
	}()
	left, step := 0, 1
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		done, err := b.Step(step)
		if err != nil || done {
			return err
		}
		if n := b.Remaining(); n != left {
			if step == 1 {
				if err := locked(); err != nil {
					return err
				}
			}
			left, step = n, replaceStep
			continue
		}
		// Another process has the file locked.
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// remove deletes a database that nobody has open, with what belongs to it.
func remove(path string) error {
	var first error
	for _, suffix := range append([]string{""}, beside...) {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, os.ErrNotExist) && first == nil {
			first = err
		}
	}
	return first
}
