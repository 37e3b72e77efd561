package segment

// Segment describes one group of users to people.
type Segment struct {
	ID            string  `json:"id"`                 // survives retraining: see Lineage
	Name          string  `json:"name"`               // readable and unique within a model
	NameZH        string  `json:"name_zh,omitempty"`  // the same in Chinese, unique too
	Withheld      bool    `json:"withheld,omitempty"` // too few users are in it to say anything of them
	Size          int     `json:"size"`               // users in it when the model was fitted
	Share         float64 `json:"share"`              // of the users fitted, 0..1
	Traits        []Trait `json:"traits"`             // what sets it apart, strongest first
	Rule          *Rule   `json:"rule,omitempty"`     // that its users can be told by, nil where there is none
	TopCategories []Share `json:"top_categories"`     // its favourite categories, largest first
	TopTags       []Share `json:"top_tags,omitempty"` // and tags
	// TopItems and TopLecturers are told by id, with the share of the segment's users
	// who showed interest in them.
	TopItems     []Share `json:"top_items,omitempty"`
	TopLecturers []Share `json:"top_lecturers,omitempty"`
}

// Trait is how far a segment's mean of a feature lies from that of all users,
// in standard deviations of all users: a standardised difference of means as Glass's
// delta, with everybody, the segment included, for a control group. Against the other
// users alone it is 1/(1-Share) times as large, and Cohen's d larger still where the
// segment is more even than everybody.
type Trait struct {
	Feature string  `json:"feature"`
	Effect  float64 `json:"effect"`
}

// Share is the part of a segment's attention, or of its users, that something has.
type Share struct {
	Name  string  `json:"name"`
	Share float64 `json:"share"`
}
