package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/admin"
)

// adminPath is where serve mounts the admin API.
const adminPath = "/api/v1/sqlite-fallback/"

// leastToken is how long a token must be, in characters.
const leastToken = 16

func newServe() *cobra.Command {
	var t target
	var listen, tokenFile, backups string
	var keep failoversql.Retention
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the admin API and the status page beside an application's file",
		Long: `serve answers HTTP under ` + adminPath + ` for the fallback file of an application on this
machine: what an application that mounts the API itself has at the same place. It is
a guest on the file: it decides nothing, and hands orders to the application.

The token in the file is asked for with every request, as "Authorization: Bearer" or,
by a browser, as the password with any user name. Nothing encrypts it on the way: stay
on a loopback address, or put a proxy with TLS before it.`,
		Example: `  head -c 24 /dev/urandom | base64 > token && chmod 600 token
  failoversql serve --listen 127.0.0.1:8080 --token-file token`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkRetention(keep, "backup-keep", "backup-max-age"); err != nil {
				return err
			}
			token, err := readToken(tokenFile)
			if err != nil {
				return usage{err}
			}
			c, _, err := t.open()
			if err != nil {
				return err
			}
			defer c.Close()
			opts := []admin.Option{admin.Authorize(admin.BearerToken(token)), admin.Logger(slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), nil)))}
			if backups != "" {
				opts = append(opts, admin.Backups(backups, keep))
			}
			h, err := admin.New(c, opts...)
			if err != nil {
				return err
			}
			defer h.Close()
			l, err := net.Listen("tcp", listen)
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "http://%s%s\n", l.Addr(), adminPath)
			return serveUntil(cmd.Context(), l, h)
		},
	}
	cmd.Flags().StringVar(&t.dsn, "dsn", "", "the application's DSN, fallback_path and all (default: DATABASE_URL and its like)")
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:8080", "the address to listen on")
	cmd.Flags().StringVar(&tokenFile, "token-file", "", "the file that holds the token, readable by nobody else")
	cmd.Flags().StringVar(&backups, "backup-dir", "", "the directory that backups are written into (default: none are taken)")
	cmd.Flags().IntVar(&keep.Keep, "backup-keep", 0, "how many backups stay (default: all)")
	cmd.Flags().DurationVar(&keep.MaxAge, "backup-max-age", 0, "how old backups may become, as 720h (default: any age)")
	return cmd
}

// serveUntil serves until ctx ends, and lets requests finish then.
func serveUntil(ctx context.Context, l net.Listener, h *admin.Handler) error {
	mux := http.NewServeMux()
	mux.Handle(adminPath, http.StripPrefix(strings.TrimSuffix(adminPath, "/"), h))
	mux.Handle("GET /{$}", http.RedirectHandler(adminPath, http.StatusFound))
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second,
		WriteTimeout: 2 * time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	_ = h.Close() // ends the streams, which Shutdown would wait for
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	err := server.Shutdown(limited)
	if err != nil {
		err = server.Close()
	}
	<-ended
	return err
}

// readToken reads the token, and refuses a file that others can read.
func readToken(path string) (string, error) {
	if path == "" {
		return "", errors.New("a token is needed: give --token-file")
	}
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() {
		return "", fmt.Errorf("%s is not a regular file", path)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return "", fmt.Errorf("%s can be read by others: chmod 600 %s", path, path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	token := strings.TrimSpace(string(text))
	if len(token) < leastToken {
		return "", fmt.Errorf("the token in %s is shorter than %d characters", path, leastToken)
	}
	return token, nil
}
