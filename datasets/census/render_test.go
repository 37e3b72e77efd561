package census

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"curio/datasets/event"
	"curio/datasets/timeline"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the goldens")

func reader(s string) io.Reader { return strings.NewReader(s) }

// everywhere renders a report in each form.
func everywhere(t testing.TB, r *Report) map[string]string {
	t.Helper()
	out := make(map[string]string)
	for name, render := range map[string]func(io.Writer) error{"text": r.Text, "json": r.JSON, "html": r.HTML} {
		var b bytes.Buffer
		if err := render(&b); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		out[name] = b.String()
	}
	return out
}

func example() *Report {
	now := counted(Default(), small()).Report(Reading{
		Dataset:  "small",
		Rejected: map[string]int{"rating_range": 2, "duplicate": 1},
		Examples: []event.Reject{{File: "events.csv", Line: 7, Code: "rating_range", Field: "rating", Value: "9", Message: "must be within 1..5"}},
		Notes:    map[string]int{"unknown columns": 2},
	})
	now.Drift = Compare(counted(Default(), small()[:1]).Report(Reading{Dataset: "before"}), now, Default().Drift)
	return now
}

func TestGoldens(t *testing.T) {
	out := everywhere(t, example())
	for name, file := range map[string]string{"text": "report.txt", "json": "report.json"} {
		path := filepath.Join("testdata", file)
		if *update {
			if err := os.WriteFile(path, []byte(out[name]), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), out[name]); d != "" {
			t.Errorf("%s: %s", file, d)
		}
	}
}

func TestSameReportSameBytes(t *testing.T) {
	a := counted(Default(), mustUsers(t)[:300]).Report(Reading{Dataset: "d"})
	back, err := Read(reader(encoded(t, a)))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(everywhere(t, a), everywhere(t, back)); d != "" {
		t.Errorf("after reading it back: %s", d)
	}
}

var drawing = regexp.MustCompile(`(?s)<svg.*?</svg>`)

// Texts of the data set cannot become markup, nor move a terminal.
func TestHostileTexts(t *testing.T) {
	const script = `<script>alert(1)</script>`
	const escape = "a\x1b[31m\nb\u202e"
	var users []*timeline.User
	for _, bad := range []string{script, escape, `"><img src=x onerror=alert(1)>`, "</svg><script>", `{{.}}`, "javascript:x"} {
		users = append(users, user(bad, event.Event{
			TS: noon, Type: event.Purchase, ItemID: bad, Channel: bad, Plan: bad, Currency: bad, Has: event.HasAmount, Amount: 5,
		}))
	}
	for i, u := range bots(1, 1) {
		if i == 0 {
			u.ID = script
		}
		users = append(users, u)
	}
	r := counted(Default(), users).Report(Reading{
		Dataset:  script,
		Rejected: map[string]int{script: 1, escape: 1},
		Examples: []event.Reject{{File: script, Line: 1, Code: script, Field: script, Value: script, Message: escape}},
		Notes:    map[string]int{script: 1, escape: 3},
	})
	r.Drift = Compare(r, r, Default().Drift)
	r.Drift.Measures[0].At, r.Drift.Earlier = script, escape
	r.Drift.Measures[0].Value = 0.5
	out := everywhere(t, r)
	for _, bad := range []string{"<script", "<img", "</svg><", "\x1b", "\u202e", "src="} {
		page := strings.ToLower(out["html"])
		if bad == "src=" {
			page = strings.ReplaceAll(page, "img src=x", "") // escaped text
		}
		if strings.Contains(page, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	for _, bad := range []string{"\x1b", "\u202e"} {
		if strings.Contains(out["text"], bad) {
			t.Errorf("the text holds %q", bad)
		}
	}
	if strings.Contains(out["json"], "\x1b") {
		t.Error("the JSON form holds an escape")
	}
}

func TestPlotsEscape(t *testing.T) {
	const bad = `"><script>`
	for name, counts := range map[string][]int64{"one": {1}, "none": {0, 0}, "large": {math.MaxInt64, 1}} {
		out, err := bars{counts, func(int) string { return bad }, bad, bad, plotWidth, bad}.svg()
		if err != nil || strings.Contains(string(out), "<script") || strings.Contains(string(out), "NaN") {
			t.Errorf("%s: %v %s", name, err, out)
		}
	}
}

func TestPageNeedsNothingElse(t *testing.T) {
	r := counted(Default(), mustUsers(t)[:300]).Report(Reading{Dataset: "d"})
	out := everywhere(t, r)["html"]
	plain := strings.NewReplacer(`xmlns="http://www.w3.org/2000/svg"`, "", `xmlns:xlink="http://www.w3.org/1999/xlink"`, "").Replace(out)
	for _, bad := range []string{"http:", "https:", "src=", "href=", "url(", "@import", "<script", "<?xml"} {
		if strings.Contains(plain, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	drawings := drawing.FindAllString(out, -1)
	if len(drawings) < 9 {
		t.Errorf("%d plots", len(drawings))
	}
	for _, d := range drawings {
		if !strings.Contains(d, `role="img" aria-label="Bar chart of `) {
			t.Errorf("a plot without words: %.200s", d)
		}
		for x := xml.NewDecoder(strings.NewReader(d)); ; {
			if _, err := x.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%v in %.200s", err, d)
			}
		}
	}
}

func TestReadRefuses(t *testing.T) {
	good := encoded(t, example())
	if _, err := Read(reader(good)); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"nothing":                     "",
		"no report":                   `{"format":0}`,
		"another version":             strings.Replace(good, `"format": 1`, `"format": 2`, 1),
		"half":                        good[:len(good)/2],
		"negative count":              strings.Replace(good, `"count": `, `"count": -`, 1),
		"another type":                `[1]`,
		"negative items":              `{"format":1,"items":-1}`,
		"negative events of suspects": `{"format":1,"suspects":{"users":1,"events":-1}}`,
		"no calendar":                 `{"format":1,"time":{}}`,
		"no bins":                     `{"format":1,"numbers":[{"name":"x","count":1}]}`,
		"negative share":              `{"format":1,"fields":[{"name":"x","expected":1,"missing":2}]}`,
	} {
		if _, err := Read(reader(text)); !errors.Is(err, ErrReport) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, size := range []int{MaxReport - 1, MaxReport, MaxReport + 1} {
		padded := good + strings.Repeat(" ", size-len(good))
		if _, err := Read(reader(padded)); (err != nil) != (size > MaxReport) {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	var b bytes.Buffer
	if err := example().JSON(&b); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte(`{"format":1}`))
	f.Add([]byte(`{"format":1,"types":{"events":1,"effective":1e300,"values":[{"name":"view","events":9e18}]}}`))
	f.Add([]byte(`{"format":1,"time":{"first":"x"},"calendar":{"from":"2026-01-01","days":1,"events":[1]}}`))
	f.Add([]byte(`{"format":1,"numbers":[{"name":"seconds","unit":"s","count":3,"effective":3,"bins":[{"from":1e308,"count":3}]}]}`))
	now := counted(Default(), small()).Report(Reading{})
	f.Fuzz(func(t *testing.T, data []byte) {
		earlier, err := Read(bytes.NewReader(data))
		if err != nil {
			return
		}
		r := *now
		r.Drift = Compare(earlier, now, Default().Drift)
		everywhere(t, &r)
		if Compare(now, earlier, Default().Drift); earlier.Calendar == nil {
			everywhere(t, earlier)
		}
	})
}
