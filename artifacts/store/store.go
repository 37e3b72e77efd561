// Package store is the contract of a place that keeps artifacts: named,
// immutable-by-convention objects with conditional writes. fsstore keeps them
// in a folder, miniostore in an S3 bucket; storetest is the acceptance suite
// both pass, and says where they differ.
package store

import (
	"context"
	"io"
	"iter"
	"time"

	"curio/artifacts/store/mapping"
)

// Store keeps objects under keys. It is safe for concurrent use, also by
// several processes on the same place.
//
// Every method wraps the sentinels of this package, or the error of ctx when
// that ended the call. A write is all or nothing: a reader sees the object
// before it or the object after it, never a part of one.
type Store interface {
	// Open returns the object's content. The caller closes it. ErrNotFound if
	// there is none. The content is the one Info describes even when the object
	// is replaced while it is read, or the reader fails; a reader that fails
	// wraps the sentinels as well. Cancelling ctx ends the reading.
	Open(ctx context.Context, key string) (io.ReadCloser, Info, error)

	// Put stores size bytes, all of body from its start, if when holds.
	// ErrConflict if it does not. It may read body several times and does not
	// read it after it returned.
	//
	// Over a network an answer may be lost: a write that was done can report
	// ErrUnreachable, and a conditional one that is then repeated, by the store
	// or its caller, ErrConflict. Whoever must know puts a nonce into the body
	// and reads it back.
	Put(ctx context.Context, key string, body io.ReadSeeker, size int64, when Condition) (Info, error)

	// Stat returns what Open would say of the object. ErrNotFound if there is
	// none.
	Stat(ctx context.Context, key string) (Info, error)

	// List yields every object whose key begins with prefix, in the order of
	// the bytes of their keys, without tags. An empty prefix lists everything;
	// nothing found is no error. After an error the sequence ends. Objects
	// written or deleted meanwhile may be missing.
	List(ctx context.Context, prefix string) iter.Seq2[Info, error]

	// Delete removes the object. One that is not there is no error.
	Delete(ctx context.Context, key string) error
}

// Mapper is what a reader from Open may be besides: the object lies in a file that
// can be mapped into memory.
type Mapper interface {
	// Map returns all the content, from its start whatever was read. It stays when
	// the reader is closed. The error wraps errors.ErrUnsupported if there is nothing
	// to map.
	Map() (*mapping.Mapping, error)
}

// Cleaner is a store in which writes that were never finished, because their
// process was killed, leave something that List does not show.
type Cleaner interface {
	// Clean removes what has been left for longer than age, which must be more than
	// any write takes, and returns how much that was.
	Clean(ctx context.Context, age time.Duration) (removed int, err error)
}

// Info describes one object.
type Info struct {
	Key      string
	Size     int64     // bytes
	Tag      string    // changes with the content; for Matches; empty from List
	Modified time.Time // by the clock of the store
}

// Condition says when a Put may happen.
type Condition string

// The conditions that need no tag.
const (
	Always Condition = ""  // whatever is there now
	Absent Condition = "*" // only if there is nothing: of many writers one wins
)

// Matches is the condition that the object is there with this tag:
// compare-and-swap. An object that returns to an earlier content may return to
// its tag as well; a nonce in the body prevents that.
func Matches(tag string) Condition { return Condition("=" + tag) }

// Tag returns the tag of a Matches condition.
func (c Condition) Tag() (tag string, ok bool) {
	if len(c) > 0 && c[0] == '=' {
		return string(c[1:]), true
	}
	return "", false
}
