package pgtest

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// makeCluster creates a database cluster in data, which must not exist, owned
// by the user the server runs as. initdb takes most of a second, so it runs
// once for each set of options and machine; clusters are copies of its work.
func makeCluster(bin, data string, o Options, as account) error {
	args := []string{"--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-sync", "--locale=" + o.Locale}
	if o.ICULocale != "" {
		args = append(args, "--locale-provider=icu", "--icu-locale="+o.ICULocale)
	}
	template, err := clusterTemplate(bin, args, as)
	if err != nil {
		return err
	}
	if err := copyTree(template, data); err != nil {
		return err
	}
	if err := newSystemIdentifier(bin, data, as); err != nil {
		return fmt.Errorf("giving the copied cluster an identifier of its own: %w", err)
	}
	return as.own(data)
}

// clusterTemplate returns the directory of a cluster made by initdb with args
// that was never started.
func clusterTemplate(bin string, args []string, as account) (string, error) {
	cache, err := sharedDir()
	if err != nil {
		return "", err
	}
	key := sha256.Sum256([]byte(bin + "\x00" + as.name + "\x00" + strings.Join(args, "\x00")))
	template := filepath.Join(cache, "cluster-"+hex.EncodeToString(key[:8]))
	unlock, err := lockFile(template + ".lock")
	if err != nil {
		return "", err
	}
	defer unlock()
	if isFile(filepath.Join(template, "PG_VERSION")) {
		return template, nil
	}
	if err := os.RemoveAll(template); err != nil {
		return "", err
	}
	work, err := os.MkdirTemp("", "pgtest-initdb-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(work)
	if err := as.own(work); err != nil {
		return "", err
	}
	data := filepath.Join(work, "data")
	if err := run(as, filepath.Join(bin, "initdb"), append([]string{"-D", data}, args...)...); err != nil {
		return "", err
	}
	// pg_resetwal writes new WAL for each copy.
	segments, _ := filepath.Glob(filepath.Join(data, "pg_wal", "0*"))
	for _, segment := range segments {
		if err := os.Remove(segment); err != nil {
			return "", err
		}
	}
	// By way of a second name, so that a cut-off copy is never taken for a template.
	if err := os.RemoveAll(template + ".new"); err != nil {
		return "", err
	}
	if err := copyTree(data, template+".new"); err != nil {
		return "", err
	}
	return template, os.Rename(template+".new", template)
}

// newSystemIdentifier makes a copied cluster different from its template. Two
// servers with one system identifier would be taken for the same database.
//
// The identifier is the first field of pg_control, whose checksum follows the
// last one; where that is depends on the version, so it is looked for. The WAL
// repeats the identifier and is written anew by pg_resetwal.
func newSystemIdentifier(bin, data string, as account) error {
	path := filepath.Join(data, "global", "pg_control")
	control, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	table := crc32.MakeTable(crc32.Castagnoli)
	end := 0
	for n := 64; n+4 <= len(control) && n < 1024; n += 4 {
		if crc32.Checksum(control[:n], table) == binary.NativeEndian.Uint32(control[n:]) {
			end = n
			break
		}
	}
	if end == 0 {
		return errors.New("pg_control: checksum not found")
	}
	if _, err := rand.Read(control[:8]); err != nil {
		return err
	}
	control[0] &= 0x7f // positive in either byte order: it is printed as a bigint in places
	control[7] &= 0x7f
	binary.NativeEndian.PutUint32(control[end:], crc32.Checksum(control[:end], table))
	if err := os.WriteFile(path, control, 0o600); err != nil {
		return err
	}
	if err := as.own(data); err != nil {
		return err
	}
	return run(as, filepath.Join(bin, "pg_resetwal"), "-D", data)
}

// run executes a program of PostgreSQL and puts its output in the error.
func run(as account, name string, args ...string) error {
	cmd := exec.Command(name, args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.Dir = os.TempDir() // the caller's may be closed to the other user
	cmd.Env = cleanEnv()
	if err := as.apply(cmd); err != nil {
		return err
	}
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w\n%s", filepath.Base(name), err, bytes.TrimSpace(out.Bytes()))
	}
	return nil
}

// cleanEnv is the environment without what would change PostgreSQL's mind.
func cleanEnv() []string {
	var env []string
	for _, kv := range os.Environ() {
		if !strings.HasPrefix(kv, "PG") && !strings.HasPrefix(kv, "LC_") && !strings.HasPrefix(kv, "LANG") {
			env = append(env, kv)
		}
	}
	return append(env, "LC_ALL=C")
}
