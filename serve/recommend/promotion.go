package recommend

import "math"

// promoter says which places go to promoted items.
type promoter struct {
	campaigns []campaign
}

type campaign struct {
	share float64
	items []int32 // those that may be shown, in their order
	given int     // places
}

// promoter makes the promotions of a request ready: of their items those stay that
// the user may be shown.
func (e *Engine) promoter(asked []Promotion, r *rules) *promoter {
	p := &promoter{}
	for i := range asked {
		c := campaign{share: asked[i].Share}
		for _, id := range asked[i].Items {
			if item, ok := e.art.Items.Index(id); ok && !r.skip(item) {
				c.items = append(c.items, item)
			}
		}
		p.campaigns = append(p.campaigns, c)
	}
	return p
}

// take returns the item that is promoted in a place, counted from 0, if there is one. Places
// are asked for in their order. A promotion has floor(share n) of the first n; where two
// have a place coming, the first listed has it and the other the next.
func (p *promoter) take(place int, shown map[int32]bool) (int32, bool) {
	for i := range p.campaigns {
		c := &p.campaigns[i]
		// A share such as 0.7 is a little less than what was meant.
		due := math.Floor(float64(place+1)*c.share + 1e-9)
		if !(due > float64(c.given)) {
			continue
		}
		for len(c.items) > 0 {
			item := c.items[0]
			c.items = c.items[1:]
			if !shown[item] {
				c.given++
				return item, true
			}
		}
	}
	return 0, false
}
