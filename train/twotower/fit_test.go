package twotower

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/artifacts/interest"
)

// planted is data in which users of a group interact with that group's items:
// user u and item i belong together when u%groups == i%groups. Item features
// are the group's indicator; the last item of each group has no interactions.
func planted(users, items, groups, perUser int) Data {
	r := rand.New(rand.NewPCG(3, 3))
	d := Data{Users: users, Items: items, ItemFeatureSize: groups, UserFeatureSize: 1}
	d.ItemFeatures = make([]float32, items*groups)
	for i := range items {
		d.ItemFeatures[i*groups+i%groups] = 1
	}
	d.UserFeatures = make([]float32, users)
	warm := items/groups - 1 // items of a group with interactions
	for u := range users {
		var history []interest.Touch
		for _, n := range r.Perm(warm)[:perUser] {
			item := int32(n*groups + u%groups)
			d.Pairs = append(d.Pairs, Pair{User: int32(u), Item: item, Weight: 1})
			history = append(history, interest.Touch{Item: item, Weight: 1})
		}
		d.History = append(d.History, history)
	}
	return d
}

func small() Options {
	o := Default()
	o.EmbeddingSize, o.HiddenSize, o.Epochs, o.BatchSize, o.Negatives = 16, 16, 15, 128, 64
	return o
}

func fitted(t *testing.T, d Data, o Options) *interest.Model {
	t.Helper()
	m, err := Fit(context.Background(), d, o, nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestFitSameBytesAtAnyWorkers(t *testing.T) {
	d := planted(100, 40, 4, 6)
	o := small()
	o.Epochs = 3
	want := fitted(t, d, o).Tensors()
	for _, workers := range []int{2, 8, 16} {
		o.Workers = workers
		if diff := cmp.Diff(want, fitted(t, d, o).Tensors()); diff != "" {
			t.Errorf("%d workers differ from one:\n%.300s", workers, diff)
		}
	}
	o.Seed++
	if cmp.Equal(want, fitted(t, d, o).Tensors()) {
		t.Error("another seed gives the same model")
	}
}

func TestFitRefusesWhatItCannotLearnFrom(t *testing.T) {
	good := planted(10, 20, 2, 3)
	for name, breakIt := range map[string]func(*Data){
		"NoPairs":       func(d *Data) { d.Pairs = nil },
		"ItemOutside":   func(d *Data) { d.Pairs = []Pair{{User: 0, Item: 20, Weight: 1}} },
		"ZeroWeight":    func(d *Data) { d.Pairs = []Pair{{User: 0, Item: 1}} },
		"ShortHistory":  func(d *Data) { d.History = d.History[1:] },
		"ShortFeatures": func(d *Data) { d.ItemFeatures = d.ItemFeatures[1:] },
	} {
		d := good
		breakIt(&d)
		if _, err := Fit(context.Background(), d, small(), nil); !errors.Is(err, ErrData) {
			t.Errorf("%s: error %v, want ErrData", name, err)
		}
	}
}

func TestFitStopsWithContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	steps := 0
	_, err := Fit(ctx, planted(50, 40, 4, 5), small(), &Watch{Step: func(done, total int) {
		if steps = done; done == 2 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) || steps != 2 {
		t.Errorf("stopped after %d steps with %v, want 2 and context.Canceled", steps, err)
	}
}

func TestValidateNamesEveryFault(t *testing.T) {
	o := Default()
	o.Epochs, o.Temperature, o.BatchSize = 0, 0, 1<<17
	err := o.Validate()
	for _, name := range []string{"epochs", "temperature", "batch_size"} {
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("error %v does not name %s", err, name)
		}
	}
}
