package audience

import (
	"iter"
	"slices"
	"strings"
)

// MemberRow is a member of a segment as it is exported.
type MemberRow struct {
	UserID      string  `parquet:"user_id"`
	SegmentID   string  `parquet:"segment_id,dict"`
	SegmentName string  `parquet:"segment_name,dict"`
	Probability float64 `parquet:"probability"`       // of the segment given the user's profile, 0..1
	Distance    float64 `parquet:"distance"`          // Mahalanobis distance from the segment's mean
	RunnerUpID  string  `parquet:"runner_up_id,dict"` // next best segment; empty when there is one only
}

// UserRow is one of the users whom an item interests, as it is exported.
type UserRow struct {
	Rank      int64   `parquet:"rank"` // from 1
	UserID    string  `parquet:"user_id"`
	ItemID    string  `parquet:"item_id,dict"`
	Score     float64 `parquet:"score"`
	ScoreKind string  `parquet:"score_kind,dict"`
	Candidate bool    `parquet:"candidate"`       // see Fan
	SegmentID string  `parquet:"segment_id,dict"` // the user's; empty for none, and for one too small to be told of
}

// named is a user and the id to export.
type named struct {
	index int32
	name  string
}

// MemberRows yields the members of a segment in the order of the ids that name turns
// theirs into: the order that the artifact has them in would tell something of ids
// that are to stay unknown.
func (a *Audience) MemberRows(segment int, name func(user string) string) iter.Seq[MemberRow] {
	return func(yield func(MemberRow) bool) {
		members := make([]named, len(a.Members(segment)))
		for i, u := range a.Members(segment) {
			members[i] = named{u, name(a.art.Users.ID(u))}
		}
		slices.SortFunc(members, func(x, y named) int { return strings.Compare(x.name, y.name) })
		segments, r := a.segments, a.Reader()
		for _, user := range members {
			m := r.Member(user.index)
			row := MemberRow{
				UserID: user.name, SegmentID: segments[segment].ID, SegmentName: segments[segment].Name,
				Probability: m.Probability, Distance: m.Distance,
			}
			if m.RunnerUp >= 0 {
				row.RunnerUpID = segments[m.RunnerUp].ID
			}
			if !yield(row) {
				return
			}
		}
	}
}

// UserRows yields the users that Users found for an item.
func (a *Audience) UserRows(item int32, found Fans, name func(user string) string) iter.Seq[UserRow] {
	return func(yield func(UserRow) bool) {
		for i, f := range found.Users {
			row := UserRow{
				Rank: int64(i + 1), UserID: name(a.art.Users.ID(f.User)), ItemID: a.art.Catalogue[item].ID,
				Score: float64(f.Score), ScoreKind: found.Kind, Candidate: f.Candidate, SegmentID: a.SegmentOf(f.User),
			}
			if !yield(row) {
				return
			}
		}
	}
}

// SegmentOf returns the id of the segment that a user is in; empty for none, and
// for one that may not be told of.
func (a *Audience) SegmentOf(user int32) string {
	s := a.art.Membership[user]
	if s < 0 || a.segments[s].Withheld {
		return ""
	}
	return a.segments[s].ID
}
