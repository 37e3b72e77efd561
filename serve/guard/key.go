package guard

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// ErrKeys is wrapped by every error about what a file of keys holds. No such error
// holds a key or the hash of one.
var ErrKeys = errors.New("bad key file")

// The form of a key: keyPrefix, its id, an underscore and its secret, for example
//
//	curio_0123456789ab_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
//
// The id is idDigits lower-case hexadecimal digits and no secret. The secret is
// 256 random bits in base64url. Nobody can try through so many, so one SHA-256 of
// the key keeps it as safe at rest as a slow, salted hash of a password would,
// and is cheap enough to be made for every request.
const (
	keyPrefix   = "curio_"
	idDigits    = 12
	secretBytes = 32
	keyLength   = len(keyPrefix) + idDigits + 1 + 43
)

// The bounds of a key file.
const (
	maxKeys    = 10_000
	maxKeyFile = 8 << 20 // bytes
	maxName    = 100     // bytes
	maxRate    = 1e6     // requests a second
	maxBurst   = 1_000_000
	keyFormat  = 1
)

// Key is what is kept of a key: everything but the key.
type Key struct {
	ID     string `json:"id"`
	Name   string `json:"name"`   // for people: whose it is
	SHA256 string `json:"sha256"` // of the whole key, in hexadecimal
	Scopes Scope  `json:"scopes"`
	// Rate is how many requests a second the key may make in the long run and
	// Burst how many at once; no Rate is no limit, no Burst is a second's worth.
	Rate     float64   `json:"rate,omitempty"`
	Burst    int       `json:"burst,omitempty"`
	Created  time.Time `json:"created,omitzero"`
	Expires  time.Time `json:"expires,omitzero"` // zero for never
	Disabled bool      `json:"disabled,omitempty"`
}

// NewKey makes a key for what like says, whose ID and SHA256 are overwritten. The
// plain key is nowhere else: show it once.
func NewKey(like Key) (plain string, entry Key, err error) {
	var random [idDigits/2 + secretBytes]byte
	_, _ = rand.Read(random[:]) // never fails: it ends the process instead
	id := hex.EncodeToString(random[:idDigits/2])
	plain = keyPrefix + id + "_" + base64.RawURLEncoding.EncodeToString(random[idDigits/2:])
	sum := sha256.Sum256([]byte(plain))
	entry = like
	entry.ID, entry.SHA256 = id, hex.EncodeToString(sum[:])
	if err := entry.check(); err != nil {
		return "", Key{}, err
	}
	return plain, entry, nil
}

// keyFile is the JSON of a key file.
type keyFile struct {
	Format int   `json:"format"`
	Keys   []Key `json:"keys"`
}

// ParseKeys reads a key file:
//
//	{"format": 1, "keys": [{"id": "0123456789ab", "name": "shop", "sha256": "...",
//	 "scopes": ["read", "events"], "rate": 500, "burst": 1000,
//	 "created": "2026-01-31T00:00:00Z", "expires": "2027-01-31T00:00:00Z"}]}
//
// Anything that it does not know is refused: a limit that is misspelt would be
// none. An empty list is a file that lets nobody in. The error wraps ErrKeys.
func ParseKeys(data []byte) ([]Key, error) {
	var f keyFile
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		if errors.Is(err, ErrKeys) {
			return nil, err
		}
		return nil, fmt.Errorf("%w: %v", ErrKeys, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: something follows the JSON object", ErrKeys)
	}
	if f.Format != keyFormat {
		return nil, fmt.Errorf("%w: it is of format %d, want %d", ErrKeys, f.Format, keyFormat)
	}
	if f.Keys == nil {
		return nil, fmt.Errorf("%w: it has no list of keys", ErrKeys)
	}
	return f.Keys, checkKeys(f.Keys)
}

func checkKeys(keys []Key) error {
	if len(keys) > maxKeys {
		return fmt.Errorf("%w: it has %d keys, want at most %d", ErrKeys, len(keys), maxKeys)
	}
	seen := make(map[string]bool, len(keys))
	for i, k := range keys {
		if err := k.check(); err != nil {
			return fmt.Errorf("key %d: %w", i+1, err)
		}
		if seen[k.ID] {
			return fmt.Errorf("key %d: %w: the id %s is there twice", i+1, ErrKeys, k.ID)
		}
		seen[k.ID] = true
	}
	return nil
}

func (k *Key) check() error {
	switch {
	case !isHex(k.ID, idDigits):
		return fmt.Errorf("%w: the id is not %d lower-case hexadecimal digits", ErrKeys, idDigits)
	case strings.HasPrefix(k.SHA256, keyPrefix):
		return fmt.Errorf("%w: the key %s itself stands where its SHA-256 should; make another, this one is known now", ErrKeys, k.ID)
	case !isHex(k.SHA256, 2*sha256.Size):
		return fmt.Errorf("%w: sha256 of %s is not %d lower-case hexadecimal digits", ErrKeys, k.ID, 2*sha256.Size)
	case k.Name == "" || len(k.Name) > maxName || !utf8.ValidString(k.Name) || strings.ContainsFunc(k.Name, func(r rune) bool { return !unicode.IsPrint(r) }):
		return fmt.Errorf("%w: the name of %s is not 1 to %d bytes of printable text", ErrKeys, k.ID, maxName)
	case k.Scopes == Public || k.Scopes&^everything != 0:
		return fmt.Errorf("%w: %s has no scopes", ErrKeys, k.ID)
	case math.IsNaN(k.Rate) || k.Rate < 0 || k.Rate > maxRate:
		return fmt.Errorf("%w: the rate of %s is not in 0..%.0f", ErrKeys, k.ID, maxRate)
	case k.Burst < 0 || k.Burst > maxBurst || k.Burst > 0 && k.Rate == 0:
		return fmt.Errorf("%w: the burst of %s is not in 0..%d, or there is no rate to it", ErrKeys, k.ID, maxBurst)
	}
	return nil
}

// isHex reports whether s is n lower-case hexadecimal digits.
func isHex(s string, n int) bool {
	return len(s) == n && strings.Trim(s, "0123456789abcdef") == ""
}
