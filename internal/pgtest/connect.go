package pgtest

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Port is the server's TCP port, the same for its whole life.
func (s *Server) Port() int { return s.port }

// Addr is the server's TCP address as net.Dial takes it.
func (s *Server) Addr() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)) }

// DSN is a keyword/value connection string for the superuser, over TCP, to the
// named database, or to "postgres".
func (s *Server) DSN(db ...string) string {
	dsn := fmt.Sprintf("host=127.0.0.1 port=%d user=postgres dbname=%s sslmode=disable", s.port, database(db))
	if s.opts.Password != "" {
		dsn += " password=" + s.opts.Password
	}
	return dsn
}

// URL is DSN in the form of a URL.
func (s *Server) URL(db ...string) string {
	u := url.URL{Scheme: "postgres", User: url.User("postgres"), Host: s.Addr(), Path: "/" + database(db), RawQuery: "sslmode=disable"}
	if s.opts.Password != "" {
		u.User = url.UserPassword("postgres", s.opts.Password)
	}
	return u.String()
}

func database(db []string) string {
	if len(db) > 0 && db[0] != "" {
		return db[0]
	}
	return "postgres"
}

// CreateDatabase makes an empty database.
func (s *Server) CreateDatabase(name string) error {
	return s.Exec(context.Background(), "postgres", "CREATE DATABASE "+pgx.Identifier{name}.Sanitize())
}

// SetPassword changes the password of a user, who must exist.
func (s *Server) SetPassword(user, password string) error {
	return s.Exec(context.Background(), "postgres",
		"ALTER USER "+pgx.Identifier{user}.Sanitize()+" PASSWORD '"+strings.ReplaceAll(password, "'", "''")+"'")
}

// Exec runs statements, each in a transaction of its own, as the superuser in
// a database. It goes through the unix socket, so it works whatever SetHBA
// says and when max_connections is exhausted.
func (s *Server) Exec(ctx context.Context, db string, statements ...string) error {
	conn, err := s.admin(ctx, db)
	if err != nil {
		return err
	}
	defer conn.Close(context.Background())
	for _, statement := range statements {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}

// admin connects through the unix socket.
func (s *Server) admin(ctx context.Context, db string) (*pgx.Conn, error) {
	config, err := pgx.ParseConfig(fmt.Sprintf("host=%s port=%d user=postgres sslmode=disable", s.sockets, s.port))
	if err != nil {
		return nil, err
	}
	config.Database = db
	return pgx.ConnectConfig(ctx, config)
}

// Command is what to type to start the server by hand again after Close; of
// use with Options.Dir.
func (s *Server) Command() string {
	command := fmt.Sprintf("%s/pg_ctl -D %s -o \"-p %d -k '' -c listen_addresses=127.0.0.1\" start", s.bin, s.DataDir(), s.port)
	if s.as.other {
		command = "runuser -u " + s.as.name + " -- " + command
	}
	return command
}
