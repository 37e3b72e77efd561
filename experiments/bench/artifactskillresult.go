package bench

import (
	"fmt"
	"io"
)

// PublishKillResult is what became of a PublishKill in which every promise held.
type PublishKillResult struct {
	PublishKill
	Kills      int     `json:"kills"`      // processes that were killed while they published
	Editions   int     `json:"editions"`   // that were published, by the killed and between
	Moves      int     `json:"moves"`      // of the alias
	Loads      int     `json:"loads"`      // of versions, all of them whole
	Collected  int     `json:"collected"`  // objects that belonged to nothing, before
	Unfinished int     `json:"unfinished"` // writes that were cut off and cleaned away
	Left       int     `json:"left"`       // objects at the end, all of them needed
	Seconds    float64 `json:"seconds"`
}

// Write prints the result for reading.
func (r *PublishKillResult) Write(w io.Writer) error {
	_, err := fmt.Fprintf(w, `%s, seed %d
%d processes killed while they published, in %.0f s
%d editions published, %d moves of the alias in its history, none of them lost
%d versions read, all of them whole; the next publish always succeeded
%d objects and %d unfinished writes collected; %d objects are left, all of them needed
`, r.Target, r.Seed, r.Kills, r.Seconds, r.Editions, r.Moves, r.Loads, r.Collected, r.Unfinished, r.Left)
	if err != nil {
		return fmt.Errorf("write result: %w", err)
	}
	return nil
}
