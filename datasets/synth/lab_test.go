package synth

import (
	"context"
	"fmt"
	"sort"
	"testing"
	"time"

	"curio/datasets/event"
)

func TestLab(t *testing.T) {
	o := Default()
	t0 := time.Now()
	p, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println("new", time.Since(t0))
	t0 = time.Now()
	n := 0
	_ = p.Events(context.Background(), nil, func(e *event.Event, _ event.Part) error { n++; return nil })
	fmt.Println("events", n, time.Since(t0))
	t0 = time.Now()
	c, _ := p.Catalogue(context.Background(), nil)
	fmt.Println("catalogue", time.Since(t0))
	dom := map[string]string{}
	for _, it := range c.Items {
		dom[it.ID] = it.Domain
	}
	types := map[event.Type]int{}
	pairs := map[[2]string]bool{}
	users := map[string]int{}
	itemsU := map[string]int{}
	perU := map[string]int{}
	domains := map[string]int{}
	var refunds, short int
	_ = short
	k := 0
	_ = p.Events(context.Background(), nil, func(e *event.Event, _ event.Part) error {
		types[e.Type]++
		users[e.UserID]++
		domains[dom[e.ItemID]]++
		if e.Type == event.Refund {
			refunds++
		}
		if e.ItemID != "" {
			key := [2]string{e.UserID, e.ItemID}
			if !pairs[key] {
				pairs[key] = true
				itemsU[e.ItemID]++
				perU[e.UserID]++
			}
		}
		if k < 40 {
			k++
			fmt.Printf("%s %s %s %-9s w=%d p=%d r=%d a=%d %s %s\n", time.UnixMilli(int64(e.TS)).UTC().Format(time.DateTime), e.UserID, e.ItemID, e.Type, e.Watched/1000, e.Progress, e.Rating, e.Amount, e.Plan, e.Channel)
		}
		return nil
	})
	for ty := event.View; ty <= event.Dismiss; ty++ {
		fmt.Printf("%s %.3f\n", ty, float64(types[ty])/float64(n))
	}
	fmt.Println("pairs", len(pairs), "density", float64(len(pairs))/float64(o.Users*o.Items), "users", len(users), "items", len(itemsU), domains)
	dist := func(m map[string]int) {
		var v []int
		for _, x := range m {
			v = append(v, x)
		}
		sort.Ints(v)
		q := func(f float64) int { return v[int(f*float64(len(v)-1))] }
		fmt.Println(q(0), q(.05), q(.25), q(.5), q(.75), q(.95), q(1))
	}
	dist(users)
	dist(perU)
	dist(itemsU)
	for i := 0; i < 8; i++ {
		fmt.Printf("%+v\n", c.Items[i])
		fmt.Printf("%+v\n", c.Users[i])
	}
	fmt.Printf("%+v\n", c.Partners[:4])
	fmt.Printf("%+v\n", p.Truth().Segments)
}
