package census

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"curio/datasets/event"
)

// Format is the version of the JSON form of a Report. Readers refuse others.
const Format = 1

// MaxReport bounds the JSON form of a report, in bytes.
const MaxReport = 16 << 20

// ErrReport is wrapped by the errors of Read.
var ErrReport = errors.New("not a data report")

// Reading is what a census is not told by events: how the rows were read.
type Reading struct {
	Dataset  string         // what the report calls the data set
	Accepted int64          // rows of all tables; 0 stands for the events counted
	Rejected map[string]int // rows by code
	Examples []event.Reject // the first three of each code are shown
	Notes    map[string]int // counts of what was accepted and is worth knowing
}

// Report is what is said of a data set. Shares are of one. Text, JSON and HTML
// write the same bytes for equal reports.
type Report struct {
	Format     int            `json:"format"`
	Dataset    string         `json:"dataset"`
	Rows       Rows           `json:"rows"`
	Events     int64          `json:"events"`
	Users      int64          `json:"users"`
	Items      int64          `json:"items"` // distinct, of events
	Pairs      int64          `json:"pairs"` // distinct (user, item)
	Density    float64        `json:"density"`
	Timeless   int64          `json:"timeless"` // events without a time
	Time       *Span          `json:"time,omitempty"`
	Calendar   *Calendar      `json:"calendar,omitempty"`
	Types      Shares         `json:"types"`
	Channels   Shares         `json:"channels"`
	Plans      Shares         `json:"plans"`
	Currencies Shares         `json:"currencies"`
	Fields     []Field        `json:"fields"`
	Numbers    []Histogram    `json:"numbers"`
	Heavy      []Heavy        `json:"heavy"`
	Suspects   Suspects       `json:"suspects"`
	Notes      map[string]int `json:"notes,omitempty"`
	Drift      *Drift         `json:"drift,omitempty"` // set by whoever compares
}

// Rows says how much of what was read was accepted.
type Rows struct {
	Total         int64   `json:"total"`
	Accepted      int64   `json:"accepted"`
	Rejected      int64   `json:"rejected"`
	RejectedShare float64 `json:"rejected_share"`
	Codes         []Code  `json:"codes"` // most frequent first
}

// Code is why rows were rejected.
type Code struct {
	Code     string         `json:"code"`
	Rows     int64          `json:"rows"`
	Examples []event.Reject `json:"examples,omitempty"` // up to 3
}

// Span is when events happened, in RFC 3339, UTC. All but half a per cent at
// either end lie between two days.
type Span struct {
	First    string `json:"first"`
	Last     string `json:"last"`
	MostFrom string `json:"most_from"`
	MostTo   string `json:"most_to"`
}

// Calendar is the number of events in periods of equal length. When the span is
// mostly empty it shows where most events are and counts the others.
type Calendar struct {
	From   string  `json:"from"` // first day of the first period
	Days   int     `json:"days"` // length of a period; weeks begin on Monday
	Events []int64 `json:"events"`
	Before int64   `json:"before"`
	After  int64   `json:"after"`
}

// Shares is how many events have which value of a field.
type Shares struct {
	Events int64 `json:"events"` // with a value
	Precision
	Values []Count `json:"values"`          // most frequent first
	Other  int64   `json:"other,omitempty"` // with values that are not listed
	Many   bool    `json:"many,omitempty"`  // more values than a category has; those listed are a sample
}

// Count is how often a value was seen.
type Count struct {
	Name   string `json:"name"`
	Events int64  `json:"events"`
}

// Field is how often an optional field of events is there.
type Field struct {
	Name     string  `json:"name"`
	Present  int64   `json:"present"`
	Expected int64   `json:"expected"` // events of types that should have it
	Missing  int64   `json:"missing"`  // of the expected
	Share    float64 `json:"share"`    // missing of expected
	Precision
}

// Histogram counts numbers in bins that are the same in every report.
type Histogram struct {
	Name  string `json:"name"`
	Unit  string `json:"unit"`
	Count int64  `json:"count"`
	Precision
	Mean float64 `json:"mean,omitempty"`
	Bins []Bin   `json:"bins"` // up to the last that is not empty
}

// Bin holds numbers from From up to the next bin.
type Bin struct {
	From  float64 `json:"from"`
	Count int64   `json:"count"`
}

// Heavy is one of the users with the most events.
type Heavy struct {
	ID     string `json:"id"`
	Events int64  `json:"events"`
	Items  int64  `json:"items"` // distinct
	Days   int64  `json:"days"`  // with events
}

// Suspects are the users that look like programs. With Dropped, Users and Events
// are how many were dropped.
type Suspects struct {
	Dropped bool      `json:"dropped"` // in no other count but that of rows
	Users   int64     `json:"users"`
	Events  int64     `json:"events"` // of those users
	Share   float64   `json:"share"`  // of users, dropped ones included
	Rules   []Rule    `json:"rules"`  // all of them, in the order of Rules
	Top     []Suspect `json:"top"`    // most events first
}

// Rule is how many users a rule suspects.
type Rule struct {
	Rule  string `json:"rule"`
	Users int64  `json:"users"`
}

// Suspect is a user and the evidence.
type Suspect struct {
	ID      string   `json:"id"`
	Events  int64    `json:"events"`
	Reasons []Reason `json:"reasons"`
}

// JSON writes the report with fields in a fixed order, indented.
func (r *Report) JSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	return e.Encode(r)
}

// Read reads what Report.JSON wrote. Its errors wrap ErrReport.
func Read(r io.Reader) (*Report, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxReport+1))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrReport, err)
	}
	if len(data) > MaxReport {
		return nil, fmt.Errorf("%w: longer than %d bytes", ErrReport, MaxReport)
	}
	var report Report
	if err := json.Unmarshal(data, &report); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrReport, err)
	}
	if report.Format != Format {
		return nil, fmt.Errorf("%w: format %d, this program reads %d", ErrReport, report.Format, Format)
	}
	if err := report.check(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrReport, err)
	}
	return &report, nil
}
