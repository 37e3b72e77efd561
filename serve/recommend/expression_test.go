package recommend

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"curio/artifacts/bundle"
	"curio/datasets/event"
)

func TestCompileFilter(t *testing.T) {
	for text, want := range map[string]string{
		`category == "law"`: "",
		`price * 2 - 1 <= 20 and "x" in tags or not (lower(title) contains "a")`: "",
		`difficulty > 2 ? duration < 60 : popularity >= 0.5`:                     "",
		`published_at > 1700000000 && currency != "CNY"`:                         "",
		`max(price, 3) == 3 and abs(-duration) > 1.5`:                            "",
		`id not in ["a", "b"]`:                                                   "",
		`true`:                                                                   "",
		"":                                                                       "line 1, column 1",
		`price`:                                                                  "bool",
		`pirce > 3`:                                                              "line 1, column 1: unknown name pirce; the names are id, title, domain",
		"true and\n  colour == \"red\"":                                          "line 2, column 3: unknown name colour",
		`price > "3"`:                                                            "line 1, column 7",
		`price >`:                                                                "line 1, column",
		`title matches "(a+)+$"`:                                                 "line 1, column 7: matches is not allowed",
		`3 in 1..1000000000`:                                                     ".. is not allowed",
		`all(tags, # == "x")`:                                                    "not allowed",
		`len(map(tags, 1)) > 0`:                                                  "not allowed",
		`repeat(title, 1000) == ""`:                                              "repeat() is not allowed",
		`now() == now()`:                                                         "now() is not allowed",
		`tags[0] == "x"`:                                                         "member is not allowed",
		`title[0:3] == "x"`:                                                      "slice is not allowed",
		`let x = 1; x == 1`:                                                      "unknown name x",
		`{"a": 1} == {"a": 1}`:                                                   "not allowed",
		`title == nil`:                                                           "nil is not allowed",
		`price ** 3 > 1`:                                                         "** is not allowed",
		`price % 2 == 0`:                                                         "% is not allowed",
		`(title ?? "x") == "x"`:                                                  "?? is not allowed",
		`title + title == "xx"`:                                                  "line 1, column 7: + is for numbers",
		`lower(title + id) == "xx"`:                                              "+ is for numbers",
		`id in [id, "b"]`:                                                        "a list has constants only",
		`$env == 1`:                                                              "unknown name $env",
		"\xff == 1":                                                              "not UTF-8",
		`launch()`:                                                               "unknown name launch",
		strings.Repeat(" ", MaxExpression) + "true":                              "at most 1024",
		strings.Repeat(" ", MaxExpression-4) + "true":                            "",
		strings.Repeat("true or ", 31) + "true":                                  "",
		strings.Repeat("true or ", 32) + "true":                                  "more than 64",
		strings.Repeat("(", 500) + "true" + strings.Repeat(")", 500): "",
		strings.Repeat("not ", 250) + "true":                         "more than 64",
		`price in [` + strings.Repeat("1, ", 300) + `1]`:             "",
		`price in [` + strings.Repeat("1,", 500) + `1]`:              "",
	} {
		x, err := CompileFilter(text)
		if want == "" {
			if err != nil || x.String() != text {
				t.Errorf("%.60q: %v", text, err)
			}
			continue
		}
		if !errors.Is(err, ErrExpression) || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: %v, want %q", text, err, want)
		}
	}
}

// An attribute that is not known is nothing, and prices and times are in the units
// that people use.
func TestAttributes(t *testing.T) {
	e := engine(t, func(art *bundle.Artifact) {
		i, _ := art.Items.Index("law-03")
		art.Catalogue[i] = event.Item{
			ID: "law-03", Title: "Été", Domain: "film", Category: "law", Tags: []string{"a", "b"}, Difficulty: 350, LecturerID: "l",
			Price: 1999, Currency: "KWD", Duration: 90_500, PublishedAt: 1_600_000_000_500, PartnerID: "p",
		}
		i, _ = art.Items.Index("law-04")
		art.Catalogue[i] = event.Item{ID: "law-04"}
	})
	for text, want := range map[string][]string{
		`id == "law-03" and title == "Été" and domain == "film" and category == "law" and lecturer_id == "l" and partner_id == "p"`: {"law-03"},
		`"b" in tags`: {"law-03"},
		`difficulty == 3.5 and price == 1.999 and duration == 90.5 and published_at == 1600000000.5`: {"law-03"},
		`currency == "KWD"`: {"law-03"},
		`id startsWith "law" and title == "" and domain == "" and difficulty == 0 and price == 0 and duration == 0 and published_at == 0 and len(tags) == 0`: {"law-04"},
		`popularity > 0.2 and category == "art"`: {"art-00", "art-03", "art-04", "art-05"},
		`price / 0 > 1 and id == "law-03"`:       {"law-03"},
	} {
		x, err := CompileFilter(text)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for i, selected := 0, e.where(x); i < e.Items(); i++ {
			if selected.has(int32(i)) {
				got = append(got, e.art.Items.ID(int32(i)))
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
	if got := attributeNames(); len(got) != len(sample) || slices.ContainsFunc(got, func(name string) bool { return sample[name] == nil }) {
		t.Errorf("%v", got)
	}
}

// A filter is evaluated once for all who ask, and what is remembered stays within
// its budget.
func TestSelections(t *testing.T) {
	var mutex sync.Mutex
	counts := make(map[string]int)
	s := newSelections()
	ask := func(text string) {
		s.of(text, func() itemSet {
			mutex.Lock()
			counts[text]++
			mutex.Unlock()
			time.Sleep(time.Millisecond)
			return newItemSet(8 * selectionBytes / 4) // a quarter of the budget each
		})
	}
	ask("a") // before b
	var wait sync.WaitGroup
	for i := range 40 {
		wait.Go(func() { ask(string(rune('a' + i%2))) })
	}
	wait.Wait()
	if counts["a"] != 1 || counts["b"] != 1 {
		t.Errorf("%v", counts)
	}
	for _, text := range []string{"c", "a", "d", "a", "b"} {
		ask(text)
		if s.bytes > selectionBytes || len(s.kept) != s.order.Len() {
			t.Errorf("%d bytes, %d kept, %d in order", s.bytes, len(s.kept), s.order.Len())
		}
	}
	if counts["a"] != 1 || counts["b"] != 2 {
		t.Errorf("%v: what was asked for last is to stay, b to go", counts)
	}
	if s.of("huge", func() itemSet { return newItemSet(8 * 2 * selectionBytes) }); s.bytes > selectionBytes {
		t.Errorf("%d bytes", s.bytes)
	}
}

func FuzzCompileFilter(f *testing.F) {
	for _, c := range conditions {
		f.Add(c.text)
	}
	for _, text := range []string{`lower(title) | len() > 3`, `if price > 3 { true } else { false }`, "/* */ true", "`x` == id", `-price < +3`, `price > 1_000.5e3`, `"\u00e9" in tags`} {
		f.Add(text)
	}
	e := engine(f, varied)
	f.Fuzz(func(t *testing.T, text string) {
		x, err := CompileFilter(text)
		if err != nil {
			if !errors.Is(err, ErrExpression) {
				t.Error(err)
			}
			return
		}
		began := time.Now()
		e.selected(x)
		if took := time.Since(began); took > time.Second {
			t.Errorf("%d items took %v", e.Items(), took)
		}
	})
}
