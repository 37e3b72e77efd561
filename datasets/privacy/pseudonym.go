package privacy

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"log/slog"
	"sync"
)

// What a key is used for: each use has a domain, so that none tells of another.
const (
	userDomain  = "curio user v1\x00"
	eventDomain = "curio event v1\x00"
	keyDomain   = "curio key id v1\x00"
)

// PseudonymLen is the length of a pseudonym in bytes: a letter and 128 bits in
// base64url. Among a billion users, two share one with a chance of 1.5e-21.
const PseudonymLen = 23

const tagLen = 16 // bytes of a MAC that a pseudonym keeps

// Pseudonymiser turns ids into pseudonyms: p and the first 128 bits, in
// base64url, of HMAC-SHA256(key, "curio user v1" NUL id). Without the key a
// pseudonym neither gives its id away nor can be found from it. It is safe for
// concurrent use and never prints its key.
type Pseudonymiser struct {
	newMAC  func() hash.Hash // holds the key where no verb of package fmt looks
	keyID   string
	handles sync.Pool // of *Handle
}

func newPseudonymiser(key []byte) *Pseudonymiser {
	p := &Pseudonymiser{newMAC: func() hash.Hash { return hmac.New(sha256.New, key) }}
	p.handles.New = func() any { return p.Handle() }
	mac := p.newMAC()
	mac.Write([]byte(keyDomain))
	p.keyID = hex.EncodeToString(mac.Sum(nil)[:8])
	return p
}

// KeyID names the key without telling it: 16 hexadecimal digits that another key
// has with a chance of 5e-20.
func (p *Pseudonymiser) KeyID() string { return p.keyID }

// User returns the pseudonym of a user id.
func (p *Pseudonymiser) User(id string) string {
	h := p.handles.Get().(*Handle)
	defer p.handles.Put(h)
	return h.User(id)
}

// String, GoString and LogValue name the key only.
func (p *Pseudonymiser) String() string       { return "pseudonyms under key " + p.keyID }
func (p *Pseudonymiser) GoString() string     { return p.String() }
func (p *Pseudonymiser) LogValue() slog.Value { return slog.StringValue(p.keyID) }

// Handle makes the pseudonyms of a Pseudonymiser for one goroutine at a time.
type Handle struct {
	mac  hash.Hash
	buf  []byte
	sum  [sha256.Size]byte
	text [PseudonymLen]byte
}

// Handle returns a new handle.
func (p *Pseudonymiser) Handle() *Handle { return &Handle{mac: p.newMAC()} }

// User returns the pseudonym of a user id.
func (h *Handle) User(id string) string { return h.name('p', userDomain, id) }

// event returns what stands for an event id, which may hold a user's: e and 128
// bits of its MAC in another domain.
func (h *Handle) event(id string) string { return h.name('e', eventDomain, id) }

func (h *Handle) name(letter byte, domain, id string) string {
	h.buf = append(append(h.buf[:0], domain...), id...)
	h.mac.Reset()
	h.mac.Write(h.buf)
	tag := h.mac.Sum(h.sum[:0])[:tagLen]
	h.text[0] = letter
	base64.RawURLEncoding.Encode(h.text[1:], tag)
	return string(h.text[:])
}
