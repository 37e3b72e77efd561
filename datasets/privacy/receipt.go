package privacy

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// ReceiptFormat is the format of receipts that this program writes.
const ReceiptFormat = 1

// Receipt testifies to the erasure of users from what was made of a data set. It
// names a user by the pseudonym under the key PseudonymKey, or, without one, by
// sha256: and the digest of the id, which who can guess the id can check.
type Receipt struct {
	Format       int           `json:"format"`
	CreatedAt    time.Time     `json:"created_at"`
	Dataset      string        `json:"dataset"`                    // its name or location
	DatasetSHA   string        `json:"dataset_digest,omitempty"`   // of what remained, as the run states it
	Artifact     string        `json:"artifact,omitempty"`         // the version made of it
	FilesSHA256  string        `json:"files_sha256"`               // of the names of its files of events, each with a line feed
	PseudonymKey string        `json:"pseudonym_key_id,omitempty"` // id of the key, empty when there was none
	Erased       []ErasedUser  `json:"erased"`                     // in order of User
	NotFound     []string      `json:"not_found"`                  // asked for and in no row that its reader accepted, in order
	Counts       ReceiptCounts `json:"counts"`
}

// ErasedUser is one user of whom nothing passed.
type ErasedUser struct {
	User   string `json:"user"`
	Events int    `json:"events"`        // not counting those past their retention
	Listed bool   `json:"catalogue_row"` // the table of users had the user
}

// ReceiptCounts sums up a receipt.
type ReceiptCounts struct {
	Asked    int `json:"asked"` // distinct ids in the list of erasures
	Erased   int `json:"erased"`
	NotFound int `json:"not_found"`
	Events   int `json:"events"`
	Rows     int `json:"catalogue_rows"`
}

// ErrUnread means that the data set was not read to its end, so nothing is known.
var ErrUnread = errors.New("the data set was not read")

// Receipt says who was erased in the latest whole readings of the catalogue and
// the events. What the source does not know (CreatedAt, Dataset, DatasetSHA,
// Artifact) is left for the caller to fill. The error is ErrUnread before both
// were read.
func (s *Source) Receipt() (*Receipt, error) {
	s.mu.Lock()
	users, events := s.users, s.events
	s.mu.Unlock()
	if users == nil || events == nil {
		return nil, ErrUnread
	}
	r := &Receipt{Format: ReceiptFormat, Erased: []ErasedUser{}, NotFound: []string{}}
	name := digestName
	if p := s.o.Pseudonyms; p != nil {
		name, r.PseudonymKey = p.Handle().User, p.KeyID()
	}
	files := sha256.New()
	for _, file := range s.src.Files() {
		fmt.Fprintln(files, file)
	}
	r.FilesSHA256 = hex.EncodeToString(files.Sum(nil))
	for _, id := range s.o.Erasures.all() {
		n, acted := events.erased[id]
		rows, listed := users.erased[id]
		if !acted && !listed {
			r.NotFound = append(r.NotFound, name(id))
			continue
		}
		r.Erased = append(r.Erased, ErasedUser{User: name(id), Events: n, Listed: listed})
		r.Counts.Events += n
		r.Counts.Rows += rows
	}
	slices.SortFunc(r.Erased, func(a, b ErasedUser) int { return strings.Compare(a.User, b.User) })
	slices.Sort(r.NotFound)
	r.Counts.Asked, r.Counts.Erased, r.Counts.NotFound = s.o.Erasures.Len(), len(r.Erased), len(r.NotFound)
	return r, nil
}

// digestName names a user where there is no key.
func digestName(id string) string {
	digest := sha256.Sum256([]byte(userDomain + id))
	return "sha256:" + hex.EncodeToString(digest[:])
}

// Encode returns the one way to write r: a line of JSON, its time in UTC to the
// millisecond. The error is of a time that JSON cannot hold.
func (r *Receipt) Encode() ([]byte, error) {
	c := *r
	c.CreatedAt = c.CreatedAt.UTC().Truncate(time.Millisecond)
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(&c); err != nil {
		return nil, fmt.Errorf("encode receipt: %w", err)
	}
	return b.Bytes(), nil
}
