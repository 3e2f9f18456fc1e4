//go:build cgo

package sqlitedb

/*
#define _GNU_SOURCE
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#ifdef __GLIBC__
#include <gnu/libc-version.h>
static const char *libc_version(void) { return gnu_get_libc_version(); }
#else
static const char *libc_version(void) { return ""; }
#endif
*/
import "C"

import (
	"sync"
	"unsafe"
)

// libcLocales are the locales opened so far, by name. They are few and kept for
// the life of the process.
var libcLocales sync.Map // string -> C.locale_t

// libcCompare gives the C library's order of text under a locale, and the
// library's version, which is what PostgreSQL records as the collation's. It
// gives nil where the platform does not have the locale. The function is not
// safe for concurrent use.
func libcCompare(locale string) (compare func(a, b string) int, version string) {
	var loc C.locale_t
	if l, ok := libcLocales.Load(locale); ok {
		loc = l.(C.locale_t)
	} else {
		name := C.CString(locale)
		defer C.free(unsafe.Pointer(name))
		if loc = C.newlocale(C.LC_COLLATE_MASK|C.LC_CTYPE_MASK, name, nil); loc == nil {
			return nil, ""
		}
		libcLocales.Store(locale, loc)
	}
	var x, y []byte
	return func(a, b string) int {
		x = append(append(x[:0], a...), 0)
		y = append(append(y[:0], b...), 0)
		return int(C.strcoll_l((*C.char)(unsafe.Pointer(&x[0])), (*C.char)(unsafe.Pointer(&y[0])), loc))
	}, C.GoString(C.libc_version())
}
