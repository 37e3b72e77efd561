package census

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Names below, at and above the limit, dealt to several parts in random order:
// those kept are the same, and their counts are exact.
func TestKeptDoesNotDependOnOrder(t *testing.T) {
	const most = 20
	for _, distinct := range []int{0, 1, most - 1, most, most + 1, 2*most - 1, 2 * most, 10 * most} {
		t.Run(fmt.Sprint(distinct), func(t *testing.T) {
			var names []string
			exact := make(map[string]int64)
			for i := range distinct {
				name := fmt.Sprintf("name-%d", i)
				for range 1 + i%3 {
					names = append(names, name)
					exact[name]++
				}
			}
			r := rand.New(rand.NewPCG(1, uint64(distinct)))
			var first map[string]int64
			for round := range 50 {
				rand.New(rand.NewPCG(2, uint64(round))).Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
				parts := make([]kept[int64], 1+r.IntN(5))
				for i := range parts {
					parts[i] = newKept[int64](most)
				}
				for _, name := range names {
					if n := parts[r.IntN(len(parts))].at(name); n != nil {
						*n++
					}
				}
				all := newKept[int64](most)
				for i := range parts {
					all.merge(&parts[i], func(to, from *int64) { *to += *from })
				}
				got := make(map[string]int64)
				for name, n := range all.values {
					got[name] = *n
					if *n != exact[name] {
						t.Fatalf("%s counted %d times, want %d", name, *n, exact[name])
					}
				}
				if first == nil {
					first = got
				}
				if d := cmp.Diff(first, got); d != "" {
					t.Fatalf("round %d: %s", round, d)
				}
				if len(got) != min(distinct, most) || all.full() != (distinct > most) {
					t.Fatalf("%d kept of %d, full %v", len(got), distinct, all.full())
				}
			}
		})
	}
}

func TestKeptIsBounded(t *testing.T) {
	k := newKept[int64](100)
	for i := range 100_000 {
		k.at(fmt.Sprint(i))
		if len(k.values) >= 200 {
			t.Fatalf("%d names kept", len(k.values))
		}
	}
}

func TestTopBreaksTiesById(t *testing.T) {
	order := func(a, b Count) int { return mostFrequent(a, b) }
	all := []Count{{"d", 5}, {"a", 1}, {"c", 5}, {"b", 5}, {"e", 9}}
	want := []Count{{"e", 9}, {"b", 5}, {"c", 5}}
	for round := range 50 {
		r := rand.New(rand.NewPCG(3, uint64(round)))
		list := slices.Clone(all)
		r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		a, b := top[Count]{most: 3, order: order}, top[Count]{most: 3, order: order}
		for i, v := range list {
			if i%2 == 0 {
				a.add(v)
			} else {
				b.add(v)
			}
		}
		a.merge(&b)
		if d := cmp.Diff(want, a.list); d != "" {
			t.Fatal(d)
		}
	}
	none := top[Count]{order: order}
	if none.add(Count{"a", 1}); len(none.list) != 0 {
		t.Error("a list of nobody holds somebody")
	}
}

func TestKeptOwnsItsNames(t *testing.T) {
	k := newKept[int64](2)
	buffer := []byte("app")
	*k.at(borrowed(buffer)) = 1
	copy(buffer, "xxx")
	if names := strings.Join(slices.Sorted(maps.Keys(k.values)), " "); names != "app" {
		t.Errorf("kept %q", names)
	}
}
