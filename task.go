package failoversql

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/failoversql/failoversql/sqlitedb"
)

// A task is long work that only the process that owns the file may do: a new
// copy, a comparison. Any other process puts it into the file, where the owner
// finds it, and reads there how it gets on and what came of it. A guest does the
// work itself where no process owns the file, and is its owner meanwhile.

// doer does the work of one kind of task. What it tells is kept for whoever
// waits, unless it is only of the moment.
type doer func(ctx context.Context, args json.RawMessage, tell func(report any, kept bool)) (result any, err error)

// doers are the kinds of tasks.
func (i *instance) doers(r *running) map[string]doer {
	return map[string]doer{
		taskMigrate: func(ctx context.Context, args json.RawMessage, tell func(any, bool)) (any, error) {
			return i.migrate(ctx, r, args, tell)
		},
		taskVerify: func(ctx context.Context, args json.RawMessage, tell func(any, bool)) (any, error) {
			return i.verify(ctx, r, args, tell)
		},
	}
}

// errTaskBusy: one task at a time.
var errTaskBusy = errors.New("failoversql: another process has the owner of the fallback file at work; try again later")

const (
	// taskLook is how often a task's state is written and read.
	taskLook = 100 * time.Millisecond
	// taskReports bounds the reports kept in the file.
	taskReports = 500
)

// task has work done by whoever owns the file, and gives its result. seen is
// called with each report, one at a time.
func (i *instance) task(ctx context.Context, kind string, args, result any, seen func(json.RawMessage)) error {
	text, err := json.Marshal(args)
	if err != nil {
		return fmt.Errorf("failoversql: %w", err)
	}
	r := i.running.Load()
	if r.file.Owned() {
		return i.doHere(ctx, r, kind, text, result, seen)
	}
	place, err := r.file.TaskPlace()
	switch {
	case errors.Is(err, sqlitedb.ErrClosed):
		return ErrClosed
	case err != nil:
		return fmt.Errorf("failoversql: %w", err)
	case place == nil:
		return errTaskBusy
	}
	defer place.Leave()
	if i.cfg.Guest {
		done, err := i.doAsOwner(ctx, r, kind, text, result, seen)
		if done || err != nil {
			return err
		}
	}
	id, err := r.file.PutTask(ctx, kind, text)
	if err != nil {
		return fmt.Errorf("failoversql: the task cannot be handed to the process that owns the fallback file: %w", err)
	}
	t, err := i.taskDone(ctx, r, id, func() (bool, error) { return i.doAsOwner(ctx, r, kind, text, result, seen) }, seen)
	switch {
	case err != nil:
		return err
	case t.Answer == sqlitedb.OrderFailed:
		return fmt.Errorf("failoversql: the process that owns the fallback file: %s", t.Error)
	case t.Answer == sqlitedb.OrderPending:
		return nil // done here after all
	}
	if err := json.Unmarshal(t.Result, result); err != nil {
		return fmt.Errorf("failoversql: the answer of the process that owns the fallback file: %w", err)
	}
	return nil
}

// doHere does the work in this process, the owner.
func (i *instance) doHere(ctx context.Context, r *running, kind string, args json.RawMessage, result any, seen func(json.RawMessage)) error {
	got, err := i.doers(r)[kind](ctx, args, func(report any, _ bool) {
		if text, err := json.Marshal(report); err == nil {
			seen(text)
		}
	})
	if err != nil {
		return err
	}
	text, err := json.Marshal(got)
	if err != nil {
		return fmt.Errorf("failoversql: %w", err)
	}
	return json.Unmarshal(text, result)
}

// doAsOwner does the work in a guest, where no process owns the file; done says
// whether that was so.
func (i *instance) doAsOwner(ctx context.Context, r *running, kind string, args json.RawMessage, result any, seen func(json.RawMessage)) (done bool, err error) {
	owned, err := r.file.TryOwn()
	if err != nil || !owned {
		return false, err
	}
	err = i.doHere(ctx, r, kind, args, result, seen)
	return true, errors.Join(err, r.file.Release())
}

// taskDone waits until a task is answered, and takes it out of the file. A task
// that nobody is left to do is done by a guest itself; the answer is pending then.
func (i *instance) taskDone(ctx context.Context, r *running, id string, alone func() (bool, error), seen func(json.RawMessage)) (t sqlitedb.Task, err error) {
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), orderGrace)
		defer cancel()
		if derr := r.file.EndTask(ctx, id); derr != nil && !errors.Is(derr, sqlitedb.ErrNoOrder) && err == nil {
			i.log.Debug("an answered task stays in the fallback file", "error", derr)
		}
	}()
	reports := 0
	for {
		read, err := r.file.Task(ctx)
		switch {
		case errors.Is(err, sqlitedb.ErrClosed):
			return t, ErrClosed
		case err == nil && read.ID != id:
			return t, fmt.Errorf("failoversql: %w", sqlitedb.ErrNoOrder)
		case err == nil:
			t = read
			for k := max(0, len(t.Progress)-(t.Reports-reports)); k < len(t.Progress); k++ {
				seen(t.Progress[k])
			}
			reports = t.Reports
			if t.Answer != sqlitedb.OrderPending {
				return t, nil
			}
		}
		if i.cfg.Guest {
			if owner, err := r.file.HasOwner(); err == nil && !owner {
				if done, err := alone(); done || err != nil {
					return t, err
				}
			}
		}
		if err := sleep(ctx, taskLook); err != nil {
			i.withdrawTask(ctx, r, id)
			return t, err
		}
	}
}

// withdrawTask has the owner give a task up, and waits a little until it has.
func (i *instance) withdrawTask(ctx context.Context, r *running, id string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), orderGrace)
	defer cancel()
	if r.file.ChangeTask(ctx, id, func(t *sqlitedb.Task) { t.Withdrawn = true }) != nil {
		return
	}
	for {
		t, err := r.file.Task(ctx)
		if err != nil || t.ID != id || t.Answer != sqlitedb.OrderPending || sleep(ctx, observeInterval) != nil {
			return
		}
	}
}

// attend does the tasks of other processes, as long as this one owns the file.
// While there are none it costs one load from shared memory a turn.
func (o *ownership) attend(ctx context.Context) {
	var seq uint64
	known := false
	for {
		if s := o.r.file.StateSeq(); !known || s != seq {
			if t, err := o.r.file.Task(ctx); err == nil {
				seq, known = s, true
				if t.ID != "" && t.Answer == sqlitedb.OrderPending {
					o.do(ctx, t)
					known = false
				}
			}
		}
		if sleep(ctx, observeInterval) != nil {
			return
		}
	}
}

// do does one task. What the end of this process cuts off is left to the next
// owner.
func (o *ownership) do(ctx context.Context, t sqlitedb.Task) {
	during, cancel := context.WithCancel(ctx)
	defer cancel()
	reports := &taskLog{}
	var wg sync.WaitGroup
	wg.Go(func() { o.tend(during, cancel, t.ID, reports) })
	var result any
	err := fmt.Errorf("failoversql: a task of the kind %q is not known to this version", t.Kind)
	if work := o.inst.doers(o.r)[t.Kind]; work != nil {
		o.inst.log.Info("another process asks for work", "task", t.Kind)
		result, err = work(during, t.Args, reports.add)
	}
	cancel()
	wg.Wait()
	if ctx.Err() != nil {
		return
	}
	text, merr := json.Marshal(result)
	err = errors.Join(err, merr)
	for ctx.Err() == nil {
		uerr := o.r.file.ChangeTask(ctx, t.ID, func(t *sqlitedb.Task) {
			reports.store(t)
			t.Answer, t.Result = sqlitedb.OrderDone, text
			if err != nil {
				t.Answer, t.Result, t.Error = sqlitedb.OrderFailed, nil, err.Error()
			}
		})
		if uerr == nil || errors.Is(uerr, sqlitedb.ErrNoOrder) || sleep(ctx, orderLook) != nil {
			return
		}
	}
}

// tend writes into the file how a task gets on, and ends it where nobody waits
// for it any more.
func (o *ownership) tend(ctx context.Context, cancel func(), id string, reports *taskLog) {
	for sleep(ctx, taskLook) == nil {
		t, err := o.r.file.Task(ctx)
		if err != nil {
			continue
		}
		gone, err := o.r.file.TaskAbandoned()
		if t.ID != id || t.Withdrawn || err == nil && gone {
			cancel()
			if gone {
				_ = o.r.file.EndTask(context.WithoutCancel(ctx), id)
			}
			return
		}
		if reports.news() {
			_ = o.r.file.ChangeTask(ctx, id, reports.store) // or with the next one
		}
	}
}

// taskLog holds what a task has told: every report that is to be kept, and the
// latest of the others.
type taskLog struct {
	mu     sync.Mutex
	kept   []json.RawMessage // not yet in the file
	latest json.RawMessage
}

func (l *taskLog) add(report any, kept bool) {
	text, err := json.Marshal(report)
	if err != nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if kept {
		l.kept, l.latest = append(l.kept, text), nil
	} else {
		l.latest = text
	}
}

func (l *taskLog) news() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.kept) > 0 || l.latest != nil
}

// store moves the reports into the task.
func (l *taskLog) store(t *sqlitedb.Task) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.latest != nil {
		l.kept = append(l.kept, l.latest)
	}
	t.Progress = append(t.Progress, l.kept...)
	t.Reports += len(l.kept)
	l.kept, l.latest = nil, nil
	if n := len(t.Progress) - taskReports; n > 0 {
		t.Progress = t.Progress[n:]
	}
}
