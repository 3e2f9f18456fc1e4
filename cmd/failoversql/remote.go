package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/failoversql/failoversql"
	dbsync "github.com/failoversql/failoversql/sync"
)

// remote is a running application, through its admin API.
type remote struct {
	base   string // ends in a slash
	token  string
	client *http.Client
}

// newRemote reads the address: that of the API, or of the server alone. Without
// TLS the token goes to this machine only, unless plain says otherwise.
func newRemote(address, token string, plain bool) (*remote, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errors.New("--admin is not an http or https address")
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, errors.New("--admin is an address alone: the credential comes from --token-file")
	}
	if u.Scheme == "http" && !plain && !loopback(u.Hostname()) {
		return nil, fmt.Errorf("the token would cross the network unencrypted: give %s with https, or --plain-http", u.Host)
	}
	if u.Path == "" || u.Path == "/" {
		u.Path = adminPath
	}
	u.Path = strings.TrimSuffix(u.Path, "/") + "/"
	transport := http.DefaultTransport.(*http.Transport).Clone()
	return &remote{u.String(), token, &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error {
		return errors.New("it points elsewhere, where the token is not sent")
	}}}, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// answerLimit bounds what is read of one answer.
const answerLimit = 64 << 20

// refusal is an answer that is an error.
type refusal struct {
	status int
	detail string
}

func (e *refusal) Error() string { return e.detail }

// call sends a request and reads the answer.
func (r *remote) call(ctx context.Context, method, path string, body, into any) error {
	var text io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return err
		}
		text = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, r.base+path, text)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+r.token)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := r.client.Do(req)
	if err != nil {
		return fmt.Errorf("the admin API does not answer: %w", err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, answerLimit))
	if err != nil {
		return fmt.Errorf("the admin API: %w", err)
	}
	kind, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	if kind == "application/problem+json" {
		var p struct {
			Detail string `json:"detail"`
		}
		_ = json.Unmarshal(answer, &p)
		return &refusal{res.StatusCode, p.Detail}
	}
	if res.StatusCode >= 300 || kind != "application/json" {
		return fmt.Errorf("%s is no admin API: it answers %s, %s", r.base, res.Status, kind)
	}
	if err := json.Unmarshal(answer, into); err != nil {
		return fmt.Errorf("the answer of the admin API: %w", err)
	}
	return nil
}

func (r *remote) Close() error {
	r.client.CloseIdleConnections()
	return nil
}

func (r *remote) Status(ctx context.Context) (s failoversql.Status, err error) {
	return s, r.call(ctx, "GET", "status", nil, &s)
}

func (r *remote) Switch(ctx context.Context, to string) error {
	path := map[string]string{"primary": "switch-to-primary", "fallback": "switch-to-fallback", "auto": "resume-auto"}[to]
	var s failoversql.Status
	err := r.call(ctx, "POST", path, nil, &s)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

func (r *remote) Test(ctx context.Context) (t failoversql.TestReport, err error) {
	return t, r.call(ctx, "POST", "test", nil, &t)
}

func (r *remote) Check(ctx context.Context, sql string) (v failoversql.Verdict, err error) {
	return v, r.call(ctx, "POST", "check", map[string]any{"sql": sql}, &v)
}

func (r *remote) Readiness(ctx context.Context) (told failoversql.Readiness, err error) {
	return told, r.call(ctx, "GET", "readiness", nil, &told)
}

func (r *remote) Conflicts(ctx context.Context) ([]dbsync.Conflict, error) {
	var list struct {
		Conflicts []dbsync.Conflict `json:"conflicts"`
	}
	err := r.call(ctx, "GET", "conflicts", nil, &list)
	return list.Conflicts, err
}

func (r *remote) Resolve(ctx context.Context, id int64, how dbsync.Resolution) error {
	body := map[string]any{"action": how.Action}
	if how.Row != nil {
		body["row"] = how.Row
	}
	var done struct {
		Settled bool   `json:"settled"`
		Detail  string `json:"detail"`
	}
	err := r.call(ctx, "POST", fmt.Sprintf("conflicts/%d/resolve", id), body, &done)
	if err == nil && !done.Settled {
		return fmt.Errorf("%w: %s", dbsync.ErrUndecided, done.Detail)
	}
	return err
}

// job is long work of the application.
type job struct {
	ID       string          `json:"id"`
	State    string          `json:"state"`
	Progress json.RawMessage `json:"progress"`
	Result   json.RawMessage `json:"result"`
	Error    string          `json:"error"`
}

const (
	jobLook = 100 * time.Millisecond
	// jobGrace is how long the end of a job is waited for that was cancelled.
	jobGrace = 10 * time.Second
)

// work begins a job and waits for its end. Where ctx ends, so does the job.
func (r *remote) work(ctx context.Context, method, path string, body, result any, seen func(json.RawMessage)) error {
	var j job
	if err := r.call(ctx, method, path, body, &j); err != nil {
		return err
	}
	for j.State == "running" {
		select {
		case <-time.After(jobLook):
		case <-ctx.Done():
			return errors.Join(ctx.Err(), r.cancel(context.WithoutCancel(ctx), j.ID))
		}
		if err := r.call(ctx, "GET", "jobs/"+j.ID, nil, &j); err != nil {
			if ctx.Err() != nil {
				return errors.Join(ctx.Err(), r.cancel(context.WithoutCancel(ctx), j.ID))
			}
			return err
		}
		if seen != nil && len(j.Progress) > 0 {
			seen(j.Progress)
		}
	}
	if j.State != "done" {
		return failure(j)
	}
	if err := json.Unmarshal(j.Result, result); err != nil {
		return fmt.Errorf("the answer of the admin API: %w", err)
	}
	return nil
}

// cancel ends a job and waits until it has ended.
func (r *remote) cancel(ctx context.Context, id string) error {
	ctx, done := context.WithTimeout(ctx, jobGrace)
	defer done()
	var j job
	if err := r.call(ctx, "DELETE", "jobs/"+id, nil, &j); err != nil {
		return err
	}
	for j.State == "running" {
		if err := r.call(ctx, "GET", "jobs/"+id, nil, &j); err != nil {
			return err
		}
		select {
		case <-time.After(jobLook):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// failure is the error of a job, as the Connector gave it as far as verbs ask.
func failure(j job) error {
	var why struct {
		Missing    []relation `json:"missing"`
		Unreturned *struct {
			Path         string `json:"path"`
			Transactions int64  `json:"transactions"`
			Conflicts    int64  `json:"conflicts"`
			Rewound      int64  `json:"rewound"`
		} `json:"unreturned"`
	}
	_ = json.Unmarshal(j.Result, &why)
	switch u := why.Unreturned; {
	case len(why.Missing) > 0:
		e := new(failoversql.IncompleteError)
		if json.Unmarshal(j.Result, &struct{ Missing any }{&e.Absent}) == nil {
			return e
		}
	case u != nil:
		return &failoversql.UnreturnedError{Path: u.Path, What: dbsync.Unreturned{Transactions: u.Transactions, Conflicts: u.Conflicts, Rewound: u.Rewound}}
	}
	return errors.New(j.Error)
}
