package eventlog

import (
	"strings"

	"curio/datasets/event"
	"curio/datasets/event/code"
	"curio/datasets/event/field"
)

// The columns of users.
const (
	userID = iota
	userOccupation
	userAge
	userGender
	userRegion
	userSignup
	userConsent
)

// Every column of a user is personal, so none is shown but times and ages.
var userTable = newTable("users",
	[]string{"user_id", "occupation", "age", "gender", "region", "signup_ts", "consent"},
	[]string{"user_id"}, userID, userOccupation, userGender, userRegion, userConsent)

func (s *Source) user(r *row) (event.User, fault) {
	c := scan{t: userTable, r: r, o: &s.o}
	u := event.User{
		ID:         strings.Clone(c.id(userID, code.UserMissing)),
		Occupation: strings.Clone(c.text(userOccupation, maxText)),
		Gender:     strings.Clone(c.text(userGender, maxText)),
		Region:     strings.Clone(c.text(userRegion, maxText)),
		SignupTS:   c.time(userSignup, field.Time),
		Consent:    cloned(c.list(userConsent, true, field.Text, maxText)),
	}
	u.Age, _ = value(&c, userAge, field.Age)
	return u, c.fault
}

// cloned gives the texts of a list memory of their own.
func cloned(list []string) []string {
	for i := range list {
		list[i] = strings.Clone(list[i])
	}
	return list
}
