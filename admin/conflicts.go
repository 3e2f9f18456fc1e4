package admin

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	dbsync "github.com/failoversql/failoversql/sync"
)

// conflict is a dbsync.Conflict with the names of the API.
type conflict struct {
	ID         int64              `json:"id"`
	Kind       string             `json:"kind"`
	Schema     string             `json:"schema"`
	Table      string             `json:"table"`
	Op         string             `json:"op"`
	Tx         int64              `json:"tx"`
	DependsOn  int64              `json:"depends_on,omitempty"`
	Columns    []string           `json:"columns,omitempty"`
	Constraint string             `json:"constraint,omitempty"`
	Message    string             `json:"message,omitempty"`
	Statement  string             `json:"statement,omitempty"`
	Base       map[string]*string `json:"base"`
	Local      map[string]*string `json:"local"`
	Remote     map[string]*string `json:"remote"`
	CreatedAt  time.Time          `json:"created_at"`
	Decided    string             `json:"decided,omitempty"`
}

func toAPI(c dbsync.Conflict) conflict {
	return conflict{c.ID, string(c.Kind), c.Schema, c.Table, c.Op, c.Tx, c.DependsOn, c.Columns, c.Constraint, c.Message, c.Statement,
		c.Base, c.Local, c.Remote, c.CreatedAt, string(c.Decided)}
}

func (h *Handler) conflicts(req *http.Request) (any, error) {
	list, err := h.c.Conflicts(req.Context())
	if err != nil {
		return nil, err
	}
	out := make([]conflict, 0, len(list))
	for _, c := range list {
		out = append(out, toAPI(c))
	}
	return map[string]any{"conflicts": out}, nil
}

type resolved struct {
	ID      int64  `json:"id"`
	Settled bool   `json:"settled"` // false: other conflicts of its transaction wait for their decision
	Detail  string `json:"detail,omitempty"`
}

func (h *Handler) resolve(req *http.Request) (any, error) {
	id, err := strconv.ParseInt(req.PathValue("id"), 10, 64)
	if err != nil {
		return nil, badRequest{fmt.Errorf("%q is not the number of a conflict", req.PathValue("id"))}
	}
	var body struct {
		Action string             `json:"action"`
		Row    map[string]*string `json:"row"`
	}
	if err := read(req, &body); err != nil {
		return nil, err
	}
	switch a := dbsync.Policy(body.Action); a {
	case dbsync.KeepRemote, dbsync.ApplyLocal, dbsync.Discard, dbsync.EditedRow:
	default:
		return nil, badRequest{fmt.Errorf("action %q is none of %s, %s, %s, %s", body.Action, dbsync.KeepRemote, dbsync.ApplyLocal, dbsync.Discard, dbsync.EditedRow)}
	}
	err = h.c.ResolveConflict(req.Context(), id, dbsync.Resolution{Action: dbsync.Policy(body.Action), Row: body.Row, By: who(req)})
	h.listing.settled()
	if errors.Is(err, dbsync.ErrUndecided) {
		return resolved{id, false, err.Error()}, nil
	}
	return resolved{ID: id, Settled: err == nil}, err
}
