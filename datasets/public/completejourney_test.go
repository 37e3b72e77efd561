package public

import (
	"strings"
	"testing"

	"curio/datasets/event"
)

const journeyHead = "household_id,store_id,product_id,quantity,sales_value,transaction_timestamp\n"

func openJourney(t testing.TB, files map[string]string) *source {
	t.Helper()
	s, err := completeJourney(folderOf(files))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestCompleteJourney(t *testing.T) {
	s := openJourney(t, map[string]string{
		"transactions_sample.csv.gz": zipped("\"household_id\",\"store_id\",\"product_id\",\"quantity\",\"sales_value\",\"transaction_timestamp\"\n" +
			"\"12\",\"3\",\"500\",2,3.86,2017-01-28 14:06:53\n\"12\",\"3\",\"501\",0,4.440892e-16,2017-01-28 14:06:53\n\"13\",\"3\",\"999\",1,10,2017-12-31 23:59:59\n"),
		"products.csv": "product_id,manufacturer_id,department,brand,product_category,product_type,package_size\n" +
			"500,7,BAKERY,Private,BREAD,\"BREAD, ROUND\",22 OZ\n501,7,OTHER,National,,,\n502,,OTHER,,,BAGS,\n",
		"demographics.csv": "household_id,age,income\n12,45-54,x\n14,65+,\n15,,\n16,old,\n",
	})
	if s.Fixed() {
		t.Error("there is no split")
	}
	diff(t, "files", []string{"transactions_sample.csv.gz"}, s.Files())
	d := readAll(t, s)
	diff(t, "events", []string{
		"train 12 purchase 500 386 USD @1485612413000", "train 12 purchase 501 0 USD @1485612413000", "train 13 purchase 999 1000 USD @1514764799000",
	}, d.Events)
	diff(t, "rejects", []string(nil), d.Rejects)
	diff(t, "catalogue", &event.Catalogue{
		Users: []event.User{{ID: "12", Age: 45}, {ID: "14", Age: 65}, {ID: "15"}, {ID: "16"}},
		Items: []event.Item{
			{ID: "500", Title: "BREAD, ROUND, 22 OZ", Domain: "retail", Category: "BREAD", Tags: []string{"BAKERY", "BREAD, ROUND", "Private"}, PartnerID: "7"},
			{ID: "501", Domain: "retail", Category: "OTHER", Tags: []string{"OTHER", "National"}, PartnerID: "7"},
			{ID: "502", Title: "BAGS", Domain: "retail", Category: "OTHER", Tags: []string{"OTHER", "BAGS"}},
		},
		Partners: []event.Partner{{ID: "7"}},
	}, d.Catalogue)
	diff(t, "notes", map[string]int{"purchases_of_no_piece": 1, "age_unreadable": 1}, d.Notes)
	diff(t, "second reading", d, readAll(t, s))
}

func TestCompleteJourneyWithoutTables(t *testing.T) {
	d := readAll(t, openJourney(t, map[string]string{"transactions.csv": journeyHead + "1,2,3,1,0.5,2017-01-01 00:00:00\n", "transactions_sample.csv": "other"}))
	diff(t, "events", []string{"train 1 purchase 3 50 USD @1483228800000"}, d.Events)
	diff(t, "catalogue", &event.Catalogue{}, d.Catalogue)
}

func TestCompleteJourneyBadRows(t *testing.T) {
	const when = ",2017-01-01 00:00:00\n"
	d := readAll(t, openJourney(t, map[string]string{
		"transactions.csv": journeyHead + ",1,2,1,1" + when + "1,1,,1,1" + when + "1,1,2,1,-0.01" + when + "1,1,2,1,-0.001" + when +
			"1,1,2,1,NaN" + when + "1,1,2,1,1e300" + when + "1,1,2,1,1e17" + when + "1,1,2,-1,1" + when + "1,1,2,two,1" + when + "1,1,2,1,1,2017-01-01\n" +
			"1,1,2,1,1,1969-12-31 23:59:59\n1,1,2,1,1,1970-01-01 00:00:00\n1,1,2,1,1,9999-12-31 23:59:59\n=cmd(),1,2,1,1" + when,
		"products.csv":     "product_id,manufacturer_id,department\n,1,x\n1,\x01,x\n1,1,\x02\n1,1,x\n1,1,y\n",
		"demographics.csv": "household_id,age\n,45-54\n\xff,1\n1\n",
	}))
	diff(t, "rejects", []string{
		"demographics.csv:2 user_missing", "demographics.csv:3 not_utf8", "demographics.csv:4 csv_columns",
		"products.csv:2 item_missing", "products.csv:3 id_control_char", "products.csv:4 text_control_char",
		"transactions.csv:2 user_missing", "transactions.csv:3 item_missing", "transactions.csv:4 amount_negative -0.01",
		"transactions.csv:6 number_invalid NaN", "transactions.csv:7 number_range 1e300", "transactions.csv:8 number_range 1e17",
		"transactions.csv:9 number_invalid -1", "transactions.csv:10 number_invalid two", "transactions.csv:11 ts_unparsable 2017-01-01",
		"transactions.csv:12 ts_range 1969-12-31 23:59:59", "transactions.csv:13 ts_range 1970-01-01 00:00:00",
	}, d.Rejects)
	if n := len(d.Events); n != 3 || d.Notes["items_replaced"] != 1 {
		t.Errorf("%d events and notes %v, want 3 and an item replaced", n, d.Notes)
	}
}

func FuzzCompleteJourney(f *testing.F) {
	f.Add(journeyHead+"1,2,3,1,0.5,2017-01-01 00:00:00\n", "product_id,department,product_type\n3,a,b\n", "household_id,age\n1,19-24\n")
	f.Add(journeyHead+"\"1\",2,\"3\n\",1,1e9,2017-01-01 00:00:00", "product_id\n\n3\n3\n", "age,household_id\n+,1\n-5,2\n")
	f.Fuzz(func(t *testing.T, transactions, products, demographics string) {
		s := openJourney(t, map[string]string{"transactions.csv": transactions, "products.csv": products, "demographics.csv": demographics})
		if _, err := s.Catalogue(t.Context(), nil); err != nil {
			return // a header it cannot read
		}
		err := event.Each(t.Context(), s, nil, func(e *event.Event, _ event.Part, _ event.Place) error {
			if e.UserID == "" || e.ItemID == "" || e.TS <= 0 || e.Amount < 0 || e.Currency != "USD" {
				t.Errorf("event %+v", *e)
			}
			return nil
		})
		if err == nil && strings.Count(transactions, "\n") > 0 {
			readAll(t, s)
		}
	})
}
