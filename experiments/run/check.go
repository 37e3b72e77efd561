package run

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of a record.
const (
	MaxText   = 1024   // bytes of a name or a setting
	MaxNames  = 1000   // entries of a map
	MaxEpochs = 10_000 // points of the curve, and segments
)

// faults collects what is wrong with a record.
type faults []error

func (f *faults) add(format string, args ...any) { *f = append(*f, fmt.Errorf(format, args...)) }

// text checks something that is printed to terminals: no control characters, no
// marks that reorder a line.
func (f *faults) text(what, s string) {
	switch {
	case len(s) > MaxText:
		f.add("%s has %d bytes, want at most %d", what, len(s), MaxText)
	case !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }):
		f.add("%s %q has characters that cannot be printed", what, s)
	}
}

// OneLine is a text as a record can hold it: what cannot be printed is a space, and the
// end is cut off one that is too long.
func OneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
	for len(s) > MaxText {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	return s
}

func (f *faults) count(what string, n int64) {
	if n < 0 {
		f.add("%s is %d, want 0 or more", what, n)
	}
}

// names checks the keys of a map and then, in order, calls each.
func names[V any](f *faults, what string, m map[string]V, each func(name string, v V)) {
	if len(m) > MaxNames {
		f.add("%s has %d entries, want at most %d", what, len(m), MaxNames)
		return
	}
	for _, name := range slices.Sorted(maps.Keys(m)) {
		f.text(what+" name", name)
		if name == "" {
			f.add("%s has an empty name", what)
		}
		each(name, m[name])
	}
}

// check names everything that is out of bounds in a record as it was read.
func (r *Record) check() error {
	var f faults
	f.text("run_id", r.RunID)
	if r.RunID == "" {
		f.add("run_id is empty")
	}
	f.text("version", r.Version)
	if y := r.CreatedAt.Year(); r.CreatedAt.IsZero() || y < 1970 || y > 9999 {
		f.add("created_at is %v", r.CreatedAt)
	}
	if r.Status != Done && r.Status != Failed && r.Status != Interrupted {
		f.add("status is %q, want %s, %s or %s", r.Status, Done, Failed, Interrupted)
	}
	f.text("reason", r.Reason)
	names(&f, "config", r.Config, func(name string, v any) {
		list, ok := v.([]any)
		if !ok {
			list = []any{v}
		}
		if len(list) > MaxNames {
			f.add("config %s has %d values, want at most %d", name, len(list), MaxNames)
			return
		}
		for _, v := range list {
			f.setting("config "+name, v)
		}
	})
	f.text("dataset name", r.Dataset.Name)
	f.text("dataset digest", r.Dataset.Digest)
	f.count("dataset events", r.Dataset.Events)
	f.count("dataset rejected", r.Dataset.Rejected)
	f.count("dataset users", int64(r.Dataset.Users))
	f.count("dataset items", int64(r.Dataset.Items))
	names(&f, "rejects", r.Rejects, func(code string, n int64) { f.count("rejects "+code, n) })
	names(&f, "notes", r.Notes, func(code string, n int) { f.count("notes "+code, int64(n)) })
	for _, s := range Scorers {
		names(&f, "metrics "+s, r.Metrics.Of(s), func(string, Value) {}) // values check themselves
	}
	f.strata(r.Strata)
	f.calibration(r.Calibration)
	f.segments(r.Segments)
	f.curve(r.Curve)
	f.rehearsal(r.Rehearsal)
	names(&f, "timings", r.Timings, func(stage string, seconds float64) {
		if seconds < 0 {
			f.add("timings %s is %v seconds, want 0 or more", stage, seconds)
		}
	})
	f.count("peak_rss_bytes", r.PeakRSS)
	return errors.Join(f...)
}

// setting checks one value of the configuration as it was read.
func (f *faults) setting(what string, v any) {
	switch v := v.(type) {
	case string:
		f.text(what, v)
	case json.Number:
		f.text(what, v.String())
	case bool:
	default:
		f.add("%s is no string, number or boolean, or list of these", what)
	}
}

func (f *faults) rehearsal(r *Rehearsal) {
	if r == nil {
		return
	}
	f.count("users of the rehearsal", int64(r.Users))
	f.count("epochs of the rehearsal", int64(r.Epochs))
	f.share("NDCG of the rehearsal", r.NDCG)
	if !(math.Abs(r.Alignment) <= 1.001) { // a mean of rounded cosines
		f.add("alignment of the rehearsal is %v, want -1..1", r.Alignment)
	}
	f.evidence("strengths", r.Strength, 1)
	f.evidence("the head's order", r.Order, 1)
	f.curve(r.Curve)
	if len(r.Tried) > MaxEpochs {
		f.add("rehearsal has %d trials, want at most %d", len(r.Tried), MaxEpochs)
		return
	}
	for i, t := range r.Tried {
		what := fmt.Sprintf("trial %d", i)
		f.share(what, t.NDCG)
		names(f, what, t.Settings, func(name string, v any) { f.setting(what+" "+name, v) })
	}
}

// evidence checks a gain that is at most so large.
func (f *faults) evidence(what string, e Evidence, most float64) {
	f.count("judges of "+what, int64(e.Judges))
	if !(math.Abs(e.Gain) <= most && e.Error >= 0) {
		f.add("gain of %s is %v with error %v, want %v..%v and 0 or more", what, e.Gain, e.Error, -most, most)
	}
}

func (f *faults) share(what string, x float64) {
	if !(x >= 0 && x <= 1) {
		f.add("%s is %v, want 0..1", what, x)
	}
}

func (f *faults) curve(c []Epoch) {
	if len(c) > MaxEpochs {
		f.add("curve has %d epochs, want at most %d", len(c), MaxEpochs)
		return
	}
	for i, e := range c {
		if e.Epoch < 1 || (i > 0 && e.Epoch <= c[i-1].Epoch) {
			f.add("epoch %d of the curve is at position %d, want ascending from 1", e.Epoch, i)
			return
		}
		f.share("NDCG of an epoch", e.NDCG)
	}
}
