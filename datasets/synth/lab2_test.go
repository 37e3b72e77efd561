package synth

import (
	"context"
	"fmt"
	"testing"

	"curio/datasets/event"
)

func TestLab2(t *testing.T) {
	p, _ := New(Default())
	w := newWalk(p, func(e *event.Event, _ event.Part) error { return nil })
	cnt := map[string]int{}
	idx := map[string]int32{}
	for i := range p.catalogue {
		idx[p.catalogue[i].ID] = int32(i)
	}
	seen := map[string]bool{}
	w.yield = func(e *event.Event, _ event.Part) error {
		k := e.UserID + e.ItemID
		if e.ItemID == "" || seen[k] {
			return nil
		}
		seen[k] = true
		i := idx[e.ItemID]
		it := &p.items[i]
		cnt[fmt.Sprintf("tag%.2f", w.tagged(it))]++
		cnt[fmt.Sprintf("close%.1f", w.closeness(it))]++
		if len(it.needs) > 0 {
			cnt["sequel"]++
		}
		g := p.groups[w.who.segment].taste[it.topic]
		cnt[fmt.Sprintf("taste%.2f", g)]++
		return nil
	}
	for u := range p.quotas {
		w.user(u)
	}
	_ = context.Background
	for k, v := range cnt {
		fmt.Printf("%s %.3f\n", k, float64(v)/float64(len(seen)))
	}
}
