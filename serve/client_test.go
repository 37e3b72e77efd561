package main

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"curio/serve/client"
	"curio/serve/servetest"
)

// asking returns a client of a server that shows a key, if there is one.
func (s *server) asking(t *testing.T, key string) *client.Client {
	t.Helper()
	c, err := client.New(client.Options{URL: s.url, AdminURL: s.admin, Key: key, HTTP: s.client})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// shelved launches a server that has edition a in service.
func shelved(t *testing.T, args ...string) (*server, *shelf, string) {
	t.Helper()
	shelf := newShelf(t)
	version := shelf.publish(t, "a")
	shelf.move(t, version)
	s := launch(t, append(args, "--store", shelf.dir)...)
	c := s.asking(t, "")
	until(t, "ready", func() bool { _, err := c.IsReady(t.Context()); return err == nil })
	return s, shelf, version
}

// done is true when there was no error.
func done(t *testing.T, what string, err error) bool {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", what, err)
	}
	return err == nil
}

func TestClientAsksEveryOperation(t *testing.T) {
	s, _, version := shelved(t, "--event-log", t.TempDir())
	c, ctx := s.asking(t, ""), client.WithRequestID(t.Context(), "every-one")
	asked := map[string]client.Envelope{}
	{
		a, err := c.IsLive(ctx)
		if done(t, "IsLive", err) && a.Status == "live" {
			asked["IsLive"] = a.Envelope
		}
	}
	if a, err := c.IsReady(ctx); done(t, "IsReady", err) && a.Status == "ready" {
		asked["IsReady"] = a.Envelope
	}
	if a, err := c.RecommendUser(ctx, "user-01", client.RecommendUserQuery{N: 5, Explain: true, PriceMax: new(60.0), Exclude: []string{"code-02"}}); done(t, "RecommendUser", err) &&
		len(a.Items) == 5 && a.Strategy == "interest" && a.UserID == "user-01" && len(a.Items[0].Because) > 0 && a.Items[0].Category == "code" {
		asked["RecommendUser"] = a.Envelope
	}
	body := &client.RecommendBody{
		UserID: "user-01", N: 10, Explore: new(0.5), Seed: new(int64(7)), Promotions: []client.Promotion{{Items: []string{"law-04"}, Share: 0.2}},
		Events: []client.Event{{Type: "progress", ItemID: "law-02", Progress: new(0.0), TS: time.Now()}, {Type: "search"}}, Boosts: []client.Boost{{Category: "law", Factor: 4}},
	}
	if a, err := c.RecommendSession(ctx, body); done(t, "RecommendSession", err) && a.Strategy == "session" && a.Seed != nil && *a.Seed == 7 && a.Items[0].Propensity != nil &&
		slices.ContainsFunc(a.Items, func(i client.RecommendedItem) bool { return i.Promoted && i.ItemID == "law-04" }) {
		asked["RecommendSession"] = a.Envelope
	}
	if a, err := c.RecommendBatch(ctx, &client.BatchBody{Requests: []client.RecommendBody{*body, {UserID: "nobody", Strict: true}}}); done(t, "RecommendBatch", err) &&
		len(a.Answers) == 2 && len(a.Answers[0].Items) == 10 && a.Answers[1].Problem == "unknown_user" {
		asked["RecommendBatch"] = a.Envelope
	}
	if a, err := c.RankItems(ctx, &client.RankBody{UserID: "user-01", Items: []string{"law-01", "code-02", "code-05", "?"}, Rules: true}); done(t, "RankItems", err) &&
		len(a.Items) == 2 && a.Items[0].ItemID == "code-02" && len(a.Barred) == 1 && a.Barred[0].Status[0] == "owned" && slices.Equal(a.Unknown, []string{"?"}) {
		asked["RankItems"] = a.Envelope
	}
	if a, err := c.ScoreItem(ctx, "user-01", "law-01", client.ScoreItemQuery{Explain: true}); done(t, "ScoreItem", err) && a.Item.Rank > 1 && a.Logit != nil && a.Of > 30 {
		asked["ScoreItem"] = a.Envelope
	}
	if a, err := c.SimilarItems(ctx, "code-01", client.SimilarItemsQuery{N: 3, Category: "code"}); done(t, "SimilarItems", err) && len(a.Items) == 3 {
		asked["SimilarItems"] = a.Envelope
	}
	if a, err := c.UserProfile(ctx, "user-01", client.UserProfileQuery{N: 2}); done(t, "UserProfile", err) && a.Learning.MeanRating != nil && a.Segment != nil && a.AsOf.Equal(time.UnixMilli(int64(servetest.AsOf))) {
		asked["UserProfile"] = a.Envelope
	}
	if a, err := c.SimilarUsers(ctx, "user-01", client.SimilarUsersQuery{N: 2}); done(t, "SimilarUsers", err) && len(a.Users) == 2 {
		asked["SimilarUsers"] = a.Envelope
	}
	if a, err := c.ReportEvents(ctx, &client.ReportBody{Events: []client.ReportEvent{{UserID: "u", Type: "view", ItemID: "law-01"}, {Type: "view"}}}); done(t, "ReportEvents", err) &&
		a.Accepted == 1 && len(a.Rejected) == 1 && a.Rejected[0].Line == 2 {
		asked["ReportEvents"] = a.Envelope
	}
	if a, err := c.UserSegment(ctx, "user-01"); done(t, "UserSegment", err) && a.Segment.ID == "s2" && len(a.Memberships) == 4 {
		asked["UserSegment"] = a.Envelope
	}
	if a, err := c.ListSegments(ctx); done(t, "ListSegments", err) && len(a.Segments) == 4 {
		asked["ListSegments"] = a.Envelope
	}
	if a, err := c.ShowSegment(ctx, "s2"); done(t, "ShowSegment", err) && a.Segment.Name == "likes code" {
		asked["ShowSegment"] = a.Envelope
	}
	if a, err := c.SegmentItems(ctx, "s2", client.SegmentItemsQuery{N: 4}); done(t, "SegmentItems", err) && len(a.Items) == 4 {
		asked["SegmentItems"] = a.Envelope
	}
	if members := everyMember(t, c, "s2"); len(members) == 10 {
		a, err := c.SegmentUsers(ctx, "s2", client.SegmentUsersQuery{})
		if done(t, "SegmentUsers", err) && len(a.Users) == 10 && a.NextCursor == "" {
			asked["SegmentUsers"] = a.Envelope
		}
	}
	if a, err := c.AssignSegment(ctx, &client.AssignBody{UserID: "user-02"}); done(t, "AssignSegment", err) && a.Segment.ID == "s3" {
		asked["AssignSegment"] = a.Envelope
	}
	if a, err := c.ItemAudience(ctx, "law-02", &client.AudienceBody{N: 3, Segment: "s3"}); done(t, "ItemAudience", err) && len(a.Users) == 3 {
		asked["ItemAudience"] = a.Envelope
	}
	if a, err := c.ShowModel(ctx); done(t, "ShowModel", err) && a.Model.Version == version && a.Model.Items == 48 && a.Follow.Looks["swapped"] == 1 {
		asked["ShowModel"] = a.Envelope
	}
	if a, err := c.ListModels(ctx); done(t, "ListModels", err) && len(a.Models) == 1 && a.Models[0].Serving && slices.Equal(a.Models[0].Aliases, []string{"latest"}) {
		asked["ListModels"] = a.Envelope
	}
	if a, err := c.ShowVersion(ctx, version); done(t, "ShowVersion", err) && a.Version == version && strings.Contains(string(a.Dataset), "servetest") && !a.StoredAt.IsZero() {
		asked["ShowVersion"] = a.Envelope
	}
	if a, err := c.MoveAlias(ctx, "kept", &client.AliasBody{Version: version, Why: "good"}); done(t, "MoveAlias", err) && a.Version == version && a.Why == "good" && a.MovedBy == "api" {
		asked["MoveAlias"] = a.Envelope
	}
	if a, err := c.ReloadModel(ctx); done(t, "ReloadModel", err) && a.Result == "unchanged" && a.Version == version {
		asked["ReloadModel"] = a.Envelope
	}
	for method := range reflect.TypeFor[*client.Client]().Methods() {
		e, ok := asked[method.Name]
		if !ok {
			t.Errorf("%s has no good answer", method.Name)
		} else if e.RequestID != "every-one" || e.ModelVersion != version || e.Strategy == "" {
			t.Errorf("%s: %+v", method.Name, e)
		}
	}
}

// everyMember asks for a segment a page at a time.
func everyMember(t *testing.T, c *client.Client, segment string) []string {
	t.Helper()
	var ids []string
	for cursor := ""; ; {
		page, err := c.SegmentUsers(t.Context(), segment, client.SegmentUsersQuery{Limit: 3, Cursor: cursor})
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range page.Users {
			ids = append(ids, u.UserID)
		}
		if cursor = page.NextCursor; cursor == "" {
			return ids
		}
	}
}

// Ids hold what they like: they come back as they were sent.
func TestClientSendsAnyID(t *testing.T) {
	s, _, _ := shelved(t)
	c := s.asking(t, "")
	for _, id := range []string{"a/b", "a%2Fb", ".", "..", "a b", "ü", "?x=1#y", "a:b", "{id}", strings.Repeat("é", 128)} {
		a, err := c.RecommendUser(t.Context(), id, client.RecommendUserQuery{N: 1})
		if err != nil || a.UserID != id {
			t.Errorf("%q: %+v, %v", id, a, err)
		}
	}
	for _, id := range []string{"", "a\x01", "\xff", strings.Repeat("é", 128) + "x"} {
		_, err := c.RecommendUser(t.Context(), id, client.RecommendUserQuery{})
		if p := refusedWith(t, err, 400, "invalid_request"); len(p.Errors) != 1 || p.Errors[0].In != "path" {
			t.Errorf("%q: %v", id, err)
		}
	}
}
