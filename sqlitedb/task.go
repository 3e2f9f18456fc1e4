package sqlitedb

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// Task is work that a process which does not own the file asks of the one that
// does: longer than an order, and not about the route. There is one at a time:
// who gives it holds the task's place until it has read the answer.
type Task struct {
	ID        string            `json:"id"` // "" where there is no task
	Kind      string            `json:"kind"`
	Args      json.RawMessage   `json:"args,omitempty"`
	Withdrawn bool              `json:"withdrawn,omitempty"` // whoever gave it does not wait for it any more
	Answer    Answer            `json:"answer,omitempty"`    // the owner's
	Progress  []json.RawMessage `json:"progress,omitempty"`  // the owner's latest reports
	Reports   int               `json:"reports,omitempty"`   // how many there were in all
	Result    json.RawMessage   `json:"result,omitempty"`    // with OrderDone
	Error     string            `json:"error,omitempty"`     // with OrderFailed
}

// taskSuffix names the file beside the fallback file whose lock is the task's
// place, and metaTask the value in it that is the task.
const (
	taskSuffix = ".task"
	metaTask   = "task"
)

// TaskPlace takes the task's place if nobody has it: nil where somebody does.
func (f *File) TaskPlace() (*Place, error) { return f.place(taskSuffix) }

// TaskAbandoned says whether nobody holds the task's place: a task that is in the
// file belongs to a process that has ended.
func (f *File) TaskAbandoned() (bool, error) { return f.abandoned(taskSuffix) }

// PutTask puts a task into the file and returns its id. Whoever calls it has the
// place, so that any other task in the file is abandoned.
func (f *File) PutTask(ctx context.Context, kind string, args json.RawMessage) (id string, err error) {
	id = newUUID()
	return id, f.Update(ctx, func(c *Conn) error { return c.putTask(ctx, Task{ID: id, Kind: kind, Args: args}) })
}

// Task reads the task in the file. StateSeq tells when that is worth it.
func (f *File) Task(ctx context.Context) (t Task, err error) {
	text, err := f.Meta(ctx, metaTask)
	if err != nil || text == "" {
		return t, err
	}
	return t, readTask(text, &t)
}

// ChangeTask changes the task of this id: ErrNoOrder where it is gone.
func (f *File) ChangeTask(ctx context.Context, id string, change func(t *Task)) error {
	return f.Update(ctx, func(c *Conn) error {
		text, err := c.taskText(ctx)
		if err != nil {
			return err
		}
		var t Task
		if err := readTask(text, &t); err != nil {
			return err
		}
		if t.ID != id {
			return ErrNoOrder
		}
		change(&t)
		return c.putTask(ctx, t)
	})
}

// EndTask removes the task of this id from the file.
func (f *File) EndTask(ctx context.Context, id string) error {
	return f.ChangeTask(ctx, id, func(t *Task) { *t = Task{} })
}

func (c *Conn) taskText(ctx context.Context) (text string, err error) {
	err = c.QueryRow(ctx, `SELECT value FROM failoversql_meta WHERE key = ?1`, []any{metaTask}, &text)
	if noRows(err) {
		return "", nil
	}
	return text, err
}

func readTask(text string, t *Task) error {
	if text == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(text), t); err != nil {
		return fmt.Errorf("sqlitedb: the task in the file cannot be read: %w", err)
	}
	return nil
}

func (c *Conn) putTask(ctx context.Context, t Task) error {
	text, err := "", error(nil)
	if t.ID != "" {
		var b []byte
		b, err = json.Marshal(t)
		text = string(b)
	}
	c.stateChanged = true
	return errors.Join(err, c.SetMeta(ctx, metaTask, text))
}
