package pipeline

import (
	"cmp"
	"maps"

	"curio/artifacts/interest"
	"curio/datasets/event"
	"curio/features/profile"
	"curio/train/clustering"
)

// history says what histories weigh.
func (c *Config) history() profile.Strength {
	if c.learned != nil {
		return *c.learned
	}
	return c.Strength
}

// weights are all but the maximum and the half-life of s: by event type, then for
// progress, hours and ratings.
func weights(s *profile.Strength) []any {
	var all []any
	for _, w := range s.Weights[1:] {
		all = append(all, w)
	}
	return append(all, s.ReachedWeight, s.HoursWeight, s.RatingMidpoint, s.RatingScale)
}

// AllSettings are what decides the result of a run, by name, as far as it is known
// before the rehearsal.
func (c *Config) AllSettings() map[string]any { return c.settings() }

// settings are what decides the result, by name.
func (c *Config) settings() map[string]any {
	o, history := c.Interest, c.history()
	all := map[string]any{
		"dataset": c.Name, "seed": c.Seed, "split": string(c.Split), "holdout": c.Holdout, "spare_validation": c.SpareValidation,
		"embedding_size": o.EmbeddingSize, "hidden_size": o.HiddenSize, "epochs": o.Epochs, "stop": o.Stop,
		"batch_size": o.BatchSize, "negatives": o.Negatives, "temperature": o.Temperature,
		"learning_rate": o.LearningRate, "dense_learning_rate": o.DenseLearningRate,
		"bias_learning_rate": o.BiasLearningRate, "id_dropout": o.IDDropout,
		"graph_gain": c.Graph.Gain, "graph_ridge": c.Graph.Ridge, "graph_neighbours": c.Graph.Neighbours, "graph_user_power": c.Graph.UserPower,
		"history_length": interest.HistoryLength, "half_life_days": int64(history.HalfLife / event.Day),
		"strength_weights": weights(&c.Strength), "strength_learned": c.learned != nil,
		"history_weights": weights(&history), "ids_only": c.IDsOnly,
		"segments": c.Segments.Segments, "segment_method": string(cmp.Or(c.Segments.Method, clustering.EM)),
		"segment_features": c.SegmentFeatures.Name(), "segment_sample": cmp.Or(c.Segments.Sample, clustering.DefaultSample),
	}
	maps.Copy(all, c.Settings)
	return all
}
