package pgerr

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"math/big"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

func selfSigned(t *testing.T) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func TestRedact(t *testing.T) {
	for _, c := range []struct{ dsn, want string }{
		{"", ""},
		{"postgres://app@db/app", "postgres://app@db/app"},
		{"postgres://app:s3cret@db/app?sslmode=disable", "postgres://app:xxxxx@db/app?sslmode=disable"},
		{"postgres://app:s3%40cret@db/app", "postgres://app:xxxxx@db/app"},
		{"postgres://app:s3@c/ret@db/app", "postgres://app:xxxxx@db/app"},
		{"postgres://app:s3?cret@db/app", "postgres://app:xxxxx@db/app"},
		{"postgres://db/app?user=a&password=s3cret&x=y", "postgres://db/app?user=a&password=xxxxx&x=y"},
		{"postgres://db/app?sslpassword=s3cret", "postgres://db/app?sslpassword=xxxxx"},
		{"postgres://app:s3cret@db/app?options=a@b:c", "postgres://app:xxxxx@db/app?options=a@b:c"},
		{"host=db password=s3cret user=app", "host=db password=xxxxx user=app"},
		{"host=db password='s3 cret' user=app", "host=db password='xxxxx' user=app"},
		{"host=db password = 's3 cret", "host=db password = 'xxxxx"},
		{`host=db password='it\'s s3cret' user=app`, `host=db password='xxxxx' user=app`},
		{"host=db PASSWORD=s3cret sslpassword=other", "host=db PASSWORD=xxxxx sslpassword=xxxxx"},
	} {
		if got := Redact(c.dsn); got != c.want {
			t.Errorf("Redact(%q) = %q, want %q", c.dsn, got, c.want)
		}
	}
}

func TestRedactError(t *testing.T) {
	for _, dsn := range []string{
		"postgres://app:s3cret@db:port/app",
		"postgres://app:s3cret@db/app?sslmode=nosuch",
		"postgres://app:s3cret@db/app?connect_timeout=never",
		"postgres://app:s3cret%zz@db/app",
		"postgres://app:s3/cret@db/app",
		"postgres://app:s3cret@[::1/app",
		"postgres://app:s3cret@db:99999999/app",
		"host=db password=s3cret port=x",
		"host=db password='s3cret port=1",
		"host=db password=s3cret sslmode=bad",
		"postgres://app:s3\x7fcret@db/app",
	} {
		var errs []error
		_, err := pgx.ParseConfig(dsn)
		errs = append(errs, err)
		_, err = url.Parse(dsn)
		errs = append(errs, err)
		for _, err := range errs {
			if err == nil {
				continue
			}
			redacted := RedactError(err, dsn)
			for e := redacted; e != nil; e = errors.Unwrap(e) {
				for _, piece := range []string{"s3", "cret"} {
					if strings.Contains(e.Error(), piece) {
						t.Errorf("%q: %q of the password is in %q", dsn, piece, e)
					}
				}
			}
			t.Logf("%q: %v", dsn, redacted)
		}
	}
	plain := errors.New("plain")
	if got := RedactError(plain, "host=db password=s3cret"); got != plain { //nolint:errorlint // identity is meant
		t.Errorf("an innocent error became %v", got)
	}
	if got := RedactError(errors.New("bad s3cret"), "host=db password=s3cret"); got.Error() != "bad xxxxx" {
		t.Error(got)
	}
	if RedactError(nil, "x") != nil {
		t.Error("nil became an error")
	}
}
