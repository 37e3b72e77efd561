package public

import (
	"context"
	"fmt"
	"io/fs"
	"time"

	"curio/datasets/event"
	"curio/datasets/event/code"
	"curio/datasets/event/field"
)

// CompleteJourney reads the retail purchases of the Complete Journey study of
// dunnhumby, in the form of the R package completejourney:
//
//	transactions.csv or transactions_sample.csv
//	                   household_id product_id sales_value quantity transaction_timestamp
//	products.csv       product_id manufacturer_id department brand product_category product_type package_size, optional
//	demographics.csv   household_id age, optional
//
// each plain or with .gz. Other columns are passed over, and so are campaigns and
// coupons. A household is a user.
//
// A row of transactions is an event of type Purchase of plan single. The amount is
// sales_value, what the shop received for all pieces, in US dollars to the nearest
// cent. Times carry no zone and are taken as UTC.
//
// Products have the domain retail; the title is the product type with the package
// size, the category that of the product or else its department, the tags are
// department, type and brand, and the partner is the manufacturer. An age is the
// first year of its band: 45 for 45-54, 65 for 65+. Most households are in no
// table; what it says of income and family has no place in event.User.
//
// Notes: purchases_of_no_piece (of quantity 0), users_replaced, items_replaced
// (rows whose id came again later; the last counts), age_unreadable.
func CompleteJourney(dir string) (event.Source, error) {
	f, err := openFolder(dir)
	if err != nil {
		return nil, err
	}
	return completeJourney(f)
}

const journeyWanted = "transactions.csv or transactions_sample.csv, optionally products.csv and demographics.csv, each also with .gz"

func completeJourney(dir folder) (*source, error) {
	j := journey{
		transactions: commas{dir, dir.either("transactions.csv", "transactions_sample.csv")},
		products:     commas{dir, dir.either("products.csv")},
		demographics: commas{dir, dir.either("demographics.csv")},
		notes:        &notes{},
	}
	if j.transactions.file == "" {
		return nil, fmt.Errorf("data set of Complete Journey in %s has no transactions.csv (wanted: %s): %w", dir.name, journeyWanted, fs.ErrNotExist)
	}
	return &source{files: []string{j.transactions.file}, notes: j.notes, catalogue: j.catalogue, events: j.events}, nil
}

type journey struct {
	transactions, products, demographics commas // without a file if it is missing
	*notes
}

func (j journey) events(ctx context.Context, reject func(event.Reject), sink event.Sink) error {
	need := []string{"household_id", "product_id", "sales_value", "quantity", "transaction_timestamp"}
	none := 0
	err := j.transactions.rows(ctx, reject, need, func(r *record, where *at) error {
		e := event.Event{
			UserID: r.get("household_id"), ItemID: r.get("product_id"),
			Type: event.Purchase, Has: event.HasAmount, Currency: "USD", Plan: "single",
		}
		if !identified(where, "household_id", e.UserID, code.UserMissing) || !identified(where, "product_id", e.ItemID, code.ItemMissing) {
			return nil
		}
		var fault string
		if e.TS, fault = localTime(r.get("transaction_timestamp")); fault != "" {
			where.refuse(fault, "transaction_timestamp", hide(r.get("transaction_timestamp"), e.UserID), "not a time after 1970, written as 2006-01-02 15:04:05")
			return nil
		}
		if e.Amount, fault = cents(r.get("sales_value")); fault != "" {
			where.refuse(fault, "sales_value", hide(r.get("sales_value"), e.UserID), "not an amount of dollars")
			return nil
		}
		quantity, fault := field.Fixed(r.get("quantity"), 0)
		if fault != "" || quantity < 0 {
			where.refuse(code.NumberInvalid, "quantity", hide(r.get("quantity"), e.UserID), "not a number of pieces")
			return nil
		}
		if quantity == 0 {
			none++
		}
		return sink(&e, event.Train, event.PlaceOf(0, where.line))
	})
	if err == nil {
		j.set("purchases_of_no_piece", none)
	}
	return err
}

// cents reads an amount of at least 0 to the nearest cent.
func cents(s string) (int64, string) {
	v, fault := field.Fixed(s, 2)
	switch {
	case fault != "":
		return 0, fault
	case v < 0:
		return 0, code.AmountNegative
	}
	return v, ""
}

// localTime reads a time without a zone as UTC.
func localTime(s string) (event.Time, string) {
	t, err := time.Parse(time.DateTime, s)
	if err != nil {
		return 0, code.TSUnparsable
	}
	if t.UnixMilli() <= 0 {
		return 0, code.TSRange
	}
	return event.Time(t.UnixMilli()), ""
}
