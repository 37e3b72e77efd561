package guard

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"maps"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

// Caller is who asks. The zero value is nobody.
type Caller struct {
	Key    string // id of the key, empty without one; it is no secret
	Name   string // of the key
	Scopes Scope
}

// anybody is the caller when no keys are asked for.
var anybody = Caller{Scopes: everything}

// stranger is the caller of a public route.
var stranger Caller

// Keys are the keys of a file, which may change while they are in use. They are
// safe for concurrent use.
type Keys struct{ held *held[keySet] }

// keySet is one reading of the file. It does not change but for what its limiters
// count.
type keySet map[string]*holder // by id

// holder is a key with what is counted of it.
type holder struct {
	caller   Caller
	digest   [sha256.Size]byte
	expires  time.Time // zero for never
	disabled bool
	rate     float64
	burst    int
	limiter  *rate.Limiter // nil for no limit
	tally    *tally
}

// tally counts what a key was let in for.
type tally struct {
	requests atomic.Uint64
	last     atomic.Int64 // nanoseconds since 1970
}

// Use is what a key was let in for since the start.
type Use struct {
	Key, Name string
	Requests  uint64    // with a scope that was enough, also those over its rate
	Last      time.Time // zero for never
}

// LoadKeys reads a file of keys, in which none but its owner may write and others
// than its group may not read. From then on Reload takes in what changed; a file
// that is gone or broken leaves the keys as they are. Report is told of every
// change and of every new fault; nil for nobody.
func LoadKeys(path string, clock func() time.Time, report func(Status)) (*Keys, error) {
	h := &held[keySet]{
		files: []file{{path: path, secret: true, limit: maxKeyFile}},
		parse: parseKeySet, clock: clock, report: report,
	}
	if err := h.Reload(); err != nil {
		return nil, err
	}
	return &Keys{h}, nil
}

// Reload reads the file again and, when it changed, takes in what it says. A key
// whose rate and burst stay goes on with the tokens that it had.
func (k *Keys) Reload() error { return k.held.Reload() }

// Status says how reading the file went.
func (k *Keys) Status() Status { return k.held.Status() }

// Uses says of every key, by id, when it was last used: one that is replaced can go
// when its clients are done with it.
func (k *Keys) Uses() []Use {
	set := *k.held.current.Load()
	uses := make([]Use, 0, len(set))
	for _, id := range slices.Sorted(maps.Keys(set)) {
		h := set[id]
		u := Use{Key: id, Name: h.caller.Name, Requests: h.tally.requests.Load()}
		if last := h.tally.last.Load(); last != 0 {
			u.Last = time.Unix(0, last).UTC()
		}
		uses = append(uses, u)
	}
	return uses
}

func parseKeySet(data [][]byte, old *keySet) (*keySet, int, error) {
	keys, err := ParseKeys(data[0])
	if err != nil {
		return nil, 0, err
	}
	set := make(keySet, len(keys))
	for _, k := range keys {
		h := &holder{
			caller:  Caller{Key: k.ID, Name: k.Name, Scopes: k.Scopes},
			expires: k.Expires, disabled: k.Disabled, rate: k.Rate, burst: k.Burst,
		}
		// Checked to be digits.
		_, _ = hex.Decode(h.digest[:], []byte(k.SHA256))
		h.limiter, h.tally = newLimiter(k.Rate, k.Burst), new(tally)
		if old != nil {
			if was := (*old)[k.ID]; was != nil {
				h.tally = was.tally
				if was.rate == h.rate && was.burst == h.burst {
					h.limiter = was.limiter
				}
			}
		}
		set[k.ID] = h
	}
	return &set, len(set), nil
}

// nobody's digest is compared when there is no key of an id. Nothing hashes to it.
var nobody holder

// find returns whose key this is, nil for none. It takes the same time whether the
// id is known or not, and however much of the digest is right.
func (k *Keys) find(key string) *holder {
	if len(key) != keyLength || key[:len(keyPrefix)] != keyPrefix {
		return nil
	}
	h := (*k.held.current.Load())[key[len(keyPrefix):len(keyPrefix)+idDigits]]
	known := h != nil
	if !known {
		h = &nobody
	}
	var text [keyLength]byte
	copy(text[:], key)
	digest := sha256.Sum256(text[:])
	if subtle.ConstantTimeCompare(digest[:], h.digest[:]) != 1 || !known {
		return nil
	}
	return h
}
