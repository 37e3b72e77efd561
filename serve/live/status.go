package live

import (
	"time"

	"curio/artifacts/registry"
)

// Result says how one look at the alias ended.
type Result string

// The results. Only Swapped changes the model in service.
const (
	Unchanged   Result = "unchanged"   // the alias names the model in service
	Swapped     Result = "swapped"     // a new model is in service
	Refused     Result = "refused"     // the artifact is bad; the old model stays
	Waiting     Result = "waiting"     // the artifact was refused before and is not due for another try
	Absent      Result = "absent"      // there is no such alias yet, or no longer
	Unavailable Result = "unavailable" // the registry could not be read
)

// Results lists every Result, for those who report all of them.
func Results() []Result {
	return []Result{Unchanged, Swapped, Refused, Waiting, Absent, Unavailable}
}

// Source says where what names the model in service was read.
type Source string

// The sources.
const (
	FromStore Source = "store" // the registry said so when it was last read
	FromCache Source = "cache" // what was kept on this machine says so; the registry was not read since the start
)

// Refusal says which artifact was not taken in, and why.
type Refusal struct {
	Pointer registry.Pointer
	Reason  string
	At      time.Time
	Tries   int // times it was tried since the alias named it
}

// Status is what became of following the alias. A Status is a copy: it does not
// change after it was returned.
type Status struct {
	Alias    string    // empty with Pin
	Pin      string    // the version that is stayed with; empty when an alias is followed
	Version  string    // in service; empty for none
	Moved    time.Time // when the alias was moved to it; zero with Pin
	LoadedAt time.Time
	Source   Source    // of the model in service
	Since    time.Time // since when Source is what it is
	Held     int       // models in memory: the one in service, one being loaded, and those that requests still run on or that are not collected yet
	LastLook time.Time // when the alias was last looked at
	Last     Result    // how that look ended; empty before the first
	Error    string    // why it ended so; empty after Unchanged and Swapped
	Refusal  *Refusal  // the artifact the alias names, while it is refused
	Counts   map[Result]uint64
}

// Status returns what became of following the alias so far.
func (f *Follower) Status() Status {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.status
	s.Held = int(f.held.Load())
	s.Counts = make(map[Result]uint64, len(Results()))
	for _, r := range Results() {
		s.Counts[r] = f.status.Counts[r]
	}
	if s.Refusal != nil {
		refusal := *s.Refusal
		s.Refusal = &refusal
	}
	return s
}

// Age is how long ago the alias was moved to the model in service: 0 without one, and
// for a pinned one, which is not to be replaced.
func (s *Status) Age(now time.Time) time.Duration {
	if s.Moved.IsZero() {
		return 0
	}
	return max(0, now.Sub(s.Moved))
}

// record notes how a look ended. A nil refusal means that nothing is refused now.
func (f *Follower) record(r Result, reason string, refusal *Refusal) Result {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.status.Counts == nil {
		f.status.Counts = map[Result]uint64{}
	}
	f.status.Counts[r]++
	f.status.LastLook, f.status.Last, f.status.Error = f.o.Clock(), r, reason
	f.status.Refusal = refusal
	return r
}
