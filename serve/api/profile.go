package api

import (
	"errors"
	"net/http"
	"time"

	"curio/artifacts/audience"
	"curio/datasets/event"
	"curio/features/profile"
	"curio/serve/recommend"
)

// ProfileInput is the input of GET /v1/users/{id}/profile.
type ProfileInput struct {
	UserID string `path:"id" doc:"Id of a user, percent-encoded."`
	N      int    `json:"n,omitempty" default:"10" minimum:"1" maximum:"100" doc:"How many interests and needs of each kind are wanted at most."`
}

// Profile is the answer of GET /v1/users/{id}/profile.
type Profile struct {
	Envelope
	UserID      string             `json:"user_id"`
	AsOf        *time.Time         `json:"as_of,omitempty" doc:"Up to when it is known what the user did."`
	First       *time.Time         `json:"first_event,omitempty"`
	Last        *time.Time         `json:"last_event,omitempty"`
	Events      int64              `json:"events"`
	Items       int                `json:"items" doc:"That the user did anything to."`
	Finished    int                `json:"finished_items"`
	Sessions    int64              `json:"sessions"`
	ActiveHours float64            `json:"active_hours" doc:"Of all sessions together."`
	Learning    LearningProfile    `json:"learning"`
	Purchase    PurchaseProfile    `json:"purchase"`
	Interaction InteractionProfile `json:"interaction"`
	Categories  []InterestShare    `json:"categories" doc:"What the user is interested in, the strongest first; interests fade."`
	Tags        []InterestShare    `json:"tags"`
	Unfinished  []NeededItem       `json:"unfinished" doc:"Begun and not finished, the most recent first."`
	Sought      []NeededItem       `json:"sought" doc:"Chosen in a search and not begun, the most recent first."`
	Segment     *SegmentName       `json:"segment,omitempty"`
	Ignored     int                `json:"ignored_events,omitempty" doc:"Events on items the model does not know."`
}

// LearningProfile is how a user learns.
type LearningProfile struct {
	WatchedHours float64  `json:"watched_hours"`
	Watches      int64    `json:"watches"`
	Progresses   int64    `json:"progresses"`
	Completes    int64    `json:"completes"`
	Ratings      int64    `json:"ratings"`
	MeanRating   *float64 `json:"mean_rating,omitempty" doc:"Stars, 1..5."`
}

// PurchaseProfile is how a user pays. Amounts add up only if the log is in one currency.
type PurchaseProfile struct {
	Purchases     int64 `json:"purchases"`
	Subscriptions int64 `json:"subscriptions" doc:"Purchases among them that are of a subscription."`
	Refunds       int64 `json:"refunds"`
	Spent         int64 `json:"spent_minor" doc:"Paid in all, in minor units of the currency."`
	Refunded      int64 `json:"refunded_minor"`
}

// InteractionProfile is what else a user does.
type InteractionProfile struct {
	Views      int64 `json:"views"`
	Comments   int64 `json:"comments"`
	Likes      int64 `json:"likes"`
	Favourites int64 `json:"favourites"`
	Shares     int64 `json:"shares"`
	Searches   int64 `json:"searches"`
	Dismissals int64 `json:"dismissals"`
}

// InterestShare is one category or tag.
type InterestShare struct {
	Name  string  `json:"name"`
	Share float64 `json:"share" doc:"Of all interest, 0..1."`
}

// NeededItem is an item that a user was looking for and has not had.
type NeededItem struct {
	ItemID   string     `json:"item_id"`
	Title    string     `json:"title,omitempty"`
	Progress float64    `json:"progress" doc:"0..1."`
	Last     *time.Time `json:"last_event,omitempty"`
}

// SegmentName is the segment a user is in.
type SegmentName struct {
	ID          string  `json:"id"`
	Name        string  `json:"name"`
	Probability float64 `json:"probability"`
}

// userProfile answers GET /v1/users/{id}/profile.
func userProfile(k *call, in *ProfileInput) (*Profile, *Problem) {
	user, events, p := k.who(in.UserID, nil)
	if p != nil {
		return nil, p
	}
	found, ok := k.engine().Portrait(user, events, in.N)
	if !ok {
		return nil, unknownUser()
	}
	k.strategy = StrategyProfile
	l, b, i := &found.Learning, &found.Purchase, &found.Interaction
	a := &Profile{
		UserID: in.UserID, AsOf: timeOf(found.AsOf), First: timeOf(found.First), Last: timeOf(found.Last),
		Events: found.Events, Items: found.Touched, Finished: found.Finished, Sessions: found.Sessions, ActiveHours: hours(found.Active),
		Learning: LearningProfile{WatchedHours: hours(l.Watched), Watches: l.Watches, Progresses: l.Progresses, Completes: l.Completes, Ratings: l.Ratings},
		Purchase: PurchaseProfile{Purchases: b.Count, Subscriptions: b.Plans.Subscription, Refunds: b.Refunds, Spent: b.Amount, Refunded: b.Refunded},
		Interaction: InteractionProfile{
			Views: i.Views, Comments: i.Comments, Likes: i.Likes, Favourites: i.Favourites,
			Shares: i.Shares, Searches: i.Searches, Dismissals: i.Dismissals,
		},
		Categories: shares(found.Categories), Tags: shares(found.Tags),
		Unfinished: k.needs(found.Needs.Unfinished), Sought: k.needs(found.Needs.Sought), Ignored: found.Ignored,
	}
	if l.Ratings > 0 {
		mean := float64(l.RatingSum) / float64(l.Ratings) / 100
		a.Learning.MeanRating = &mean
	}
	if m := found.Segment; m != nil && !m.Segment.Withheld {
		a.Segment = &SegmentName{m.Segment.ID, m.Segment.Name, m.Probability}
	}
	return a, nil
}

func hours(milliseconds int64) float64 { return float64(milliseconds) / 3_600_000 }

// timeOf is nil for an unknown time.
func timeOf(t event.Time) *time.Time {
	if t == 0 {
		return nil
	}
	at := time.UnixMilli(int64(t)).UTC()
	return &at
}

func shares(list []recommend.Interest) []InterestShare {
	out := make([]InterestShare, len(list))
	for i, x := range list {
		out[i] = InterestShare{x.Topic, x.Share}
	}
	return out
}

func (k *call) needs(list []profile.Need) []NeededItem {
	out := make([]NeededItem, len(list))
	for i, n := range list {
		item := k.engine().Item(n.Item)
		out[i] = NeededItem{ItemID: item.ID, Title: item.Title, Progress: float64(n.Progress) / 10_000, Last: timeOf(n.Last)}
	}
	return out
}

// SimilarUsersInput is the input of GET /v1/users/{id}/similar.
type SimilarUsersInput struct {
	UserID string `path:"id" doc:"Id of a user, percent-encoded."`
	N      int    `json:"n,omitempty" default:"10" minimum:"1" maximum:"100" doc:"How many users are wanted."`
}

// SimilarUsers is the answer of GET /v1/users/{id}/similar.
type SimilarUsers struct {
	Envelope
	UserID       string        `json:"user_id"`
	N            int           `json:"n"`
	Scores       string        `json:"score_kind" doc:"cosine, -1..1."`
	PseudonymKey string        `json:"pseudonym_key_id,omitempty" doc:"Of the pseudonyms that the model knows its users by."`
	Users        []SimilarUser `json:"users" doc:"Nearest first."`
}

// SimilarUser is one user whose interest is like another's.
type SimilarUser struct {
	UserID    string  `json:"user_id" doc:"As the model has it: a pseudonym if there is a pseudonym_key_id."`
	Rank      int     `json:"rank"`
	Score     float32 `json:"score"`
	SegmentID string  `json:"segment_id,omitempty"`
}

// similarUsers answers GET /v1/users/{id}/similar.
func similarUsers(k *call, in *SimilarUsersInput) (*SimilarUsers, *Problem) {
	user, p := k.user(in.UserID)
	if p != nil {
		return nil, p
	}
	found, err := k.engine().SimilarUsers(k.request.Context(), user, in.N)
	switch {
	case errors.Is(err, audience.ErrUnknown):
		return nil, problem(http.StatusNotFound, "unknown_user", "the model in service knows nothing of this user that others could be like")
	case err != nil:
		return nil, k.gaveUp()
	}
	k.strategy = recommend.StrategyNearest
	a := &SimilarUsers{
		UserID: in.UserID, N: in.N, Scores: recommend.ScoreCosine,
		PseudonymKey: k.engine().Manifest().PseudonymKey, Users: make([]SimilarUser, len(found)),
	}
	for i, f := range found {
		a.Users[i] = SimilarUser{k.engine().UserID(f.User), i + 1, f.Cosine, k.engine().UserSegment(f.User)}
	}
	return a, nil
}
