package rowhash

import (
	"testing"

	"curio/datasets/event"
)

func TestDigestTellsPartsAndKindsApart(t *testing.T) {
	seen := make(map[string]string)
	for name, add := range map[string]func(*Digest){
		"nothing": func(*Digest) {}, "user": func(d *Digest) { d.addUser(&event.User{}) }, "item": func(d *Digest) { d.addItem(&event.Item{}) },
		"partner": func(d *Digest) { d.addPartner(&event.Partner{}) }, "trend": func(d *Digest) { d.addTrend(&event.Trend{}) },
		"train": func(d *Digest) { d.AddEvent(Sum{}, event.Train) }, "test": func(d *Digest) { d.AddEvent(Sum{}, event.Test) },
		"validation": func(d *Digest) { d.AddEvent(Sum{}, event.Validation) },
		"twice": func(d *Digest) {
			d.addUser(&event.User{})
			d.addUser(&event.User{})
		},
	} {
		var d Digest
		add(&d)
		if other, ok := seen[d.Sum()]; ok {
			t.Errorf("%s and %s have one digest", name, other)
		}
		seen[d.Sum()] = name
	}
}

func TestDigestMerge(t *testing.T) {
	var whole, a, b Digest
	for i := range 100 {
		e := Sum{Hi: uint64(i) << 60, Lo: uint64(i)}
		whole.AddEvent(e, event.Train)
		if i%3 == 0 {
			a.AddEvent(e, event.Train)
		} else {
			b.AddEvent(e, event.Train)
		}
	}
	b.Merge(&a)
	if b.Sum() != whole.Sum() {
		t.Error("shards merged differ from the whole")
	}
}
