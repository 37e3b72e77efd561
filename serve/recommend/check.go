package recommend

import (
	"fmt"

	"curio/artifacts/bundle"
)

// check compares the sizes of an artifact's parts. Decoding has looked inside
// them; this is what the engine itself depends on.
func check(art *bundle.Artifact) error {
	if art.Users == nil || art.Items == nil || art.UserEncoder == nil || art.Interest == nil || art.Segments == nil {
		return fmt.Errorf("a part is missing: %w", bundle.ErrArtifact)
	}
	users, items := art.Users.Len(), art.Items.Len()
	for _, part := range []struct {
		name      string
		got, want int
	}{
		{"catalogue", len(art.Catalogue), items},
		{"interest model's items", art.Interest.Items(), items},
		{"people", len(art.People), users},
		{"profiles", len(art.Profiles), users},
		{"segment membership", len(art.Membership), users},
	} {
		if part.got != part.want {
			return fmt.Errorf("%s: %d, the vocabulary has %d: %w", part.name, part.got, part.want, bundle.ErrArtifact)
		}
	}
	for i := range art.Catalogue {
		if id := art.Items.ID(int32(i)); art.Catalogue[i].ID != id {
			return fmt.Errorf("item %d is %q in the catalogue and %q in the vocabulary: %w", i, art.Catalogue[i].ID, id, bundle.ErrArtifact)
		}
	}
	return nil
}
