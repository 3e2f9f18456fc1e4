package dbsync

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/failoversql/failoversql/internal/pgerr"
)

const (
	// statusInterval is how often the primary is told our position and asked
	// for its own.
	statusInterval = time.Second

	// silenceLimit is how long nothing at all may arrive before the primary is
	// taken for gone. We ask for an answer every statusInterval, so silence
	// means a dead peer or one busy decoding; it is wal_receiver_timeout's
	// default.
	silenceLimit = 60 * time.Second

	// chunkSize is about how many bytes of messages travel together from the
	// reader to the one who applies them, and chunkCount how many such chunks
	// may wait: what the follower's memory is bounded by.
	chunkSize  = 256 << 10
	chunkCount = 4
)

const (
	// A primary sends each change by itself. Being woken for each costs this side
	// more than applying it, and a primary on the same machine, which does the
	// waking, almost as much as decoding it. So where more than busyRate messages
	// come in a gatherTime, the reader looks only that often, as long as it finds
	// less than gatherSize then: with more there is no need to wait. Until it looks,
	// less than lowWater bytes wake nobody.
	gatherTime = 2 * time.Millisecond
	busyRate   = 4
	gatherSize = 8 << 10
	lowWater   = 64 << 10
)

// A stream is an open logical replication connection that is sending. One
// goroutine reads it into chunks, another reports positions. Whoever applies
// the stream takes chunks from full and gives them back with release; full is
// closed when the stream ends, and err says why.
type stream struct {
	conn     net.Conn
	frontend *pgproto3.Frontend

	full, free chan *chunk

	flushed atomic.Uint64 // what the primary may forget
	kick    chan struct{} // asks for a report now

	closing   chan struct{}
	closeOnce sync.Once
	unwatch   func() bool
	wait      sync.WaitGroup
	err       error // why full was closed; set before
}

// chunk holds the bodies of CopyData messages, end to end.
type chunk struct {
	buf  []byte
	ends []int
}

func (c *chunk) add(b []byte) {
	c.buf = append(c.buf, b...)
	c.ends = append(c.ends, len(c.buf))
}

// messages calls f for each message in turn.
func (c *chunk) messages(f func(b []byte) error) error {
	start := 0
	for _, end := range c.ends {
		if err := f(c.buf[start:end:end]); err != nil {
			return err
		}
		start = end
	}
	return nil
}

// connectReplication opens a connection that speaks the replication protocol.
func (s *Sync) connectReplication(ctx context.Context) (*pgconn.PgConn, error) {
	cfg := s.cfg.Replication.Config.Copy()
	sessionParams(cfg.RuntimeParams)
	cfg.RuntimeParams["replication"] = "database"
	// Limits meant for the application's statements must not end the stream.
	cfg.RuntimeParams["statement_timeout"] = "0"
	cfg.RuntimeParams["idle_in_transaction_session_timeout"] = "0"
	delete(cfg.RuntimeParams, "search_path")
	conn, err := pgconn.ConnectConfig(ctx, cfg)
	return conn, pgerr.Attempts(err)
}

func closeConn(conn *pgconn.PgConn) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = conn.Close(ctx) // nothing depends on a polite end
}

// beginStream asks slot for everything that committed after from, in binary
// form where that is wanted and the server can. From then on the connection
// belongs to the stream, and it closes when ctx ends.
func beginStream(ctx context.Context, conn *pgconn.PgConn, slot, publication string, from LSN, binary bool) (*stream, error) {
	version, err := serverVersion(conn)
	if err != nil {
		return nil, err
	}
	options := []string{"proto_version '1'", "publication_names " + quoteLiteral(`"`+publication+`"`)}
	if version >= 140000 {
		options = append(options, "messages 'true'")
		if binary {
			options = append(options, "binary 'true'")
		}
	}
	if err := conn.SyncConn(ctx); err != nil {
		return nil, err
	}
	hijacked, err := conn.Hijack()
	if err != nil {
		return nil, err
	}
	st := &stream{
		conn:     hijacked.Conn,
		frontend: hijacked.Frontend,
		full:     make(chan *chunk, chunkCount),
		free:     make(chan *chunk, chunkCount),
		kick:     make(chan struct{}, 1),
		closing:  make(chan struct{}),
	}
	for range chunkCount {
		st.free <- new(chunk)
	}
	st.flushed.Store(uint64(from))
	st.unwatch = context.AfterFunc(ctx, st.shut)
	if err := st.handshake(fmt.Sprintf("START_REPLICATION SLOT %s LOGICAL %s (%s)",
		quoteIdent(slot), from, strings.Join(options, ", "))); err != nil {
		st.unwatch()
		st.shut()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, err
	}
	st.wait.Go(st.read)
	st.wait.Go(st.report)
	return st, nil
}

// handshake sends the command and waits for the stream to begin.
func (st *stream) handshake(command string) error {
	deadline := time.Now().Add(silenceLimit)
	if err := st.conn.SetDeadline(deadline); err != nil {
		return err
	}
	st.frontend.Send(&pgproto3.Query{String: command})
	if err := st.frontend.Flush(); err != nil {
		return err
	}
	for {
		msg, err := st.frontend.Receive()
		if err != nil {
			return err
		}
		switch msg := msg.(type) {
		case *pgproto3.CopyBothResponse:
			return st.conn.SetDeadline(time.Time{})
		case *pgproto3.ErrorResponse:
			return pgconn.ErrorResponseToPgError(msg)
		case *pgproto3.NoticeResponse, *pgproto3.ParameterStatus:
		default:
			return fmt.Errorf("dbsync: unexpected %T where the replication stream should begin", msg)
		}
	}
}

// waiting says whether more has been read than was taken from full.
func (st *stream) waiting() bool { return len(st.full) > 0 }

// release gives a chunk taken from full back to the reader.
func (st *stream) release(c *chunk) {
	if cap(c.buf) > 4*chunkSize {
		c.buf = nil // held one very large row; do not keep its memory
	}
	st.free <- c // never blocks: there are chunkCount of them
}

// setFlushed says that everything up to l is durable here.
func (st *stream) setFlushed(l LSN) { st.flushed.Store(uint64(l)) }

// ask has the primary send its position at once.
func (st *stream) ask() {
	select {
	case st.kick <- struct{}{}:
	default:
	}
}

// close ends the connection and both goroutines.
func (st *stream) close() {
	st.unwatch()
	st.shut()
	st.wait.Wait()
}

func (st *stream) shut() {
	st.closeOnce.Do(func() {
		close(st.closing)
		_ = st.conn.Close() // the primary notices; there is no one to tell
	})
}

// read fills chunks until the stream ends. A chunk travels as soon as nothing
// more has arrived, so that a lone transaction is not held up.
func (st *stream) read() {
	defer close(st.full)
	began, messages, busy := time.Now(), 0, false
	for {
		var c *chunk
		select {
		case c = <-st.free:
		case <-st.closing:
			st.err = net.ErrClosed
			return
		}
		c.buf, c.ends = c.buf[:0], c.ends[:0]
		for len(c.buf) < chunkSize && (len(c.ends) == 0 || st.frontend.ReadBufferLen() > 0) {
			b, err := st.receive()
			if err != nil {
				st.err = err
				if len(c.ends) > 0 {
					st.full <- c
				}
				return
			}
			if b != nil {
				c.add(b)
			}
		}
		messages += len(c.ends)
		few := len(c.buf) < gatherSize
		st.full <- c // never blocks, as above
		if spent := time.Since(began); spent >= gatherTime {
			busy = messages > busyRate*int(spent/gatherTime)
			began, messages = time.Now(), 0
		}
		if busy && few {
			if st.err = st.gather(); st.err != nil {
				return
			}
		}
	}
}

// gather lets messages arrive for a while.
func (st *stream) gather() error {
	raised := setLowWater(st.conn, lowWater) == nil // else it costs more, no worse
	time.Sleep(gatherTime)
	if !raised {
		return nil
	}
	if err := setLowWater(st.conn, 1); err != nil {
		return fmt.Errorf("dbsync: replication stream: %w", err)
	}
	return nil
}

// receive reads one message; nil where it was not data.
func (st *stream) receive() ([]byte, error) {
	if st.frontend.ReadBufferLen() == 0 {
		if err := st.conn.SetReadDeadline(time.Now().Add(silenceLimit)); err != nil {
			return nil, err
		}
	}
	msg, err := st.frontend.Receive()
	if err != nil {
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return nil, fmt.Errorf("dbsync: nothing from the primary's replication stream for %v: %w", silenceLimit, err)
		}
		return nil, fmt.Errorf("dbsync: replication stream: %w", err)
	}
	switch msg := msg.(type) {
	case *pgproto3.CopyData:
		if len(msg.Data) == 0 {
			return nil, errTruncated
		}
		switch msg.Data[0] {
		case 'w':
			if len(msg.Data) < 1+xlogHeader {
				return nil, errTruncated
			}
		case 'k':
			k, err := parseKeepalive(msg.Data[1:])
			if err != nil {
				return nil, err
			}
			if k.reply {
				st.ask()
			}
		}
		return msg.Data, nil
	case *pgproto3.ErrorResponse:
		return nil, pgconn.ErrorResponseToPgError(msg)
	case *pgproto3.CopyDone, *pgproto3.CommandComplete, *pgproto3.ReadyForQuery:
		return nil, errors.New("dbsync: the primary ended the replication stream")
	}
	return nil, nil // notices and parameter changes
}

// report tells the primary our positions at intervals and when asked, and has
// it answer with its own.
func (st *stream) report() {
	tick := time.NewTicker(statusInterval)
	defer tick.Stop()
	var b []byte
	for {
		select {
		case <-st.closing:
			return
		case <-tick.C:
		case <-st.kick:
		}
		flushed := LSN(st.flushed.Load())
		b = append(b[:0], 'd', 0, 0, 0, 4+34)
		b = appendStatus(b, flushed, time.Now())
		b[len(b)-1] = 1 // answer at once
		// A primary that reads nothing for so long is gone.
		_ = st.conn.SetWriteDeadline(time.Now().Add(silenceLimit))
		if _, err := st.conn.Write(b); err != nil {
			st.shut()
			return
		}
	}
}
