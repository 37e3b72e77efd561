package eventlog

import (
	"bytes"
	"fmt"
	"testing"

	"curio/datasets/event"
	"curio/datasets/event/code"

	"github.com/google/go-cmp/cmp"
	pqgo "github.com/parquet-go/parquet-go"
)

func TestParquetCatalogue(t *testing.T) {
	s := pqgo.String()
	list := pqgo.Repeated(s)
	users := parquetOf(t, map[string]columnOf{
		"user_id":    {s, []any{"u1", "u2", "u3", ""}},
		"age":        {pqgo.Int(32), []any{int32(34), nil, int32(121), nil}},
		"signup_ts":  {pqgo.Date(), []any{int32(20513), nil, nil, nil}},
		"occupation": {s, []any{"nurse", nil, nil, nil}},
		"consent":    {list, []any{[]string{"recommend", "analyse"}, []string{}, []string{"a"}, []string{}}},
	})
	d, _ := readParquet(t, "users.parquet", users, Options{})
	want := []event.User{
		{ID: "u1", Age: 34, SignupTS: 1772323200000, Occupation: "nurse", Consent: []string{"recommend", "analyse"}},
		{ID: "u2", Consent: []string{}},
	}
	if diff := cmp.Diff(want, d.Catalogue.Users); diff != "" {
		t.Error(diff)
	}
	var got []string
	for _, r := range d.Rejects {
		got = append(got, fmt.Sprint(r.Line, r.Code, r.Field))
	}
	if diff := cmp.Diff([]string{"3" + code.AgeRange + "age", "4" + code.UserMissing + "user_id"}, got); diff != "" {
		t.Error(diff)
	}
	items := parquetOf(t, map[string]columnOf{
		"item_id":          {s, []any{"i1", "i2"}},
		"tags":             {s, []any{"a|b", `["c"]`}},
		"available":        {pqgo.Leaf(pqgo.BooleanType), []any{true, false}},
		"price":            {pqgo.Decimal(2, 9, pqgo.Int32Type), []any{int32(499), nil}},
		"currency":         {s, []any{"USD", nil}},
		"duration_seconds": {pqgo.Leaf(pqgo.DoubleType), []any{60.5, nil}},
		"difficulty":       {s, []any{"advanced", "2.5"}},
		"published_at":     {pqgo.Timestamp(pqgo.Microsecond), []any{int64(-1_000_001), nil}},
	})
	d, _ = readParquet(t, "items.parquet", items, Options{})
	wantItems := []event.Item{
		{ID: "i1", Tags: []string{"a", "b"}, Price: 499, Currency: "USD", Duration: 60500, Difficulty: 500, PublishedAt: -1001},
		{ID: "i2", Tags: []string{"c"}, Unavailable: true, Difficulty: 250},
	}
	if diff := cmp.Diff(wantItems, d.Catalogue.Items); diff != "" || len(d.Rejects) > 0 {
		t.Error(diff, d.Rejects)
	}
	trends := parquetOf(t, map[string]columnOf{
		"ts": {pqgo.Date(), []any{int32(20513)}}, "topic": {s, []any{"x"}},
		"value": {pqgo.Decimal(2, 20, pqgo.FixedLenByteArrayType(9)), []any{pqgo.FixedLenByteArrayValue(bytes.Repeat([]byte{0xFF}, 9))}},
	})
	d, _ = readParquet(t, "trends.parquet", trends, Options{})
	if diff := cmp.Diff([]event.Trend{{TS: 1772323200000, Topic: "x", Value: -0.01}}, d.Catalogue.Trends); diff != "" {
		t.Error(diff)
	}
}

// Lists that go on from page to page, as others write them.
func TestParquetLists(t *testing.T) {
	type row struct {
		ID   string    `parquet:"item_id"`
		Tags []*string `parquet:"tags,list,optional"`
	}
	text := func(s string) *string { return &s }
	rows := []row{{"a", nil}, {"b", []*string{text("x"), text("y"), text("x")}}, {"c", []*string{text("z"), nil}}, {"d", []*string{text("x")}}}
	for _, version := range []int{1, 2} {
		var b bytes.Buffer
		w := pqgo.NewGenericWriter[row](&b, pqgo.DataPageVersion(version), pqgo.PageBufferSize(1), pqgo.MaxRowsPerRowGroup(3))
		if _, err := w.Write(rows); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		d, _ := readParquet(t, "items.parquet", b.Bytes(), Options{})
		want := []event.Item{{ID: "a"}, {ID: "b", Tags: []string{"x", "y", "x"}}, {ID: "d", Tags: []string{"x"}}}
		if diff := cmp.Diff(want, d.Catalogue.Items); diff != "" {
			t.Error(diff)
		}
		if len(d.Rejects) != 1 || d.Rejects[0].Code != code.JSONType || d.Rejects[0].Line != 3 {
			t.Errorf("rejects %+v", d.Rejects)
		}
	}
}

// An empty list is an answer, none is not.
func TestParquetEmptyList(t *testing.T) {
	type row struct {
		ID      string   `parquet:"user_id"`
		Consent []string `parquet:"consent,list,optional"`
	}
	var b bytes.Buffer
	w := pqgo.NewWriter(&b, pqgo.SchemaOf(row{}))
	for i, consent := range [][]pqgo.Value{
		{pqgo.NullValue().Level(0, 0, 1)}, {pqgo.NullValue().Level(0, 1, 1)}, {pqgo.ValueOf("a").Level(0, 2, 1), pqgo.ValueOf("b").Level(1, 2, 1)},
	} {
		if _, err := w.WriteRows([]pqgo.Row{append(pqgo.Row{pqgo.ValueOf(fmt.Sprint("u", i)).Level(0, 0, 0)}, consent...)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	d, _ := readParquet(t, "users.parquet", b.Bytes(), Options{})
	want := []event.User{{ID: "u0"}, {ID: "u1", Consent: []string{}}, {ID: "u2", Consent: []string{"a", "b"}}}
	if diff := cmp.Diff(want, d.Catalogue.Users); diff != "" {
		t.Error(diff, d.Rejects)
	}
}
