package main

import (
	"io"
	"strings"
	"testing"
	"time"

	"curio/serve/client"
)

func TestPromoteAndRollBack(t *testing.T) {
	s, shelf, a := shelved(t)
	b := shelf.publish(t, "b")
	c, ctx := s.asking(t, ""), t.Context()
	title := func() string {
		t.Helper()
		r, err := c.RecommendUser(ctx, "user-01", client.RecommendUserQuery{N: 1})
		if err != nil {
			t.Fatal(err)
		}
		return r.Items[0].Title[len(r.Items[0].Title)-1:] + " " + r.ModelVersion
	}
	_, err := c.MoveAlias(ctx, "latest", &client.AliasBody{Rollback: true})
	refusedWith(t, err, 409, "no_version_before")
	_, err = c.MoveAlias(ctx, "latest", &client.AliasBody{Version: b, From: b})
	refusedWith(t, err, 409, "alias_moved")
	moved, err := c.MoveAlias(ctx, "latest", &client.AliasBody{Version: b, From: a, Why: "better"})
	if err != nil || moved.Version != b || moved.From != a || moved.Why != "better" || time.Since(moved.MovedAt) > time.Minute {
		t.Fatal(moved, err)
	}
	if r, err := c.ReloadModel(ctx); err != nil || r.Version != b || r.Result != "swapped" && r.Result != "unchanged" {
		t.Error(r, err)
	}
	if got := title(); got != "b "+b {
		t.Error(got)
	}
	moved, err = c.MoveAlias(ctx, "latest", &client.AliasBody{Rollback: true, From: b})
	if err != nil || moved.Version != a || moved.Why != "rollback of "+b {
		t.Fatal(moved, err)
	}
	until(t, "rolled back", func() bool { return title() == "a "+a })
	// One that is damaged is refused, told of, and does not answer.
	bad := shelf.publish(t, "bad")
	shelf.tamper(t, bad)
	if _, err := c.MoveAlias(ctx, "latest", &client.AliasBody{Version: bad}); err != nil {
		t.Fatal(err)
	}
	r, err := c.ReloadModel(ctx)
	if err != nil || r.Version != a || r.Follow.Refused == nil || r.Follow.Refused.Version != bad {
		t.Fatal(r, err)
	}
	if m, err := c.ShowModel(ctx); err != nil || m.Model.Version != a || m.Follow.Refused == nil {
		t.Error(m, err)
	}
	if got := title(); got != "a "+a {
		t.Error(got)
	}
	if text := s.page(t, s.admin+"/metrics"); !strings.Contains(text, "curio_model_refused 1") || !strings.Contains(text, `version="`+a+`"`) {
		t.Error(text)
	}
}

// page returns what is at a URL.
func (s *server) page(t *testing.T, url string) string {
	t.Helper()
	r, err := s.client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	data, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != 200 {
		t.Fatalf("%s: %d %v", url, r.StatusCode, err)
	}
	return string(data)
}
