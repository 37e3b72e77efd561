package synth

import (
	"fmt"
	"slices"

	"curio/datasets/event"
)

// newPartners makes one partner for about forty items, one of each kind at
// least, and gives most items a partner that deals in their domain, often one
// that deals in their topic too.
func (p *Platform) newPartners(s *stream) {
	s.start(forPartners, 0)
	n := min(max(len(partnerKinds), p.options.Items/40), 400)
	byDomain := make([][]int, len(domains))
	for i := range n {
		kind := &partnerKinds[i%len(partnerKinds)]
		name := partnerNames[s.IntN(len(partnerNames))]
		first, second := s.IntN(len(topics)), s.IntN(len(topics))
		partner := event.Partner{
			ID:       fmt.Sprintf("partner-%03d", i+1),
			Name:     fmt.Sprintf("%s %s", name, kind.nouns[s.IntN(len(kind.nouns))]),
			Industry: kind.industry,
			Region:   regions[s.IntN(len(regions))],
			Tags:     []string{topics[first].name},
		}
		if second != first {
			partner.Tags = append(partner.Tags, topics[second].name)
		}
		p.partners = append(p.partners, partner)
		for _, d := range kind.domains {
			byDomain[d] = append(byDomain[d], i)
		}
	}
	for i := range p.items {
		if !s.chance(0.85) {
			continue
		}
		list := byDomain[p.items[i].domain]
		out := &p.catalogue[i]
		for range 4 {
			partner := &p.partners[list[s.IntN(len(list))]]
			out.PartnerID = partner.ID
			if slices.Contains(partner.Tags, out.Category) {
				break
			}
		}
	}
}
