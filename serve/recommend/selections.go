package recommend

import (
	"container/list"
	"sync"
)

// selectionBytes bounds what an engine remembers of expressions and names. A set takes a bit an
// item: the budget is that of some 3,000 expressions over 41,000 items, and of 128
// over a million.
const selectionBytes = 16 << 20

// selections are the items that expressions and names select, of those that were asked
// for last: a product page asks for the same few again and again, and to evaluate one for
// a whole catalogue takes as long as many answers.
type selections struct {
	mutex sync.Mutex // guards what follows
	kept  map[string]*list.Element
	order list.List // of *selection, the last asked for first
	bytes int
}

type selection struct {
	text    string
	once    sync.Once
	items   itemSet
	counted bool // in bytes
}

func newSelections() *selections { return &selections{kept: make(map[string]*list.Element)} }

// of returns what is selected under a text, by find if nobody remembers. The caller must
// not change it. Of those who ask for the same at the same time one finds it out, and
// the others wait.
func (s *selections) of(text string, find func() itemSet) itemSet {
	found := s.entry(text)
	found.once.Do(func() {
		found.items = find()
		s.charge(found)
	})
	return found.items
}

func (s *selections) entry(text string) *selection {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if e, ok := s.kept[text]; ok {
		s.order.MoveToFront(e)
		return e.Value.(*selection)
	}
	found := &selection{text: text}
	s.kept[text] = s.order.PushFront(found)
	return found
}

// charge counts what was found and forgets what was not asked for longest, until
// the budget is kept. One that is larger than the budget is forgotten at once.
func (s *selections) charge(found *selection) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.bytes += found.size()
	found.counted = true
	for e := s.order.Back(); e != nil && s.bytes > selectionBytes; {
		old, before := e.Value.(*selection), e.Prev()
		if old.counted { // others are being found out
			s.order.Remove(e)
			delete(s.kept, old.text)
			s.bytes -= old.size()
		}
		e = before
	}
}

// size is what a selection takes, with what it takes to remember it.
func (s *selection) size() int { return 8*len(s.items) + len(s.text) + 256 }
