package admin

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"

	dbsync "github.com/failoversql/failoversql/sync"
)

func (h *Handler) conflicts(req *http.Request) (any, error) {
	list, err := h.c.Conflicts(req.Context())
	if err != nil {
		return nil, err
	}
	return map[string]any{"conflicts": append([]dbsync.Conflict{}, list...)}, nil
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
