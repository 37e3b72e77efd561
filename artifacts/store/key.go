package store

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The limits of a key, in bytes. They leave room for a prefix within the 1,024
// bytes of S3 and for a suffix within the 255 bytes of a file name.
const (
	MaxKey     = 512
	MaxSegment = 200
)

// CheckKey returns an error that wraps ErrInvalidKey unless key may name an
// object in every store: one or more segments joined by "/", each of valid
// UTF-8 without control characters and without \ : * ? " < > | (which not every
// file system can hold), not beginning with a dot and not ending with a dot or
// a space. So no key leaves its store, and none meets the hidden files a store
// keeps for itself.
//
// No key may be a folder of another: where "a" is an object, "a/b" is refused
// by stores that are file systems.
func CheckKey(key string) error {
	if key == "" {
		return fmt.Errorf("%w: it is empty", ErrInvalidKey)
	}
	if len(key) > MaxKey {
		return fmt.Errorf("%w: %d bytes, more than %d, in the key that begins %.40q", ErrInvalidKey, len(key), MaxKey, key)
	}
	if !utf8.ValidString(key) {
		return fmt.Errorf("%w: not UTF-8: %q", ErrInvalidKey, key)
	}
	for segment := range strings.SplitSeq(key, "/") {
		if fault := segmentFault(segment); fault != "" {
			return fmt.Errorf("%w: %q: segment %q %s", ErrInvalidKey, key, segment, fault)
		}
	}
	return nil
}

// CheckPrefix is CheckKey for the prefix of a List: empty, a key, or the
// beginning of one.
func CheckPrefix(prefix string) error {
	if prefix == "" || CheckKey(prefix) == nil {
		return nil
	}
	// It may end where no key can: after a slash, a dot or a space.
	return CheckKey(prefix + "x")
}

func segmentFault(s string) string {
	switch {
	case s == "":
		return "is empty"
	case len(s) > MaxSegment:
		return fmt.Sprintf("has %d bytes, more than %d", len(s), MaxSegment)
	case s[0] == '.':
		return "begins with a dot"
	case strings.HasSuffix(s, "."), strings.HasSuffix(s, " "):
		return "ends with a dot or a space"
	case strings.ContainsAny(s, `\:*?"<>|`):
		return `has one of \ : * ? " < > |`
	case strings.ContainsFunc(s, unicode.IsControl):
		return "has a control character"
	}
	return ""
}
