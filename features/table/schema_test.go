package table

import (
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestGoldenSchema pins the names, types and order of the columns and their
// hashes.
func TestGoldenSchema(t *testing.T) {
	w := newWorld(1, 120, 40)
	var got strings.Builder
	describe(&got, "users", w.writeUsers(t, io.Discard))
	describe(&got, "items", w.writeItems(t, io.Discard))
	const file = "testdata/schema.txt"
	if *update {
		if err := os.WriteFile(file, []byte(got.String()), 0o644); err != nil {
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

func describe(out *strings.Builder, name string, s Schema) {
	fmt.Fprintf(out, "# %s %s\n", name, s.Hash())
	for _, c := range s {
		fmt.Fprintf(out, "%s %s %s\n", c.Name, c.Type, c.Of)
	}
}

func TestSchemaHash(t *testing.T) {
	base := Schema{{"a", Count, ""}, {"b", Text, ""}}
	if got := (Schema{{"a", Count, ""}, {"b", Text, "other"}}).Hash(); got != base.Hash() {
		t.Error("what the encoder calls a column changes the hash")
	}
	for name, other := range map[string]Schema{
		"Order": {{"b", Text, ""}, {"a", Count, ""}}, "Name": {{"a", Count, ""}, {"c", Text, ""}},
		"Type": {{"a", Number, ""}, {"b", Text, ""}}, "Fewer": base[:1], "None": nil,
	} {
		if other.Hash() == base.Hash() {
			t.Errorf("%s: the same hash", name)
		}
	}
}
