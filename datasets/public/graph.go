package public

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"curio/datasets/event"
	"curio/datasets/event/code"
)

const (
	maxTriples = 16 << 20 // of items; 12 bytes each
	maxTags    = 64       // an item
)

// graph is what a knowledge graph says of items.
type graph struct {
	facts   []fact // sorted, without repetitions
	triples int    // read, whatever their head
}

// fact is one triple whose head is an item.
type fact struct {
	item             int32 // index
	relation, entity int32
}

// readGraph reads rows `head relation tail` of numbers and keeps those whose head
// is one of the items.
func readGraph(ctx context.Context, dir folder, file string, numbers []int32, reject func(event.Reject)) (*graph, error) {
	index := make(map[int32]int32, len(numbers))
	for i, n := range numbers {
		index[n] = int32(i)
	}
	g := &graph{}
	err := dir.lines(ctx, file, maxRow, reject, func(line []byte, where *at) error {
		head, rest, ok1 := number(line)
		relation, rest, ok2 := number(rest)
		tail, rest, ok3 := number(rest)
		if !ok1 || !ok2 || !ok3 || len(rest) > 0 {
			where.refuse(code.IDNotNumber, "", "", "want three numbers: head relation tail")
			return nil
		}
		g.triples++
		item, ok := index[head]
		if !ok {
			return nil
		}
		if len(g.facts) == maxTriples {
			return fmt.Errorf("%s says more than %d things of items: cut it down", file, maxTriples)
		}
		g.facts = append(g.facts, fact{item, relation, tail})
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(g.facts, func(a, b fact) int {
		return cmp.Or(cmp.Compare(a.relation, b.relation), cmp.Compare(a.entity, b.entity), cmp.Compare(a.item, b.item))
	})
	g.facts = slices.Compact(g.facts)
	return g, nil
}

// tags adds a tag to the items for each relation to an entity that at least two
// of them share, and returns how many did not fit.
func (g *graph) tags(items []event.Item) (dropped int) {
	type tag struct {
		name   string
		shared int
	}
	of := make([][]tag, len(items))
	for from := 0; from < len(g.facts); {
		f := g.facts[from]
		to := from + 1
		for to < len(g.facts) && g.facts[to].relation == f.relation && g.facts[to].entity == f.entity {
			to++
		}
		if shared := to - from; shared > 1 {
			t := tag{"r" + strconv.Itoa(int(f.relation)) + ":" + strconv.Itoa(int(f.entity)), shared}
			for _, f := range g.facts[from:to] {
				of[f.item] = append(of[f.item], t)
			}
		}
		from = to
	}
	for i, tags := range of {
		slices.SortStableFunc(tags, func(a, b tag) int { return cmp.Compare(b.shared, a.shared) })
		if len(tags) > maxTags {
			dropped += len(tags) - maxTags
			tags = tags[:maxTags]
		}
		for _, t := range tags {
			items[i].Tags = append(items[i].Tags, t.name)
		}
	}
	return dropped
}
