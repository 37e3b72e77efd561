package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"curio/datasets/event"
	"curio/datasets/synth"
)

func TestSegmentsCheck(t *testing.T) {
	for name, c := range map[string]struct {
		s     Segments
		names []string // in the error; none for no error
	}{
		"All":           {Segments{}, nil},
		"NeedsNoData":   {Segments{Parts: []string{PartGaussians, PartScale, PartPlatform, PartRetrains}}, nil},
		"Unknown":       {Segments{Parts: []string{"magic"}}, []string{`"magic"`, PartGaussians}},
		"WithoutData":   {Segments{Parts: []string{PartKDD, PartJourney}}, []string{PartKDD, PartJourney}},
		"WithData":      {Segments{Parts: []string{PartKDD}, KDD: "x"}, nil},
		"FolderOfOther": {Segments{Parts: []string{PartKDD}, Journey: "x"}, []string{PartKDD}},
	} {
		err := c.s.Check()
		if (err == nil) != (c.names == nil) {
			t.Errorf("%s: error %v", name, err)
		}
		for _, word := range c.names {
			if err != nil && !strings.Contains(err.Error(), word) {
				t.Errorf("%s: %q does not name %s", name, err, word)
			}
		}
	}
}

func TestSegmentsOfDataThatAreMissing(t *testing.T) {
	for part, s := range map[string]Segments{
		PartKDD:     {Parts: []string{PartKDD}, KDD: t.TempDir()},
		PartJourney: {Parts: []string{PartJourney}, Journey: t.TempDir()},
	} {
		if _, err := s.Run(context.Background(), time.Now, io.Discard); !errors.Is(err, ErrData) || !strings.Contains(err.Error(), part) {
			t.Errorf("%s: error %v, want ErrData", part, err)
		}
	}
}

func TestClusters(t *testing.T) {
	in, truth := clusters(4000, 5, 3, 1)
	if len(in.X) != 4000*5 || len(in.Names) != 5 || len(truth) != 4000 {
		t.Fatalf("%d values, %d names, %d labels", len(in.X), len(in.Names), len(truth))
	}
	again, _ := clusters(4000, 5, 3, 1)
	other, _ := clusters(4000, 5, 3, 2)
	if in.X[7] != again.X[7] || in.X[7] == other.X[7] {
		t.Error("the seed does not decide the rows")
	}
	sizes := make([]int, 3)
	for _, c := range truth {
		sizes[c]++
	}
	for c, n := range sizes {
		if n < 200 {
			t.Errorf("component %d has %d of 4000 rows", c, n)
		}
	}
}

func TestStandardised(t *testing.T) {
	z := standardised([]float32{1, 7, 2, 7, 3, 7}, 2)
	want := []float64{-math.Sqrt(1.5), 0, 0, 0, math.Sqrt(1.5), 0}
	for i := range want {
		if math.Abs(z[i]-want[i]) > 1e-12 {
			t.Fatalf("%v, want %v", z, want)
		}
	}
	if len(standardised(nil, 0)) != 0 {
		t.Error("nothing is something")
	}
}

func TestWilson(t *testing.T) {
	for _, c := range []struct {
		k, n            int
		rate, low, high float64
	}{
		{0, 0, 0, 0, 1}, {0, 10, 0, 0, 0.2775}, {10, 10, 1, 0.7225, 1},
		{5, 10, 0.5, 0.2366, 0.7634}, // Newcombe (1998), method 3
		{81, 263, 0.3080, 0.2553, 0.3662},
	} {
		rate, low, high := wilson(c.k, c.n)
		if math.Abs(rate-c.rate) > 5e-5 || math.Abs(low-c.low) > 5e-5 || math.Abs(high-c.high) > 5e-5 {
			t.Errorf("%d of %d: %.4f in %.4f..%.4f, want %+v", c.k, c.n, rate, low, high, c)
		}
	}
}

func TestCramer(t *testing.T) {
	for name, c := range map[string]struct {
		yes, all []int
		want     float64
	}{
		"Decides":  {[]int{10, 0}, []int{10, 10}, 1},
		"Nothing":  {[]int{5, 10}, []int{10, 20}, 0},
		"ByHand":   {[]int{30, 10}, []int{40, 40}, 0.5}, // chi2 = 4*10^2/20 = 20 of 80
		"Everyone": {[]int{10, 20}, []int{10, 20}, 0},
		"Empty":    {[]int{0, 0}, []int{0, 0}, 0},
	} {
		if got := cramer(c.yes, c.all); !(math.Abs(got-c.want) <= 1e-12) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestSpread(t *testing.T) {
	a, b := Outcome{Rate: 0.2, Low: 0.1, High: 0.3}, Outcome{Rate: 0.6, Low: 0.5, High: 0.7}
	got := spread([]Outcome{b, a})
	if math.Abs(got[0].Value-0.4) > 1e-12 || math.Abs(got[1].Value-0.2) > 1e-12 || !got[1].Holds {
		t.Errorf("%v", got)
	}
	if got := spread([]Outcome{a, a}); got[1].Holds {
		t.Errorf("equal rates differ: %v", got)
	}
	if got := spread(nil); got != nil {
		t.Errorf("%v of nothing", got)
	}
}

func TestDropouts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "truth_train.csv")
	for text, want := range map[string]int{
		"enrollment_id,label\n1,0\n3,1\n": 2, "1,1\n": 1, "": 0,
		"1,2\n": -1, "1\n": -1, "1,0,0\n": -1, "1,0\nenrollment_id,label\n": -1,
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		labels, err := dropouts(path)
		if err == nil && want < 0 || err != nil && want >= 0 || len(labels) != max(want, 0) {
			t.Errorf("%q: %v, %v", text, labels, err)
		}
	}
}

func TestReadClusterings(t *testing.T) {
	good := `{"method": "given", "clusters": 3, "silhouette": 0.5}` + "\n" + `{"method": "KMeans", "clusters": 3, "cpu_seconds": 0.25, "ari": 0.5}` + "\n"
	all, err := readClusterings(good)
	if err != nil || len(all) != 2 || all[1].CPUSeconds != 0.25 || *all[1].ARI != 0.5 || all[0].ARI != nil {
		t.Errorf("%+v, %v", all, err)
	}
	for _, bad := range []string{"", "nonsense\n", `{"method": "KMeans", "cpu_seconds": 1}`, `{"method": "given"}` + "\n" + `{"method": "KMeans"}`, `{"clusters": 2}`} {
		if all, err := readClusterings(bad); err == nil {
			t.Errorf("%q was read as %+v", bad, all)
		}
	}
}

func TestSegmentsResultWrite(t *testing.T) {
	half := 0.5
	r := SegmentsResult{Parts: []SegmentPart{
		{Part: "a", About: "rows", Methods: []Clustering{{Method: "curio", Clusters: 3, ARI: &half}}, Figures: []Figure{least("good", 0.9, 0.8), most("slow", 12345, 10), plain("plain", 1)}},
		{Part: "b", About: "users", Outcomes: []Outcome{{Segment: "s1", Name: "heavy users", Users: 9, Rate: 0.25, Low: 0.1, High: 0.5}}},
	}}
	var text bytes.Buffer
	if err := r.Write(&text); err != nil {
		t.Fatal(err)
	}
	want := "a: rows\n" +
		"  CLUSTERS     ARI  SILHOUETTE  DAVIES-BOULDIN  CPU S  SECONDS  METHOD\n" +
		"         3  0.5000           -               -      -        -  curio\n" +
		"good: 0.9 (at least 0.8: holds)\nslow: 12345 (at most 10: MISSED)\nplain: 1\n\n" +
		"b: users\n" +
		"  SEGMENT  USERS   RATE      INTERVAL  NAME\n" +
		"       s1      9  0.250  0.100..0.500  heavy users\n"
	if text.String() != want {
		t.Errorf("written\n%s\nwant\n%s", text.String(), want)
	}
	if _, err := json.Marshal(r); err != nil {
		t.Error(err)
	}
}

// TestSegmentsPeer asks a peer that is not there, and one that fails.
func TestSegmentsPeer(t *testing.T) {
	task := peerTask{x: []float64{0, 1}, columns: 1, k: 2, given: []int32{0, 1}}
	s := Segments{Workers: 1, Python: filepath.Join(t.TempDir(), "python3")}
	if _, err := s.askSklearn(context.Background(), task); err == nil || !strings.Contains(err.Error(), "install Python") {
		t.Errorf("error %v", err)
	}
	t.Setenv(asPeer, "lacks torch")
	s.Python = os.Args[0]
	if _, err := s.askSklearn(context.Background(), task); err == nil || !strings.Contains(err.Error(), "no module torch") {
		t.Errorf("error %v", err)
	}
}

func TestTurns(t *testing.T) {
	const users = 40_000
	come, more, stay := make([]int, retrainings+1), make([]int, retrainings+1), 0
	for i := range users {
		user := fmt.Sprint("user ", i)
		switch at := turn(user); {
		case at == 0:
			stay++
		case newcomer(user):
			come[at]++
		default:
			more[at]++
		}
	}
	for round := 1; round <= retrainings; round++ {
		if n := come[round]; n < 850 || n > 1150 {
			t.Errorf("%d users come in round %d, want about 1000", n, round)
		}
		if n := more[round]; n < 1800 || n > 2200 {
			t.Errorf("%d users do more in round %d, want about 2000", n, round)
		}
	}
	if stay < 9500 || stay > 10_500 {
		t.Errorf("%d users stay as they are, want about 10,000", stay)
	}
}

// TestArrivals: what has arrived stays, users whose turn it is not do not change, and
// about a twentieth is new each time.
func TestArrivals(t *testing.T) {
	o := synth.Default()
	o.Users, o.Items, o.Events = 2000, 100, 40_000
	p, err := synth.New(o)
	if err != nil {
		t.Fatal(err)
	}
	var before map[string]int
	for round := range 4 {
		now, total, was := map[string]int{}, 0, 0
		err := event.Each(context.Background(), arrivals{p, round}, nil, func(e *event.Event, _ event.Part, _ event.Place) error {
			now[strings.Clone(e.UserID)]++
			total++
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for user, n := range before {
			was += n
			if now[user] < n || now[user] > n && turn(user) != round {
				t.Fatalf("round %d: %d events of user %s, whose turn is %d, after %d", round, now[user], user, turn(user), n)
			}
		}
		for user := range now {
			if newcomer(user) && turn(user) > round {
				t.Fatalf("round %d: user %s of turn %d is there", round, user, turn(user))
			}
		}
		if growth := float64(total-was) / float64(o.Events); round > 0 && (growth < 0.03 || growth > 0.07) {
			t.Errorf("round %d: %.3f of all events are new", round, growth)
		}
		before = now
	}
}

func TestKeeping(t *testing.T) {
	user := map[string]string{} // by what they do
	for i := 0; len(user) < 3; i++ {
		id := fmt.Sprint("user ", i)
		switch at := turn(id); {
		case at == 0:
			user["stays"] = id
		case at == 1 && newcomer(id):
			user["comes"] = id
		case at == 1:
			user["changes"] = id
		}
	}
	s, c, n := user["stays"], user["changes"], user["comes"]
	for name, test := range map[string]struct {
		ids  []map[string]string
		want []float64 // mean, least, all
	}{
		"AllKeep":           {[]map[string]string{{s: "a", c: "b"}, {s: "a", c: "b", n: "a"}, {s: "a", c: "b", n: "a"}}, []float64{1, 1, 1}},
		"ChangedMayMove":    {[]map[string]string{{s: "a", c: "b"}, {s: "a", c: "a"}}, []float64{1, 1, 1}},
		"OneMoves":          {[]map[string]string{{s: "a"}, {s: "b"}, {s: "b"}}, []float64{0.5, 0, 0}},
		"MovesAndComesBack": {[]map[string]string{{s: "a"}, {s: "b"}, {s: "a"}}, []float64{0, 0, 0}},
		"NewcomerMoves":     {[]map[string]string{{s: "a"}, {s: "a", n: "a"}, {s: "a", n: "b"}}, []float64{0.75, 0.5, 1}},
	} {
		for i, f := range keeping(test.ids) {
			if !(math.Abs(f.Value-test.want[i]) <= 1e-12) {
				t.Errorf("%s: %s is %v, want %v", name, f.Name, f.Value, test.want[i])
			}
		}
	}
}
