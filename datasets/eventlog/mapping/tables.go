package mapping

import (
	"math"
	"strconv"
	"time"

	"curio/datasets/event"
	"curio/datasets/event/code"
	"curio/datasets/event/field"
)

// kind is what the values of a column are.
type kind uint8

const (
	kindID kind = iota
	kindText
	kindTitle
	kindList
	kindType
	kindTime
	kindPublished
	kindSeconds
	kindProgress
	kindRating
	kindDifficulty
	kindAmount
	kindCurrency
	kindAge
	kindBool
	kindMeasure
)

// shape is a column of ours.
type shape struct {
	name     string
	kind     kind
	required bool
}

// tables are the tables of package eventlog with their columns, in its order.
var tables = []struct {
	name    string
	columns []shape
}{
	{"events", []shape{
		{name: "event_id"}, {"ts", kindTime, true}, {"user_id", kindID, true}, {name: "item_id"}, {"type", kindType, true},
		{name: "seconds", kind: kindSeconds}, {name: "progress", kind: kindProgress}, {name: "rating", kind: kindRating},
		{name: "amount", kind: kindAmount}, {name: "currency", kind: kindCurrency}, {name: "plan", kind: kindText},
		{name: "channel", kind: kindText}, {name: "received_at", kind: kindTime},
	}},
	{"users", []shape{
		{"user_id", kindID, true}, {name: "occupation", kind: kindText}, {name: "age", kind: kindAge},
		{name: "gender", kind: kindText}, {name: "region", kind: kindText}, {name: "signup_ts", kind: kindTime},
		{name: "consent", kind: kindList},
	}},
	{"items", []shape{
		{"item_id", kindID, true}, {name: "title", kind: kindTitle}, {name: "domain", kind: kindText},
		{name: "category", kind: kindText}, {name: "tags", kind: kindList}, {name: "difficulty", kind: kindDifficulty},
		{name: "lecturer_id"}, {name: "lecturer_background", kind: kindTitle}, {name: "price", kind: kindAmount},
		{name: "currency", kind: kindCurrency}, {name: "duration_seconds", kind: kindSeconds},
		{name: "published_at", kind: kindPublished}, {name: "prerequisites", kind: kindList}, {name: "partner_id"},
		{name: "available", kind: kindBool},
	}},
	{"partners", []shape{
		{"partner_id", kindID, true}, {name: "name", kind: kindText}, {name: "industry", kind: kindText},
		{name: "region", kind: kindText}, {name: "tags", kind: kindList},
	}},
	{"trends", []shape{
		{"ts", kindTime, true}, {name: "domain", kind: kindText}, {"topic", kindText, true},
		{name: "value", kind: kindMeasure}, {name: "source", kind: kindText},
	}},
}

// column is how one of our columns is read.
type column struct {
	shape
	sources   []int // of Table.Sources, in order of preference
	said      bool  // the mapping names them
	values    map[string]outcome
	others    *outcome
	otherwise string
	when      []rule
	only      uint32 // bits of event types; 0 for all
	split     string

	// How a text of theirs is converted, by the first of these that is set.
	layouts []string // of package time
	zone    *time.Location
	instant bool // line gives milliseconds since the epoch
	minor   bool // by the currency of the row, whose column is currency
	line    line

	currency int
}

// outcome is what becomes of a text.
type outcome struct {
	text string
	drop bool // the row
}

// rule gives a row its type when a column has a value.
type rule struct {
	column int
	text   string
}

// check returns the code of what a reader would refuse, empty for a value that
// the column can have.
func (k kind) check(text string) (flaw string) {
	switch k {
	case kindID:
		return field.ID(text, 256)
	case kindText:
		return field.Text(text, 256)
	case kindTitle:
		return field.Text(text, 4096)
	case kindType:
		if _, ok := event.ParseType(text); !ok {
			return code.TypeUnknown
		}
	case kindTime:
		_, flaw = field.Time(text)
	case kindPublished:
		_, flaw = field.Published(text)
	case kindSeconds:
		_, flaw = field.Seconds(text)
	case kindProgress:
		_, flaw = field.Progress(text)
	case kindRating:
		_, flaw = field.Rating(text)
	case kindDifficulty:
		_, flaw = field.Difficulty(text)
	case kindAmount:
		// As many decimals as any currency has: the row's is not known here.
		if v, bad := field.Fixed(text, 4); bad != "" {
			flaw = bad
		} else if v < 0 {
			flaw = code.AmountNegative
		}
	case kindCurrency:
		_, flaw = field.Currency(text)
	case kindAge:
		_, flaw = field.Age(text)
	case kindBool:
		_, flaw = field.Bool(text)
	case kindMeasure:
		if v, err := strconv.ParseFloat(text, 64); err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return code.NumberInvalid
		}
	}
	return flaw
}
