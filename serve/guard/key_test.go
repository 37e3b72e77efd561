package guard

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestNewKey(t *testing.T) {
	like := Key{ID: "x", Name: "shop", SHA256: "x", Scopes: Read | Events, Rate: 2.5, Created: newClock().now()}
	form := regexp.MustCompile(`^curio_[0-9a-f]{12}_[A-Za-z0-9_-]{43}$`)
	seen := map[string]bool{}
	for range 100 {
		plain, k, err := NewKey(like)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256([]byte(plain))
		want := like
		want.ID, want.SHA256 = plain[6:18], hex.EncodeToString(sum[:])
		if !form.MatchString(plain) || seen[plain] || seen[k.ID] || !cmp.Equal(k, want) {
			t.Fatalf("%q\n%s", plain, cmp.Diff(want, k))
		}
		seen[plain], seen[k.ID] = true, true
	}
	if _, _, err := NewKey(Key{Name: "shop"}); !errors.Is(err, ErrKeys) {
		t.Errorf("without scopes: %v", err)
	}
}

// entry is a key as JSON with one field set to another value, or taken out by nil.
func entry(field string, value any) map[string]any {
	k := map[string]any{"id": "0123456789ab", "name": "shop", "sha256": strings.Repeat("0a", 32), "scopes": []string{"read"}}
	k[field] = value
	if value == nil {
		delete(k, field)
	}
	return k
}

func TestParseKeysLimits(t *testing.T) {
	file := func(keys ...map[string]any) string {
		data, err := json.Marshal(map[string]any{"format": 1, "keys": keys})
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	many := func(n int) (keys []map[string]any) {
		for i := range n {
			keys = append(keys, entry("id", fmt.Sprintf("%012x", i)))
		}
		return keys
	}
	rated := func(rate any, burst any) string {
		k := entry("rate", rate)
		k["burst"] = burst
		return file(k)
	}
	for name, test := range map[string]struct {
		text string
		ok   bool
	}{
		"OK":                  {file(entry("rate", 0.5)), true},
		"no keys":             {`{"format":1,"keys":[]}`, true},
		"all":                 {file(entry("expires", "2027-01-31T00:00:00Z"), many(1)[0]), true},
		"empty":               {``, false},
		"cut off":             {`{"format":1,"keys":[`, false},
		"no list":             {`{"format":1}`, false},
		"null":                {`null`, false},
		"a list":              {`[]`, false},
		"no format":           {`{"keys":[]}`, false},
		"format 2":            {`{"format":2,"keys":[]}`, false},
		"more behind":         {`{"format":1,"keys":[]} {}`, false},
		"unknown field":       {file(entry("limit", 5)), false},
		"id short":            {file(entry("id", "0123456789a")), false},
		"id long":             {file(entry("id", "0123456789abc")), false},
		"id upper":            {file(entry("id", "0123456789AB")), false},
		"no id":               {file(entry("id", nil)), false},
		"id twice":            {file(entry("name", "a"), entry("name", "b")), false},
		"hash short":          {file(entry("sha256", strings.Repeat("a", 63))), false},
		"hash long":           {file(entry("sha256", strings.Repeat("a", 65))), false},
		"no hash":             {file(entry("sha256", nil)), false},
		"key for hash":        {file(entry("sha256", "curio_0123456789ab_secret")), false},
		"no name":             {file(entry("name", "")), false},
		"name at limit":       {file(entry("name", strings.Repeat("n", 100))), true},
		"name above":          {file(entry("name", strings.Repeat("n", 101))), false},
		"name of two lines":   {file(entry("name", "a\nb")), false},
		"name with an escape": {file(entry("name", "\x1b[31m")), false},
		"name in Chinese":     {file(entry("name", "课程商店")), true},
		"no scopes":           {file(entry("scopes", []string{})), false},
		"scopes missing":      {file(entry("scopes", nil)), false},
		"unknown scope":       {file(entry("scopes", []string{"read", "write"})), false},
		"scope no list":       {file(entry("scopes", "read")), false},
		"rate at limit":       {file(entry("rate", 1e6)), true},
		"rate above":          {file(entry("rate", 1e6+1)), false},
		"rate below 0":        {file(entry("rate", -1)), false},
		"burst at limit":      {rated(1, 1_000_000), true},
		"burst above":         {rated(1, 1_000_001), false},
		"burst below 0":       {rated(1, -1), false},
		"burst with no rate":  {rated(0, 1), false},
		"expires in words":    {file(entry("expires", "tomorrow")), false},
		"keys at limit":       {file(many(maxKeys)...), true},
		"keys above":          {file(many(maxKeys + 1)...), false},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParseKeys([]byte(test.text))
			if test.ok != (err == nil) || err != nil && !errors.Is(err, ErrKeys) {
				t.Errorf("%v, want ok: %v", err, test.ok)
			}
			if err != nil && (strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "aaaaaaaa")) {
				t.Errorf("the error shows what it must not: %v", err)
			}
		})
	}
	if _, _, err := NewKey(Key{Name: "a", Scopes: Read, Rate: math.NaN()}); !errors.Is(err, ErrKeys) {
		t.Errorf("rate NaN: %v", err)
	}
}

func FuzzParseKeys(f *testing.F) {
	f.Add([]byte(`{"format":1,"keys":[]}`))
	f.Add([]byte(`{"format":1,"keys":[{"id":"0123456789ab","name":"a","sha256":"` + strings.Repeat("0a", 32) + `","scopes":["read","admin"],"rate":1e-300,"burst":5,"expires":"2027-01-31T00:00:00+02:00"}]}`))
	f.Add([]byte(`{"format":1,"keys":[null]}`))
	f.Add([]byte(`{"Format":1,"KEYS":[{"Scopes":null}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		keys, err := ParseKeys(data)
		if err != nil {
			if !errors.Is(err, ErrKeys) {
				t.Fatalf("%v", err)
			}
			return
		}
		// What is read can be used, written and read again.
		if _, n, err := parseKeySet([][]byte{data}, nil); err != nil || n != len(keys) {
			t.Fatalf("%d keys, %v", n, err)
		}
		written, err := json.Marshal(keyFile{keyFormat, keys})
		if err != nil {
			t.Fatal(err)
		}
		again, err := ParseKeys(written)
		same := cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })
		if err != nil || !cmp.Equal(keys, again, same) {
			t.Fatalf("%v\n%s", err, cmp.Diff(keys, again, same))
		}
	})
}

// Digests are compared by subtle.ConstantTimeCompare and by nothing else, also
// when the id is unknown: find has no way out between the two lookups and it.
func TestFindIsConstantTime(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "keys.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var find *ast.FuncDecl
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Name.Name == "find" {
			find = f
		}
	}
	compares, returns := 0, []int{}
	last := 0
	ast.Inspect(find, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if s, ok := n.Fun.(*ast.SelectorExpr); ok {
				switch s.Sel.Name {
				case "ConstantTimeCompare":
					compares, last = compares+1, int(n.Pos())
				case "Equal", "Compare", "EqualFold", "HasPrefix":
					t.Errorf("find calls %s", s.Sel.Name)
				}
			}
		case *ast.BinaryExpr:
			ast.Inspect(n, func(m ast.Node) bool {
				if id, ok := m.(*ast.Ident); ok && id.Name == "digest" && (n.Op == token.EQL || n.Op == token.NEQ) {
					if _, call := n.X.(*ast.CallExpr); !call {
						t.Errorf("find compares a digest with %s", n.Op)
					}
				}
				return true
			})
		case *ast.ReturnStmt:
			returns = append(returns, int(n.Pos()))
		}
		return true
	})
	before := 0
	for _, r := range returns {
		if r < last {
			before++
		}
	}
	// The one before is for what is no key by its length and prefix alone.
	if compares != 1 || before != 1 || len(returns) != 3 {
		t.Errorf("%d comparisons, %d of %d returns before them", compares, before, len(returns))
	}
}
