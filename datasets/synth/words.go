package synth

// What people and things are called. All of it is plain ASCII.

var occupations = [...]string{
	"engineer", "analyst", "designer", "manager", "teacher", "nurse",
	"student", "researcher", "sales", "craft", "writer", "retired",
}

var regions = [...]string{"north", "south", "east", "west", "overseas"}

var genders = [...]string{"female", "male", "other"}

var backgrounds = [...]string{"academic", "practitioner", "founder", "journalist", "coach", "self-taught"}

var partnerKinds = [...]struct {
	industry string
	nouns    [3]string
	domains  []int
}{
	{"education", [...]string{"College", "Academy", "Institute"}, []int{course, talk}},
	{"technology", [...]string{"Labs", "Systems", "Works"}, []int{course, talk}},
	{"film", [...]string{"Pictures", "Studio", "Films"}, []int{film}},
	{"publishing", [...]string{"Press", "Books", "House"}, []int{book}},
	{"events", [...]string{"Forum", "Summit", "Evenings"}, []int{talk}},
	{"healthcare", [...]string{"Clinic", "Care", "Foundation"}, []int{course, book}},
}

var partnerNames = [...]string{
	"Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Ginkgo", "Hazel", "Ivy", "Juniper",
	"Larch", "Maple", "Nutmeg", "Oak", "Pine", "Quince", "Rowan", "Spruce", "Teak", "Willow",
}

var openings = [...][4]string{
	course: {"Practical", "Foundations of", "Inside", "Mastering"},
	film:   {"The Last", "A Year of", "Beyond", "The Secret of"},
	book:   {"A Short Guide to", "Thinking about", "Notes on", "The Art of"},
	talk:   {"Why", "Ten Minutes on", "Rethinking", "In Defence of"},
}
