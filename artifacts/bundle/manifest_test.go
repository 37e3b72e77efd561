package bundle

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func testManifest() *Manifest {
	return &Manifest{
		Model: "two-tower",
		Blobs: []Blob{
			{Name: "a.json", SHA256: strings.Repeat("ab", 32), Size: 3, Type: "json"},
			{Name: "b.parquet", SHA256: strings.Repeat("01", 32), Size: 0, Type: "parquet"},
		},
		Config:      json.RawMessage(`{"seed": 1, "a": {"z":1e-2, "b":"<é>"}}`),
		Metrics:     json.RawMessage(`{"recall@10":{"value":0.25}}`),
		SchemaHash:  strings.Repeat("cd", 32),
		Environment: map[string]string{"go": "go1.26", "a": "b"},
	}
}

func mustEncode(t testing.TB, m *Manifest) []byte {
	t.Helper()
	data, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestManifestCanonical(t *testing.T) {
	got := string(mustEncode(t, testManifest()))
	want := `{"blobs":[{"name":"a.json","sha256":"` + strings.Repeat("ab", 32) + `","size":3,"type":"json"},` +
		`{"name":"b.parquet","sha256":"` + strings.Repeat("01", 32) + `","size":0,"type":"parquet"}],` +
		`"config":{"a":{"b":"<é>","z":1e-2},"seed":1},"environment":{"a":"b","go":"go1.26"},` +
		`"format":3,"metrics":{"recall@10":{"value":0.25}},"min_reader":3,"model":"two-tower",` +
		`"schema_hash":"` + strings.Repeat("cd", 32) + `"}`
	if got != want {
		t.Errorf("canonical form:\n%s\nwant:\n%s", got, want)
	}
	m, err := DecodeManifest([]byte(got))
	if err != nil {
		t.Fatal(err)
	}
	if again := string(mustEncode(t, m)); again != want {
		t.Errorf("decoded and encoded again:\n%s", again)
	}
	if m.Version() != testManifest().Version() || m.Version() != DigestOf([]byte(want))[:16] {
		t.Errorf("Version = %s, %s, want the start of the digest", m.Version(), testManifest().Version())
	}
	if diff := cmp.Diff(testManifest().Blobs, m.Blobs); diff != "" {
		t.Error(diff)
	}
}

func TestVersionIgnoresTheWriting(t *testing.T) {
	a, b := testManifest(), testManifest()
	b.Config = json.RawMessage("{\n  \"a\": {\"b\": \"\\u003c\\u00e9>\", \"z\": 1e-2},\n  \"seed\": 1\n}")
	if a.Version() != b.Version() {
		t.Error("the same configuration with other white space and escapes has another version")
	}
	b.Config = json.RawMessage(`{"seed":2}`)
	if a.Version() == b.Version() {
		t.Error("another configuration has the same version")
	}
	if (&Manifest{Model: "Not A Word"}).Version() != "" {
		t.Error("an invalid manifest has a version")
	}
}

func TestManifestLimits(t *testing.T) {
	digest := strings.Repeat("0", 64)
	blobs := func(n int) []Blob {
		var all []Blob
		for i := range n {
			all = append(all, Blob{Name: fmt.Sprintf("b%04d", i), SHA256: digest, Type: "json"})
		}
		return all
	}
	environment := func(n int) map[string]string {
		all := map[string]string{}
		for i := range n {
			all[fmt.Sprint(i)] = ""
		}
		return all
	}
	blob := func(change func(*Blob)) func(*Manifest) {
		return func(m *Manifest) { change(&m.Blobs[0]) }
	}
	nested := func(n int) json.RawMessage {
		return json.RawMessage(strings.Repeat("[", n) + strings.Repeat("]", n))
	}
	tests := map[string]struct {
		change func(*Manifest)
		says   string // "" for fine
	}{
		"Fine":             {func(*Manifest) {}, ""},
		"NoBlobs":          {func(m *Manifest) { m.Blobs = nil }, ""},
		"NoModel":          {func(m *Manifest) { m.Model = "" }, "model"},
		"LongestModel":     {func(m *Manifest) { m.Model = strings.Repeat("m", MaxName) }, ""},
		"LongerModel":      {func(m *Manifest) { m.Model = strings.Repeat("m", MaxName+1) }, "model"},
		"MostBlobs":        {func(m *Manifest) { m.Blobs = blobs(MaxBlobs) }, ""},
		"MoreBlobs":        {func(m *Manifest) { m.Blobs = blobs(MaxBlobs + 1) }, "257 blobs"},
		"Unordered":        {func(m *Manifest) { slices.Reverse(m.Blobs) }, "order"},
		"Twice":            {func(m *Manifest) { m.Blobs[1] = m.Blobs[0] }, "same name"},
		"BlobUp":           {blob(func(b *Blob) { b.Name = "../a" }), "blob name"},
		"BlobHidden":       {blob(func(b *Blob) { b.Name = ".a" }), "blob name"},
		"BlobUpper":        {blob(func(b *Blob) { b.Name = "A" }), "blob name"},
		"LongestBlob":      {blob(func(b *Blob) { b.Name = strings.Repeat("a", MaxName) }), ""},
		"LongerBlob":       {blob(func(b *Blob) { b.Name = strings.Repeat("a", MaxName+1) }), "blob name"},
		"NegativeSize":     {blob(func(b *Blob) { b.Size = -1 }), "size"},
		"HugeSize":         {blob(func(b *Blob) { b.Size = 1 << 62 }), "size"},
		"UpperDigest":      {blob(func(b *Blob) { b.SHA256 = strings.Repeat("AB", 32) }), "digest"},
		"ShortDigest":      {blob(func(b *Blob) { b.SHA256 = digest[1:] }), "digest"},
		"NoType":           {blob(func(b *Blob) { b.Type = "" }), "type"},
		"BadConfig":        {func(m *Manifest) { m.Config = json.RawMessage(`{"a":`) }, "JSON"},
		"TwoConfigs":       {func(m *Manifest) { m.Config = json.RawMessage(`{} {}`) }, "JSON"},
		"DeepestConfig":    {func(m *Manifest) { m.Config = nested(maxDepth - 1) }, ""},
		"DeeperConfig":     {func(m *Manifest) { m.Config = nested(maxDepth) }, "deeper"},
		"LargeConfig":      {func(m *Manifest) { m.Config = json.RawMessage(`"` + strings.Repeat("x", MaxManifest) + `"`) }, "bytes, more than"},
		"MostEnvironment":  {func(m *Manifest) { m.Environment = environment(MaxEnvironment) }, ""},
		"MoreEnvironment":  {func(m *Manifest) { m.Environment = environment(MaxEnvironment + 1) }, "65 entries"},
		"EmptyKey":         {func(m *Manifest) { m.Environment[""] = "x" }, "environment"},
		"LongestText":      {func(m *Manifest) { m.Environment["x"] = strings.Repeat("x", MaxText) }, ""},
		"LongerText":       {func(m *Manifest) { m.Environment["x"] = strings.Repeat("x", MaxText+1) }, "environment"},
		"NotUTF8":          {func(m *Manifest) { m.SchemaHash = "\xff" }, "UTF-8"},
		"Parent":           {func(m *Manifest) { m.Parent = digest[:16] }, ""},
		"LongParent":       {func(m *Manifest) { m.Parent = digest[:17] }, "parent"},
		"UpperParent":      {func(m *Manifest) { m.Parent = "0123456789ABCDEF" }, "parent"},
		"ReaderPastFormat": {func(m *Manifest) { m.Format, m.MinReader = 1, 2 }, "makes no sense"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			m := testManifest()
			test.change(m)
			data, err := m.Encode()
			if test.says == "" {
				if err != nil {
					t.Fatalf("Encode = %v, want nil", err)
				}
				if _, err := DecodeManifest(data); err != nil {
					t.Errorf("DecodeManifest = %v, want nil", err)
				}
			} else if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("Encode = %v, want an error that says %q", err, test.says)
			}
		})
	}
}

func TestManifestAllFaultsAtOnce(t *testing.T) {
	m := testManifest()
	m.Model, m.Blobs[0].Size, m.Blobs[1].Type = "", -1, ""
	if _, err := m.Encode(); err == nil || strings.Count(err.Error(), "\n") != 2 {
		t.Errorf("Encode = %v, want three faults", err)
	}
}

func TestDecodeManifestFormats(t *testing.T) {
	with := func(fields string) []byte {
		return []byte(`{"blobs":[],` + fields + `,"model":"m"}`)
	}
	t.Run("NewerButReadable", func(t *testing.T) {
		data := []byte(`{"blobs":[],"format":7,"future":{"a":1},"min_reader":1,"model":"m"}`)
		m, err := DecodeManifest(data)
		if err != nil {
			t.Fatal(err)
		}
		if m.Digest() != DigestOf(data) {
			t.Error("a field of a newer format got lost: the digest differs")
		}
	})
	tests := map[string]struct {
		data []byte
		want error
		says string
	}{
		"Newer":        {with(`"format":4,"min_reader":4`), ErrFormat, "use a newer program"},
		"NewerUnknown": {[]byte(`{"blobs":"something else","format":4,"min_reader":4}`), ErrFormat, "use a newer program"},
		"Unknown":      {with(`"format":1,"future":1,"min_reader":1`), ErrCorrupt, "unknown"},
		"NoFormat":     {with(`"min_reader":1`), ErrCorrupt, "format"},
		"ZeroFormat":   {with(`"format":0,"min_reader":0`), ErrCorrupt, "no sense"},
		"TextFormat":   {with(`"format":"1","min_reader":1`), ErrCorrupt, "format"},
		"Empty":        {nil, ErrCorrupt, ""},
		"Null":         {[]byte("null"), ErrCorrupt, ""},
		"Space":        {append(with(`"format":1,"min_reader":1`), '\n'), ErrCorrupt, "canonical"},
		"OtherCase":    {[]byte(`{"Blobs":[],"format":1,"min_reader":1,"model":"m"}`), ErrCorrupt, ""},
		"Repeated":     {[]byte(`{"blobs":[],"format":1,"min_reader":1,"model":"m","model":"m"}`), ErrCorrupt, "canonical"},
		"Deep":         {[]byte(strings.Repeat("[", 1_000_000)), ErrCorrupt, "deeper"},
		"Large":        {make([]byte, MaxManifest+1), ErrCorrupt, "more than"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := DecodeManifest(test.data)
			if !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("DecodeManifest = %v, want %q that says %q", err, test.want, test.says)
			}
			if errors.Is(err, ErrFormat) && errors.Is(err, ErrCorrupt) {
				t.Error("it is both corrupt and of another format")
			}
		})
	}
}

func FuzzDecodeManifest(f *testing.F) {
	f.Add(mustEncode(f, testManifest()))
	f.Add([]byte(`{"blobs":[],"format":1,"min_reader":1,"model":"m"}`))
	f.Add([]byte(`{"blobs":[],"format":7,"future":{"a":1},"min_reader":1,"model":"m"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := DecodeManifest(data)
		if err != nil {
			if !errors.Is(err, ErrCorrupt) && !errors.Is(err, ErrFormat) {
				t.Errorf("the error has no sentinel: %v", err)
			}
			return
		}
		if m.Digest() != DigestOf(data) {
			t.Errorf("another digest after decoding: %s", data)
		}
		again, err := DecodeManifest(mustEncode(t, m))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(m, again, cmpopts.IgnoreUnexported(Manifest{})); diff != "" {
			t.Error(diff)
		}
	})
}
