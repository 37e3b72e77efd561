package api

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Every bound of the options, at it and beyond, in a query and in a body.
func TestOptionsAtTheirBounds(t *testing.T) {
	f := fixed(t)
	type option struct {
		name, value string
		text        bool   // in JSON a text
		want        string // code of the fault; empty for none
	}
	long := strings.Repeat("x", 257)
	options := []option{
		{"n", "1", false, ""}, {"n", "100", false, ""}, {"n", "0", false, CodeRange}, {"n", "101", false, CodeRange}, {"n", "-1", false, CodeRange}, {"n", "1.5", false, CodeInvalid},
		{"n", "99999999999999999999", false, CodeRange}, {"n", "x", true, CodeInvalid},
		{"offset", "0", false, ""}, {"offset", "10000", false, ""}, {"offset", "-1", false, CodeRange}, {"offset", "10001", false, CodeRange},
		{"diversity", "0", false, ""}, {"diversity", "1", false, ""}, {"diversity", "-0.001", false, CodeRange}, {"diversity", "1.001", false, CodeRange}, {"diversity", "1e400", false, CodeRange},
		{"explore", "0", false, ""}, {"explore", "1", false, ""}, {"explore", "-0.001", false, CodeRange}, {"explore", "1.001", false, CodeRange},
		{"seed", "0", false, ""}, {"seed", "9007199254740991", false, ""}, {"seed", "9007199254740992", false, CodeRange}, {"seed", "-1", false, CodeRange}, {"seed", "0.5", false, CodeInvalid},
		{"price_min", "0", false, ""}, {"price_min", "1e12", false, ""}, {"price_min", "-0.01", false, CodeRange}, {"price_min", "1000000000001", false, CodeRange},
		{"price_max", "0", false, ""}, {"price_max", "-0.01", false, CodeRange}, {"price_max", "1000000000001", false, CodeRange},
		{"duration_min", "0", false, ""}, {"duration_min", "1e12", false, ""}, {"duration_min", "-1", false, CodeRange}, {"duration_max", "1000000000001", false, CodeRange},
		{"domain", long[:256], true, ""}, {"domain", long, true, CodeTooLong}, {"domain", "", true, CodeMissing}, {"domain", "a\x01b", true, CodeInvalid},
		{"category", long[:256], true, ""}, {"category", long, true, CodeTooLong}, {"category", "", true, CodeMissing},
		{"filter", "'" + strings.Repeat("x", 1024-6) + "'!=''", true, ""}, {"filter", "'" + strings.Repeat("x", 1025-6) + "'!=''", true, CodeTooLong}, {"filter", "", true, CodeMissing}, {"filter", "price <", true, CodeInvalid},
		{"explain", "true", false, ""}, {"explain", "yes", true, CodeInvalid}, {"include_seen", "false", false, ""}, {"ignore_prerequisites", "2", false, CodeInvalid}, {"strict", "null", true, CodeInvalid},
	}
	for _, o := range options {
		query := f.get(t, "/v1/users/user-01/recommendations?"+o.name+"="+url.QueryEscape(o.value))
		value := o.value
		if o.text {
			value = quoted(value)
		}
		body := f.do(t, http.MethodPost, "/v1/recommendations", fmt.Sprintf(`{"user_id":"user-01",%q:%s}`, o.name, value))
		for in, got := range map[string]reply{"query": query, "body": body} {
			name := o.name
			if in == "body" {
				name = "/" + name
			}
			if o.want == "" {
				isAnswer(t, f, got, "interest")
				continue
			}
			if diff := cmp.Diff([]string{name + ":" + o.want}, got.faults()); diff != "" || got.status != 400 {
				t.Errorf("%s %s=%.30s: %s %.300s", in, o.name, o.value, diff, got.raw)
			}
		}
	}
}

// quoted is a text as JSON has it.
func quoted(s string) string { return `"` + strings.ReplaceAll(s, "\x01", `\u0001`) + `"` }

func TestListsAtTheirBounds(t *testing.T) {
	f := fixed(t)
	for name, most := range map[string]int{"tags": 16, "exclude": 1000} {
		for _, n := range []int{0, 1, most, most + 1} {
			if n <= 200 || name == "tags" { // else the query is too long for anybody
				query := f.get(t, "/v1/users/user-01/recommendations?"+strings.Repeat(name+"=x&", n))
				if ok := n <= most; (query.status == 200) != ok {
					t.Errorf("%d %s in the query: %.200s", n, name, query.raw)
				}
			}
			body := f.do(t, http.MethodPost, "/v1/recommendations", fmt.Sprintf(`{%q:[%s]}`, name, many(n, `"x"`)))
			if ok := n <= most; (body.status == 200) != ok || !ok && !slices.Equal(body.faults(), []string{"/" + name + ":too_long"}) {
				t.Errorf("%d %s in the body: %.200s", n, name, body.raw)
			}
		}
		for value, code := range map[string]string{"": CodeMissing, strings.Repeat("x", 257): CodeTooLong} {
			got := f.get(t, "/v1/users/user-01/recommendations?"+name+"=ok&"+name+"="+value)
			if diff := cmp.Diff([]string{name + ":" + code}, got.faults()); diff != "" {
				t.Errorf("%s=%.10s: %s", name, value, diff)
			}
		}
	}
}

// Options that speak of each other.
func TestOptionsTogether(t *testing.T) {
	f := fixed(t)
	for body, want := range map[string][]string{
		`{"price_min":1,"price_max":1}`:                                             nil,
		`{"price_min":1.01,"price_max":1}`:                                          {"/price_min:out_of_range"},
		`{"duration_min":1,"duration_max":1}`:                                       nil,
		`{"duration_min":2,"duration_max":1,"seed":1.5}`:                            {"/seed:invalid", "/duration_min:out_of_range"},
		`{"strict":true}`:                                                           {"/user_id:missing"},
		`{"boosts":[` + many(16, `{"factor":16}`) + `]}`:                            nil,
		`{"boosts":[` + many(17, `{"factor":16}`) + `]}`:                            {"/boosts:too_long"},
		`{"boosts":[{"factor":0.0625,"tag":"x"}]}`:                                  nil,
		`{"boosts":[{"factor":0.0624}]}`:                                            {"/boosts/0/factor:out_of_range"},
		`{"boosts":[{"factor":16.01}]}`:                                             {"/boosts/0/factor:out_of_range"},
		`{"boosts":[{"tag":"x"}]}`:                                                  {"/boosts/0/factor:missing"},
		`{"boosts":[{"factor":2,"filter":"nope","x":1}]}`:                           {"/boosts/0/x:unknown", "/boosts/0/filter:invalid"},
		`{"boosts":[{"factor":2,"factor":3}]}`:                                      {"/boosts/0/factor:repeated"},
		`{"promotions":[{"items":["a"],"share":1}]}`:                                nil,
		`{"promotions":[{"items":["a"],"share":0}]}`:                                nil,
		`{"promotions":[{"items":[],"share":0.5}]}`:                                 nil,
		`{"promotions":[{"items":["a"],"share":1.01}]}`:                             {"/promotions/0/share:out_of_range"},
		`{"promotions":[{"items":["a"],"share":-0.01}]}`:                            {"/promotions/0/share:out_of_range"},
		`{"promotions":[{"share":0.1},{"items":["a"]}]}`:                            {"/promotions/0/items:missing", "/promotions/1/share:missing"},
		`{"promotions":[` + many(10, `{"items":["a"],"share":0.1}`) + `]}`:          nil,
		`{"promotions":[` + many(16, `{"items":["a"],"share":0.0625}`) + `]}`:       nil,
		`{"promotions":[` + many(17, `{"items":["a"],"share":0.01}`) + `]}`:         {"/promotions:too_long"},
		`{"promotions":[{"items":["a"],"share":0.7},{"items":["b"],"share":0.31}]}`: {"/promotions:out_of_range"},
		`{"promotions":[{"items":[` + many(100, `"a"`) + `],"share":0.1}]}`:         nil,
		`{"promotions":[{"items":[` + many(101, `"a"`) + `],"share":0.1}]}`:         {"/promotions/0/items:too_long"},
	} {
		got := f.do(t, http.MethodPost, "/v1/recommendations", body)
		if diff := cmp.Diff(want, got.faults()); diff != "" || (got.status == 200) != (want == nil) {
			t.Errorf("%.80s: %d %s", body, got.status, diff)
		}
	}
	got := f.get(t, "/v1/users/user-01/recommendations?price_min=2&price_max=1")
	if diff := cmp.Diff([]string{"price_min:out_of_range"}, got.faults()); diff != "" {
		t.Error(diff)
	}
}

// A fault of an expression says where it is.
func TestFilterFaultsHaveAPosition(t *testing.T) {
	f := fixed(t)
	for filter, want := range map[string]string{
		"price <":                    "line 1, column",
		"colour == 'red'":            "column 1",
		"price < 1 and\ncolour == 1": "line 2, column 1",
		"price":                      "",
		"price + 1":                  "",
		"map(tags, # + 'x')":         "column",
		"title matches '(a+)+$'":     "column",
		"filter(1..1000000, true)":   "column",
		"let x = 1; x > 0":           "column",
		"$env['price'] > 1":          "column",
		"price > 1 ? title : 'x'":    "",
	} {
		for in, got := range map[string]reply{
			"query": f.get(t, "/v1/users/user-01/recommendations?filter="+url.QueryEscape(filter)),
			"body":  f.do(t, http.MethodPost, "/v1/recommendations", `{"filter":`+strings.ReplaceAll(quoted(filter), "\n", `\n`)+`}`),
		} {
			if strings.Contains(filter, "\n") {
				continue // a control character, which no text has
			}
			isProblem(t, got, 400, "invalid_request")
			fault := got.body["errors"].([]any)[0]
			if detail := at(fault, "detail").(string); at(fault, "code") != CodeInvalid || !strings.Contains(detail, want) {
				t.Errorf("%s %q: %v", in, filter, fault)
			}
		}
	}
}

// What options do to an answer.
func TestOptionsHold(t *testing.T) {
	f := fixed(t)
	get := func(query string) []string {
		t.Helper()
		got := f.get(t, "/v1/users/user-03/recommendations?n=100&"+query)
		isAnswer(t, f, got, "interest")
		return got.ids()
	}
	all := get("")
	for query, ok := range map[string]func(id string) bool{
		"category=law":                         func(id string) bool { return strings.HasPrefix(id, "law") },
		"domain=film":                          func(string) bool { return false },
		"tags=none":                            func(string) bool { return false },
		"duration_min=0":                       func(string) bool { return false }, // none is known
		"price_min=20&price_max=50":            func(id string) bool { return id[len(id)-2:] >= "02" && id[len(id)-2:] <= "05" },
		"filter=price+%3D%3D+30":               func(id string) bool { return strings.HasSuffix(id, "03") },
		"exclude=law-01&exclude=code-02":       func(id string) bool { return id != "law-01" && id != "code-02" },
		"filter=id+in+%5B'law-01','law-02'%5D": func(id string) bool { return id == "law-01" || id == "law-02" },
	} {
		want := []string{}
		for _, id := range all {
			if ok(id) {
				want = append(want, id)
			}
		}
		if diff := cmp.Diff(want, get(query)); diff != "" {
			t.Errorf("%s: %s", query, diff)
		}
	}
	if seen := get("include_seen=true"); len(seen) <= len(all) || slices.Contains(seen, "code-11") {
		t.Error("include_seen", len(seen), len(all))
	}
	if open := get("ignore_prerequisites=true"); slices.Contains(all, "math-07") || !slices.Contains(open, "math-07") {
		t.Error("ignore_prerequisites", open)
	}
}

// Exploration says its seed, with which it can be repeated, and propensities.
func TestExplorationCanBeRepeated(t *testing.T) {
	f := fixed(t)
	got := f.do(t, http.MethodGet, "/v1/users/user-01/recommendations?explore=0.5&n=20", "", "X-Request-ID", "one")
	isAnswer(t, f, got, "interest")
	seed, ok := got.body["seed"].(float64)
	if !ok || seed < 0 || seed > 1<<53-1 {
		t.Fatal(got.raw)
	}
	for _, item := range got.body["items"].([]any) {
		if p, ok := at(item, "propensity").(float64); !ok || p <= 0 || p > 1 {
			t.Errorf("propensity of %v", item)
		}
	}
	again := f.get(t, fmt.Sprintf("/v1/users/user-01/recommendations?explore=0.5&n=20&seed=%.0f", seed))
	if diff := cmp.Diff(got.body["items"], again.body["items"]); diff != "" || again.body["seed"] != seed {
		t.Error(diff)
	}
	same := f.do(t, http.MethodGet, "/v1/users/user-01/recommendations?explore=0.5&n=20", "", "X-Request-ID", "one")
	other := f.do(t, http.MethodGet, "/v1/users/user-01/recommendations?explore=0.5&n=20", "", "X-Request-ID", "two")
	if same.body["seed"] != seed || other.body["seed"] == seed {
		t.Error("the seed is not that of the request id", same.body["seed"], other.body["seed"])
	}
	plain := f.get(t, "/v1/users/user-01/recommendations?n=20&seed=3")
	if plain.body["seed"] != nil || at(plain.body["items"].([]any)[0], "propensity") != nil {
		t.Error("a seed without exploration", plain.raw)
	}
}

// A promotion has its share of the places, as far as rules let it.
func TestPromotionsAreMarked(t *testing.T) {
	f := fixed(t)
	got := f.do(t, http.MethodPost, "/v1/recommendations", `{"user_id":"user-01","n":10,"promotions":[{"items":["code-11","code-00","law-03","law-04","nothing"],"share":0.2}]}`)
	isAnswer(t, f, got, "interest")
	var promoted []string
	for _, item := range got.body["items"].([]any) {
		if at(item, "promoted") == true {
			promoted = append(promoted, at(item, "item_id").(string))
		}
	}
	if diff := cmp.Diff([]string{"law-03", "law-04"}, promoted); diff != "" {
		t.Error(diff, got.raw)
	}
}
