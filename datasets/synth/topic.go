package synth

// A topic is a category and the tags that its items carry.
type topic struct {
	name string
	tags [tagsPerTopic]string
}

const tagsPerTopic = 6

var topics = [...]topic{
	{"programming", [...]string{"go", "python", "javascript", "algorithms", "testing", "systems"}},
	{"data-science", [...]string{"statistics", "machine-learning", "visualisation", "sql", "experiments", "forecasting"}},
	{"design", [...]string{"typography", "interfaces", "illustration", "user-research", "colour", "motion"}},
	{"finance", [...]string{"investing", "accounting", "valuation", "budgeting", "markets", "tax"}},
	{"marketing", [...]string{"branding", "copywriting", "web-analytics", "social-media", "pricing", "storytelling"}},
	{"psychology", [...]string{"habits", "decisions", "memory", "emotion", "groups", "therapy"}},
	{"history", [...]string{"antiquity", "middle-ages", "revolutions", "empires", "archives", "biography"}},
	{"philosophy", [...]string{"ethics", "logic", "stoicism", "mind", "politics", "aesthetics"}},
	{"music", [...]string{"harmony", "guitar", "piano", "production", "singing", "rhythm"}},
	{"health", [...]string{"nutrition", "sleep", "running", "yoga", "first-aid", "anatomy"}},
	{"languages", [...]string{"spanish", "mandarin", "german", "pronunciation", "grammar", "creative-writing"}},
	{"parenting", [...]string{"infants", "toddlers", "school-age", "teenagers", "play", "schooling"}},
}

// extraTags say how an item is made, not what it is about.
var extraTags = [...]string{"hands-on", "certificate", "case-study", "interview", "short", "illustrated"}

// The domains. A course comes first everywhere: it is what the platform sells.
const (
	course = iota
	film
	book
	talk
)

// A domain is a catalogue of its own; minutes is the range its items' lengths
// are drawn from.
type domain struct {
	name    string
	share   float64 // of all items
	minutes [2]float64
	chunk   [2]float64 // share of an item taken in one sitting
	free    float64    // share of items without a price
	lag     int        // weeks its trends are behind those of books
}

var domains = [...]domain{
	course: {"course", 0.75, [2]float64{40, 360}, [2]float64{0.30, 0.90}, 0.08, 3},
	film:   {"film", 0.10, [2]float64{75, 165}, [2]float64{0.60, 1.30}, 0.05, 8},
	book:   {"book", 0.10, [2]float64{150, 600}, [2]float64{0.20, 0.50}, 0.05, 0},
	talk:   {"talk", 0.05, [2]float64{12, 75}, [2]float64{0.70, 1.50}, 0.70, 5},
}

// conversion is the chance that a user who met an item of one domain (row) next
// meets a new one of another (column).
var conversion = [len(domains)][len(domains)]float64{
	course: {0.78, 0.04, 0.11, 0.07},
	film:   {0.45, 0.25, 0.22, 0.08},
	book:   {0.55, 0.17, 0.22, 0.06},
	talk:   {0.66, 0.05, 0.12, 0.17},
}

func topicNames() []string {
	names := make([]string, len(topics))
	for i, t := range topics {
		names[i] = t.name
	}
	return names
}

func domainNames() []string {
	names := make([]string, len(domains))
	for i, d := range domains {
		names[i] = d.name
	}
	return names
}
