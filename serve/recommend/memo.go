package recommend

import (
	"math"
	"sync"
	"sync/atomic"
	"unsafe"

	"curio/artifacts/interest"
)

// memosBytes is how much memory an engine gives to answers that it keeps.
const memosBytes = 256 << 20

// Memo is an answer that an engine keeps. An engine never changes, and so neither does
// what it answers to a plain request.
type Memo struct {
	asked  question
	answer Answer
	used   atomic.Bool // since the hand came by
	body   atomic.Pointer[[]byte]
	shelf  *shelf

	mu   sync.Mutex // held while the body is made
	size int        // bytes; guarded by shelf.mu
	kept bool       // guarded by shelf.mu
}

// Encoded returns what make makes of the answer. It is made once, and kept with the
// answer as long as there is room; the caller must not change it.
func (m *Memo) Encoded(make func() []byte) []byte {
	if b := m.body.Load(); b != nil {
		return *b
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if b := m.body.Load(); b != nil {
		return *b
	}
	b := make()
	if m.shelf.grow(m, len(b)) {
		m.body.Store(&b)
	}
	return b
}

// question is what the answer to a plain request depends on.
type question struct {
	user      int32
	n, offset uint16
	flags     uint8
}

const (
	flagSeen = 1 << iota
	flagExplain
)

// question is what a request asks; false when it is not plain, of nobody the engine
// knows, or deeper than anybody reads.
func (e *Engine) question(r *Request) (question, bool) {
	if !r.plain() || uint(r.N) > math.MaxUint16 || uint(r.Offset) > math.MaxUint16 {
		return question{}, false
	}
	user, ok := e.art.Users.Index(r.User)
	p := question{user: user, n: uint16(r.N), offset: uint16(r.Offset)}
	if r.IncludeSeen {
		p.flags |= flagSeen
	}
	if r.Explain {
		p.flags |= flagExplain
	}
	return p, ok
}

// hash spreads questions over shelves (the finaliser of SplitMix64: Steele et al., "Fast
// Splittable Pseudorandom Number Generators", OOPSLA 2014).
func (q question) hash() uint64 {
	x := uint64(uint32(q.user))<<32 | uint64(q.n)<<16 | uint64(q.offset)
	x += uint64(q.flags) * 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// memos are the answers that an engine keeps, on shelves with a lock each.
type memos struct{ shelves []shelf }

// shelf drops what was not asked for since it was looked at last, when there is no
// more room (the clock algorithm: Corbató, "A Paging Experiment with the Multics
// System", 1968).
type shelf struct {
	room int // bytes

	mu      sync.RWMutex
	answers map[question]*Memo
	ring    []*Memo
	hand    int
	size    int // bytes
}

// There are as many shelves, a power of two, as have so many bytes each.
const (
	maxShelves = 64
	shelfBytes = 64 << 10
)

// newMemos makes room for answers of so many bytes; none for 0 or fewer.
func newMemos(bytes int) *memos {
	m := &memos{}
	if bytes <= 0 {
		return m
	}
	n := 1
	for n < maxShelves && bytes/n >= 2*shelfBytes {
		n *= 2
	}
	m.shelves = make([]shelf, n)
	for i := range m.shelves {
		m.shelves[i].room, m.shelves[i].answers = bytes/n, make(map[question]*Memo)
	}
	return m
}

func (m *memos) shelf(q question) *shelf {
	if len(m.shelves) == 0 {
		return nil
	}
	return &m.shelves[q.hash()&uint64(len(m.shelves)-1)]
}

// MemoBytes is what the answers that are kept take.
func (e *Engine) MemoBytes() (n int) {
	for i := range e.memos.shelves {
		s := &e.memos.shelves[i]
		s.mu.RLock()
		n += s.size
		s.mu.RUnlock()
	}
	return n
}

// Asked returns up to n plain requests whose answers are kept, those that were asked for
// again before others: what a new engine may be asked before it takes the place of
// this one.
func (e *Engine) Asked(n int) []Request {
	var again, once []Request
	for i := range e.memos.shelves {
		s := &e.memos.shelves[i]
		s.mu.RLock()
		for _, m := range s.ring {
			if m == nil || !m.kept {
				continue
			}
			list := &once
			if m.used.Load() {
				list = &again
			}
			if len(*list) < n {
				*list = append(*list, m.asked.request(e))
			}
		}
		s.mu.RUnlock()
	}
	all := append(again, once...)
	return all[:min(n, len(all))]
}

func (q question) request(e *Engine) Request {
	return Request{
		User: e.art.Users.ID(q.user), N: int(q.n), Offset: int(q.offset),
		IncludeSeen: q.flags&flagSeen != 0, Explain: q.flags&flagExplain != 0,
	}
}

// answered returns the answer to a request and its memo: the one that is kept if there
// is one, else what make makes, which is kept when the request is plain. The memo is nil
// when the answer is not kept. The caller must not change the items.
func (e *Engine) answered(r *Request, make func() Answer) (Answer, *Memo) {
	q, ok := e.question(r)
	s := e.memos.shelf(q)
	if !ok || s == nil {
		return make(), nil
	}
	if m := s.find(q); m != nil {
		return m.answer, m
	}
	return s.keep(q, make())
}

func (s *shelf) find(q question) *Memo {
	s.mu.RLock()
	m := s.answers[q]
	s.mu.RUnlock()
	if m != nil && !m.used.Load() {
		m.used.Store(true)
	}
	return m
}

// memoBytes is what an answer without items takes: the memo, the place in the map
// and the ring.
const memoBytes = int(unsafe.Sizeof(Memo{})) + 64

func (a *Answer) bytes() int {
	n := memoBytes + cap(a.Items)*int(unsafe.Sizeof(Item{}))
	for i := range a.Items {
		n += cap(a.Items[i].Because) * int(unsafe.Sizeof(interest.Reason{}))
	}
	return n
}

// keep puts an answer on the shelf, unless it is larger than that, and returns it with
// its memo, or the one that somebody else put there first.
func (s *shelf) keep(q question, a Answer) (Answer, *Memo) {
	m := &Memo{asked: q, shelf: s, size: a.bytes(), kept: true}
	if m.size > s.room {
		return a, nil
	}
	a.Items = a.Items[:len(a.Items):len(a.Items)]
	m.answer = a
	s.mu.Lock()
	defer s.mu.Unlock()
	if other := s.answers[q]; other != nil { // made at the same time
		return other.answer, other
	}
	s.clear(m.size)
	s.answers[q] = m
	s.ring = append(s.ring, m)
	s.size += m.size
	return a, m
}

// grow makes room for n more bytes of m, and reports whether there is any.
func (s *shelf) grow(m *Memo, n int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !m.kept || m.size+n > s.room {
		return false
	}
	m.used.Store(true)
	if s.clear(n); !m.kept {
		return false
	}
	m.size += n
	s.size += n
	return true
}

// clear drops memos until there is room for n more bytes.
func (s *shelf) clear(n int) {
	for s.size+n > s.room && len(s.ring) > 0 {
		if s.hand >= len(s.ring) {
			s.hand = 0
		}
		m := s.ring[s.hand]
		if m.used.Swap(false) {
			s.hand++
			continue
		}
		last := len(s.ring) - 1
		s.ring[s.hand], s.ring[last] = s.ring[last], nil
		s.ring = s.ring[:last]
		delete(s.answers, m.asked)
		m.kept = false
		s.size -= m.size
	}
}
