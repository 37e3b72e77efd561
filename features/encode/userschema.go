package encode

import (
	"encoding/json"
	"fmt"

	"curio/features/profile"
)

// usersSchema is the stored form of Users.
type usersSchema struct {
	Kind        string           `json:"kind"`
	Strength    profile.Strength `json:"strength"`
	Categories  []string         `json:"categories"`
	Domains     []string         `json:"domains"`
	Tags        []string         `json:"tags,omitempty"`
	Ages        []string         `json:"ages"`
	Genders     []string         `json:"genders"`
	Occupations []string         `json:"occupations"`
	Regions     []string         `json:"regions"`
	Columns     []Column         `json:"columns"`
}

func (s *usersSchema) validate() error {
	if s.Kind != usersKind {
		return fmt.Errorf("%w: kind %q, want %q", ErrSchema, s.Kind, usersKind)
	}
	for _, list := range []valueList{
		{"category", s.Categories, MaxCategories},
		{"domain", s.Domains, MaxDomains},
		{"tag", s.Tags, MaxInterests},
		{"age", s.Ages, maxAges},
		{"gender", s.Genders, MaxValues},
		{"occupation", s.Occupations, MaxValues},
		{"region", s.Regions, MaxValues},
	} {
		if err := list.validate(); err != nil {
			return err
		}
	}
	return nil
}

// MarshalJSON writes schema and statistics, the same bytes for the same ones.
func (e *Users) MarshalJSON() ([]byte, error) { return json.Marshal(&e.schema) }

// UnmarshalJSON reads what MarshalJSON wrote: an encoder with the same Hash and,
// once bound to the catalogue, the same output. Anything else gives an error
// that wraps ErrSchema or is one of encoding/json, and leaves e as it was.
func (e *Users) UnmarshalJSON(data []byte) error {
	var d Users
	if err := json.Unmarshal(data, &d.schema); err != nil {
		return fmt.Errorf("decode user encoder: %w", err)
	}
	if err := d.schema.validate(); err != nil {
		return fmt.Errorf("decode user encoder: %w", err)
	}
	d.index()
	var err error
	if d.table, err = newTable(d.schema.Columns, d.rawNames()); err != nil {
		return fmt.Errorf("decode user encoder: %w", err)
	}
	d.finish()
	*e = d
	return nil
}

// index builds what the lists of the schema are looked up with.
func (e *Users) index() {
	s := &e.schema
	e.categories, e.domains, e.tags = newOneHot(s.Categories), newOneHot(s.Domains), newOneHot(s.Tags)
	e.ages, e.genders = newOneHot(s.Ages), newOneHot(s.Genders)
	e.occupations, e.regions = newOneHot(s.Occupations), newOneHot(s.Regions)
}

// finish derives what depends on the columns.
func (e *Users) finish() {
	e.setBehaviour()
	e.hash = hash(&e.schema)
}
