// Package eventtest lists events as JSON and what they mean, for the tests of
// every reader of events: an event means the same in a log as in a request.
package eventtest

import (
	"strings"

	"curio/datasets/event"
)

// Case is one event, written as the canonical log writes it but for the user.
type Case struct {
	Name    string
	Fields  string      // members of a JSON object, without its braces; ts is among them
	Want    event.Event // without a user
	Refused string      // the first field that is not accepted; Want is empty then
}

// at is the ts of the cases that are not about it.
const at = event.Time(1700000000000)

const viewed = `"ts":1700000000,"type":"view","item_id":"i"`

// Now is a time after the ts of every accepted case; one case is refused for
// being after it.
const Now = event.Time(4102444800000) // 2100

// Cases returns all cases.
func Cases() []Case {
	cases := []Case{
		{Name: "View", Fields: viewed, Want: event.Event{TS: at, Type: event.View, ItemID: "i"}},
		{Name: "Search", Fields: `"ts":1700000000,"type":"search"`, Want: event.Event{TS: at, Type: event.Search}},
		{Name: "Texts", Fields: viewed + `,"event_id":"e\u00e9","plan":"single","channel":"web\tapp"`,
			Want: event.Event{ID: "eé", TS: at, Type: event.View, ItemID: "i", Plan: "single", Channel: "web\tapp"}},
		{Name: "Empty", Fields: viewed + `,"event_id":"","plan":"","seconds":"","rating":null,"progress":"","amount":null,"currency":""`,
			Want: event.Event{TS: at, Type: event.View, ItemID: "i"}},
		{Name: "NumberIDs", Fields: `"ts":"1700000000","type":"view","item_id":42,"event_id":-7`,
			Want: event.Event{ID: "-7", TS: at, Type: event.View, ItemID: "42"}},

		{Name: "ItemMissing", Fields: `"ts":1700000000,"type":"view"`, Refused: "item_id"},
		{Name: "ItemNull", Fields: `"ts":1700000000,"type":"view","item_id":null`, Refused: "item_id"},
		{Name: "ItemEmpty", Fields: `"ts":1700000000,"type":"view","item_id":""`, Refused: "item_id"},
		{Name: "ItemFraction", Fields: `"ts":1700000000,"type":"view","item_id":1.5`, Refused: "item_id"},
		{Name: "ItemTruth", Fields: `"ts":1700000000,"type":"view","item_id":true`, Refused: "item_id"},
		{Name: "ItemControl", Fields: `"ts":1700000000,"type":"view","item_id":"a\tb"`, Refused: "item_id"},
		{Name: "TypeMissing", Fields: `"ts":1700000000,"item_id":"i"`, Refused: "type"},
		{Name: "TypeUnknown", Fields: `"ts":1700000000,"type":"View","item_id":"i"`, Refused: "type"},
		{Name: "PlanNumber", Fields: viewed + `,"plan":1`, Refused: "plan"},
		{Name: "PlanControl", Fields: viewed + `,"plan":"a\u0000"`, Refused: "plan"},
		{Name: "ChannelLimit", Fields: viewed + `,"channel":"` + strings.Repeat("x", 256) + `"`,
			Want: event.Event{TS: at, Type: event.View, ItemID: "i", Channel: strings.Repeat("x", 256)}},
		{Name: "ChannelAbove", Fields: viewed + `,"channel":"` + strings.Repeat("x", 257) + `"`, Refused: "channel"},
		{Name: "List", Fields: viewed + `,"seconds":[1]`, Refused: "seconds"},
		{Name: "RatingMissing", Fields: `"ts":1700000000,"type":"rating","item_id":"i","rating":null`, Refused: "rating"},
		{Name: "ProgressMissing", Fields: `"ts":1700000000,"type":"progress","item_id":"i","progress":""`, Refused: "progress"},
	}
	return append(append(append(cases, times()...), numbers()...), amounts()...)
}

func times() []Case {
	var cases []Case
	for ts, want := range map[string]event.Time{
		`1700000000`: at, `1700000000000`: at, `1700000000.1239`: at + 123, `1.7e9`: at, `"1700000000"`: at,
		`631152000`: 631152000000, `631152000000`: 631152000000, `"1970-01-01T00:00:00.001Z"`: 1,
		`"2023-11-14T22:13:20Z"`: at, `"2023-11-15T00:13:20.5+02:00"`: at + 500, `"2023-11-14"`: 1699920000000,
		`0`: 0, `-1`: 0, `1e400`: 0, `253402300800000`: 0, `true`: 0, `"soon"`: 0, `"2023-11-14T22:13:20"`: 0,
		`"2023-11-14 22:13:20Z"`: 0, `"1969-12-31"`: 0, `"2100-01-01T00:00:00.001Z"`: 0, `"2100-01-01"`: Now,
	} {
		c := Case{Name: "TS" + ts, Fields: `"type":"view","item_id":"i","ts":` + ts, Refused: "ts"}
		if want != 0 {
			c.Refused, c.Want = "", event.Event{TS: want, Type: event.View, ItemID: "i"}
		}
		cases = append(cases, c)
	}
	return cases
}

const refused = -1

func numbers() []Case {
	var cases []Case
	add := func(name, text string, value int64, e event.Event) {
		c := Case{Name: name + text, Fields: viewed + `,"` + name + `":` + text, Refused: name}
		if value != refused {
			e.TS, e.Type, e.ItemID = at, event.View, "i"
			c.Refused, c.Want = "", e
		}
		cases = append(cases, c)
	}
	for text, v := range map[string]int64{
		`0`: 0, `-0.0`: 0, `12.5`: 12500, `"12.5"`: 12500, `0.0005`: 1, `0.00049`: 0, `5e-4`: 1, `1e9`: 1e12, `1e-400`: 0,
		`1.` + strings.Repeat("0", 100): 1000, `-0.0001`: refused, `1000000000.0001`: refused, `1e400`: refused, `"x"`: refused, `true`: refused,
	} {
		add("seconds", text, v, event.Event{Watched: v, Has: event.HasWatched})
	}
	for text, v := range map[string]int64{
		`0`: 0, `1`: 10000, `0.12345`: 1235, `0.00005`: 1, `"0.5"`: 5000, `1.00000000000000000001`: refused, `-0.00001`: refused, `85`: refused,
	} {
		add("progress", text, v, event.Event{Progress: int32(v), Has: event.HasProgress})
	}
	for text, v := range map[string]int64{
		`1`: 100, `5`: 500, `4.005`: 401, `4.335`: 434, `"4.5"`: 450, `0.99999999999999999999`: refused, `5.001`: refused, `0`: refused,
	} {
		add("rating", text, v, event.Event{Rating: int32(v), Has: event.HasRating})
	}
	return cases
}

func amounts() []Case {
	var cases []Case
	for _, a := range []struct {
		amount, currency string // JSON, empty when absent
		code             string
		want             int64
		refused          string
	}{
		{`19.99`, `"cny"`, "CNY", 1999, ""},
		{`"19.990"`, `"USD"`, "USD", 1999, ""},
		{`1500`, `"JPY"`, "JPY", 1500, ""},
		{`1500.0`, `"JPY"`, "JPY", 1500, ""},
		{`1.5`, `"KWD"`, "KWD", 1500, ""},
		{`1.2345`, `"CLF"`, "CLF", 12345, ""},
		{`92233720368547758.07`, `"EUR"`, "EUR", 9223372036854775807, ""},
		{`0`, ``, "", 0, ""},
		{`0.00`, `null`, "", 0, ""},
		{`1500.5`, `"JPY"`, "", 0, "amount"},
		{`1.005`, `"CNY"`, "", 0, "amount"},
		{`-0.01`, `"CNY"`, "", 0, "amount"},
		{`92233720368547758.08`, `"EUR"`, "", 0, "amount"},
		{`"free"`, `"EUR"`, "", 0, "amount"},
		{`1`, ``, "", 0, "currency"},
		{`0.5`, `""`, "", 0, "currency"},
		{`1`, `"money"`, "", 0, "currency"},
		{`1`, `"XXX"`, "", 0, "currency"},
		{`1`, `"QQQ"`, "", 0, "currency"},
		{`0`, `978`, "", 0, "currency"},
	} {
		c := Case{Name: "Amount" + a.amount + a.currency, Fields: `"ts":1700000000,"type":"purchase","item_id":"i","amount":` + a.amount, Refused: a.refused}
		if a.currency != "" {
			c.Fields += `,"currency":` + a.currency
		}
		if a.refused == "" {
			c.Want = event.Event{TS: at, Type: event.Purchase, ItemID: "i", Amount: a.want, Currency: a.code, Has: event.HasAmount}
		}
		cases = append(cases, c)
	}
	return append(cases, Case{Name: "CurrencyAlone", Fields: viewed + `,"currency":"eur"`,
		Want: event.Event{TS: at, Type: event.View, ItemID: "i", Currency: "EUR"}},
		Case{Name: "HalfSurrogate", Fields: `"ts":1700000000,"type":"view","item_id":"\ud800"`, Refused: "item_id"})
}
