package synth

import "curio/datasets/event"

// The columns of the canonical tables, in order. Quantities are in the units of
// the canonical data set: seconds, shares of one, stars, main units of currency.

func (e *encoder) event(v *event.Event) {
	e.begin()
	e.unique("event_id", v.ID)
	e.time("ts", v.TS)
	e.text("user_id", v.UserID)
	e.text("item_id", v.ItemID)
	e.text("type", v.Type.String())
	e.decimal("seconds", v.Watched, 3, v.Has&event.HasWatched != 0)
	e.decimal("progress", int64(v.Progress), 4, v.Has&event.HasProgress != 0)
	e.decimal("rating", int64(v.Rating), 2, v.Has&event.HasRating != 0)
	e.decimal("amount", v.Amount, 2, v.Has&event.HasAmount != 0)
	e.text("currency", v.Currency)
	e.text("plan", v.Plan)
	e.text("channel", v.Channel)
	e.time("received_at", v.ReceivedAt)
	e.end()
}

func (e *encoder) user(v *event.User) {
	e.begin()
	e.unique("user_id", v.ID)
	e.text("occupation", v.Occupation)
	e.decimal("age", int64(v.Age), 0, v.Age > 0)
	e.text("gender", v.Gender)
	e.text("region", v.Region)
	e.time("signup_ts", v.SignupTS)
	e.list("consent", v.Consent, v.Consent != nil)
	e.end()
}

func (e *encoder) item(v *event.Item) {
	e.begin()
	e.unique("item_id", v.ID)
	e.unique("title", v.Title)
	e.text("domain", v.Domain)
	e.text("category", v.Category)
	e.list("tags", v.Tags, len(v.Tags) > 0)
	e.decimal("difficulty", int64(v.Difficulty), 2, v.Difficulty > 0)
	e.text("lecturer_id", v.LecturerID)
	e.text("lecturer_background", v.LecturerBackground)
	e.decimal("price", v.Price, 2, v.Price > 0)
	e.text("currency", v.Currency)
	e.decimal("duration_seconds", v.Duration, 3, v.Duration > 0)
	e.time("published_at", v.PublishedAt)
	e.list("prerequisites", v.Prerequisites, len(v.Prerequisites) > 0)
	e.text("partner_id", v.PartnerID)
	e.flag("available", !v.Unavailable)
	e.end()
}

func (e *encoder) partner(v *event.Partner) {
	e.begin()
	e.text("partner_id", v.ID)
	e.text("name", v.Name)
	e.text("industry", v.Industry)
	e.text("region", v.Region)
	e.list("tags", v.Tags, len(v.Tags) > 0)
	e.end()
}

func (e *encoder) trend(v *event.Trend) {
	e.begin()
	e.time("ts", v.TS)
	e.text("domain", v.Domain)
	e.text("topic", v.Topic)
	e.number("value", v.Value)
	e.text("source", v.Source)
	e.end()
}
