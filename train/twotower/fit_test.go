package twotower

import (
	"context"
	"errors"
	"math"
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

// groupShare is the share of the ten best items that are of the wanted group.
func groupShare(m *interest.Model, q interest.Query, group, groups int) float64 {
	v := make([]float32, m.Dim())
	m.User(v, q)
	var hits float64
	for _, s := range m.Retrieve(v, q.History, 10, nil) {
		if int(s.Index)%groups == group {
			hits++
		}
	}
	return hits / 10
}

func TestFitRecoversPlantedGroups(t *testing.T) {
	const groups = 4
	d := planted(200, 80, groups, 8)
	m := fitted(t, d, small())
	var warm, cold float64
	for u := range d.Users {
		q := interest.Query{User: int32(u), History: d.History[u], Features: d.UserFeatures[u : u+1]}
		warm += groupShare(m, q, u%groups, groups) / float64(d.Users)
		q.User = -1 // a user never seen: history alone
		cold += groupShare(m, q, u%groups, groups) / float64(d.Users)
	}
	if warm < 0.95 {
		t.Errorf("known users: %.2f of the best ten are of their group, want 0.95", warm)
	}
	if cold < 0.9 {
		t.Errorf("unknown users with a history: %.2f of the best ten are of their group, want 0.9", cold)
	}
	for g := range groups {
		item := int32(d.Items - groups + g) // no interactions, attributes only
		for _, s := range m.Similar(item, 5, nil) {
			if int(s.Index)%groups != int(item)%groups {
				t.Errorf("cold item %d has %d of another group among its nearest", item, s.Index)
			}
		}
	}
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

// The forward pass of serving must be that of the graph.
func TestServingMatchesGraph(t *testing.T) {
	d := planted(60, 40, 4, 6)
	o := small()
	o.Epochs, o.IDDropout = 2, 0
	counts := make([]float32, d.Items)
	for _, p := range d.Pairs {
		counts[p.Item]++
	}
	tr, err := newTrainer(d, o, counts)
	if err != nil {
		t.Fatal(err)
	}
	defer tr.g.close()
	if err := tr.run(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	m, err := tr.freeze(counts)
	if err != nil {
		t.Fatal(err)
	}
	tr.s.shuffle(stream(1, 1))
	tr.s.fill(0, stream(1, 2))
	if err := tr.g.machine.RunAll(); err != nil {
		t.Fatal(err)
	}
	v := make([]float32, m.Dim())
	for b, user := range tr.s.user {
		// The graph pools the history without the item it predicts.
		var h []interest.Touch
		for _, touch := range d.History[user] {
			if touch.Item != tr.s.item[b] {
				h = append(h, touch)
			}
		}
		m.User(v, interest.Query{User: user, History: h, Features: d.UserFeatures[user : user+1]})
		for j, x := range v {
			want := tr.g.loss.unitUser[b*m.Dim()+j] / float32(o.Temperature)
			if math.Abs(float64(x-want)) > 1e-4 { // of vectors of length 10
				t.Fatalf("user %d: serving has %v at %d, the graph %v", user, x, j, want)
			}
		}
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
	_, err := Fit(ctx, planted(50, 40, 4, 5), small(), func(done, total int, e *Epoch) {
		if steps = done; done == 2 {
			cancel()
		}
	})
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

func TestFitOneItemCatalogue(t *testing.T) {
	d := Data{Users: 1, Items: 1, Pairs: []Pair{{Weight: 1}}, History: [][]interest.Touch{{{Item: 0, Weight: 1}}}}
	o := small()
	o.Epochs = 1
	m := fitted(t, d, o)
	v := make([]float32, m.Dim())
	m.User(v, interest.Query{User: 0, History: d.History[0]})
	if got := m.Retrieve(v, nil, 5, nil); len(got) != 1 || got[0].Index != 0 {
		t.Errorf("retrieved %v, want item 0 alone", got)
	}
}
