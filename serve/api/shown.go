package api

import (
	"cmp"

	"curio/serve/live/exposure"
	"curio/serve/recommend"
)

// shown tells the shadow and the log of exposures what was answered. It comes after the
// answer.
func (k *call) shown(asked string, r *recommend.Request, found *recommend.Answer) {
	o := &k.api.o
	if o.Shadow != nil && r.Explore == 0 { // chance is not compared
		o.Shadow.Offer(k.model, *r, *found)
	}
	if o.Exposures == nil {
		return
	}
	record := exposure.Record{
		Time: k.began.UnixMilli(), Kind: exposure.Shown, Experiment: o.Experiment, RequestID: k.id,
		Anonymous: asked == "", Assigned: string(k.arm.Assigned), Served: string(k.arm.Served),
		Version: k.version(), Strategy: found.Strategy, Offset: r.Offset, Items: make([]string, len(found.Items)),
	}
	for i := range found.Items {
		record.Items[i] = k.engine().Item(found.Items[i].Index).ID
		if found.Explored {
			record.Propensity = append(record.Propensity, found.Items[i].Propensity)
		}
	}
	o.Exposures.Add(cmp.Or(asked, k.id), record)
}
