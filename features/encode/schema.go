package encode

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// The kinds name the meaning of the columns: a change of what a name stands for
// changes the number.
const (
	usersKind = "users/1"
	itemsKind = "items/1"
)

// valueList is a stored list of the values of one field.
type valueList struct {
	field  string
	values []string
	most   int
}

// validate checks that there are at most so many values, none empty and none
// twice.
func (l *valueList) validate() error {
	if len(l.values) > l.most {
		return fmt.Errorf("%w: %d values of %s, more than %d", ErrSchema, len(l.values), l.field, l.most)
	}
	seen := make(map[string]bool, len(l.values))
	for _, v := range l.values {
		if v == "" || seen[v] {
			return fmt.Errorf("%w: value %q of %s is empty or repeated", ErrSchema, v, l.field)
		}
		seen[v] = true
	}
	return nil
}

// hash is the sha256, in hex, of the JSON of a schema, which encodes whenever its
// numbers are finite.
func hash(schema any) string {
	data, _ := json.Marshal(schema)
	digest := sha256.Sum256(data)
	return hex.EncodeToString(digest[:])
}
