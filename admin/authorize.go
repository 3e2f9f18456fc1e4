package admin

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"net/http"
	"strings"
)

// Errors for an authoriser to return.
var (
	ErrUnauthorized = errors.New("admin: no accepted credential")
	ErrForbidden    = errors.New("admin: not allowed")
)

// BearerToken accepts requests that carry the token, as Bearer or, for browsers,
// as the password of Basic with any user name. The comparison takes the same time
// for every wrong token. An empty token accepts nothing.
func BearerToken(token string) func(*http.Request) error {
	want := sha256.Sum256([]byte(token))
	return func(req *http.Request) error {
		scheme, given, _ := strings.Cut(req.Header.Get("Authorization"), " ")
		if !strings.EqualFold(scheme, "Bearer") {
			_, given, _ = req.BasicAuth()
		}
		got := sha256.Sum256([]byte(strings.TrimSpace(given)))
		if subtle.ConstantTimeCompare(got[:], want[:])&b2i(token != "") != 1 {
			return ErrUnauthorized
		}
		return nil
	}
}

// BasicAuth accepts requests with this user name and password, compared in
// constant time. An empty password accepts nothing.
func BasicAuth(user, password string) func(*http.Request) error {
	wantUser, wantPassword := sha256.Sum256([]byte(user)), sha256.Sum256([]byte(password))
	return func(req *http.Request) error {
		u, p, ok := req.BasicAuth()
		gotUser, gotPassword := sha256.Sum256([]byte(u)), sha256.Sum256([]byte(p))
		same := subtle.ConstantTimeCompare(gotUser[:], wantUser[:]) & subtle.ConstantTimeCompare(gotPassword[:], wantPassword[:])
		if same&b2i(ok && password != "") != 1 {
			return ErrUnauthorized
		}
		return nil
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// who names the sender of an authorised request, for the record.
func who(req *http.Request) string {
	if user, _, ok := req.BasicAuth(); ok && user != "" {
		return user
	}
	return "admin API"
}
