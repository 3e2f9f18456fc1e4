package admin

import (
	"net/http"
	"strconv"
	"strings"
)

// openAPI describes the routes that there are.
func (h *Handler) openAPI() map[string]any {
	paths := map[string]map[string]any{}
	for _, r := range h.routes {
		content := map[string]any{"application/json": map[string]any{"schema": map[string]any{"$ref": "#/components/schemas/" + r.schema}}}
		switch {
		case r.media != "":
			content = map[string]any{r.media: map[string]any{"schema": map[string]any{"type": "string"}}}
		case r.schema == "object":
			content = map[string]any{"application/json": map[string]any{"schema": map[string]any{"type": "object"}}}
		}
		op := map[string]any{
			"summary": r.summary,
			"responses": map[string]any{
				strconv.Itoa(r.status): map[string]any{"description": http.StatusText(r.status), "content": content},
				"default": map[string]any{"description": "What went wrong.",
					"content": map[string]any{"application/problem+json": map[string]any{"schema": map[string]any{"$ref": "#/components/schemas/Problem"}}}},
			},
		}
		if r.body != nil {
			op["requestBody"] = map[string]any{"required": r.body["required"] != nil, "content": map[string]any{"application/json": map[string]any{"schema": r.body}}}
		}
		if strings.Contains(r.path, "{id}") {
			op["parameters"] = []any{map[string]any{"name": "id", "in": "path", "required": true, "schema": map[string]any{"type": "string"}}}
		}
		if paths[r.path] == nil {
			paths[r.path] = map[string]any{}
		}
		paths[r.path][strings.ToLower(r.method)] = op
	}
	text, flag, number := map[string]any{"type": "string"}, map[string]any{"type": "boolean"}, map[string]any{"type": "integer"}
	schema := func(required []string, properties map[string]any) map[string]any {
		return map[string]any{"type": "object", "required": required, "properties": properties}
	}
	list := func(name string) map[string]any {
		return map[string]any{"type": "array", "items": map[string]any{"$ref": "#/components/schemas/" + name}}
	}
	row := map[string]any{"type": []string{"object", "null"}, "description": "columns in PostgreSQL's text form; null: no row",
		"additionalProperties": map[string]any{"type": []string{"string", "null"}}}
	return map[string]any{
		"openapi": "3.1.0",
		"info":    map[string]any{"title": "failoversql admin API", "version": "1"},
		"servers": []any{map[string]any{"url": "."}},
		"paths":   paths,
		"security": []any{
			map[string]any{"bearer": []string{}}, map[string]any{"basic": []string{}},
		},
		"components": map[string]any{
			"securitySchemes": map[string]any{
				"bearer": map[string]any{"type": "http", "scheme": "bearer"},
				"basic":  map[string]any{"type": "http", "scheme": "basic"},
			},
			"schemas": map[string]any{
				"Problem": schema([]string{"title", "status", "detail"}, map[string]any{"type": text, "title": text, "status": number, "detail": text}),
				"Status": schema([]string{"mode", "reason", "pin", "primary", "fallback"}, map[string]any{
					"mode": map[string]any{"enum": []string{"primary", "fallback", "recovering", "cutover", "unavailable"}}, "reason": text, "pin": text,
					"primary": map[string]any{"type": "object"}, "fallback": map[string]any{"type": "object"}}),
				"TestReport": schema([]string{"ok", "checks"}, map[string]any{"ok": flag, "checks": list("TestCheck")}),
				"TestCheck":  schema([]string{"name", "ok", "detail"}, map[string]any{"name": text, "ok": flag, "detail": text, "took_seconds": map[string]any{"type": "number"}}),
				"Verdict":    schema([]string{"runs"}, map[string]any{"runs": flag, "code": text, "message": text, "position": number}),
				"Readiness": schema([]string{"shapes", "refused_shapes", "unchecked_shapes", "calls", "refused_calls", "unchecked_calls", "unseen_calls"}, map[string]any{"at": text,
					"shapes": number, "refused_shapes": number, "unchecked_shapes": number, "calls": number, "refused_calls": number, "unchecked_calls": number, "unseen_calls": number,
					"statements": list("RefusedStatement"), "error": text,
					"shadow": map[string]any{"$ref": "#/components/schemas/ShadowReads"}}),
				"ShadowReads": schema([]string{"fraction", "same", "different"}, map[string]any{"fraction": map[string]any{"type": "number"}, "same": number, "different": number,
					"not_comparable": map[string]any{"type": "object", "additionalProperties": number}, "differences": list("ShadowDifference")}),
				"ShadowDifference": schema([]string{"sql", "kind", "count", "last"}, map[string]any{"sql": text, "kind": text, "count": number, "last": text,
					"columns": map[string]any{"type": "array", "items": text}, "errors": map[string]any{"type": "array", "items": text}}),
				"RefusedStatement": schema([]string{"sql", "calls", "code", "message"}, map[string]any{"sql": text, "calls": number, "code": text, "message": text}),
				"Job": schema([]string{"id", "kind", "state", "begun"}, map[string]any{"id": text, "kind": text,
					"state": map[string]any{"enum": []string{"running", "done", "failed", "cancelled"}}, "begun": text, "ended": text, "error": text,
					"progress": map[string]any{"type": "object"}, "result": map[string]any{"description": "what came of it, by kind; of some that failed, what stood in the way"}}),
				"Jobs":      schema([]string{"jobs"}, map[string]any{"jobs": list("Job")}),
				"Conflicts": schema([]string{"conflicts"}, map[string]any{"conflicts": list("Conflict")}),
				"Conflict": schema([]string{"id", "kind", "table", "op"}, map[string]any{"id": number, "kind": text, "schema": text, "table": text, "op": text,
					"base": row, "local": row, "remote": row}),
				"Resolved": schema([]string{"id", "settled"}, map[string]any{"id": number, "settled": flag, "detail": text}),
			},
		},
	}
}
