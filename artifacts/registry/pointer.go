package registry

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"time"
	"unicode/utf8"

	"curio/artifacts/bundle"
)

// Pointer is one state of an alias.
type Pointer struct {
	Alias          string    `json:"alias"`
	Version        string    `json:"version"`
	ManifestSHA256 string    `json:"manifest_sha256"`
	Seq            int64     `json:"seq"`            // counts the moves of the alias from 1
	From           string    `json:"from,omitempty"` // the version before; empty for the first
	Nonce          string    `json:"nonce"`          // sets this state apart from every other
	Moved          time.Time `json:"moved"`
	By             string    `json:"by,omitempty"`
	Why            string    `json:"why,omitempty"`
	Before         string    `json:"before,omitempty"` // SHA-256 of the state before as it is recorded; empty for the first

	unchained bool // it was written in format 1, without Before and a digest of its own
}

// pointerFormat is the version of the format of an alias's body.
const pointerFormat = 2

type pointerBody struct {
	Format int `json:"format"`
	Pointer
}

// encode returns p in the format that it came in, the present one for a new state.
func (p *Pointer) encode() ([]byte, error) {
	body := pointerBody{pointerFormat, *p}
	if p.unchained {
		body.Format = 1
	}
	data, err := json.Marshal(body)
	if err == nil && !p.unchained {
		data = withDigest(data)
	}
	if err == nil && len(data) > maxPointer {
		err = fmt.Errorf("%d bytes, more than %d", len(data), maxPointer)
	}
	return data, err
}

// ownDigest is the last field of a state, the SHA-256 of all that stands before it.
const ownDigest = `,"sha256":"`

// withDigest returns a JSON object with that field.
func withDigest(object []byte) []byte {
	rest := object[:len(object)-1]
	return fmt.Appendf(nil, `%s%s%s"}`, rest, ownDigest, bundle.DigestOf(rest))
}

// withoutDigest returns the object that withDigest was given, if it gave data.
func withoutDigest(data []byte) ([]byte, error) {
	n := len(data) - len(ownDigest) - hex.EncodedLen(sha256.Size) - len(`"}`)
	if n < 0 {
		return nil, errors.New("it ends early")
	}
	return append(data[:n:n], '}'), nil
}

// decodePointer reads what encode wrote for alias.
func decodePointer(data []byte, alias string) (Pointer, error) {
	var format struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(data, &format); err != nil {
		return Pointer{}, fmt.Errorf("%w: %w", bundle.ErrCorrupt, err)
	}
	if format.Format > pointerFormat {
		return Pointer{}, fmt.Errorf("%w: it has format %d, this program reads up to %d: use a newer program",
			bundle.ErrFormat, format.Format, pointerFormat)
	}
	p, err := parsePointer(data, format.Format, alias)
	if err != nil {
		return Pointer{}, fmt.Errorf("%w: %w", bundle.ErrCorrupt, err)
	}
	return p, nil
}

func parsePointer(data []byte, format int, alias string) (p Pointer, err error) {
	object := data
	if format > 1 {
		if object, err = withoutDigest(data); err != nil {
			return p, err
		}
	}
	var body pointerBody
	in := json.NewDecoder(bytes.NewReader(object))
	in.DisallowUnknownFields()
	if err := in.Decode(&body); err != nil {
		return p, err
	}
	if _, more := in.Token(); more != io.EOF {
		return p, errors.New("there is more after the object")
	}
	if err := body.check(alias); err != nil {
		return p, err
	}
	p, p.unchained = body.Pointer, format == 1
	if again, err := p.encode(); !p.unchained && (err != nil || !bytes.Equal(again, data)) {
		return p, errors.New("it is not what its digest is of, or not in the form it is written in")
	}
	return p, nil
}

var (
	hexDigest = regexp.MustCompile(`^[0-9a-f]{64}$`)
	hexNonce  = regexp.MustCompile(`^[0-9a-f]{32}$`)
)

func (b *pointerBody) check(alias string) error {
	switch {
	case b.Format < 1:
		return fmt.Errorf("format %d makes no sense", b.Format)
	case b.Alias != alias:
		return fmt.Errorf("it is of the alias %.80q", b.Alias)
	case !hexDigest.MatchString(b.ManifestSHA256) || b.Version != bundle.VersionOf(b.ManifestSHA256):
		return fmt.Errorf("version %.40q and digest %.80q do not belong together", b.Version, b.ManifestSHA256)
	case b.Seq < 1 || !hexNonce.MatchString(b.Nonce):
		return fmt.Errorf("state %d with nonce %.40q makes no sense", b.Seq, b.Nonce)
	case b.From != "" && !versionName.MatchString(b.From):
		return fmt.Errorf("it comes from %.40q, which is no version", b.From)
	case b.Format == 1 && b.Before != "", b.Format > 1 && (b.Before == "") != (b.From == ""), b.Before != "" && !hexDigest.MatchString(b.Before):
		return fmt.Errorf("the state before, version %.40q, cannot have the digest %.80q", b.From, b.Before)
	case !isText(b.By) || !isText(b.Why):
		return errors.New("its texts are too long or not UTF-8")
	}
	return nil
}

func isText(s string) bool { return len(s) <= MaxText && utf8.ValidString(s) }

// Resolve returns the present state of an alias. The error wraps
// store.ErrNotFound if it was never moved.
func (r *Registry) Resolve(ctx context.Context, alias string) (Pointer, error) {
	p, _, err := r.resolve(ctx, alias)
	if err != nil {
		return Pointer{}, fmt.Errorf("resolve alias %q: %w", alias, err)
	}
	return p, nil
}

// resolve also returns the tag that a swap has to match.
func (r *Registry) resolve(ctx context.Context, alias string) (p Pointer, tag string, err error) {
	if err := CheckAlias(alias); err != nil {
		return p, "", err
	}
	data, info, err := r.get(ctx, aliasFolder+alias+suffix, maxPointer)
	if errors.Is(err, errTooLarge) {
		err = fmt.Errorf("%w: %w", bundle.ErrCorrupt, err)
	}
	if err != nil {
		return p, "", err
	}
	p, err = decodePointer(data, alias)
	return p, info.Tag, err
}

// Aliases returns every alias, in the order of their names.
func (r *Registry) Aliases(ctx context.Context) ([]string, error) {
	aliases, err := r.names(ctx, aliasFolder, suffix, func(name string) bool { return CheckAlias(name) == nil })
	if err != nil {
		return nil, fmt.Errorf("list aliases: %w", err)
	}
	return aliases, nil
}
