package timeline

import (
	"strings"
	"sync"

	"curio/datasets/eventlog/rowhash"

	"github.com/zeebo/xxh3"
)

// items numbers the items that events name, in the order in which they are met.
type items struct {
	mu    sync.Mutex // guards below while events are gathered
	index map[string]int32
	ids   []string
	sums  []rowhash.Sum // of the ids
}

func (t *items) of(id string) (number int32, kept string, sum rowhash.Sum) {
	t.mu.Lock()
	defer t.mu.Unlock()
	i, ok := t.index[id]
	if !ok {
		id = strings.Clone(id)
		i = int32(len(t.ids))
		t.index[id] = i
		t.ids = append(t.ids, id)
		t.sums = append(t.sums, xxh3.HashString128(id))
	}
	return i, t.ids[i], t.sums[i]
}

// numbering is what one goroutine knows of the items: it asks for each once.
type numbering struct {
	items  *items
	index  map[string]int32
	known  []knownItem
	latest int32 // index of the item asked for last
}

type knownItem struct {
	id     string
	sum    rowhash.Sum
	number int32
}

// of returns the number of an item and the sum of its id.
func (n *numbering) of(id string) (int32, rowhash.Sum) {
	if len(n.known) == 0 || n.known[n.latest].id != id {
		i, ok := n.index[id]
		if !ok {
			number, kept, sum := n.items.of(id)
			i = int32(len(n.known))
			n.index[kept] = i
			n.known = append(n.known, knownItem{kept, sum, number})
		}
		n.latest = i
	}
	k := &n.known[n.latest]
	return k.number, k.sum
}
