package clean

import (
	"fmt"
	"testing"

	"curio/datasets/event"

	"github.com/google/go-cmp/cmp"
)

func TestCatalogueTexts(t *testing.T) {
	const open, closed = " Cafe\u0301\u00a0", "Caf\u00e9"
	raw := event.Catalogue{
		Users:    []event.User{{ID: open, Occupation: open, Gender: open, Region: open, Consent: []string{open}}},
		Items:    []event.Item{{ID: open, Title: open, Domain: open, Category: open, LecturerID: open, LecturerBackground: open, Tags: []string{open, " ", closed, "b"}, Prerequisites: []string{open}, PartnerID: open}},
		Partners: []event.Partner{{ID: open, Name: open, Industry: open, Region: open, Tags: []string{open}}},
		Trends:   []event.Trend{{Domain: open, Topic: open, Source: open}},
	}
	src := tapeOf(raw)
	got, err := wrap(t, src, Default()).Catalogue(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	diff(t, "catalogue", &event.Catalogue{
		Users:    []event.User{{ID: open, Occupation: closed, Gender: closed, Region: closed, Consent: []string{open}}},
		Items:    []event.Item{{ID: open, Title: closed, Domain: closed, Category: closed, LecturerID: open, LecturerBackground: closed, Tags: []string{closed, "b"}, Prerequisites: []string{open}, PartnerID: open}},
		Partners: []event.Partner{{ID: open, Name: closed, Industry: closed, Region: closed, Tags: []string{closed}}},
		Trends:   []event.Trend{{Domain: closed, Topic: closed, Source: closed}},
	}, got)
	if src.catalogue.Items[0].Title != open || src.catalogue.Items[0].Tags[0] != open || src.catalogue.Users[0].Region != open {
		t.Error("the catalogue of the source was changed")
	}
}

func TestPrices(t *testing.T) {
	src := tapeOf(event.Catalogue{Items: []event.Item{
		{ID: "a", Price: 101, Currency: "USD"}, {ID: "b", Price: 5, Currency: "EUR"}, {ID: "c", Price: 5, Currency: "GBP"},
		{ID: "d", Currency: "GBP"}, {ID: "e"}, {ID: "f", Price: 5}, {ID: "g", Price: 1<<63 - 1, Currency: "KWD"},
	}}, watched("c", 1))
	s := wrap(t, src, Options{UnknownItems: Refuse, Currency: Currency{Base: "EUR", Rates: map[string]Rate{"USD": "0.5", "KWD": "100"}}})
	var rejects []string
	c, err := s.Catalogue(t.Context(), func(r event.Reject) {
		rejects = append(rejects, fmt.Sprintf("%s:%d %s %s %s: %s", r.File, r.Line, r.Code, r.Field, r.Value, r.Message))
	})
	if err != nil {
		t.Fatal(err)
	}
	diff(t, "items", []event.Item{
		{ID: "a", Price: 50, Currency: "EUR"}, {ID: "b", Price: 5, Currency: "EUR"}, {ID: "d", Currency: "EUR"}, {ID: "e"},
	}, c.Items)
	diff(t, "rejects", []string{
		":0 currency_unknown price GBP: item c: no rate is configured for the currency",
		":0 currency_unknown price : item f: no rate is configured for the currency",
		":0 number_range price KWD: item g: larger than the field can hold",
	}, rejects)
	if n := s.Notes()["prices_converted"]; n != 2 {
		t.Errorf("%d prices converted, want 2", n)
	}
	if _, rejects := read(t, s, 1); len(rejects) != 1 {
		t.Errorf("%q, want the event of the item that was rejected", rejects)
	}
	plain, err := wrap(t, src, Options{}).Catalogue(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(src.catalogue.Items, plain.Items); d != "" {
		t.Errorf("without a base prices change:\n%s", d)
	}
}
