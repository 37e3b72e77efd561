package servetest

import "curio/datasets/event"

func (p *platform) catalogue() []event.Item {
	var items []event.Item
	for _, category := range Categories {
		for n := range p.perCategory {
			id := ItemID(category, n)
			item := event.Item{
				ID: id, Title: Title(id, p.edition), Domain: "course", Category: category,
				Difficulty: int32(100 + 30*(n%12)), Price: int64(1000 * n), Currency: "CNY",
				Unavailable: id == Unavailable, Unlisted: id == Unlisted,
			}
			switch id {
			case Blocked:
				item.Prerequisites = []string{"math-00", "math-06"}
			case Unblocked:
				item.Prerequisites = []string{"math-00", "not-in-the-catalogue"}
			}
			items = append(items, item)
		}
	}
	return items
}

func people() []event.User {
	users := []event.User{{ID: Idle}}
	for k := range Users - 1 {
		users = append(users, event.User{ID: UserID(k), Occupation: []string{"nurse", "teacher"}[k%2], Age: int32(20 + k)})
	}
	return users
}

// Events returns what user k did, in order of time, all before AsOf.
func Events(k int) []event.Event {
	category := Categories[k%len(Categories)]
	at := event.Time(AsOf) - event.Time(k+1)*event.Day
	do := func(n int, t event.Type) event.Event {
		at += event.Day / 24
		return event.Event{TS: at, UserID: UserID(k), ItemID: ItemID(category, n), Type: t}
	}
	watch, progress, buy := do(3, event.Watch), do(4, event.Progress), do(5, event.Purchase)
	watch.Watched, watch.Has = int64(k+1)*60_000, event.HasWatched
	progress.Progress, progress.Has = 5000, event.HasProgress
	buy.Amount, buy.Currency, buy.Plan, buy.Has = 5000, "CNY", "single", event.HasAmount
	rating := do(5, event.Rating)
	rating.Rating, rating.Has = int32(300+10*(k%20)), event.HasRating
	return []event.Event{watch, progress, buy, rating, do(0, event.View), do(0, event.Complete)}
}
