package intake

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/datasets/event"
	"curio/datasets/event/code"
)

func line(e *event.Event) string {
	b := appendContent(appendHead(nil, e.ID), e)
	return string(appendTail(appendTS(b, e.TS), e.ReceivedAt))
}

func TestLine(t *testing.T) {
	const ts, at = event.Time(1_700_000_000_000), event.Time(1_700_000_001_007)
	for name, c := range map[string]struct {
		e    event.Event
		want string
	}{
		"Least": {event.Event{ID: "e", UserID: "u", Type: event.Search},
			`{"event_id":"e","user_id":"u","type":"search","ts":"2023-11-14T22:13:20.000Z","received_at":"2023-11-14T22:13:21.007Z"}`},
		"Everything": {event.Event{ID: "e", UserID: "u", ItemID: "i", Type: event.Purchase, Watched: 90_050, Progress: 3333, Rating: 450, Amount: 1999,
			Currency: "EUR", Plan: "single", Channel: "app", Has: event.HasWatched | event.HasProgress | event.HasRating | event.HasAmount},
			`{"event_id":"e","user_id":"u","item_id":"i","type":"purchase","seconds":90.05,"progress":0.3333,"rating":4.5,"amount":19.99,"currency":"EUR","plan":"single","channel":"app","ts":"2023-11-14T22:13:20.000Z","received_at":"2023-11-14T22:13:21.007Z"}`},
		"Zeros": {event.Event{ID: "e", UserID: "u", ItemID: "i", Type: event.Progress, Has: event.HasWatched | event.HasProgress | event.HasAmount},
			`{"event_id":"e","user_id":"u","item_id":"i","type":"progress","seconds":0,"progress":0,"amount":0,"ts":"2023-11-14T22:13:20.000Z","received_at":"2023-11-14T22:13:21.007Z"}`},
		"Yen": {event.Event{ID: "e", UserID: "u", ItemID: "i", Type: event.Refund, Amount: math.MaxInt64, Currency: "JPY", Has: event.HasAmount},
			`{"event_id":"e","user_id":"u","item_id":"i","type":"refund","amount":9223372036854775807,"currency":"JPY","ts":"2023-11-14T22:13:20.000Z","received_at":"2023-11-14T22:13:21.007Z"}`},
		"Letters": {event.Event{ID: `"\`, UserID: "ü 🙂", ItemID: "<&>", Type: event.View, Plan: "a\nb\tc\r", Channel: "\u2028"},
			`{"event_id":"\"\\","user_id":"ü 🙂","item_id":"<&>","type":"view","plan":"a\nb\tc\r","channel":"\u2028","ts":"2023-11-14T22:13:20.000Z","received_at":"2023-11-14T22:13:21.007Z"}`},
	} {
		t.Run(name, func(t *testing.T) {
			c.e.TS, c.e.ReceivedAt = ts, at
			if why := check(&c.e); why != "" {
				t.Fatalf("refused: %s", why)
			}
			got := line(&c.e)
			if diff := cmp.Diff(c.want+"\n", got); diff != "" {
				t.Error(diff)
			}
			var d decoder
			back, err := d.event([]byte(strings.TrimSuffix(got, "\n")))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.e, back); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestLongestLine: no event that is taken has a line that is not read again.
func TestLongestLine(t *testing.T) {
	worst := strings.Repeat("<", maxText)
	e := event.Event{ID: worst, UserID: worst, ItemID: worst, Type: event.Favourite, Plan: worst, Channel: worst, TS: latest, ReceivedAt: latest,
		Watched: 999_999_999_999, Progress: 9999, Rating: 499, Amount: math.MaxInt64, Currency: "CLF",
		Has: event.HasWatched | event.HasProgress | event.HasRating | event.HasAmount}
	var d decoder
	text := line(&e)
	back, err := d.event([]byte(text[:len(text)-1]))
	if err != nil || back != e || len(text) > maxLine {
		t.Errorf("a line of %d bytes is read as %+v, %v", len(text), back, err)
	}
}

func TestCheck(t *testing.T) {
	long := strings.Repeat("x", maxText)
	for want, cases := range map[string][]func(*event.Event){
		"": {
			func(e *event.Event) {},
			func(e *event.Event) { e.TS = 0 },
			func(e *event.Event) { e.TS = latest },
			func(e *event.Event) { e.ID = "" },
			func(e *event.Event) { e.ID, e.UserID, e.ItemID, e.Plan, e.Channel = long, long, long, long, long },
			func(e *event.Event) { e.ItemID, e.Type = "", event.Search },
			func(e *event.Event) { e.Has, e.Rating, e.Type = event.HasRating, 100, event.Rating },
			func(e *event.Event) { e.Has, e.Rating = event.HasRating, 500 },
			func(e *event.Event) { e.Has, e.Progress, e.Type = event.HasProgress, 10_000, event.Progress },
			func(e *event.Event) { e.Has, e.Watched = event.HasWatched, 1e12 },
			func(e *event.Event) { e.Has, e.Amount, e.Currency = event.HasAmount, 1, "EUR" },
			func(e *event.Event) { e.Has = event.HasAmount },
			func(e *event.Event) { e.Currency = "EUR" },
			func(e *event.Event) { e.Rating, e.Watched, e.Amount = -1, -1, -1 }, // not said
		},
		code.UserMissing:     {func(e *event.Event) { e.UserID = "" }},
		code.ItemMissing:     {func(e *event.Event) { e.ItemID = "" }},
		code.TypeUnknown:     {func(e *event.Event) { e.Type = 0 }, func(e *event.Event) { e.Type = event.Type(event.Types) }},
		code.TSRange:         {func(e *event.Event) { e.TS = -1 }, func(e *event.Event) { e.TS = latest + 1 }},
		code.IDTooLong:       {func(e *event.Event) { e.ID = long + "x" }, func(e *event.Event) { e.UserID = long + "x" }, func(e *event.Event) { e.ItemID = long + "x" }},
		code.IDControlChar:   {func(e *event.Event) { e.ID = "a\nb" }, func(e *event.Event) { e.UserID = "a\x00" }},
		code.IDBlank:         {func(e *event.Event) { e.ItemID = " " }},
		code.NotUTF8:         {func(e *event.Event) { e.UserID = "\xff" }, func(e *event.Event) { e.Plan = "\xff" }},
		code.TextTooLong:     {func(e *event.Event) { e.Plan = long + "x" }, func(e *event.Event) { e.Channel = long + "x" }},
		code.TextControlChar: {func(e *event.Event) { e.Channel = "\x01" }},
		code.SecondsNegative: {func(e *event.Event) { e.Has, e.Watched = event.HasWatched, -1 }},
		code.NumberRange:     {func(e *event.Event) { e.Has, e.Watched = event.HasWatched, 1e12+1 }},
		code.ProgressRange:   {func(e *event.Event) { e.Has, e.Progress = event.HasProgress, 10_001 }, func(e *event.Event) { e.Has, e.Progress = event.HasProgress, -1 }},
		code.ProgressMissing: {func(e *event.Event) { e.Type, e.Progress = event.Progress, 1 }},
		code.RatingRange:     {func(e *event.Event) { e.Has, e.Rating = event.HasRating, 99 }, func(e *event.Event) { e.Has, e.Rating = event.HasRating, 501 }},
		code.RatingMissing:   {func(e *event.Event) { e.Type, e.Rating = event.Rating, 100 }},
		code.AmountNegative:  {func(e *event.Event) { e.Has, e.Amount, e.Currency = event.HasAmount, -1, "EUR" }},
		code.CurrencyUnknown: {func(e *event.Event) { e.Has, e.Amount = event.HasAmount, 1 }, func(e *event.Event) { e.Currency = "eur" }, func(e *event.Event) { e.Currency = "XXX" }},
	} {
		for i, change := range cases {
			e := view("e", "u", "i")
			change(&e)
			if got := check(&e); got != want {
				t.Errorf("%s %d: got %q", want, i, got)
			}
		}
	}
}

// TestForeignLines: what training would reject is no event of the log either.
func TestForeignLines(t *testing.T) {
	e := view("a", "u", "i")
	e.ReceivedAt = e.TS
	e.Has, e.Rating = event.HasRating, 450
	whole := strings.TrimSuffix(line(&e), "\n")
	var d decoder
	for _, c := range []struct {
		from, to string
		good     bool
	}{
		{"", "", true},
		{`{"event_id"`, `{"more":[{}],"event_id"`, true},
		{`"rating":4.5`, `"rating":"4.5"`, true},
		{`"rating":4.5`, `"rating":5.1`, false},
		{`"rating":4.5`, `"rating":[4.5]`, false},
		{`"rating":4.5`, `"rating":x`, false},
		{`"u"`, `"\u0075"`, true},
		{`"u"`, `"\q"`, false},
		{`"u"`, `"\ud800"`, false},
		{`"u"`, `7`, false},
		{`"u"`, `""`, false},
		{`"event_id":"a"`, `"event_id":""`, false},
		{`"event_id"`, `"event"`, false},
		{`"ts"`, `"tt"`, false},
		{`"received_at"`, `"received"`, false},
		{`"view"`, `"View"`, false},
		{whole, whole + "}", false},
		{whole, "[" + whole + "]", false},
		{whole, whole[:len(whole)-1], false},
		{whole, "", false},
	} {
		text := strings.Replace(whole, c.from, c.to, 1)
		if _, err := d.event([]byte(text)); (err == nil) != c.good {
			t.Errorf("%s: %v", text, err)
		}
	}
}
