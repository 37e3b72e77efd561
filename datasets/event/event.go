// Package event holds the words a behaviour log is written in: events, users,
// items, partners and trends. It depends on the standard library alone and
// everything may import it.
//
// Quantities are integers so that sums do not depend on their order: times and
// durations in milliseconds, money in minor units of its currency, shares in
// basis points, stars in hundredths.
package event

import "fmt"

// Time is an instant in milliseconds since the Unix epoch, UTC. Zero means the
// source did not say.
type Time int64

// Day is the length of a day in the unit of Time.
const Day Time = 24 * 60 * 60 * 1000

// Type says what a user did.
type Type uint8

// The event types of the canonical log.
const (
	View      Type = iota + 1 // opened the item's page
	Watch                     // watched or read for Event.Watched
	Progress                  // reached Event.Progress of the item
	Complete                  // finished the item
	Rating                    // rated it with Event.Rating stars
	Purchase                  // paid Event.Amount for it
	Refund                    // got Event.Amount back
	Comment                   // wrote about it
	Like                      // liked it
	Favourite                 // kept it for later
	Share                     // sent it to others
	Search                    // searched; the item is what was chosen, if any
	Dismiss                   // said it is not of interest
)

// Types is one more than the largest Type: the size of an array indexed by Type.
const Types = int(Dismiss) + 1

var typeNames = [Types]string{
	"", "view", "watch", "progress", "complete", "rating", "purchase", "refund",
	"comment", "like", "favourite", "share", "search", "dismiss",
}

// String returns the name the canonical log uses.
func (t Type) String() string {
	if t == 0 || int(t) >= Types {
		return fmt.Sprintf("type(%d)", uint8(t))
	}
	return typeNames[t]
}

// ParseType is the inverse of Type.String; it knows no other spellings.
func ParseType(name string) (Type, bool) {
	switch name {
	case "view":
		return View, true
	case "watch":
		return Watch, true
	case "progress":
		return Progress, true
	case "complete":
		return Complete, true
	case "rating":
		return Rating, true
	case "purchase":
		return Purchase, true
	case "refund":
		return Refund, true
	case "comment":
		return Comment, true
	case "like":
		return Like, true
	case "favourite":
		return Favourite, true
	case "share":
		return Share, true
	case "search":
		return Search, true
	case "dismiss":
		return Dismiss, true
	}
	return 0, false
}

// Has says which optional fields of an Event carry a value.
type Has uint8

// The optional fields of an Event.
const (
	HasWatched Has = 1 << iota
	HasProgress
	HasRating
	HasAmount
)

// Event is one immutable line of a behaviour log.
type Event struct {
	ID         string // unique name of the line, or empty
	TS         Time   // when it happened, 0 if the log has no time
	ReceivedAt Time   // when the platform learned of it, 0 if unknown
	UserID     string
	ItemID     string // empty for a search that chose nothing
	Type       Type
	Has        Has
	Watched    int64  // milliseconds watched or read, >= 0
	Progress   int32  // basis points of the item, 0..10000
	Rating     int32  // hundredths of a star, 100..500
	Amount     int64  // minor units of Currency, >= 0
	Currency   string // ISO 4217, upper case
	Plan       string // how it was bought: single, subscription, ...
	Channel    string // where it came from: app, web, partner, ...
}

// User is what the platform knows of a user besides behaviour. Zero values mean
// unknown.
type User struct {
	ID         string
	Occupation string
	Age        int32 // years
	Gender     string
	Region     string
	SignupTS   Time
	Consent    []string // purposes agreed to; nil means the source does not say
}

// Item is a course, film, book, talk or anything else users act on. Zero values
// mean unknown.
type Item struct {
	ID                 string
	Title              string
	Domain             string // course, film, book, talk, ...
	Category           string
	Tags               []string
	Difficulty         int32 // hundredths, 100 (beginner) .. 500 (expert)
	LecturerID         string
	LecturerBackground string
	Price              int64 // minor units of Currency
	Currency           string
	Duration           int64 // milliseconds
	PublishedAt        Time
	Prerequisites      []string // item ids
	PartnerID          string
	Unavailable        bool // never to be recommended
	Unlisted           bool // named by events only: absent from the source's catalogue
}

// Partner is an organisation that brings items or an audience.
type Partner struct {
	ID       string
	Name     string
	Industry string
	Region   string
	Tags     []string
}

// Trend is the measured attention to a topic in a period.
type Trend struct {
	TS     Time
	Domain string
	Topic  string // category or tag
	Value  float64
	Source string
}

// Catalogue is everything of a data set but its events.
type Catalogue struct {
	Users    []User
	Items    []Item
	Partners []Partner
	Trends   []Trend
}
