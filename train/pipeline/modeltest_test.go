package pipeline

import (
	"context"
	"testing"

	"curio/artifacts/interest"
	"curio/artifacts/modeltest"
	"curio/train/twotower"
)

// The model that is published: towers and item graph together.
func TestModel(t *testing.T) {
	o := twotower.Default()
	o.EmbeddingSize, o.HiddenSize, o.Epochs, o.BatchSize, o.Negatives, o.Workers = 16, 16, 15, 128, 64, 2
	modeltest.Run(t, func(ctx context.Context, d modeltest.Data) (*interest.Model, error) {
		in := &inputs{data: twotower.Data{
			Users: d.Users, Items: d.Items, History: d.Histories(),
			UserFeatures: d.UserFeatures, UserFeatureSize: d.UserFeatureSize,
			ItemFeatures: d.ItemFeatures, ItemFeatureSize: d.ItemFeatureSize,
		}}
		for _, x := range d.Interactions {
			in.data.Pairs = append(in.data.Pairs, twotower.Pair(x))
		}
		towers, err := twotower.Fit(ctx, in.data, o, nil)
		if err != nil {
			return nil, err
		}
		g, err := in.graph(ctx, DefaultGraph(), o.Workers)
		if err != nil {
			return nil, err
		}
		return combine(towers, g, 0.5)
	}, reread)
}
