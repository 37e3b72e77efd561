package bundle

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"curio/artifacts/interest"
	"curio/artifacts/segment"
	"curio/artifacts/store/mapping"
	"curio/datasets/event"
	"curio/features/encode"
	"curio/features/profile"
	"curio/features/vocab"
)

// ErrArtifact is wrapped by errors about parts of an artifact that do not fit
// together.
var ErrArtifact = errors.New("artifact is not consistent")

// Artifact is everything that serving needs, decoded: models, and who and what
// they are about. It is immutable and safe for concurrent use.
type Artifact struct {
	Version  string
	Manifest Manifest

	Users, Items *vocab.Vocab
	People       []event.User   // by user index
	Profiles     []profile.User // by user index, as of AsOf
	Catalogue    []event.Item   // by item index
	Popularity   []profile.Item // by item index

	UserEncoder *encode.Users
	ItemEncoder *encode.Items
	Strength    profile.Strength
	AsOf        event.Time // when the profiles end; 0 when the log has no time

	Interest   *interest.Model
	Segments   *segment.Model
	Membership []int32 // by user index; -1 for a user without a segment

	segmentFeatures *encode.Features // what Segments reads
	memory          *mapping.Mapping // of an image; nil when everything is on the heap
}

// KindTwoTower is the Model of the manifest of every artifact: an interest model
// of two towers. See package interest.
const KindTwoTower = "two-tower"

// The blobs of an artifact.
const (
	blobInterest   = "interest.safetensors"
	blobModel      = "model.json"
	blobSegments   = "segments.json"
	blobUsers      = "users.parquet"
	blobProfiles   = "profiles.parquet"
	blobItems      = "items.parquet"
	blobPopularity = "popularity.parquet"
)

// maxRows bounds the rows of a table before anything is allocated for them: the
// users or items of one artifact.
const maxRows = 1 << 26

// settings are the small parts of an artifact.
type settings struct {
	AsOf        event.Time       `json:"as_of_ms"`
	Strength    profile.Strength `json:"strength"`
	UserEncoder *encode.Users    `json:"user_encoder"`
	ItemEncoder *encode.Items    `json:"item_encoder"`
}

// Encode returns a as a bundle with a's manifest, whose blobs it fills in. Equal
// artifacts give equal bytes.
func (a *Artifact) Encode() (*Bundle, error) {
	b := &Bundle{Manifest: a.Manifest}
	b.Manifest.Blobs = nil
	schema := sha256.Sum256([]byte(a.UserEncoder.Hash() + a.ItemEncoder.Hash()))
	b.Manifest.SchemaHash = hex.EncodeToString(schema[:])
	profiles := make([]profile.Row, len(a.Profiles))
	for u := range a.Profiles {
		profiles[u] = a.Profiles[u].ToRow(a.Users.ID(int32(u)), a.Items.ID)
	}
	popularity := make([]profile.ItemRow, len(a.Popularity))
	for i := range a.Popularity {
		popularity[i] = a.Popularity[i].ToRow(a.Items.ID(int32(i)))
	}
	for _, blob := range []struct {
		name, kind string
		encode     func() ([]byte, error)
	}{
		{blobInterest, "safetensors", func() ([]byte, error) { return EncodeInterest(a.Interest) }},
		{blobModel, "json", func() ([]byte, error) {
			return json.Marshal(settings{a.AsOf, a.Strength, a.UserEncoder, a.ItemEncoder})
		}},
		{blobSegments, "json", func() ([]byte, error) { return json.Marshal(a.Segments) }},
		{blobUsers, "parquet", func() ([]byte, error) { return EncodeTable(userRows(a.People, a.Membership)) }},
		{blobProfiles, "parquet", func() ([]byte, error) { return EncodeTable(profiles) }},
		{blobItems, "parquet", func() ([]byte, error) { return EncodeTable(itemRows(a.Catalogue)) }},
		{blobPopularity, "parquet", func() ([]byte, error) { return EncodeTable(popularity) }},
	} {
		data, err := blob.encode()
		if err != nil {
			return nil, fmt.Errorf("encode %s: %w", blob.name, err)
		}
		if err := b.Add(blob.name, blob.kind, data); err != nil {
			return nil, fmt.Errorf("add %s: %w", blob.name, err)
		}
	}
	return b, nil
}

// Decode is the inverse of Encode. It checks that every part is valid and fits
// the others; such errors wrap ErrArtifact or are those of the part.
func Decode(b *Bundle) (*Artifact, error) {
	if err := checkKind(b); err != nil {
		return nil, err
	}
	a := &Artifact{Version: b.Manifest.Version(), Manifest: b.Manifest}
	if err := decodeParts(b, []part{
		{blobInterest, func(data []byte) (err error) { a.Interest, err = DecodeInterest(data); return err }},
		{blobModel, a.decodeModel},
		{blobSegments, a.decodeSegments},
		{blobItems, a.decodeItems},
		{blobPopularity, a.decodePopularity},
		{blobUsers, a.decodeUsers},
		{blobProfiles, a.decodeProfiles},
	}); err != nil {
		return nil, err
	}
	a.UserEncoder.Bind(a.Catalogue)
	return a, a.check()
}

// checkKind checks that b is of the kind that this program reads.
func checkKind(b *Bundle) error {
	if b.Manifest.Model != KindTwoTower {
		return fmt.Errorf("the model is of kind %.40q, this program reads %q: %w", b.Manifest.Model, KindTwoTower, ErrArtifact)
	}
	return nil
}

// part is a blob and what reads it.
type part struct {
	name   string
	decode func([]byte) error
}

// decodeParts reads parts of b, in their order.
func decodeParts(b *Bundle, parts []part) error {
	for _, p := range parts {
		data, ok := b.Blobs[p.name]
		if !ok {
			return fmt.Errorf("blob %s is missing: %w", p.name, ErrArtifact)
		}
		if err := p.decode(data); err != nil {
			return fmt.Errorf("decode %s: %w", p.name, err)
		}
	}
	return nil
}

func (a *Artifact) decodeSegments(data []byte) error { return json.Unmarshal(data, &a.Segments) }

// EncodeInterest returns an interest model as safetensors.
func EncodeInterest(m *interest.Model) ([]byte, error) {
	tensors := map[string]Tensor{}
	for name, t := range m.Tensors() {
		tensors[name] = Tensor(t)
	}
	return EncodeTensors(tensors)
}

// DecodeInterest is the inverse of EncodeInterest.
func DecodeInterest(data []byte) (*interest.Model, error) {
	return decodeInterest(data, readFloats)
}

func decodeInterest(data []byte, floats func([]byte) ([]float32, error)) (*interest.Model, error) {
	tensors, err := decodeTensors(data, floats)
	if err != nil {
		return nil, fmt.Errorf("decode tensors: %w: %w", ErrCorrupt, err)
	}
	parts := make(map[string]interest.Tensor, len(tensors))
	for name, t := range tensors {
		parts[name] = interest.Tensor(t)
	}
	return interest.FromTensors(parts)
}

func (a *Artifact) decodeModel(data []byte) error {
	var s settings
	if err := json.Unmarshal(data, &s); err != nil {
		return err
	}
	if s.UserEncoder == nil || s.ItemEncoder == nil {
		return fmt.Errorf("an encoder is missing: %w", ErrArtifact)
	}
	a.AsOf, a.Strength, a.UserEncoder, a.ItemEncoder = s.AsOf, s.Strength, s.UserEncoder, s.ItemEncoder
	return nil
}

func (a *Artifact) check() error {
	if err := a.checkMembership(); err != nil {
		return err
	}
	switch {
	case a.Interest.Items() != a.Items.Len():
		return fmt.Errorf("model has %d items, catalogue %d: %w", a.Interest.Items(), a.Items.Len(), ErrArtifact)
	case a.Interest.Users() > a.Users.Len():
		return fmt.Errorf("model has %d users, table %d: %w", a.Interest.Users(), a.Users.Len(), ErrArtifact)
	case a.Interest.FeatureSize() != 0 && a.Interest.FeatureSize() != a.UserEncoder.Dim():
		return fmt.Errorf("model reads %d features, encoder writes %d: %w", a.Interest.FeatureSize(), a.UserEncoder.Dim(), ErrArtifact)
	case a.Interest.BehaviourSize() != 0 && a.Interest.BehaviourSize() != len(a.UserEncoder.BehaviourNames()):
		return fmt.Errorf("model reads %d behaviours, encoder writes %d: %w", a.Interest.BehaviourSize(), len(a.UserEncoder.BehaviourNames()), ErrArtifact)
	}
	return a.findSegmentFeatures()
}

// Query writes what the interest model reads of a user: index is -1 for one who
// is not in Users. Buffers of q are reused.
func (a *Artifact) Query(q *interest.Query, index int32, u *event.User, p *profile.User, asOf event.Time) {
	q.User = index
	q.History = interest.History(q.History[:0], p, &a.Strength, asOf)
	n := a.Interest.FeatureSize()
	if cap(q.Features) < n {
		q.Features = make([]float32, n)
	}
	if q.Features = q.Features[:n]; n > 0 {
		a.UserEncoder.Encode(q.Features, u, p, asOf)
	}
	n = a.Interest.BehaviourSize()
	if cap(q.Behaviour) < n {
		q.Behaviour = make([]float32, n)
	}
	if q.Behaviour = q.Behaviour[:n]; n > 0 {
		a.UserEncoder.Behaviour(q.Behaviour, u, p, asOf)
	}
}
