package encode

import (
	"encoding/json"
	"fmt"
)

// itemsSchema is the stored form of Items.
type itemsSchema struct {
	Kind        string   `json:"kind"`
	Domains     []string `json:"domains"`
	Categories  []string `json:"categories"`
	Tags        []string `json:"tags"`
	Backgrounds []string `json:"lecturer_backgrounds"`
	Partners    []string `json:"partners"`
	Columns     []Column `json:"columns"`
}

func (s *itemsSchema) validate() error {
	if s.Kind != itemsKind {
		return fmt.Errorf("%w: kind %q, want %q", ErrSchema, s.Kind, itemsKind)
	}
	for _, list := range []valueList{
		{"domain", s.Domains, MaxDomains},
		{"category", s.Categories, MaxCategories},
		{"tag", s.Tags, MaxTags},
		{"lecturer background", s.Backgrounds, MaxValues},
		{"partner", s.Partners, MaxValues},
	} {
		if err := list.validate(); err != nil {
			return err
		}
	}
	return nil
}

// MarshalJSON writes schema and statistics, the same bytes for the same ones.
func (e *Items) MarshalJSON() ([]byte, error) { return json.Marshal(&e.schema) }

// UnmarshalJSON reads what MarshalJSON wrote: an encoder with the same Hash and
// the same output. Anything else gives an error that wraps ErrSchema or is one
// of encoding/json, and leaves e as it was.
func (e *Items) UnmarshalJSON(data []byte) error {
	var d Items
	if err := json.Unmarshal(data, &d.schema); err != nil {
		return fmt.Errorf("decode item encoder: %w", err)
	}
	if err := d.schema.validate(); err != nil {
		return fmt.Errorf("decode item encoder: %w", err)
	}
	d.index()
	var err error
	if d.table, err = newTable(d.schema.Columns, d.rawNames()); err != nil {
		return fmt.Errorf("decode item encoder: %w", err)
	}
	d.finish()
	*e = d
	return nil
}

// index builds what the lists of the schema are looked up with.
func (e *Items) index() {
	s := &e.schema
	e.domains, e.categories, e.tags = newOneHot(s.Domains), newOneHot(s.Categories), newOneHot(s.Tags)
	e.backgrounds, e.partners = newOneHot(s.Backgrounds), newOneHot(s.Partners)
}

// finish derives what depends on the columns.
func (e *Items) finish() {
	end := len(e.rawNames()) - len(itemBehaviourNames)
	e.attributes = 0
	for _, source := range e.table.source {
		if source < end {
			e.attributes++
		}
	}
	e.hash = hash(&e.schema)
}
