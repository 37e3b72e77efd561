package audience

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"

	"curio/serve/servetest"
)

func itself(user string) string { return user }

func TestMemberRows(t *testing.T) {
	art := large(t, servetest.PerCategory)
	a := New(art, 5)
	rows := slices.Collect(a.MemberRows(2, func(user string) string { return "~" + user }))
	if len(rows) != 10 {
		t.Fatalf("%d rows", len(rows))
	}
	for i, row := range rows {
		m := a.Reader().Member(a.Members(2)[i])
		want := MemberRow{"~" + servetest.UserID(2+4*i), "s3", "likes law", m.Probability, m.Distance, art.Segments.Segments()[m.RunnerUp].ID}
		if diff := cmp.Diff(want, row); diff != "" {
			t.Error(diff)
		}
	}
}

// The order of rows tells nothing of the ids behind the names.
func TestMemberRowsAreInTheOrderOfTheirNames(t *testing.T) {
	a := New(large(t, servetest.PerCategory), 5)
	backwards := func(user string) string { return fmt.Sprintf("p%02d", 99-int(user[6]-'0')-10*int(user[5]-'0')) }
	rows := slices.Collect(a.MemberRows(2, backwards))
	for i, row := range rows {
		if want := backwards(servetest.UserID(38 - 4*i)); row.UserID != want {
			t.Errorf("row %d is %s, want %s", i, row.UserID, want)
		}
		if u, m := user(t, a.art, servetest.UserID(38-4*i)), row; m.Probability != a.Reader().Member(u).Probability || m.Distance != a.Reader().Member(u).Distance {
			t.Errorf("row %d has another's numbers: %+v", i, row)
		}
	}
}

func TestUserRows(t *testing.T) {
	art := large(t, servetest.PerCategory)
	a := New(art, 11) // no segment has as many
	f := Fans{Kind: Logit, Users: []Fan{{user(t, art, servetest.UserID(2)), 1.5, true}, {user(t, art, servetest.UserID(3)), 0.5, false}}}
	i := item(t, art, "law-02")
	want := []UserRow{{1, "user-02", "law-02", 1.5, Logit, true, ""}, {2, "user-03", "law-02", 0.5, Logit, false, ""}}
	if diff := cmp.Diff(want, slices.Collect(a.UserRows(i, f, itself))); diff != "" {
		t.Error(diff)
	}
	want[0].SegmentID, want[1].SegmentID = "s3", "s4"
	if diff := cmp.Diff(want, slices.Collect(New(art, 10).UserRows(i, f, itself))); diff != "" {
		t.Error(diff)
	}
}

func many(n int) iter.Seq[MemberRow] {
	return func(yield func(MemberRow) bool) {
		for i := range n {
			if !yield(MemberRow{UserID: strings.Repeat("u", i%50), SegmentID: "s1", SegmentName: "课 \"a\", b", Probability: float64(i) / 7, RunnerUpID: "s2"}) {
				return
			}
		}
	}
}

func TestParquetIsReadBack(t *testing.T) {
	for _, n := range []int{0, 1, batchRows - 1, batchRows, batchRows + 1, groupRows + 1} {
		var first, second bytes.Buffer
		wrote, err := WriteParquet(&first, many(n))
		if err != nil || wrote != n {
			t.Fatal(wrote, err)
		}
		if _, err := WriteParquet(&second, many(n)); err != nil || !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Errorf("%d rows: other bytes the second time (%v)", n, err)
		}
		rows, err := parquet.Read[MemberRow](bytes.NewReader(first.Bytes()), int64(first.Len()))
		if err != nil {
			t.Fatal(err)
		}
		if want := slices.Collect(many(n)); len(rows) != n || n > 0 && !slices.Equal(want, rows) {
			t.Errorf("%d rows came back as %d", n, len(rows))
		}
	}
}

func TestCSV(t *testing.T) {
	rows := []MemberRow{
		{"=1+1", "s1", "plain", 0.5, 2, ""},
		{"+861", "s1", "-x", 1, 0.1, "@s"},
		{"\tu", "\rs", `say "a", b`, 1e-9, 1e300, "课程"},
		{"u=1", "'=x", "a\nb", 0, 0, " =1"},
		{"", "", "", 0, 0, ""},
	}
	var out strings.Builder
	n, quoted, err := WriteCSV(&out, slices.Values(rows))
	want := "user_id,segment_id,segment_name,probability,distance,runner_up_id\n" +
		"'=1+1,s1,plain,0.5,2,\n" +
		"'+861,s1,'-x,1,0.1,'@s\n" +
		"'\tu,\"'\rs\",\"say \"\"a\"\", b\",1e-09,1e+300,课程\n" +
		"u=1,'=x,\"a\nb\",0,0,\" =1\"\n" +
		",,,0,0,\n"
	if diff := cmp.Diff(want, out.String()); diff != "" || n != 5 || quoted != 6 || err != nil {
		t.Errorf("%d rows, %d quoted, %v: %s", n, quoted, err, diff)
	}
	out.Reset()
	if n, quoted, err := WriteCSV(&out, slices.Values([]UserRow{{3, "-u", "i", -0.25, Logit, true, "s1"}})); out.String() != "rank,user_id,item_id,score,score_kind,candidate,segment_id\n3,'-u,i,-0.25,logit,true,s1\n" || n != 1 || quoted != 1 || err != nil {
		t.Errorf("%d, %d, %v: %s", n, quoted, err, &out)
	}
}

// full takes so many bytes and no more.
type full struct{ room int }

var errFull = errors.New("no space left")

func (f *full) Write(p []byte) (int, error) {
	if f.room -= len(p); f.room < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestExportReportsAFullDisk(t *testing.T) {
	for _, room := range []int{0, 3, 5000} {
		if _, err := WriteParquet(&full{room}, many(200_000)); !errors.Is(err, errFull) {
			t.Errorf("%d bytes, Parquet: %v", room, err)
		}
		if _, _, err := WriteCSV(&full{room}, many(200_000)); !errors.Is(err, errFull) {
			t.Errorf("%d bytes, CSV: %v", room, err)
		}
		if _, _, err := WriteCSV(&full{room}, many(100)); !errors.Is(err, errFull) {
			t.Errorf("%d bytes, a short CSV: %v", room, err)
		}
	}
}
