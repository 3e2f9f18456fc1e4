package dbsync

import (
	"context"
	"strconv"

	"github.com/failoversql/failoversql/sqlitedb"
)

// metaJournalPages is the key of failoversql_meta for the file's size, in pages,
// when it began to hold changes of its own.
const metaJournalPages = "journal_pages"

// JournalSize is the file's size in pages: when it began to hold changes of its
// own, and now. What it has grown by is its journal, and the rows themselves;
// space of an earlier journal is used first.
type JournalSize struct{ Base, Pages, PageSize int64 }

// Grown is how many bytes the file has grown by.
func (j JournalSize) Grown() int64 { return max(j.Pages-j.Base, 0) * j.PageSize }

// MaxPages is the file's size, in pages, once it has grown by limit bytes.
func (j JournalSize) MaxPages(limit int64) int64 {
	return j.Base + max(limit/max(j.PageSize, 1), 1)
}

// JournalSize measures the file.
func (s *Sync) JournalSize(ctx context.Context) (j JournalSize, err error) {
	c, err := s.cfg.File.Conn(ctx)
	if err != nil {
		return j, err
	}
	defer c.Close()
	if err := c.QueryRow(ctx, `SELECT page_count, page_size, coalesce((SELECT CAST(value AS INTEGER) FROM failoversql_meta WHERE key=?1), 0)
		FROM pragma_page_count, pragma_page_size`, []any{metaJournalPages}, &j.Pages, &j.PageSize, &j.Base); err != nil {
		return j, err
	}
	return j, nil
}

// noteSize notes the file's size inside the open transaction.
func noteSize(ctx context.Context, c *sqlitedb.Conn) error {
	var pages int64
	if err := c.QueryRow(ctx, `SELECT page_count FROM pragma_page_count`, nil, &pages); err != nil {
		return err
	}
	return c.SetMeta(ctx, metaJournalPages, strconv.FormatInt(pages, 10))
}
