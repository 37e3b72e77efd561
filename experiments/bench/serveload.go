package bench

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Load asks a server over loopback in a closed loop: every connection sends its next
// request when it has the answer to the last. It is made to share a machine with the
// server: requests are rendered before, and of an answer no more is read than where it
// ends, but for those that are checked.
type Load struct {
	Address     string // host:port
	Connections int
	Requests    [][]byte      // rendered; taken in turn, over and over
	Most        int           // requests that are sent; 0 for any number
	For         time.Duration // when no more are sent; 0 for no end but Most and that of the context
	Pace        time.Duration // at least from one request of a connection to its next; 0 for none
	// Check looks at the body of every CheckEvery-th answer of a connection, and at all
	// for 1; nil looks at none.
	Check      func(body []byte) error
	CheckEvery int
}

// Loaded is what became of a load. Times are in milliseconds, from before a request is
// written until its answer is read; those of failed requests count.
type Loaded struct {
	Requests  int     `json:"requests"`
	Seconds   float64 `json:"seconds"`
	PerSecond float64 `json:"requests_per_s"`
	P50       float64 `json:"p50_ms"`
	P99       float64 `json:"p99_ms"`
	Max       float64 `json:"max_ms"`
	Failed    int     `json:"failed"` // not answered, or not with 200
	Checked   int     `json:"checked"`
	Wrong     int     `json:"wrong"` // of those checked
	Failure   string  `json:"first_failure,omitempty"`
	// Client is the processor time of the load itself, in microseconds a request; 0
	// where it is not known.
	Client float64 `json:"client_us"`
}

// A connection that gets no answer is opened again, and gives up after so many in a row
// and at the end after so long.
const (
	maxLost    = 50
	lostWait   = 10 * time.Millisecond
	answerWait = 30 * time.Second
)

// Run asks until there is nothing more to ask, or ctx is done, which is no error: then
// what was not answered yet does not count.
func (l *Load) Run(ctx context.Context, clock Clock) (*Loaded, error) {
	var (
		clients = make([]loadClient, l.Connections)
		next    atomic.Int64
		stopped atomic.Bool
		running sync.WaitGroup
		start   = clock()
		used    = cpuTime()
	)
	for i := range clients {
		c := &clients[i]
		*c = loadClient{Load: l, clock: clock, next: &next, stopped: &stopped, start: start}
		defer c.close()
		if err := c.dial(); err != nil {
			return nil, fmt.Errorf("connect to %s: %w", l.Address, err)
		}
	}
	cancel := context.AfterFunc(ctx, func() { stopped.Store(true) })
	defer cancel()
	for i := range clients {
		running.Go(clients[i].run)
	}
	running.Wait()
	return summarise(clients, clock().Sub(start), cpuTime()-used), nil
}

func summarise(clients []loadClient, took, used time.Duration) *Loaded {
	r := &Loaded{Seconds: roundTo(took.Seconds(), 3)}
	var all []int64
	for i := range clients {
		c := &clients[i]
		all = append(all, c.took...)
		r.Failed += c.failed
		r.Checked += c.checked
		r.Wrong += c.wrong
		if r.Failure == "" {
			r.Failure = c.failure
		}
	}
	slices.Sort(all)
	r.Requests = len(all)
	r.PerSecond = roundTo(float64(len(all))/max(took.Seconds(), tick), 1)
	if len(all) > 0 {
		r.P50, r.P99, r.Max = millis(quantile(all, 0.5)), millis(quantile(all, 0.99)), millis(all[len(all)-1])
		r.Client = roundTo(float64(used.Microseconds())/float64(len(all)), 1)
	}
	return r
}

// quantile returns the least value that a share q of the sorted values does not exceed.
func quantile(sorted []int64, q float64) int64 {
	n := int(q * float64(len(sorted)))
	if float64(n) < q*float64(len(sorted)) {
		n++
	}
	return sorted[max(n, 1)-1]
}

func millis(ns int64) float64 { return roundTo(float64(ns)/1e6, 3) }

// loadClient is one connection.
type loadClient struct {
	*Load
	clock   Clock
	next    *atomic.Int64 // of all connections
	stopped *atomic.Bool
	start   time.Time

	conn    net.Conn
	reader  answerReader
	took    []int64 // nanoseconds
	lost    int     // connections in a row
	failed  int
	checked int
	wrong   int
	failure string
}

func (c *loadClient) dial() error {
	c.close()
	conn, err := net.Dial("tcp", c.Address)
	if err != nil {
		return err
	}
	c.conn = conn
	deadline := time.Time{}
	if c.For > 0 {
		deadline = c.start.Add(c.For + answerWait)
	}
	return conn.SetDeadline(deadline)
}

func (c *loadClient) close() {
	if c.conn != nil {
		c.conn.Close()
		c.conn = nil
	}
}

func (c *loadClient) run() {
	c.took = make([]int64, 0, 1<<16)
	for at := c.start; !c.stopped.Load() && (c.For == 0 || at.Sub(c.start) < c.For); {
		n := c.next.Add(1) - 1
		if c.Most > 0 && n >= int64(c.Most) || c.lost >= maxLost {
			return
		}
		began := at
		err := c.ask(c.Requests[n%int64(len(c.Requests))])
		at = c.clock()
		c.took = append(c.took, int64(at.Sub(began)))
		if err != nil {
			c.fail(err)
			at = c.clock()
		}
		if c.Pace > 0 {
			time.Sleep(c.Pace - at.Sub(began))
			at = c.clock()
		}
	}
}

// ask sends one request and reads its answer.
func (c *loadClient) ask(request []byte) error {
	if c.conn == nil {
		if err := c.dial(); err != nil {
			c.lost++
			return err
		}
	}
	_, err := c.conn.Write(request)
	if err == nil {
		err = c.reader.read(c.conn)
	}
	if err != nil {
		c.close()
		c.lost++
		return err
	}
	c.lost = 0
	if c.reader.status != 200 {
		return fmt.Errorf("status %d: %.300s", c.reader.status, c.reader.body)
	}
	if c.Check != nil && len(c.took)%max(c.CheckEvery, 1) == 0 {
		c.checked++
		if err := c.Check(c.reader.body); err != nil {
			return fmt.Errorf("%w: %w", errWrong, err)
		}
	}
	return nil
}

// errWrong is wrapped by the error for an answer that Check does not like.
var errWrong = errors.New("the answer is wrong")

func (c *loadClient) fail(err error) {
	if errors.Is(err, errWrong) {
		c.wrong++
	} else {
		c.failed++
	}
	if c.failure == "" {
		c.failure = err.Error()
	}
	if c.conn == nil {
		time.Sleep(lostWait)
	}
}
