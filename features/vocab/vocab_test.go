package vocab

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestIndicesFollowIDOrder(t *testing.T) {
	in := []string{"b", "a", "", "c", "a", "B", "ä"}
	before := slices.Clone(in)
	v := New(in)
	want := []string{"B", "a", "b", "c", "ä"}
	if !slices.Equal(v.IDs(), want) {
		t.Fatalf("IDs() = %q, want %q", v.IDs(), want)
	}
	if !slices.Equal(in, before) {
		t.Errorf("New changed its argument to %q", in)
	}
	for i, id := range want {
		if got, ok := v.Index(id); !ok || got != int32(i) {
			t.Errorf("Index(%q) = %d, %v, want %d, true", id, got, ok, i)
		}
		if got := v.ID(int32(i)); got != id {
			t.Errorf("ID(%d) = %q, want %q", i, got, id)
		}
	}
	for _, id := range []string{"", "d", "ab", "\x00"} {
		if got, ok := v.Index(id); ok || got != -1 {
			t.Errorf("Index(%q) = %d, %v, want -1, false", id, got, ok)
		}
	}
}

func TestEmpty(t *testing.T) {
	for name, v := range map[string]*Vocab{"Nil": nil, "None": New(nil), "OnlyEmptyID": New([]string{"", ""})} {
		t.Run(name, func(t *testing.T) {
			if v.Len() != 0 || len(v.IDs()) != 0 {
				t.Errorf("Len() = %d, IDs() = %q, want none", v.Len(), v.IDs())
			}
			if i, ok := v.Index("a"); ok || i != -1 {
				t.Errorf("Index = %d, %v, want -1, false", i, ok)
			}
		})
	}
}

func TestOrderOfReadingDoesNotMatter(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for n := range 70 {
		ids := make([]string, n)
		for i := range ids {
			ids[i] = fmt.Sprint(r.IntN(100))
		}
		a := New(ids)
		r.Shuffle(n, func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
		b := New(append(ids, ids...))
		if !slices.Equal(a.IDs(), b.IDs()) {
			t.Fatalf("%d ids: %q and %q", n, a.IDs(), b.IDs())
		}
		for i, id := range b.IDs() {
			if got, ok := b.Index(id); !ok || int(got) != i {
				t.Fatalf("%d ids: Index(%q) = %d, %v, want %d", n, id, got, ok, i)
			}
		}
	}
}

func TestStringsAreCopied(t *testing.T) {
	var b strings.Builder
	b.WriteString("user-1")
	line := b.String() + strings.Repeat("x", 100)
	v := New([]string{line[:6]})
	if got, ok := v.Index("user-1"); !ok || got != 0 {
		t.Fatalf("Index = %d, %v", got, ok)
	}
	if n := testing.AllocsPerRun(100, func() { v.Index(line[:6]) }); n != 0 {
		t.Errorf("Index allocates %v times", n)
	}
}
