package pipeline

import (
	"io"

	"curio/features/encode"
	"curio/features/profile"
	"curio/features/table"
)

// tables writes the feature store: everybody and everything as of the end of the
// log.
func tables(l *log, v *views, users *encode.Users, items *encode.Items, keep func(string, func(io.Writer) error) error) error {
	meta := table.Meta{Dataset: l.digest, AsOf: v.end}
	err := keep("users.parquet", func(out io.Writer) error {
		t := table.NewUsers(out, users, l.catalogue, v.options, meta)
		for u := range v.train {
			if err := t.Write(l.users.ID(int32(u)), &l.people[u], &v.train[u]); err != nil {
				return err
			}
		}
		return t.Close()
	})
	if err != nil {
		return err
	}
	profiles, occupations := v.itemProfiles(), v.occupations()
	return keep("items.parquet", func(out io.Writer) error {
		t := table.NewItems(out, items, meta)
		for i := range profiles {
			if err := t.Write(&l.catalogue[i], &profiles[i], occupations[i]); err != nil {
				return err
			}
		}
		return t.Close()
	})
}

// occupations counts by item the occupations of its users.
func (v *views) occupations() []profile.Occupations {
	all := make([]profile.Occupations, len(v.paid))
	for u := range v.train {
		for i := range v.train[u].Touches {
			if of := v.people[u].Occupation; of != "" {
				item := v.train[u].Touches[i].Item
				if all[item] == nil {
					all[item] = profile.Occupations{}
				}
				all[item].Fold(of)
			}
		}
	}
	return all
}
