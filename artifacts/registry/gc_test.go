package registry

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"curio/artifacts/bundle"
	"curio/artifacts/store"
)

const day = 24 * time.Hour

// strict keeps what aliases need and nothing else.
var strict = Retention{Grace: day}

// still is a clock that never moves.
func still() time.Time { return start }

// versionOf is the version of a test bundle.
func versionOf(t testing.TB, n int) string { return testBundle(t, n).Manifest.Version() }

func collect(t testing.TB, r *Registry, o Retention) *Plan {
	t.Helper()
	p, err := r.Plan(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	done, err := r.Collect(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	return done
}

func versionsOf(list []Verdict) []string {
	var names []string
	for _, v := range list {
		names = append(names, v.Version)
	}
	slices.Sort(names)
	return names
}

func sorted(names ...string) []string {
	slices.Sort(names)
	return names
}

// wantWhole checks that every listed version, and every one that an alias names, can
// be loaded.
func wantWhole(t testing.TB, s store.Store) {
	t.Helper()
	r := New(s, still)
	ctx := context.Background()
	versions, err := r.Versions(ctx)
	if err != nil {
		t.Error(err)
	}
	aliases, err := r.Aliases(ctx)
	if err != nil {
		t.Error(err)
	}
	for _, alias := range aliases {
		p, err := r.Resolve(ctx, alias)
		if err != nil {
			t.Error(err)
		}
		versions = append(versions, p.Version)
	}
	for _, v := range versions {
		if _, err := r.Load(ctx, v); err != nil {
			t.Errorf("a version that is listed or named is not whole: %v", err)
		}
	}
}

// wantClean checks that the store holds nothing but versions with their blobs and
// signatures, aliases and runs.
func wantClean(t testing.TB, s store.Store) {
	t.Helper()
	r := New(s, still)
	ctx := context.Background()
	needed := map[string]bool{}
	versions, err := r.Versions(ctx)
	if err != nil {
		t.Error(err)
	}
	for _, v := range versions {
		m, err := r.Manifest(ctx, v)
		if err != nil {
			t.Error(err)
			continue
		}
		needed["versions/"+v+".json"] = true
		for _, b := range m.Blobs {
			needed[b.SHA256] = true
		}
	}
	for info, err := range s.List(ctx, "") {
		if err != nil {
			t.Error(err)
		}
		folder, rest, _ := strings.Cut(info.Key, "/")
		ok := needed[info.Key]
		switch folder {
		case "blobs":
			ok = needed[rest[:64]]
		case "aliases", "runs":
			ok = true
		case "signatures":
			ok = needed["versions/"+rest[:16]+".json"]
		}
		if !ok {
			t.Errorf("an orphan is left: %s", info.Key)
		}
	}
}

// A version goes to the trash, waits there and goes for good, with its blobs. It can
// be read meanwhile.
func TestCollect(t *testing.T) {
	s := newRAM()
	r := New(s, still)
	old, kept := publish(t, r, 1), publish(t, r, 2)
	if err := r.Move(t.Context(), "latest", kept, "", "", ""); err != nil {
		t.Fatal(err)
	}
	if done := collect(t, r, strict); !done.Empty() {
		t.Errorf("within the grace period %+v was done", done)
	}
	s.pass(day + time.Second)
	before := s.keys("")
	plan, err := r.Plan(t.Context(), strict)
	if err != nil || !slices.Equal(versionsOf(plan.Trash), sorted(old)) || !slices.Equal(versionsOf(plan.Keep), sorted(kept)) {
		t.Errorf("Plan = %+v, %v", plan, err)
	}
	if after := s.keys(""); !slices.Equal(before, after) {
		t.Errorf("planning changed %q to %q", before, after)
	}
	done := collect(t, r, strict)
	if !slices.Equal(versionsOf(done.Trash), sorted(old)) || len(done.Delete) > 0 {
		t.Errorf("first done was %+v", done)
	}
	if all, err := r.Versions(t.Context()); err != nil || !slices.Equal(all, []string{kept}) {
		t.Errorf("Versions = %v, %v", all, err)
	}
	if _, err := r.Load(t.Context(), old); err != nil {
		t.Errorf("Load from the trash = %v", err)
	}
	s.pass(day)
	if done := collect(t, r, strict); !done.Empty() || !slices.Equal(versionsOf(done.Wait), sorted(old)) {
		t.Errorf("within the grace period of the trash %+v was done", done)
	}
	s.pass(time.Second)
	done = collect(t, r, strict)
	if !slices.Equal(versionsOf(done.Purge), sorted(old)) || len(done.Delete) != 1 || done.Delete[0].Key != "blobs/"+bundle.DigestOf([]byte("content 1")) {
		t.Errorf("then done was %+v, want its own blob deleted", done)
	}
	if _, err := r.Load(t.Context(), old); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("Load of what was removed = %v", err)
	}
	if done := collect(t, r, strict); !done.Empty() {
		t.Errorf("then there was still %+v to do", done)
	}
	wantWhole(t, s)
	wantClean(t, s)
}

// Retention by number, age, aliases, their history and parents.
func TestRetention(t *testing.T) {
	s := newRAM()
	r := New(s, still)
	var v [10]string // v[0] is the oldest, a day between each and the next
	for i := range v {
		b := testBundle(t, i)
		if i == 9 {
			b.Manifest.Parent = v[0]
		}
		if i == 5 {
			b.Manifest.Parent = v[1] // which stays only as long as this one
		}
		var err error
		if v[i], err = r.Publish(t.Context(), b); err != nil {
			t.Fatal(err)
		}
		s.pass(day)
	}
	for _, i := range []int{2, 3, 4} {
		if err := r.Move(t.Context(), "champion", v[i], "", "", ""); err != nil {
			t.Fatal(err)
		}
	}
	for name, test := range map[string]struct {
		o    Retention
		keep []int
	}{
		"Nothing":   {Retention{Grace: time.Hour}, []int{4}},
		"One":       {Retention{Keep: 1, Grace: time.Hour}, []int{0, 4, 9}},
		"Three":     {Retention{Keep: 3, Grace: time.Hour}, []int{0, 4, 7, 8, 9}},
		"Days":      {Retention{OlderThan: 2 * day, Grace: time.Hour}, []int{0, 4, 8, 9}},
		"JustAbove": {Retention{OlderThan: 2*day - 1, Grace: time.Hour}, []int{0, 4, 9}},
		"Grace":     {Retention{Grace: 2 * day}, []int{0, 4, 8, 9}},
		"Back":      {Retention{History: 1, Grace: time.Hour}, []int{3, 4}},
		"BackTwo":   {Retention{History: 2, Grace: time.Hour}, []int{2, 3, 4}},
		"BackAll":   {Retention{History: 100, Grace: time.Hour}, []int{2, 3, 4}},
		"Parent":    {Retention{Keep: 5, Grace: time.Hour}, []int{0, 1, 4, 5, 6, 7, 8, 9}},
		"All":       {Retention{Keep: 10, Grace: time.Hour}, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}},
	} {
		t.Run(name, func(t *testing.T) {
			var want []string
			for _, i := range test.keep {
				want = append(want, v[i])
			}
			p, err := r.Plan(t.Context(), test.o)
			if err != nil {
				t.Fatal(err)
			}
			if got := versionsOf(p.Keep); !slices.Equal(got, sorted(want...)) {
				t.Errorf("kept are %v, want %v", p.Keep, test.keep)
			}
			if len(p.Keep)+len(p.Trash) != len(v) {
				t.Errorf("%d and %d of %d versions", len(p.Keep), len(p.Trash), len(v))
			}
		})
	}
	for name, o := range map[string]Retention{"NoGrace": {}, "Negative": {Keep: -1, Grace: day}, "NegativeAge": {OlderThan: -1, Grace: day}} {
		if _, err := r.Plan(t.Context(), o); err == nil {
			t.Errorf("Plan with %s = nil, want an error", name)
		}
	}
}

// What is in the trash comes back when it is needed, whoever notices first.
func TestBackFromTheTrash(t *testing.T) {
	ways := map[string]func(*testing.T, *Registry, string){
		"Move": func(t *testing.T, r *Registry, v string) {
			if err := r.Move(t.Context(), "latest", v, "", "", ""); err != nil {
				t.Error(err)
			}
		},
		"Publish": func(t *testing.T, r *Registry, v string) { publish(t, r, 1) },
		// As after a move that overlapped the discarding.
		"Collect": func(t *testing.T, r *Registry, v string) {
			move := *r
			if err := move.Move(t.Context(), "latest", v, "", "", ""); err != nil {
				t.Error(err)
			}
			if err := r.store.Delete(t.Context(), "versions/"+v+".json"); err != nil {
				t.Error(err)
			}
			if done := collect(t, r, strict); !slices.Equal(versionsOf(done.Restore), []string{v}) {
				t.Errorf("done was %+v, want it restored", done)
			}
		},
	}
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			s := newRAM()
			r := New(s, still)
			v := publish(t, r, 1)
			s.pass(2 * day)
			collect(t, r, strict)
			if len(s.keys("versions/")) != 0 || len(s.keys("trash/")) != 1 {
				t.Fatalf("in the store are %q", s.keys(""))
			}
			way(t, r, v)
			if all, err := r.Versions(t.Context()); err != nil || !slices.Equal(all, []string{v}) {
				t.Errorf("Versions = %v, %v, want it back", all, err)
			}
			wantWhole(t, s)
			if name != "Publish" {
				s.pass(2 * day)
				collect(t, r, strict)
				wantClean(t, s)
				wantWhole(t, s)
			}
		})
	}
}

// What is needed since the plan was made stays where it is.
func TestPlanOvertaken(t *testing.T) {
	s := newRAM()
	r := New(s, still)
	v := publish(t, r, 1)
	s.pass(2 * day)
	discard, err := r.Plan(t.Context(), strict)
	if err != nil || len(discard.Trash) != 1 {
		t.Fatalf("Plan = %+v, %v", discard, err)
	}
	overtaken := s.clone()
	if err := New(overtaken, still).Move(t.Context(), "latest", v, "", "", ""); err != nil {
		t.Fatal(err)
	}
	if done, err := New(overtaken, still).Collect(t.Context(), discard); err != nil || !done.Empty() || len(overtaken.keys("versions/")) != 1 {
		t.Errorf("Collect = %+v, %v, want nothing done", done, err)
	}

	collect(t, r, strict)
	s.pass(2 * day)
	purge, err := r.Plan(t.Context(), strict)
	if err != nil || len(purge.Purge) != 1 || len(purge.Delete) != 3 {
		t.Fatalf("Plan = %+v, %v", purge, err)
	}
	// Named while it is in the trash alone, as when a move and a collection overlap.
	overwrite(t, s, "aliases/latest.json", read(t, overtaken, "aliases/latest.json"))
	if done, err := r.Collect(t.Context(), purge); err != nil || !done.Empty() {
		t.Errorf("Collect = %+v, %v, want nothing done", done, err)
	}
	wantWhole(t, s)
	if done := collect(t, r, strict); len(done.Restore) != 1 {
		t.Errorf("the next collection did %+v, want it restored", done)
	}
	wantWhole(t, s)
}

// busy is a store where another collection moves a version to the trash anew right
// before this one removes it from there.
type busy struct {
	*ram
	version string
	content []byte
}

func (b busy) List(ctx context.Context, prefix string) iter.Seq2[store.Info, error] {
	if prefix == "trash/"+b.version+"." {
		b.Put(ctx, newTrashKey(b.version), bytes.NewReader(b.content), int64(len(b.content)), store.Absent)
	}
	return b.ram.List(ctx, prefix)
}

func TestFreshTrashStays(t *testing.T) {
	s := newRAM()
	version := publish(t, New(s, still), 1)
	content := read(t, s, "versions/"+version+".json")
	s.pass(2 * day)
	collect(t, New(s, still), strict)
	s.pass(2 * day)
	p, err := New(s, still).Plan(t.Context(), strict)
	if err != nil || len(p.Purge) != 1 {
		t.Fatalf("Plan = %+v, %v", p, err)
	}
	if _, err := New(busy{s, version, content}, still).Collect(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	if left := s.keys("trash/"); len(left) != 1 {
		t.Errorf("in the trash are %q, want the fresh one", left)
	}
	if _, err := New(s, still).Load(t.Context(), version); err != nil {
		t.Errorf("Load = %v: its blobs are needed by what is in the trash", err)
	}
}

// Everything that killed processes may leave goes, after the grace period and not
// before, and nothing else.
func TestLitter(t *testing.T) {
	s := newRAM()
	r := New(s, still)
	v := publish(t, r, 1)
	if err := r.Move(t.Context(), "latest", v, "", "", ""); err != nil {
		t.Fatal(err)
	}
	whole := s.keys("")
	if err := errors.Join(r.PutRun(t.Context(), "done", []byte("{}")), putFile(t.Context(), r, "done", "a.txt", "x"), putFile(t.Context(), r, "cut", "a.txt", "x")); err != nil {
		t.Fatal(err)
	}
	orphan := bundle.DigestOf([]byte("x"))
	for _, key := range []string{
		"blobs/" + orphan, "blobs/" + orphan + "." + newNonce(),
		"intents/" + v + "." + newNonce() + ".json", "sweeps/" + newNonce() + ".json", "probes/x",
		"signatures/0123456789abcdef/x.json", newTrashKey(v),
	} {
		overwrite(t, s, key, read(t, s, "versions/"+v+".json"))
	}
	overwrite(t, s, "blobs/README", nil)
	if done := collect(t, r, strict); !done.Empty() {
		t.Errorf("within the grace period %+v was done", done)
	}
	s.pass(day + 1)
	done := collect(t, r, strict)
	if len(done.Delete) != 8 || done.Frees() == 0 {
		t.Errorf("deleted were %+v, want 8 objects", done.Delete)
	}
	want := sorted(append(whole, "runs/done/run.json", "runs/done/a.txt", "blobs/README")...)
	if got := s.keys(""); !slices.Equal(got, want) {
		t.Errorf("left are %q, want %q", got, want)
	}
}

// What cannot be read could be needed: nothing is removed then.
func TestCollectRefusesTheUnreadable(t *testing.T) {
	for name, damage := range map[string]string{
		"Manifest": "versions/", "Alias": "aliases/latest.json", "History": "aliases/latest/history/0000000001.json", "Trash": "trash/", "Claim": "intents/",
	} {
		t.Run(name, func(t *testing.T) {
			s := newRAM()
			r := New(s, still)
			publish(t, r, 3)
			s.pass(2 * day)
			collect(t, r, strict) // one is in the trash
			for n := range 2 {
				if err := r.Move(t.Context(), "latest", publish(t, r, n), "", "", ""); err != nil {
					t.Fatal(err)
				}
			}
			manifest, err := testBundle(t, 7).Manifest.Encode()
			if err != nil {
				t.Fatal(err)
			}
			overwrite(t, s, "intents/"+versionOf(t, 7)+"."+newNonce()+".json", manifest)
			s.pass(time.Hour)
			key := s.keys(damage)[0]
			overwrite(t, s, key, []byte("{}"))
			_, err = r.Plan(t.Context(), Retention{History: 3, Grace: day})
			if !errors.Is(err, bundle.ErrCorrupt) || !strings.Contains(err.Error(), key) && name != "Alias" && name != "History" {
				t.Errorf("Plan with a damaged %s = %v, want bundle.ErrCorrupt", key, err)
			}
		})
	}
}

// The blobs of a version whose manifest is lost are not taken for those of no version
// while an alias names it: with them it can be published again.
func TestCollectKeepsWhatALostManifestNeeds(t *testing.T) {
	s := newRAM()
	r := New(s, still)
	version := publish(t, r, 0)
	if err := r.Move(t.Context(), "latest", version, "", "", ""); err != nil {
		t.Fatal(err)
	}
	if err := s.Delete(t.Context(), "versions/"+version+".json"); err != nil {
		t.Fatal(err)
	}
	s.pass(3 * day)
	if _, err := r.Plan(t.Context(), strict); !errors.Is(err, bundle.ErrCorrupt) || !strings.Contains(err.Error(), `alias "latest"`) {
		t.Errorf("Plan = %v, want bundle.ErrCorrupt that names the alias", err)
	}
	publish(t, r, 0)
	if _, err := r.Plan(t.Context(), strict); err != nil {
		t.Errorf("Plan after publishing again = %v", err)
	}
}

// A collection that is slow stops by itself rather than delete what it looked at
// long ago.
func TestCollectIsInTime(t *testing.T) {
	s := newRAM()
	publish(t, New(s, still), 1)
	s.pass(2 * day)
	now := start
	r := New(s, func() time.Time { now = now.Add(13 * time.Hour); return now })
	p, err := r.Plan(t.Context(), strict)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Collect(t.Context(), p); !errors.Is(err, ErrLate) {
		t.Errorf("Collect = %v, want ErrLate", err)
	}
	if len(s.keys("versions/")) != 1 {
		t.Error("it was deleted all the same")
	}
}
