package faultproxy

import (
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

// Kind says what happens to a request.
type Kind string

// The kinds of faults. Those of an answer strike an answer that has a body, and
// leave others alone.
const (
	None        Kind = ""
	Internal    Kind = "internal"     // 500 in place of asking the server
	Busy        Kind = "busy"         // 503 in place of asking the server, after taking the whole body
	ResetEarly  Kind = "reset-early"  // the connection is reset before the server is asked
	ResetUpload Kind = "reset-upload" // the connection is reset while the body is on its way to the server
	LoseAnswer  Kind = "lose-answer"  // the server has done it; the connection is reset in place of the answer
	ResetAnswer Kind = "reset-answer" // the connection is reset within the body of the answer
	ShortAnswer Kind = "short-answer" // the body of the answer ends early, and its length says so
	FlipUpload  Kind = "flip-upload"  // one bit of the body is another when it reaches the server
	FlipAnswer  Kind = "flip-answer"  // one bit of the body of the answer is another
)

// Kinds lists every Kind but None.
func Kinds() []Kind {
	return []Kind{Internal, Busy, ResetEarly, ResetUpload, LoseAnswer, ResetAnswer, ShortAnswer, FlipUpload, FlipAnswer}
}

// Fault is what happens to one request.
type Fault struct {
	Kind  Kind
	At    float64       // where in the body, as a share of it in [0, 1)
	Delay time.Duration // before anything else
}

// Plan says what happens to a request, from several goroutines at once.
type Plan func(r *http.Request) Fault

// Through is the plan in which nothing happens.
func Through(*http.Request) Fault { return Fault{} }

// Each is the plan in which the requests meet the faults in their order, and
// those that follow meet none.
func Each(faults ...Fault) Plan {
	var mu sync.Mutex
	return func(*http.Request) Fault {
		mu.Lock()
		defer mu.Unlock()
		if len(faults) == 0 {
			return Fault{}
		}
		next := faults[0]
		faults = faults[1:]
		return next
	}
}

// Random is the plan in which a share of the requests, in 0..1, meets one of the
// kinds, with a delay of up to a tenth of a second each tenth time. The seed
// decides what the n-th request meets.
//
// A bit of an answer is flipped only where there is an object in it: the lists
// and receipts of S3 carry no checksum, so that nothing but TLS protects them.
func Random(seed uint64, share float64, kinds ...Kind) Plan {
	var mu sync.Mutex
	random := rand.New(rand.NewPCG(seed, 0))
	return func(r *http.Request) Fault {
		mu.Lock()
		defer mu.Unlock()
		f := Fault{At: random.Float64()}
		if random.Float64() < 0.1 {
			f.Delay = time.Duration(random.Float64() * float64(100*time.Millisecond))
		}
		if random.Float64() < share {
			f.Kind = kinds[random.IntN(len(kinds))]
		}
		if bare := r.Method != http.MethodGet || r.URL.RawQuery != ""; bare && (f.Kind == FlipAnswer || f.Kind == ShortAnswer) {
			f.Kind = None
		}
		return f
	}
}
