package guard

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestAuthenticate(t *testing.T) {
	c := newClock()
	path, plain := keyFileOf(t,
		Key{Name: "reader", Scopes: Read},
		Key{Name: "both", Scopes: Read | Events},
		Key{Name: "ended", Scopes: Read, Expires: c.now()},
		Key{Name: "ends", Scopes: Read, Expires: c.now().Add(1)},
		Key{Name: "disabled", Scopes: Read, Disabled: true},
		Key{Name: "admin", Scopes: Admin},
	)
	reader, both, ended, ends, disabled, admin := plain[0], plain[1], plain[2], plain[3], plain[4], plain[5]
	_, foreign := keyFileOf(t, Key{Name: "foreign", Scopes: Read})
	seen := Caller{}
	_, h := wrap(t, Options{
		Keys: load(t, path, c), Clock: c.now,
		Needs: func(r *http.Request) Scope {
			return map[string]Scope{"/read": Read, "/events": Events, "/both": Read | Events, "/admin": Admin}[r.URL.Path]
		},
	}, func(w http.ResponseWriter, r *http.Request) { seen = CallerOf(r.Context()) })

	last := reader[:len(reader)-1] + map[bool]string{true: "B", false: "A"}[reader[len(reader)-1] == 'A']
	for name, test := range map[string]struct {
		path    string
		headers []string
		status  int
		code    string
		caller  string
	}{
		"OK":                  {"/read", []string{"Authorization", "Bearer " + reader}, 200, "", "reader"},
		"own header":          {"/read", []string{"X-API-Key", reader}, 200, "", "reader"},
		"scheme in any case":  {"/read", []string{"authorization", "bEARER  " + reader}, 200, "", "reader"},
		"public":              {"/docs", nil, 200, "", ""},
		"public with a key":   {"/docs", []string{"X-API-Key", "no key"}, 200, "", ""},
		"both scopes":         {"/both", []string{"X-API-Key", both}, 200, "", "both"},
		"one of two scopes":   {"/both", []string{"X-API-Key", reader}, 403, CodeScope, ""},
		"other scope":         {"/events", []string{"X-API-Key", reader}, 403, CodeScope, ""},
		"admin does not read": {"/read", []string{"X-API-Key", admin}, 403, CodeScope, ""},
		"admin":               {"/admin", []string{"X-API-Key", admin}, 200, "", "admin"},
		"no key":              {"/read", nil, 401, CodeNoKey, ""},
		"last letter":         {"/read", []string{"X-API-Key", last}, 401, CodeWrongKey, ""},
		"one letter less":     {"/read", []string{"X-API-Key", reader[:len(reader)-1]}, 401, CodeWrongKey, ""},
		"one letter more":     {"/read", []string{"X-API-Key", reader + "A"}, 401, CodeWrongKey, ""},
		"other prefix":        {"/read", []string{"X-API-Key", "Curio_" + reader[6:]}, 401, CodeWrongKey, ""},
		"secret of another":   {"/read", []string{"X-API-Key", reader[:19] + both[19:]}, 401, CodeWrongKey, ""},
		"unknown id":          {"/read", []string{"X-API-Key", foreign[0]}, 401, CodeWrongKey, ""},
		"empty":               {"/read", []string{"X-API-Key", ""}, 401, CodeWrongKey, ""},
		"basic":               {"/read", []string{"Authorization", "Basic " + reader}, 401, CodeWrongKey, ""},
		"no scheme":           {"/read", []string{"Authorization", reader}, 401, CodeWrongKey, ""},
		"two headers":         {"/read", []string{"Authorization", "Bearer " + reader, "X-API-Key", reader}, 401, CodeWrongKey, ""},
		"header twice":        {"/read", []string{"X-API-Key", reader, "X-API-Key", reader}, 401, CodeWrongKey, ""},
		"before its end":      {"/read", []string{"X-API-Key", ends}, 200, "", "ends"},
		"at its end":          {"/read", []string{"X-API-Key", ended}, 401, CodeExpiredKey, ""},
		"disabled":            {"/read", []string{"X-API-Key", disabled}, 401, CodeDisabledKey, ""},
		"in the query":        {"/read?api_key=" + reader, nil, 401, CodeNoKey, ""},
	} {
		t.Run(name, func(t *testing.T) {
			seen = Caller{Name: "nobody came"}
			w := ask(h, "GET", test.path, test.headers...)
			if w.Code != test.status || test.code != "" && !strings.Contains(w.Body.String(), `"code":"`+test.code+`"`) {
				t.Errorf("%d %s, want %d %s", w.Code, w.Body, test.status, test.code)
			}
			want := test.caller
			if test.status != 200 {
				want = "nobody came"
			}
			if seen.Name != want || want != "" && test.status == 200 && len(seen.Key) != idDigits {
				t.Errorf("the handler saw %+v, want %q", seen, want)
			}
			challenge := w.Header().Get("WWW-Authenticate")
			switch test.status {
			case 401:
				if !strings.HasPrefix(challenge, "Bearer realm=") || (test.code != CodeNoKey) != strings.Contains(challenge, `error="invalid_token"`) {
					t.Errorf("challenge %q", challenge)
				}
			case 403:
				if !strings.Contains(challenge, `error="insufficient_scope", scope="`) {
					t.Errorf("challenge %q", challenge)
				}
			default:
				if challenge != "" {
					t.Errorf("challenge %q", challenge)
				}
			}
			for _, k := range plain {
				if strings.Contains(w.Body.String(), k[19:]) {
					t.Error("the answer has a key")
				}
			}
		})
	}
	c.move(time.Nanosecond)
	if w := ask(h, "GET", "/read", "X-API-Key", ends); w.Code != 401 {
		t.Errorf("%d after the end, want 401", w.Code)
	}
}

// Nil Keys open everything; a file without keys opens nothing.
func TestAuthenticateWithoutKeys(t *testing.T) {
	c := newClock()
	var seen Caller
	_, h := wrap(t, Options{Clock: c.now}, func(w http.ResponseWriter, r *http.Request) { seen = CallerOf(r.Context()) })
	if w := ask(h, "POST", "/admin"); w.Code != 200 || !cmp.Equal(seen, Caller{Scopes: Read | Events | Admin}) {
		t.Errorf("%d, %+v", w.Code, seen)
	}
	path, plain := keyFileOf(t, Key{Name: "only", Scopes: Read | Admin})
	if err := RemoveKey(t.Context(), path, plain[0][6:18]); err != nil {
		t.Fatal(err)
	}
	_, h = wrap(t, Options{Clock: c.now, Keys: load(t, path, c)}, nil)
	if w := ask(h, "GET", "/", "X-API-Key", plain[0]); w.Code != 401 {
		t.Errorf("%d with an empty file, want 401", w.Code)
	}
}

// Without Needs every request needs admin.
func TestNeedsNothingSaid(t *testing.T) {
	c := newClock()
	path, plain := keyFileOf(t, Key{Name: "a", Scopes: Read | Events}, Key{Name: "b", Scopes: Admin})
	_, h := wrap(t, Options{Clock: c.now, Keys: load(t, path, c)}, nil)
	for i, want := range []int{403, 200} {
		if w := ask(h, "GET", "/", "X-API-Key", plain[i]); w.Code != want {
			t.Errorf("key %d: %d, want %d", i, w.Code, want)
		}
	}
}

func FuzzBearer(f *testing.F) {
	path, plain := keyFileOf(f, Key{Name: "a", Scopes: Read})
	keys := load(f, path, newClock())
	for _, s := range []string{"", "Bearer", "Bearer ", "Bearer  ", "Bearer " + plain[0], "bearer\t" + plain[0], "Basic " + plain[0], plain[0], "Bearer \xff\x00", "Bearer " + strings.Repeat("A", keyLength)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, value string) {
		key, ok := bearer(value)
		if ok != (key != "") || ok && (!strings.HasSuffix(value, key) || key[0] == ' ') {
			t.Fatalf("bearer(%q) is %q, %v", value, key, ok)
		}
		if keys.find(key) != nil != (key == plain[0]) {
			t.Fatalf("find(%q)", key)
		}
		if keys.find(value) != nil != (value == plain[0]) {
			t.Fatalf("find(%q)", value)
		}
	})
}
