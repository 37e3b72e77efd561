// Package schema describes the canonical tables as they stand in files, row by
// row, for those who write them: Go types of the rows and, made from these, a JSON
// Schema (2020-12) for each table in NAME.schema.json.
//
// A row that satisfies its schema is accepted by package eventlog, except for what
// a schema cannot say: limits that count bytes where a schema counts characters,
// control characters, ids of nothing but blanks, integer ids with a point or an exponent, more decimals than
// a currency has, days that a month does not have, times that are still to come,
// and rows that repeat others. Package eventlog accepts more: numbers, truths and
// lists written as texts, currencies in lower case, amounts above 10^12, empty texts in
// the place of null. Other columns are ignored by both.
package schema

// The kinds of values.
type (
	// ID names one thing: a text, or an integer that stands for its digits.
	ID any
	// Text is a name of at most 256 bytes.
	Text string
	// Title is a text of at most 4096 bytes.
	Title string
	// Moment is a Time; as Unix time it does not lie before 1990.
	Moment any
	// Time is RFC 3339 with a zone, its full-date alone as midnight UTC, or Unix
	// time: seconds below 100,000,000,000, milliseconds from there on.
	Time any
	// Date is a Time that may lie before 1970.
	Date any
	// Type is what a user did.
	Type string
	// Seconds is a duration.
	Seconds float64
	// Share is a part of the whole, 0..1.
	Share float64
	// Stars is 1..5.
	Stars float64
	// Money is an amount in the main unit of its currency.
	Money float64
	// Currency is a code of ISO 4217.
	Currency string
	// Years is an age.
	Years int
	// Level is 1..5, or beginner, intermediate or advanced.
	Level any
)

// Event is a row of events.
type Event struct {
	EventID    ID       `json:"event_id,omitempty" jsonschema:"unique name of the row; rows that repeat one are duplicates"`
	TS         Moment   `json:"ts" jsonschema:"when it happened"`
	UserID     ID       `json:"user_id" jsonschema:"who did it"`
	ItemID     ID       `json:"item_id,omitempty" jsonschema:"what it was done to; only a search may have none"`
	Type       Type     `json:"type" jsonschema:"what was done"`
	Seconds    Seconds  `json:"seconds,omitempty" jsonschema:"seconds watched or read"`
	Progress   Share    `json:"progress,omitempty" jsonschema:"share of the item that was reached, 0..1"`
	Rating     Stars    `json:"rating,omitempty" jsonschema:"stars, 1..5"`
	Amount     Money    `json:"amount,omitempty" jsonschema:"what was paid or given back, in the main unit of the currency"`
	Currency   Currency `json:"currency,omitempty" jsonschema:"ISO 4217 code of the amount"`
	Plan       Text     `json:"plan,omitempty" jsonschema:"how it was bought: single, subscription, ..."`
	Channel    Text     `json:"channel,omitempty" jsonschema:"where it came from: app, web, partner, ..."`
	ReceivedAt Moment   `json:"received_at,omitempty" jsonschema:"when the platform learned of it"`
}

// User is a row of users.
type User struct {
	UserID     ID     `json:"user_id" jsonschema:"the user that events name"`
	Occupation Text   `json:"occupation,omitempty" jsonschema:"what the user does for a living"`
	Age        Years  `json:"age,omitempty" jsonschema:"years, 1..120"`
	Gender     Text   `json:"gender,omitempty" jsonschema:"as the platform calls it"`
	Region     Text   `json:"region,omitempty" jsonschema:"where the user lives"`
	SignupTS   Time   `json:"signup_ts,omitempty" jsonschema:"when the user joined"`
	Consent    []Text `json:"consent,omitempty" jsonschema:"purposes agreed to; an empty list is a user who agreed to none, no list says nothing"`
}

// Item is a row of items.
type Item struct {
	ItemID             ID       `json:"item_id" jsonschema:"the item that events name"`
	Title              Title    `json:"title,omitempty" jsonschema:"what it is called"`
	Domain             Text     `json:"domain,omitempty" jsonschema:"course, film, book, talk, ..."`
	Category           Text     `json:"category,omitempty" jsonschema:"the one it is filed under"`
	Tags               []Text   `json:"tags,omitempty" jsonschema:"what it is about"`
	Difficulty         Level    `json:"difficulty,omitempty" jsonschema:"1 for beginners to 5 for experts, or beginner, intermediate, advanced"`
	LecturerID         ID       `json:"lecturer_id,omitempty" jsonschema:"who teaches or wrote it"`
	LecturerBackground Title    `json:"lecturer_background,omitempty" jsonschema:"what qualifies them"`
	Price              Money    `json:"price,omitempty" jsonschema:"in the main unit of the currency"`
	Currency           Currency `json:"currency,omitempty" jsonschema:"ISO 4217 code of the price"`
	DurationSeconds    Seconds  `json:"duration_seconds,omitempty" jsonschema:"how long it takes, in seconds"`
	PublishedAt        Date     `json:"published_at,omitempty" jsonschema:"when it came out"`
	Prerequisites      []ID     `json:"prerequisites,omitempty" jsonschema:"ids, as texts, of items to be finished before"`
	PartnerID          ID       `json:"partner_id,omitempty" jsonschema:"who brought it"`
	Available          bool     `json:"available,omitempty" jsonschema:"false if it is never to be recommended"`
}

// Partner is a row of partners.
type Partner struct {
	PartnerID ID     `json:"partner_id" jsonschema:"the partner that items name"`
	Name      Text   `json:"name,omitempty" jsonschema:"what it is called"`
	Industry  Text   `json:"industry,omitempty" jsonschema:"what it deals in"`
	Region    Text   `json:"region,omitempty" jsonschema:"where it is"`
	Tags      []Text `json:"tags,omitempty" jsonschema:"what it is about"`
}

// Trend is a row of trends.
type Trend struct {
	TS     Time    `json:"ts" jsonschema:"begin of the period that was measured"`
	Domain Text    `json:"domain,omitempty" jsonschema:"course, film, book, talk, ..."`
	Topic  Text    `json:"topic" jsonschema:"a category or tag"`
	Value  float64 `json:"value,omitempty" jsonschema:"attention, in units of the source"`
	Source Text    `json:"source,omitempty" jsonschema:"who measured it"`
}
