package admin

import (
	"context"
	"net/http"
)

// route is one endpoint: what serves it, and what openapi.json says of it.
type route struct {
	method, path string
	summary      string
	body         map[string]any // the schema of the request's body, or nil
	status       int            // of success
	schema       string         // of the response, by name; "" where it is not JSON
	media        string         // where it is not JSON
	serve        http.HandlerFunc
}

func (r route) pattern() string {
	if r.path == "/" {
		return "/{$}"
	}
	return r.path
}

// action carries out a request and returns what to answer.
type action func(req *http.Request) (any, error)

// answer serves an action that only reads.
func (h *Handler) answer(do action) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		ctx, cancel := context.WithTimeout(req.Context(), requestLimit)
		defer cancel()
		result, err := do(req.WithContext(ctx))
		if err != nil {
			writeProblem(w, statusOf(err), err.Error())
			return
		}
		writeJSON(w, http.StatusOK, result)
	}
}

// order serves an action that changes something, and records it.
func (h *Handler) order(what string, status int, do action) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		ctx, cancel := context.WithTimeout(req.Context(), requestLimit)
		defer cancel()
		result, err := do(req.WithContext(ctx))
		h.audit(what, who(req), req.RemoteAddr, req.PathValue("id"), err)
		if err != nil {
			writeProblem(w, statusOf(err), err.Error())
			return
		}
		writeJSON(w, status, result)
	}
}

func (h *Handler) audit(what, by, remote, id string, err error) {
	args := []any{"action", what, "by", by, "remote", remote}
	if id != "" {
		args = append(args, "id", id)
	}
	if err != nil {
		h.log.Warn("failoversql admin: failed", append(args, "error", err)...)
		return
	}
	h.log.Info("failoversql admin: done", args...)
}

// table lists every endpoint.
func (h *Handler) table() []route {
	switched := func(do func(context.Context) error) action {
		return func(req *http.Request) (any, error) {
			if err := do(req.Context()); err != nil {
				return nil, err
			}
			return h.c.Status(req.Context()), nil
		}
	}
	const ok, accepted = http.StatusOK, http.StatusAccepted
	return []route{
		{method: "GET", path: "/", summary: "The status page.", status: ok, media: "text/html", serve: h.page},
		{method: "GET", path: "/events", summary: "The parts of the status page as they change, as server-sent events.", status: ok, media: "text/event-stream", serve: h.stream},
		{method: "GET", path: "/openapi.json", summary: "This description.", status: ok, schema: "object", serve: h.answer(func(*http.Request) (any, error) { return h.openAPI(), nil })},
		{method: "GET", path: "/status", summary: "The state of both sides.", status: ok, schema: "Status",
			serve: h.answer(func(req *http.Request) (any, error) { return h.c.Status(req.Context()), nil })},
		{method: "POST", path: "/test", summary: "Try what a failover needs. No traffic moves.", status: ok, schema: "TestReport",
			serve: h.order("test", ok, func(req *http.Request) (any, error) { return h.c.Test(req.Context()) })},
		{method: "POST", path: "/switch-to-primary", summary: "Replay the journal, move traffic to PostgreSQL and keep it there until resume-auto.", status: ok, schema: "Status",
			serve: h.order("switch-to-primary", ok, switched(h.c.SwitchToPrimary))},
		{method: "POST", path: "/switch-to-fallback", summary: "Move traffic to SQLite and keep it there until resume-auto.", status: ok, schema: "Status",
			serve: h.order("switch-to-fallback", ok, switched(h.c.SwitchToFallback))},
		{method: "POST", path: "/resume-auto", summary: "Take a switch by hand back: health decides again.", status: ok, schema: "Status",
			serve: h.order("resume-auto", ok, switched(h.c.ResumeAuto))},
		{method: "POST", path: "/migrate-from-primary", summary: "Begin a new copy of PostgreSQL, as a job. The old one is followed and would serve until the new one takes its place.", status: accepted, schema: "Job",
			body: optional(map[string]any{
				"leave_out": map[string]any{"type": "boolean", "description": "go on where relations have no faithful form in the copy; they are listed in the result"},
				"exclude":   map[string]any{"type": "array", "items": map[string]any{"type": "string"}, "description": "tables to leave out, from now on; without it those left out before"},
				"compare":   map[string]any{"type": "boolean", "description": "compare every row before the copy is put in place; true without it"},
			}),
			serve: h.order("migrate-from-primary", accepted, h.migrate)},
		{method: "POST", path: "/sync-to-primary", summary: "Begin to bring the journal to PostgreSQL now, while SQLite serves on, as a job.", status: accepted, schema: "Job",
			body:  optional(map[string]any{"dry_run": map[string]any{"type": "boolean", "description": "only find out what would happen; nothing is changed"}}),
			serve: h.order("sync-to-primary", accepted, h.replay)},
		{method: "POST", path: "/check", summary: "Whether the fallback would run a statement. Nothing is run.", status: ok, schema: "Verdict",
			body:  object("sql", "string", "the statement, as the application sends it"),
			serve: h.answer(h.check)},
		{method: "GET", path: "/readiness", summary: "Which of the statements that PostgreSQL has carried out would run on the fallback.", status: ok, schema: "Readiness",
			serve: h.answer(func(req *http.Request) (any, error) { return h.c.Readiness(req.Context()), nil })},
		{method: "POST", path: "/backup", summary: "Begin a backup of the fallback file, as a job.", status: accepted, schema: "Job",
			serve: h.order("backup", accepted, h.backup)},
		{method: "POST", path: "/verify", summary: "Begin a comparison of both sides' rows, as a job.", status: accepted, schema: "Job",
			body: optional(map[string]any{
				"tables": map[string]any{"type": "array", "items": map[string]any{"type": "string"}, "description": "compare only these"},
				"rate":   map[string]any{"type": "integer", "description": "the most rows of PostgreSQL to read in a second; 0: any number"},
			}),
			serve: h.order("verify", accepted, h.verify)},
		{method: "POST", path: "/rescue", summary: "Begin to replay what a PostgreSQL that came back older lacks, as a job.", status: accepted, schema: "Job",
			serve: h.order("rescue", accepted, h.rescue)},
		{method: "POST", path: "/drill", summary: "Rehearse an outage, as a job: PostgreSQL is cut off for this process alone, for a while, and comes back.", status: accepted, schema: "Job",
			body: optional(map[string]any{
				"seconds": map[string]any{"type": "number", "description": "how long, up to 600; 30 without it"},
				"journal": map[string]any{"type": "boolean", "description": "let SQLite take writes, which are brought back; without it they are refused meanwhile"},
			}),
			serve: h.order("drill", accepted, h.drill)},
		{method: "DELETE", path: "/cleanup", summary: "Remove the fallback, as a job: refused where something would be lost, or while it serves. The application goes on with PostgreSQL alone until it starts again.", status: accepted, schema: "Job",
			body:  optional(map[string]any{"force": map[string]any{"type": "boolean", "description": "also where something is lost; a backup is written first"}}),
			serve: h.order("cleanup", accepted, h.cleanup)},
		{method: "GET", path: "/jobs", summary: "Jobs, the latest first.", status: ok, schema: "Jobs",
			serve: h.answer(func(*http.Request) (any, error) { return map[string]any{"jobs": h.jobs.list()}, nil })},
		{method: "GET", path: "/jobs/{id}", summary: "One job: its progress, or what came of it.", status: ok, schema: "Job",
			serve: h.answer(func(req *http.Request) (any, error) { return h.jobs.get(req.PathValue("id")) })},
		{method: "DELETE", path: "/jobs/{id}", summary: "Cancel a job. It ends soon after.", status: accepted, schema: "Job",
			serve: h.order("cancel-job", accepted, func(req *http.Request) (any, error) { return h.jobs.stop(req.PathValue("id")) })},
		{method: "GET", path: "/conflicts", summary: "Changes that replay could not apply and that wait for a decision.", status: ok, schema: "Conflicts",
			serve: h.answer(h.conflicts)},
		{method: "POST", path: "/conflicts/{id}/resolve", summary: "Decide on one conflict.", status: ok, schema: "Resolved",
			body:  object("action", "string", "keep_remote, apply_local, discard, or apply_edited with a row"),
			serve: h.order("resolve-conflict", ok, h.resolve)},
	}
}

func object(name, kind, doc string) map[string]any {
	return map[string]any{"type": "object", "required": []string{name},
		"properties": map[string]any{name: map[string]any{"type": kind, "description": doc}}}
}

func optional(properties map[string]any) map[string]any {
	return map[string]any{"type": "object", "properties": properties}
}

// verdict is a failoversql.Verdict with the names of the API.
type verdict struct {
	Runs     bool   `json:"runs"`
	Code     string `json:"code,omitempty"`
	Message  string `json:"message,omitempty"`
	Position int    `json:"position,omitempty"`
}

func (h *Handler) check(req *http.Request) (any, error) {
	var body struct {
		SQL string `json:"sql"`
	}
	if err := read(req, &body); err != nil {
		return nil, err
	}
	return verdict(h.c.Check(req.Context(), body.SQL)), nil
}
