package registry

import (
	"bytes"
	"context"
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
}

// pointerFormat is the version of the format of an alias's body.
const pointerFormat = 1

type pointerBody struct {
	Format int `json:"format"`
	Pointer
}

func (p *Pointer) encode() ([]byte, error) {
	data, err := json.Marshal(pointerBody{pointerFormat, *p})
	if err == nil && len(data) > maxPointer {
		err = fmt.Errorf("%d bytes, more than %d", len(data), maxPointer)
	}
	return data, err
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
	var body pointerBody
	in := json.NewDecoder(bytes.NewReader(data))
	in.DisallowUnknownFields()
	err := in.Decode(&body)
	if err == nil {
		if _, more := in.Token(); more != io.EOF {
			err = errors.New("there is more after the object")
		}
	}
	if err == nil {
		err = body.check(alias)
	}
	if err != nil {
		return Pointer{}, fmt.Errorf("%w: %w", bundle.ErrCorrupt, err)
	}
	return body.Pointer, nil
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
