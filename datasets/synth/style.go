package synth

// A style is how a user acts, whatever the topic. Unless said otherwise a number
// is the chance of the act when it could happen.
type style struct {
	name      string
	visits    float64 // mean visits to items in a session, after the first
	resume    float64 // a visit goes on with something begun
	follow    float64 // the next course of a finished one's series comes next
	search    float64 // a visit starts with a search
	engage    float64 // an item that fits is begun, not only seen
	goOn      float64 // one more sitting after each
	member    float64 // has a subscription
	buy       float64
	refund    float64
	rate      float64
	comment   float64
	like      float64
	share     float64
	favourite float64
	dismiss   float64
	hour      float64 // centre of the daily rhythm, UTC
}

var styles = [...]style{
	{name: "critic", visits: 0.7, resume: 0.55, follow: 0.65, search: 0.12, engage: 0.90, goOn: 0.88,
		member: 0.90, buy: 0.25, refund: 0.04, rate: 0.95, comment: 0.20, like: 0.05, share: 0.05, favourite: 0.05, dismiss: 0.20, hour: 22},
	{name: "buyer", visits: 0.9, resume: 0.40, follow: 0.60, search: 0.10, engage: 0.90, goOn: 0.75,
		member: 0.06, buy: 0.95, refund: 0.08, rate: 0.15, comment: 0.04, like: 0.12, share: 0.03, favourite: 0.10, dismiss: 0.04, hour: 20},
	{name: "talker", visits: 0.8, resume: 0.50, follow: 0.65, search: 0.06, engage: 0.85, goOn: 0.85,
		member: 0.85, buy: 0.15, refund: 0.03, rate: 0.30, comment: 0.60, like: 0.65, share: 0.40, favourite: 0.15, dismiss: 0.04, hour: 21},
	{name: "browser", visits: 2.2, resume: 0.25, follow: 0.40, search: 0.30, engage: 0.45, goOn: 0.60,
		member: 0.85, buy: 0.08, refund: 0.02, rate: 0.05, comment: 0.02, like: 0.08, share: 0.02, favourite: 0.30, dismiss: 0.25, hour: 12},
	{name: "finisher", visits: 0.5, resume: 0.75, follow: 0.85, search: 0.06, engage: 0.95, goOn: 0.97,
		member: 0.92, buy: 0.10, refund: 0.01, rate: 0.35, comment: 0.05, like: 0.10, share: 0.03, favourite: 0.05, dismiss: 0.03, hour: 19},
	{name: "sampler", visits: 1.4, resume: 0.25, follow: 0.45, search: 0.10, engage: 0.92, goOn: 0.40,
		member: 0.90, buy: 0.05, refund: 0.02, rate: 0.10, comment: 0.03, like: 0.50, share: 0.10, favourite: 0.20, dismiss: 0.08, hour: 7},
}

// A plan is a way to buy an item, for a share of its price.
type plan struct {
	name    string
	percent int64
}

var (
	single       = plan{"single", 100}
	bundle       = plan{"bundle", 80}
	subscription = plan{"subscription", 50}
)

var channels = [...]string{"app", "web", "partner"}
