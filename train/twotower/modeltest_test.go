package twotower

import (
	"context"
	"errors"
	"math"
	"testing"

	"curio/artifacts/bundle"
	"curio/artifacts/interest"
	"curio/artifacts/modeltest"
)

func TestModel(t *testing.T) {
	o := small()
	o.Workers, o.Epochs = 2, 15
	fit := func(ctx context.Context, in modeltest.Data) (*interest.Model, error) {
		d := Data{
			Users: in.Users, Items: in.Items, History: in.Histories(),
			UserFeatures: in.UserFeatures, UserFeatureSize: in.UserFeatureSize,
			ItemFeatures: in.ItemFeatures, ItemFeatureSize: in.ItemFeatureSize,
		}
		for _, x := range in.Interactions {
			d.Pairs = append(d.Pairs, Pair(x))
		}
		return Fit(ctx, d, o, nil)
	}
	modeltest.Run(t, fit, func(m *interest.Model) (*interest.Model, error) {
		data, err := bundle.EncodeInterest(m)
		if err != nil {
			return nil, err
		}
		return bundle.DecodeInterest(data)
	})
}

// Histories are part of what a fit is given, whatever the interactions.
func TestFitRefusesFaultyHistories(t *testing.T) {
	o := small()
	o.Workers = 2
	for _, touch := range []interest.Touch{{Item: -1, Weight: 1}, {Item: 20, Weight: 1}, {Item: 1}, {Item: 1, Weight: float32(math.NaN())}, {Item: 1, Weight: float32(math.Inf(1))}} {
		d := planted(10, 20, 2, 3)
		d.History[4] = append(d.History[4], touch)
		if _, err := Fit(t.Context(), d, o, nil); !errors.Is(err, ErrData) {
			t.Errorf("%+v in a history: error %v, want ErrData", touch, err)
		}
	}
}
