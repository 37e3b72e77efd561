package segment

// Segment describes one group of users to people.
type Segment struct {
	ID            string  `json:"id"`                 // stable within a model: s1 is the largest
	Name          string  `json:"name"`               // readable and unique within a model
	Withheld      bool    `json:"withheld,omitempty"` // too few users are in it to say anything of them
	Size          int     `json:"size"`               // users in it when the model was fitted
	Share         float64 `json:"share"`              // of the users fitted, 0..1
	Traits        []Trait `json:"traits"`             // what sets it apart, strongest first
	TopCategories []Share `json:"top_categories"`     // its favourite categories, largest first
}

// Trait is how far a segment's mean of a feature lies from that of all users,
// in standard deviations of all users.
type Trait struct {
	Feature string  `json:"feature"`
	Effect  float64 `json:"effect"`
}

// Share is the share of a segment's attention that a category has.
type Share struct {
	Name  string  `json:"name"`
	Share float64 `json:"share"`
}
