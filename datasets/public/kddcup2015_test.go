package public

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"strings"
	"testing"

	"curio/datasets/event"
	"curio/datasets/eventlog/rows"
)

const kddHead = "enrollment_id,time,event_access,event_discussion,event_navigate,event_page_close,event_problem,event_video,event_wiki\n"

func openKDD(t testing.TB, files map[string]string) *source {
	t.Helper()
	s, err := kddCup2015(folderOf(files))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func zipped(content string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write([]byte(content))
	w.Close()
	return b.String()
}

func TestKDDCup2015(t *testing.T) {
	s := openKDD(t, map[string]string{
		"trainCourseB.csv":    kddHead + "7,2014-05-02,0,0,0,0,0,0,1\n7,2014-05-03,0,0,0,1,0,0,0\n",
		"trainCourse9.csv.gz": zipped(kddHead + "4,2014-05-01,2,0,0,3,0,1,0\n4,2014-05-02,0,0,0,0,0,0,0\n5,2014-05-01,0,1,1,0,1,0,0\n"),
		"truth_train.csv":     "enrollment_id,label\n4,1\n7,0\n99,1\n",
		"README.md":           "",
	})
	if s.Fixed() {
		t.Error("there is no split")
	}
	d := readAll(t, s)
	diff(t, "events", []string{
		"train 4 view 9 @1398902400000", "train 4 view 9 @1398902400000", "train 4 watch 9 @1398902400000",
		"train 5 view 9 @1398902400000", "train 5 view 9 @1398902400000", "train 5 view 9 @1398902400000",
		"train 7 view B @1398988800000",
	}, d.Events)
	diff(t, "rejects", []string(nil), d.Rejects)
	diff(t, "catalogue", &event.Catalogue{
		Users: []event.User{{ID: "4"}, {ID: "5"}, {ID: "7"}},
		Items: []event.Item{{ID: "9", Domain: "course"}, {ID: "B", Domain: "course"}},
	}, d.Catalogue)
	diff(t, "notes", map[string]int{
		"enrolment_days": 5, "silent_days": 1, "page_closes": 4,
		"dropouts": 1, "labels_of_other_courses": 1, "enrolments_without_label": 1,
	}, d.Notes)
	diff(t, "second reading", d, readAll(t, s))
	var got []string
	err := event.Each(t.Context(), s, nil, func(e *event.Event, _ event.Part, at event.Place) error {
		got = append(got, fmt.Sprint(e.ID, " ", e.Channel, " ", e.ReceivedAt-e.TS == event.Day, " ", at.File(), ":", at.Line()))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	diff(t, "ids and places", []string{
		"4/2014-05-01/access/1 access true 0:1", "4/2014-05-01/access/2 access true 0:2", "4/2014-05-01/video/1 video true 0:3",
		"5/2014-05-01/discussion/1 discussion true 0:4", "5/2014-05-01/navigate/1 navigate true 0:5", "5/2014-05-01/problem/1 problem true 0:6",
		"7/2014-05-02/wiki/1 wiki true 0:7",
	}, got)
}

func TestKDDCup2015BadRows(t *testing.T) {
	d := readAll(t, openKDD(t, map[string]string{
		"trainCourse1.csv": kddHead + "1,2014-05-01,0,0,0,0,0,0\n,2014-05-01,0,0,0,0,0,0,0\n1,1400000000,0,0,0,0,0,0,0\n" +
			"1,1970-01-01,0,0,0,0,0,0,0\n1,2014-05-01,-1,0,0,0,0,0,0\n1,2014-05-01,1.5,0,0,x,0,0,0\n1,2014-05-01,0,0,0,99999999999999999999,0,0,0\n" +
			"1,2014-05-01,0,0,0,10001,0,0,0\n\"1\",2014-05-01,0,0,0,10000,0,0,0\n1,\"2014-05-01,0,0,0,0,0,0,0\n\xff,2014-05-01,0,0,0,0,0,0,0\n" +
			"1\x00,2014-05-01,0,0,0,0,0,0,0\n" + strings.Repeat("1", 257) + ",2014-05-01,0,0,0,0,0,0,0\n",
		"truth_train.csv": "enrollment_id,label\n1,2\n,1\n1,0\n1,1\n",
	}))
	diff(t, "rejects", []string{
		"truth_train.csv:2 bool_invalid 2", "truth_train.csv:3 user_missing", "truth_train.csv:5 duplicate",
		"trainCourse1.csv:2 csv_columns", "trainCourse1.csv:3 user_missing", "trainCourse1.csv:4 ts_unparsable 1400000000",
		"trainCourse1.csv:5 ts_range 1970-01-01", "trainCourse1.csv:6 number_invalid -1", "trainCourse1.csv:7 number_invalid 1.5",
		"trainCourse1.csv:8 number_invalid 99999999999999999999", "trainCourse1.csv:9 number_range 10001", "trainCourse1.csv:11 csv_quote",
		"trainCourse1.csv:12 not_utf8", "trainCourse1.csv:13 id_control_char", "trainCourse1.csv:14 id_too_long",
	}, d.Rejects)
	if d.Notes["page_closes"] != 10000 || d.Notes["enrolment_days"] != 1 {
		t.Errorf("notes %v, want those of the one fit row", d.Notes)
	}
}

func TestKDDCup2015RefusesWhatItCannotRead(t *testing.T) {
	whole := zipped(kddHead + strings.Repeat("4,2014-05-01,2,0,0,3,0,1,0\n", 1000))
	for name, files := range map[string]map[string]string{
		"NoColumn":   {"trainCourse1.csv": "enrollment_id,time\n1,2014-05-01\n"},
		"Twice":      {"trainCourse1.csv": "time," + kddHead},
		"BadHeader":  {"trainCourse1.csv": "\"" + kddHead},
		"Truncated":  {"trainCourse1.csv.gz": whole[:len(whole)-9]},
		"NotGzip":    {"trainCourse1.csv.gz": kddHead},
		"Bomb":       {"trainCourse1.csv.gz": zipped(kddHead + strings.Repeat("\n", rows.RatioFrom+1))},
		"TooManyCol": {"trainCourse1.csv": strings.Repeat("x,", maxColumns) + "x\n"},
	} {
		s := openKDD(t, files)
		err := event.Each(t.Context(), s, nil, func(*event.Event, event.Part, event.Place) error { return nil })
		if err == nil || !strings.Contains(err.Error(), "trainCourse1.csv") {
			t.Errorf("%s: %v, want an error that names the file", name, err)
		}
		if _, err := s.Catalogue(t.Context(), nil); err == nil {
			t.Errorf("%s: no error of the catalogue", name)
		}
	}
	for _, files := range []map[string]string{
		{"trainCourse.csv": kddHead}, {"trainCourse1.csv": kddHead, "trainCourse1.csv.gz": zipped(kddHead)},
	} {
		if _, err := kddCup2015(folderOf(files)); err == nil {
			t.Errorf("%v: no error for courses without a name of their own", files)
		}
	}
}

func FuzzKDDCup2015(f *testing.F) {
	f.Add(kddHead+"7,2014-05-02,0,1,0,2,0,0,1\n", "enrollment_id,label\n7,1\n")
	f.Add(kddHead+"\"7\n\",2014-05-02,0,1,0,2,0,0,1\r\n\xff,,,\n", "label,enrollment_id\n\n1,7\n2,7\n")
	f.Fuzz(func(t *testing.T, course, truth string) {
		s := openKDD(t, map[string]string{"trainCourse1.csv": course, "truth_train.csv": truth})
		if _, err := s.Catalogue(t.Context(), nil); err != nil {
			return // a header it cannot read
		}
		d := readAll(t, s)
		users, _ := ids(d.Catalogue)
		for _, e := range d.Events {
			if word := strings.Split(e, " "); len(word) == 5 && !users[word[1]] {
				t.Errorf("%s is not in the catalogue", e)
			}
		}
	})
}
