package dbsync

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
)

// Keys of failoversql_meta that belong to following.
const (
	metaSlot        = "slot"        // the slot whose stream continues the copy
	metaPublication = "publication" // its publication
	metaExclude     = "exclude"     // tables that the snapshot was told to leave out, as JSON
	metaStamps      = "stamps"      // how the tables lay on the primary's disk; see stampTables
)

// identity is what ties a file to the objects made for it on the primary.
type identity struct {
	file        string
	system      string
	database    string
	slot        string // "" before the first snapshot
	publication string
}

func (s *Sync) identity(ctx context.Context) (identity, error) {
	var id identity
	for key, dest := range map[string]*string{
		"file_id": &id.file, "system_id": &id.system, "database": &id.database, metaSlot: &id.slot, metaPublication: &id.publication,
	} {
		v, err := s.cfg.File.Meta(ctx, key)
		if err != nil {
			return id, fmt.Errorf("dbsync: read the file's identity: %w", err)
		}
		*dest = v
	}
	if id.file == "" {
		return id, fmt.Errorf("dbsync: the file %s has no identity", s.cfg.File.Path())
	}
	if id.publication == "" {
		id.publication = publicationName(id.file)
	}
	return id, nil
}

// checkSystem makes sure that the server and its database are those the file was
// copied from.
func (s *Sync) checkSystem(ctx context.Context, conn *pgconn.PgConn) error {
	id, err := s.identity(ctx)
	if err != nil {
		return err
	}
	system, database, err := identifySystem(ctx, conn)
	if err != nil {
		return err
	}
	return s.checkIdentity(id, system, database)
}

func (s *Sync) checkIdentity(id identity, system, database string) error {
	if id.system != "" && id.system != system {
		return fmt.Errorf("dbsync: the file %s is a copy of another PostgreSQL cluster (system identifier %s, not %s)", s.cfg.File.Path(), id.system, system)
	}
	if id.database != "" && id.database != database {
		return fmt.Errorf("dbsync: the file %s is a copy of database %q, not of %q", s.cfg.File.Path(), id.database, database)
	}
	return nil
}

// identifySystem asks a replication connection for the cluster's identifier and
// the name of the database.
func identifySystem(ctx context.Context, conn *pgconn.PgConn) (system, database string, err error) {
	rows, err := queryText(ctx, conn, "IDENTIFY_SYSTEM")
	if err != nil {
		return "", "", fmt.Errorf("dbsync: identify the primary: %w", err)
	}
	if len(rows) != 1 || len(rows[0]) < 4 {
		return "", "", errors.New("dbsync: identify the primary: unexpected answer")
	}
	return rows[0][0], rows[0][3], nil
}
