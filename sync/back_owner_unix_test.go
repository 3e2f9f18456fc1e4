//go:build unix

package dbsync

import (
	"os"
	"syscall"
)

// fileOwner is whom files belong to: a server started by root runs as another
// user.
type fileOwner struct{ uid, gid int }

func ownerOf(info os.FileInfo) fileOwner {
	st := info.Sys().(*syscall.Stat_t)
	return fileOwner{int(st.Uid), int(st.Gid)}
}

func (o fileOwner) give(path string) error { return os.Lchown(path, o.uid, o.gid) }
