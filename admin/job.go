package admin

import (
	"context"
	"crypto/rand"
	"errors"
	"sync"
	"time"

	"github.com/failoversql/failoversql"
)

// Job is long work that a request has begun.
type Job struct {
	ID       string     `json:"id"`
	Kind     string     `json:"kind"`
	State    string     `json:"state"` // running, done, failed, cancelled
	Begun    time.Time  `json:"begun"`
	Ended    *time.Time `json:"ended,omitempty"`
	Progress any        `json:"progress,omitempty"`
	Result   any        `json:"result,omitempty"`
	Error    string     `json:"error,omitempty"`
}

var (
	errNoJob   = errors.New("there is no such job")
	errRunning = errors.New("a job of this kind is under way")
)

// keptJobs bounds how many jobs that have ended can still be asked for.
const keptJobs = 50

// jobs runs one job of a kind at a time.
type jobs struct {
	mu     sync.Mutex
	all    []*running // oldest first
	closed bool
	wg     sync.WaitGroup
}

type running struct {
	job    Job
	cancel context.CancelFunc
}

// begin starts work; done, where it is not nil, is told how it ended.
func (j *jobs) begin(ctx context.Context, kind string, work func(ctx context.Context, progress func(any)) (any, error), done func(Job)) (Job, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return Job{}, context.Canceled
	}
	for _, r := range j.all {
		if r.job.Kind == kind && r.job.State == "running" {
			return r.job, errRunning
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	r := &running{Job{ID: rand.Text(), Kind: kind, State: "running", Begun: time.Now().UTC()}, cancel}
	j.all = append(j.all, r)
	for n := 0; len(j.all) > keptJobs && n < len(j.all); {
		if j.all[n].job.State == "running" {
			n++
			continue
		}
		j.all = append(j.all[:n], j.all[n+1:]...)
	}
	first := r.job
	j.wg.Go(func() {
		defer cancel()
		result, err := work(ctx, func(p any) {
			j.mu.Lock()
			defer j.mu.Unlock()
			r.job.Progress = p
		})
		j.mu.Lock()
		now := time.Now().UTC()
		r.job.Ended = &now
		switch {
		case err == nil:
			r.job.State, r.job.Result = "done", result
		case ctx.Err() != nil:
			r.job.State, r.job.Error = "cancelled", err.Error()
		default:
			r.job.State, r.job.Error, r.job.Result = "failed", err.Error(), why(err)
		}
		ended := r.job
		j.mu.Unlock()
		done(ended)
	})
	return first, nil
}

// why is what a program may want to know of an error, or nil.
func why(err error) any {
	var incomplete *failoversql.IncompleteError
	var lost *failoversql.UnreturnedError
	switch {
	case errors.As(err, &incomplete):
		return map[string]any{"missing": incomplete.Absent}
	case errors.As(err, &lost):
		return map[string]any{"unreturned": map[string]any{"path": lost.Path, "transactions": lost.What.Transactions, "conflicts": lost.What.Conflicts, "rewound": lost.What.Rewound}}
	}
	return nil
}

func (j *jobs) list() []Job {
	j.mu.Lock()
	defer j.mu.Unlock()
	out := make([]Job, 0, len(j.all))
	for n := len(j.all) - 1; n >= 0; n-- {
		out = append(out, j.all[n].job)
	}
	return out
}

func (j *jobs) get(id string) (Job, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, r := range j.all {
		if r.job.ID == id {
			return r.job, nil
		}
	}
	return Job{}, errNoJob
}

// stop cancels a job; it ends by itself soon after.
func (j *jobs) stop(id string) (Job, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, r := range j.all {
		if r.job.ID == id {
			r.cancel()
			return r.job, nil
		}
	}
	return Job{}, errNoJob
}

func (j *jobs) close() {
	j.mu.Lock()
	j.closed = true
	for _, r := range j.all {
		r.cancel()
	}
	j.mu.Unlock()
	j.wg.Wait()
}
