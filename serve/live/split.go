package live

import "github.com/zeebo/xxh3"

// Side is one of two models of an experiment.
type Side string

// The sides.
const (
	Champion   Side = "champion"
	Challenger Side = "challenger"
)

// Split tells the users of the challenger from those of the champion. It goes by
// nothing but the name of the experiment and the id it is asked about: the same after
// a restart, on every server and whichever models there are. Experiments of different
// names split the same users independently of each other, and whoever is the
// challenger's at one share stays so at every larger one.
type Split struct {
	Experiment string
	Share      float64 // of the challenger, 0..1
}

// Side returns whose an id is: that of a user, by the same name at all times, or of
// the session or request of somebody unknown.
func (s Split) Side(id string) Side {
	hash := xxh3.HashStringSeed(id, xxh3.HashString(s.Experiment))
	if float64(hash>>11)/(1<<53) < s.Share {
		return Challenger
	}
	return Champion
}
