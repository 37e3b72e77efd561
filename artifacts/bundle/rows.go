package bundle

import (
	"fmt"
	"slices"
	"sync/atomic"

	"curio/datasets/event"
	"curio/features/profile"
	"curio/features/vocab"
)

// userRow is a user's own data and segment as a row of users.parquet.
type userRow struct {
	UserID     string   `parquet:"user_id"`
	Occupation string   `parquet:"occupation"`
	Age        int32    `parquet:"age"`
	Gender     string   `parquet:"gender"`
	Region     string   `parquet:"region"`
	SignupTS   int64    `parquet:"signup_ms"`
	Consent    []string `parquet:"consent,list"`
	Asked      bool     `parquet:"consent_known"` // tells consent to nothing from consent not said
	Segment    int32    `parquet:"segment"`
}

func userRows(people []event.User, membership []int32) []userRow {
	rows := make([]userRow, len(people))
	for i, u := range people {
		rows[i] = userRow{u.ID, u.Occupation, u.Age, u.Gender, u.Region, int64(u.SignupTS), u.Consent, u.Consent != nil, membership[i]}
	}
	return rows
}

// itemRow is a catalogue entry as a row of items.parquet; units as in event.Item.
type itemRow struct {
	ItemID             string   `parquet:"item_id"`
	Title              string   `parquet:"title"`
	Domain             string   `parquet:"domain"`
	Category           string   `parquet:"category"`
	Tags               []string `parquet:"tags,list"`
	Difficulty         int32    `parquet:"difficulty"`
	LecturerID         string   `parquet:"lecturer_id"`
	LecturerBackground string   `parquet:"lecturer_background"`
	Price              int64    `parquet:"price_minor"`
	Currency           string   `parquet:"currency"`
	Duration           int64    `parquet:"duration_ms"`
	PublishedAt        int64    `parquet:"published_ms"`
	Prerequisites      []string `parquet:"prerequisites,list"`
	PartnerID          string   `parquet:"partner_id"`
	Unavailable        bool     `parquet:"unavailable"`
	Unlisted           bool     `parquet:"unlisted"`
}

func itemRows(items []event.Item) []itemRow {
	rows := make([]itemRow, len(items))
	for i, it := range items {
		rows[i] = itemRow{
			it.ID, it.Title, it.Domain, it.Category, it.Tags, it.Difficulty, it.LecturerID, it.LecturerBackground,
			it.Price, it.Currency, it.Duration, int64(it.PublishedAt), it.Prerequisites, it.PartnerID, it.Unavailable, it.Unlisted,
		}
	}
	return rows
}

func (r *itemRow) item() event.Item {
	return event.Item{
		ID: r.ItemID, Title: r.Title, Domain: r.Domain, Category: r.Category, Tags: r.Tags, Difficulty: r.Difficulty,
		LecturerID: r.LecturerID, LecturerBackground: r.LecturerBackground, Price: r.Price, Currency: r.Currency,
		Duration: r.Duration, PublishedAt: event.Time(r.PublishedAt), Prerequisites: r.Prerequisites,
		PartnerID: r.PartnerID, Unavailable: r.Unavailable, Unlisted: r.Unlisted,
	}
}

func (a *Artifact) decodeItems(data []byte) error {
	rows, err := DecodeTable[itemRow](data, maxRows)
	if err != nil {
		return err
	}
	ids := make([]string, len(rows))
	a.Catalogue = make([]event.Item, len(rows))
	for i := range rows {
		ids[i], a.Catalogue[i] = rows[i].ItemID, rows[i].item()
	}
	a.Items, err = ordered(ids)
	return err
}

func (a *Artifact) decodePopularity(data []byte) error {
	rows, err := DecodeTable[profile.ItemRow](data, maxRows, profile.ItemRowAdded...)
	if err != nil {
		return err
	}
	if len(rows) != a.Items.Len() {
		return fmt.Errorf("%d rows for %d items: %w", len(rows), a.Items.Len(), ErrArtifact)
	}
	a.Popularity = make([]profile.Item, len(rows))
	for i := range rows {
		if rows[i].ItemID != a.Items.ID(int32(i)) {
			return fmt.Errorf("row %d is of item %q, want %q: %w", i, rows[i].ItemID, a.Items.ID(int32(i)), ErrArtifact)
		}
		if a.Popularity[i], err = profile.FromItemRow(&rows[i]); err != nil {
			return fmt.Errorf("row %d: %w", i, err)
		}
	}
	return nil
}

func (a *Artifact) decodeUsers(data []byte) error {
	rows, err := DecodeTable[userRow](data, maxRows)
	if err != nil {
		return err
	}
	ids := make([]string, len(rows))
	a.People, a.Membership = make([]event.User, len(rows)), make([]int32, len(rows))
	for i, r := range rows {
		ids[i], a.Membership[i] = r.UserID, r.Segment
		a.People[i] = event.User{
			ID: r.UserID, Occupation: r.Occupation, Age: r.Age, Gender: r.Gender, Region: r.Region,
			SignupTS: event.Time(r.SignupTS),
		}
		if r.Asked {
			a.People[i].Consent = r.Consent
		}
	}
	a.Users, err = ordered(ids)
	return err
}

func (a *Artifact) decodeProfiles(data []byte) error {
	a.Profiles = make([]profile.User, a.Users.Len())
	var n atomic.Int64
	err := EachRow(data, maxRows, func(i int, row *profile.Row) (err error) {
		n.Add(1)
		switch {
		case i >= len(a.Profiles):
			return nil // as is said below
		case row.UserID != a.Users.ID(int32(i)):
			return fmt.Errorf("row %d is of another user than the users table's: %w", i, ErrArtifact)
		}
		if a.Profiles[i], err = profile.FromRow(row, a.Items.Index); err != nil {
			return fmt.Errorf("row %d: %w", i, err)
		}
		return nil
	}, profile.RowAdded...)
	if err == nil && int(n.Load()) != len(a.Profiles) {
		err = fmt.Errorf("%d rows for %d users: %w", n.Load(), a.Users.Len(), ErrArtifact)
	}
	return err
}

// ordered returns the vocabulary of ids, which must be in its order.
func ordered(ids []string) (*vocab.Vocab, error) {
	v := vocab.New(ids)
	if !slices.Equal(v.IDs(), ids) {
		return nil, fmt.Errorf("ids are repeated or not in order: %w", ErrArtifact)
	}
	return v, nil
}
