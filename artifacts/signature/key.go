package signature

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"
)

// ErrKey is wrapped by every error about what a key file holds. No such error
// holds any part of a key.
var ErrKey = errors.New("bad key file")

// The blocks of a key file, as OpenSSL writes and reads them.
const (
	privateBlock = "PRIVATE KEY" // PKCS #8
	publicBlock  = "PUBLIC KEY"  // PKIX
	maxKeyFile   = 64 << 10      // bytes
)

// Private is a key to sign with. It prints as its id.
type Private struct{ key ed25519.PrivateKey }

// Public is a key to verify with. It prints as its id.
type Public struct{ key ed25519.PublicKey }

// Generate makes a new key.
func Generate() (Private, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return Private{}, fmt.Errorf("make a key: %w", err)
	}
	return Private{key}, nil
}

// Public returns the key that verifies what p signs.
func (p Private) Public() Public { return Public{p.key.Public().(ed25519.PublicKey)} }

// String returns the id of p's public key.
func (p Private) String() string { return p.Public().ID() }

// PEM returns p as PKCS #8 in PEM.
func (p Private) PEM() ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(p.key)
	if err != nil {
		return nil, fmt.Errorf("encode key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: privateBlock, Bytes: der}), nil
}

// ID names a key: the first 16 hex digits of the SHA-256 of its PKIX form. It is
// for people and file names; trust goes by the key itself.
func (p Public) ID() string {
	der, err := x509.MarshalPKIXPublicKey(p.key)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(der)
	return hex.EncodeToString(sum[:8])
}

// String returns the id of p.
func (p Public) String() string { return p.ID() }

// PEM returns p as PKIX in PEM.
func (p Public) PEM() ([]byte, error) {
	der, err := x509.MarshalPKIXPublicKey(p.key)
	if err != nil {
		return nil, fmt.Errorf("encode key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: publicBlock, Bytes: der}), nil
}

// LoadPrivate reads a file with one private key.
func LoadPrivate(file string) (Private, error) {
	data, err := readFile(file)
	if err != nil {
		return Private{}, err
	}
	key, err := ParsePrivate(data)
	if err != nil {
		return Private{}, fmt.Errorf("%s: %w", file, err)
	}
	return key, nil
}

// ParsePrivate reads one ed25519 key in PKCS #8 and PEM, which must not be under
// a passphrase. The error wraps ErrKey.
func ParsePrivate(data []byte) (Private, error) {
	blocks, err := parseBlocks(data)
	switch {
	case err != nil:
		return Private{}, err
	case len(blocks) != 1 || blocks[0].Type != privateBlock:
		return Private{}, fmt.Errorf("%w: want one block BEGIN PRIVATE KEY, as openssl genpkey -algorithm ed25519 writes it", ErrKey)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(blocks[0].Bytes)
	key, ok := parsed.(ed25519.PrivateKey)
	if err != nil || !ok {
		return Private{}, fmt.Errorf("%w: it holds no ed25519 key in PKCS #8", ErrKey)
	}
	return Private{key}, nil
}

// LoadPublic reads a file with one or more public keys.
func LoadPublic(file string) ([]Public, error) {
	data, err := readFile(file)
	if err != nil {
		return nil, err
	}
	keys, err := ParsePublic(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return keys, nil
}

// ParsePublic reads one or more ed25519 keys in PKIX and PEM. Text between the
// blocks is skipped. The error wraps ErrKey.
func ParsePublic(data []byte) ([]Public, error) {
	blocks, err := parseBlocks(data)
	if err != nil {
		return nil, err
	}
	var keys []Public
	for _, b := range blocks {
		if b.Type == privateBlock {
			return nil, fmt.Errorf("%w: it holds a private key; give the public one, and nobody the private one", ErrKey)
		}
		parsed, err := x509.ParsePKIXPublicKey(b.Bytes)
		key, ok := parsed.(ed25519.PublicKey)
		if b.Type != publicBlock || err != nil || !ok {
			return nil, fmt.Errorf("%w: it holds something else than ed25519 keys in blocks BEGIN PUBLIC KEY", ErrKey)
		}
		keys = append(keys, Public{key})
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("%w: it holds no block BEGIN PUBLIC KEY", ErrKey)
	}
	return keys, nil
}

// parseBlocks returns the PEM blocks of data. One that cannot be read is an
// error: a key that silently does not count is worse than none.
func parseBlocks(data []byte) (blocks []*pem.Block, err error) {
	begun := bytes.Count(data, []byte("-----BEGIN"))
	for {
		var b *pem.Block
		if b, data = pem.Decode(data); b == nil {
			break
		}
		blocks = append(blocks, b)
	}
	if len(blocks) != begun {
		return nil, fmt.Errorf("%w: %d of %d blocks cannot be read", ErrKey, begun-len(blocks), begun)
	}
	return blocks, nil
}

func readFile(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxKeyFile+1))
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	if len(data) > maxKeyFile {
		return nil, fmt.Errorf("%s: %w: it is longer than %d bytes", file, ErrKey, maxKeyFile)
	}
	return data, nil
}
