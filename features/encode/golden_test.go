package encode

import (
	"bytes"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"curio/features/profile"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func bits(v []float32) []uint32 {
	out := make([]uint32, len(v))
	for i, x := range v {
		out[i] = math.Float32bits(x)
	}
	return out
}

// TestBatchEqualsOnline folds every user event by event, and again in shuffled
// shards that are merged, and compares the bytes of what each is encoded to,
// with an encoder fitted on each.
func TestBatchEqualsOnline(t *testing.T) {
	w := newWorld(1, 120, 40, 60)
	r := rand.New(rand.NewPCG(2, 2))
	batch := make([]profile.User, len(w.users))
	for u := range w.users {
		shards := make([]profile.User, 1+r.IntN(5))
		for _, i := range r.Perm(len(w.events[u])) {
			shards[r.IntN(len(shards))].Fold(w.item[u][i], &w.events[u][i])
		}
		for _, i := range r.Perm(len(shards)) {
			batch[u].Merge(&shards[i])
		}
	}
	online := w.fitUsers()
	w.profiles = batch
	merged := w.fitUsers()
	if online.Hash() != merged.Hash() {
		t.Fatal("the encoder fitted on merged shards has another hash")
	}
	a, b := make([]float32, online.Dim()), make([]float32, online.Dim())
	for u := range w.users {
		p := w.fold(u)
		online.Encode(a, &w.users[u], &p, now)
		merged.Encode(b, &w.users[u], &batch[u], now)
		if diff := cmp.Diff(bits(a), bits(b)); diff != "" {
			t.Fatalf("user %d (-online +batch):\n%s", u, diff)
		}
	}
}

// TestGolden pins names and values of both encoders, to three digits so that
// the last bit of a logarithm may differ between machines.
func TestGolden(t *testing.T) {
	w := newWorld(1, 120, 40, 60)
	users, items := w.fitUsers(), w.fitItems()
	var got bytes.Buffer
	write := func(title string, names []string, rows int, encode func(i int, dst []float32)) {
		fmt.Fprintf(&got, "# %s\n", title)
		table := make([][]float32, rows)
		for i := range table {
			table[i] = make([]float32, len(names))
			encode(i, table[i])
		}
		for j, name := range names {
			got.WriteString(name)
			for i := range table {
				fmt.Fprintf(&got, " %.3f", table[i][j]+0)
			}
			got.WriteByte('\n')
		}
	}
	write("users", users.Names(), 5, func(i int, dst []float32) { users.Encode(dst, &w.users[i], &w.profiles[i], now) })
	write("behaviour", users.BehaviourNames(), 5, func(i int, dst []float32) { users.Behaviour(dst, &w.users[i], &w.profiles[i], now) })
	write("affinity", users.Categories(), 5, func(i int, dst []float32) { users.Affinity(dst, &w.profiles[i], now) })
	write("items", items.Names(), 5, func(i int, dst []float32) { items.Encode(dst, &w.cat[i], &w.items[i], now) })
	const file = "testdata/golden.txt"
	if *update {
		if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("(-want +got), rewrite with -update if meant:\n%s", diff)
	}
}
