package privacy

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"curio/datasets/event"
	"curio/datasets/event/code"
)

// planted is a data set whose raw user ids stand wherever a row may say anything.
func planted(seed uint64, users, events int) (*table, []string) {
	r := rand.New(rand.NewPCG(seed, 0))
	var ids []string
	t := &table{notes: map[string]int{"files_ignored": 2}}
	t.cat.Items = []event.Item{{ID: "item-1", Title: "A course"}}
	purposes := [][]string{nil, {}, {Recommend}, {Analyse, Recommend}, {Recommend, Analyse, ShareWithPartners}, {ShareWithPartners}}
	for i := range users {
		id := fmt.Sprintf("raw%d-%x", i, r.Uint32())
		ids = append(ids, id)
		if r.IntN(5) == 0 {
			continue // known by events alone
		}
		t.cat.Users = append(t.cat.Users, event.User{
			ID: id, Occupation: "teacher " + id, Age: 30, Gender: id, Region: "<" + id + ">", SignupTS: 5,
			Consent: append(slices.Clone(purposes[r.IntN(len(purposes))]), id),
		})
	}
	for i := range events {
		id := ids[r.IntN(len(ids))]
		e := event.Event{
			TS: event.Time(r.IntN(2000)), UserID: id, ItemID: fmt.Sprintf("item-%d", r.IntN(50)), Type: event.View,
			Plan: "single", Channel: "ref:" + id,
		}
		switch r.IntN(3) {
		case 0:
			e.ID, e.Plan = fmt.Sprintf("%s/%d", id, i), id
		case 1: // of somebody else
			e.ID, e.Channel = "followed "+ids[r.IntN(len(ids))], "app"
		}
		t.events = append(t.events, e)
	}
	for _, c := range []string{code.UserMissing, code.CSVHeader, code.TSFuture, code.JSONType, "code_to_come"} {
		id := ids[r.IntN(len(ids))]
		reject := event.Reject{File: "events-1.csv", Line: r.IntN(9), Code: c, Field: "user_id", Value: id[:5+r.IntN(4)], Message: id + " is bad"}
		if c == code.CSVHeader {
			reject.Message = "header: no column user_id"
		}
		t.rejects = append(t.rejects, reject)
	}
	return t, ids
}

func TestNoRawIDPasses(t *testing.T) {
	for seed := range uint64(20) {
		src, ids := planted(seed, 40, 600)
		out := read(t, guard(t, src, Options{
			Retain: time.Second, Now: 1500, Erasures: erase(ids[3], ids[9]), Pseudonyms: testKey(t),
		}), 3)
		if len(out.Events) == 0 || len(out.Cat.Users) == 0 || len(out.Rejects) != 10 {
			t.Fatalf("%d events, %d users, %d rejects", len(out.Events), len(out.Cat.Users), len(out.Rejects))
		}
		text := fmt.Sprintf("%+v", out)
		for _, id := range ids {
			// Rejects show beginnings of ids: "raw7-" of "raw7-1b2c3d4e" is enough.
			if at := strings.Index(text, id[:5]); at >= 0 {
				t.Fatalf("%s passes: ...%s...", id, text[max(0, at-80):min(len(text), at+80)])
			}
		}
	}
}

// What is not the user's id stays as it is.
func TestPseudonymsLeaveTheRest(t *testing.T) {
	full := event.Event{
		ID: "e-1", TS: 1, ReceivedAt: 2, UserID: "raw-1", ItemID: "raw-1", Type: event.Purchase, Has: event.HasAmount,
		Watched: 3, Progress: 4, Rating: 5, Amount: 6, Currency: "EUR", Plan: "single", Channel: "app",
	}
	short := event.Event{UserID: "a", Plan: "annual", Channel: "a", Type: event.View}
	user := event.User{ID: "raw-1", Occupation: "nurse", Age: 41, Gender: "f", Region: "DE", SignupTS: 7, Consent: []string{Analyse}}
	p := testKey(t)
	src := &table{cat: event.Catalogue{Users: []event.User{user}, Partners: []event.Partner{{ID: "raw-1"}}}, events: []event.Event{full, short}}
	out := read(t, guard(t, src, Options{Pseudonyms: p}), 1)

	wantFull, wantShort, wantUser := full, short, user
	wantFull.ID, wantFull.UserID = p.Handle().event("e-1"), p.User("raw-1")
	wantShort.UserID, wantShort.Channel = p.User("a"), "" // an id of up to three bytes is one only by itself
	wantUser.ID = p.User("raw-1")
	want := outcome{
		Cat:    event.Catalogue{Users: []event.User{wantUser}, Partners: src.cat.Partners},
		Events: []row{{wantFull, 0, event.PlaceOf(0, 1)}, {wantShort, 1, event.PlaceOf(1, 2)}},
		Notes:  map[string]int{},
	}
	if diff := cmp.Diff(want, out); diff != "" {
		t.Error(diff)
	}
	if src.cat.Users[0].ID != "raw-1" {
		t.Error("the catalogue of the source was changed")
	}
}

func TestNothingAskedNothingChanged(t *testing.T) {
	src, _ := planted(1, 20, 200)
	out := read(t, guard(t, src, Options{}), 2)
	if diff := cmp.Diff(src.cat, out.Cat); diff != "" {
		t.Error(diff)
	}
	for i, e := range out.Events {
		if e.Event != src.events[i] {
			t.Fatalf("event %d is %+v, was %+v", i, e.Event, src.events[i])
		}
	}
	if len(out.Events) != len(src.events) {
		t.Errorf("%d events of %d", len(out.Events), len(src.events))
	}
	if diff := cmp.Diff(append(slices.Clone(src.rejects), src.rejects...), out.Rejects); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(src.notes, out.Notes); diff != "" {
		t.Error(diff)
	}
}

// What passes with erasures is what passes of a source without those users.
func TestErasureLeavesNoTrace(t *testing.T) {
	for seed := range uint64(10) {
		src, ids := planted(seed, 30, 400)
		gone := []string{ids[0], ids[7], ids[29], "never there"}
		isGone := func(id string) bool { return slices.Contains(gone, id) }
		without := &table{cat: src.cat, rejects: src.rejects, notes: src.notes}
		without.cat.Users = slices.DeleteFunc(slices.Clone(src.cat.Users), func(u event.User) bool { return isGone(u.ID) })
		for _, e := range src.events {
			if !isGone(e.UserID) {
				without.events = append(without.events, e)
			}
		}
		for name, o := range map[string]Options{
			"Alone":      {},
			"Pseudonyms": {Pseudonyms: testKey(t)},
			"Everything": {Pseudonyms: testKey(t), Retain: time.Second, Now: 1500, Consent: []string{Analyse}},
		} {
			want := read(t, guard(t, without, o), 1)
			o.Erasures = erase(gone...)
			got := read(t, guard(t, src, o), 3)
			for _, of := range []*outcome{&want, &got} {
				of.Notes = nil
				for i := range of.Events {
					of.Events[i].At, of.Events[i].Part = 0, 0 // rows move up
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("seed %d, %s: %s", seed, name, diff)
			}
		}
	}
}

func TestRetention(t *testing.T) {
	for name, c := range map[string]struct {
		ts   event.Time
		want bool
	}{
		"Below": {8999, false}, "At": {9000, true}, "Above": {9001, true}, "Unknown": {0, true}, "Negative": {-1, false}, "Future": {20_000, true},
	} {
		src := &table{events: []event.Event{{TS: c.ts, UserID: "u", ItemID: "i", Type: event.View}}}
		out := read(t, guard(t, src, Options{Retain: time.Second, Now: 10_000}), 1)
		want := map[string]int{}
		if !c.want {
			want["events_past_retention"] = 1
		}
		if diff := cmp.Diff(want, out.Notes); diff != "" || len(out.Events) == 1 != c.want {
			t.Errorf("%s: %d events %s", name, len(out.Events), diff)
		}
	}
}

func TestConsent(t *testing.T) {
	for name, c := range map[string]struct {
		asked  []string
		listed bool
		agreed []string
		want   bool
	}{
		"NothingAsked":       {nil, true, nil, true},
		"NothingAskedNoRow":  {nil, false, nil, true},
		"Agreed":             {[]string{Recommend}, true, []string{Recommend}, true},
		"AgreedToMore":       {[]string{Analyse}, true, Purposes(), true},
		"AgreedToAll":        {Purposes(), true, []string{ShareWithPartners, Recommend, Analyse}, true},
		"AgreedToSome":       {Purposes(), true, []string{ShareWithPartners, Recommend}, false},
		"AgreedToAnother":    {[]string{ShareWithPartners}, true, []string{Recommend, Analyse}, false},
		"AgreedToNothing":    {[]string{Recommend}, true, []string{}, false},
		"Silent":             {[]string{Recommend}, true, nil, false},
		"NoRow":              {[]string{Recommend}, false, nil, false},
		"AnotherSpelling":    {[]string{Recommend}, true, []string{"Recommend", "recommend ", "recommends"}, false},
		"UnknownPurposeToo":  {[]string{Recommend}, true, []string{"newsletter", Recommend}, true},
		"RepeatedAgreements": {[]string{Recommend, Analyse}, true, []string{Recommend, Recommend}, false},
	} {
		for _, key := range []*Pseudonymiser{nil, testKey(t)} {
			src := &table{events: []event.Event{{UserID: "u", ItemID: "i", Type: event.View}, {UserID: "u", ItemID: "j", Type: event.View}}}
			if c.listed {
				src.cat.Users = []event.User{{ID: "u", Consent: c.agreed}}
			}
			out := read(t, guard(t, src, Options{Consent: c.asked, Pseudonyms: key}), 2)
			want := map[string]int{}
			if !c.want {
				want["events_without_consent"] = 2
				if c.listed {
					want["users_without_consent"] = 1
				}
			}
			if diff := cmp.Diff(want, out.Notes); diff != "" || (len(out.Events) == 2) != c.want || (len(out.Cat.Users) == 1) != (c.want && c.listed) {
				t.Errorf("%s: %d events, %d users %s", name, len(out.Events), len(out.Cat.Users), diff)
			}
		}
	}
}

// Of a user with several rows, one that lacks a purpose is enough.
func TestConsentOfTwoRows(t *testing.T) {
	src := &table{
		cat:    event.Catalogue{Users: []event.User{{ID: "u", Consent: []string{Analyse}}, {ID: "u"}}},
		events: []event.Event{{UserID: "u", ItemID: "i", Type: event.View}},
	}
	if out := read(t, guard(t, src, Options{Consent: []string{Analyse}}), 1); len(out.Events)+len(out.Cat.Users) != 0 {
		t.Errorf("%+v passes", out)
	}
}

func TestEventsAloneKnowConsent(t *testing.T) {
	src := &table{
		cat:    event.Catalogue{Users: []event.User{{ID: "u", Consent: []string{Analyse}}, {ID: "v"}}},
		events: []event.Event{{UserID: "u", ItemID: "i", Type: event.View}, {UserID: "v", ItemID: "i", Type: event.View}},
	}
	s := guard(t, src, Options{Consent: []string{Analyse}})
	for range 2 {
		var got []string
		err := event.Each(t.Context(), s, nil, func(e *event.Event, _ event.Part, _ event.Place) error {
			got = append(got, e.UserID)
			return nil
		})
		if diff := cmp.Diff([]string{"u"}, got); err != nil || diff != "" {
			t.Error(err, diff)
		}
	}
	if src.reads != 1 {
		t.Errorf("the catalogue was read %d times", src.reads)
	}
}

// A row counts for the first rule that drops it.
func TestFirstRuleCounts(t *testing.T) {
	old, young := event.Time(1), event.Time(9500)
	src := &table{
		notes: map[string]int{"users_replaced": 3},
		cat:   event.Catalogue{Users: []event.User{{ID: "erased"}, {ID: "silent"}}},
		events: []event.Event{
			{UserID: "erased", TS: old}, {UserID: "erased", TS: young}, {UserID: "silent", TS: old}, {UserID: "silent", TS: young}, {UserID: "none", TS: young},
		},
	}
	s := guard(t, src, Options{Retain: time.Second, Now: 10_000, Erasures: erase("erased"), Consent: []string{Recommend}})
	want := map[string]int{
		"users_replaced": 3, "users_erased": 1, "users_without_consent": 1,
		"events_past_retention": 2, "events_erased": 1, "events_without_consent": 2,
	}
	for _, workers := range []int{1, 4} { // counts do not add up over readings
		if diff := cmp.Diff(want, read(t, s, workers).Notes); diff != "" {
			t.Errorf("%d workers: %s", workers, diff)
		}
	}
	if !s.Fixed() || len(s.Files()) != 2 {
		t.Error("not the split and the files of the source")
	}
}

func TestErrorsPass(t *testing.T) {
	broken := errors.New("broken")
	src, _ := planted(1, 10, 100)
	src.err = broken
	s := guard(t, src, Options{Erasures: erase("x")})
	if err := event.Each(t.Context(), s, nil, func(*event.Event, event.Part, event.Place) error { return nil }); !errors.Is(err, broken) {
		t.Errorf("of the source: %v", err)
	}
	if diff := cmp.Diff(src.notes, s.Notes()); diff != "" {
		t.Errorf("half a reading counts: %s", diff)
	}
	src.err = nil
	if err := event.Each(t.Context(), s, nil, func(*event.Event, event.Part, event.Place) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("of the sink: %v", err)
	}
}

func TestGuardNamesEveryFault(t *testing.T) {
	for name, c := range map[string]struct {
		o    Options
		want []string
	}{
		"Zero":          {Options{}, nil},
		"Least":         {Options{Retain: time.Millisecond, Now: 1, Consent: Purposes(), MinGroup: 1}, nil},
		"BelowLeast":    {Options{Retain: time.Millisecond - 1, Now: 1}, []string{"at least 1ms"}},
		"NoNow":         {Options{Retain: time.Hour}, []string{"what time it is"}},
		"Every":         {Options{Retain: -1, Consent: []string{"analyze", Analyse, Analyse}, MinGroup: -1}, []string{"retain", `"analyze"`, "twice", "min_group"}},
		"EmptyPurpose":  {Options{Consent: []string{""}}, []string{`consent ""`}},
		"LongRetention": {Options{Retain: 1 << 62, Now: 1}, nil},
	} {
		_, err := Guard(&table{}, c.o)
		if (err != nil) != (c.want != nil) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v lacks %q", name, err, want)
			}
		}
	}
}
