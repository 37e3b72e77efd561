package public

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"

	"curio/datasets/event"
	"curio/datasets/event/code"
)

const maxAttributeFile = 64 << 20 // bytes

func (b beauty) catalogue(ctx context.Context, reject func(event.Reject)) (*event.Catalogue, error) {
	var c event.Catalogue
	seen := make(map[int32]bool)
	err := b.sequences(ctx, func(event.Reject) {}, func(user int32, items []int32, _ int) error {
		c.Users = append(c.Users, event.User{ID: strconv.Itoa(int(user))})
		for _, i := range items {
			seen[i] = true
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	attributes, err := b.attributes(reject)
	if err != nil {
		return nil, err
	}
	without := 0
	for _, i := range slices.Sorted(maps.Keys(seen)) {
		item := event.Item{ID: strconv.Itoa(int(i)), Domain: "beauty"}
		for _, a := range attributes[i] {
			item.Tags = append(item.Tags, "a"+strconv.Itoa(int(a)))
		}
		if len(item.Tags) == 0 {
			without++
		}
		delete(attributes, i)
		c.Items = append(c.Items, item)
	}
	b.set("items_without_attributes", without)
	b.set("attributes_of_other_items", len(attributes))
	return &c, nil
}

// attributes reads the attributes of each item, distinct and in their order. Text
// that is no JSON object is an error; an item that is no number, or whose
// attributes are no list of numbers, is rejected.
func (b beauty) attributes(reject func(event.Reject)) (map[int32][]int32, error) {
	all := make(map[int32][]int32)
	if !b.dir.has(beautyAttributes) {
		return all, nil
	}
	text, err := b.readAtMost(beautyAttributes, maxAttributeFile)
	if err != nil {
		return nil, err
	}
	broken := func(err error) error {
		return fmt.Errorf("%s in %s is not one JSON object: %w", beautyAttributes, b.dir.name, err)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	where := at{file: beautyAttributes, line: 1, reject: reject}
	counted := 0 // bytes whose lines are in where.line
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, broken(cmp.Or(err, errors.New("it begins otherwise")))
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, broken(err)
		}
		to := int(d.InputOffset())
		where.line += bytes.Count(text[counted:to], []byte{'\n'})
		counted = to
		name, _ := key.(string)
		var tags []int32
		err = d.Decode(&tags)
		item, rest, ok := number([]byte(name))
		var otherType *json.UnmarshalTypeError
		switch {
		case errors.As(err, &otherType), err == nil && tags == nil:
			where.refuse(code.JSONType, "attributes", "", "want a list of numbers of 0..2^31-1")
		case err != nil:
			return nil, broken(err)
		case !ok || len(rest) > 0:
			where.refuse(code.IDNotNumber, "item_id", name, "not the number of an item")
		case all[item] != nil:
			where.refuse(code.JSONDuplicateKey, "item_id", name, "the item stood earlier")
		case len(tags) > maxTags:
			where.refuse(code.ListTooLong, "attributes", "", fmt.Sprintf("more than %d attributes", maxTags))
		case slices.ContainsFunc(tags, func(t int32) bool { return t < 0 }):
			where.refuse(code.NumberRange, "attributes", "", "want a list of numbers of 0..2^31-1")
		default:
			all[item] = firsts(tags)
		}
	}
	if _, err := d.Token(); err != nil {
		return nil, broken(err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, broken(errors.New("more stands behind it"))
	}
	return all, nil
}

// firsts drops numbers that stood earlier.
func firsts(list []int32) []int32 {
	out := make([]int32, 0, len(list))
	for _, n := range list {
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// readAtMost reads a whole file, and returns an error if it has more bytes.
func (b beauty) readAtMost(name string, most int64) ([]byte, error) {
	in, err := b.dir.Open(name)
	if err != nil {
		return nil, fmt.Errorf("read data set in %s: %w", b.dir.name, err)
	}
	defer in.Close()
	text, err := io.ReadAll(io.LimitReader(in, most+1))
	if err == nil && int64(len(text)) > most {
		err = fmt.Errorf("it has more than %d bytes", most)
	}
	if err != nil {
		return nil, fmt.Errorf("read %s in %s: %w", name, b.dir.name, err)
	}
	return text, nil
}
