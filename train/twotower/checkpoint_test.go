package twotower

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/zeebo/xxh3"

	"curio/artifacts/interest"
)

// memory is a checkpoint in memory that is due after every so many steps.
type memory struct {
	every, asked int
	data         []byte
	saves        int
}

func (m *memory) Open() (io.ReadCloser, error) {
	if m.data == nil {
		return nil, fs.ErrNotExist
	}
	return io.NopCloser(bytes.NewReader(m.data)), nil
}

func (m *memory) Due() bool {
	m.asked++
	return m.asked%m.every == 0
}

func (m *memory) Save(write func(io.Writer) error) error {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return err
	}
	m.data, m.saves = b.Bytes(), m.saves+1
	return nil
}

// judge prefers models in a fixed way that has its best epoch in the middle.
func judge(best int) func(*interest.Model) (float64, error) {
	n := 0
	return func(*interest.Model) (float64, error) {
		n++
		return -float64((n - best) * (n - best)), nil
	}
}

// cut fits until a number of steps and is then cut off.
func cut(t *testing.T, d Data, o Options, w Watch, steps int) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	w.Step = func(done, _ int) {
		if done >= steps {
			cancel()
		}
	}
	if _, err := Fit(ctx, d, o, &w); !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v, want context.Canceled", err)
	}
}

func TestFitGoesOnFromACheckpoint(t *testing.T) {
	d := planted(100, 40, 4, 6) // 5 steps an epoch
	d.UserFeatureSize = 2
	d.UserFeatures = make([]float32, 2*d.Users)
	for i := range d.UserFeatures {
		d.UserFeatures[i] = float32(i%5) / 5
	}
	o := small()
	o.Epochs, o.Patience = 6, 0
	value := func(m *interest.Model) (float64, error) {
		v := make([]float32, m.Dim())
		m.User(v, interest.Query{User: 0})
		return float64(v[0]), nil
	}
	var whole []Epoch
	m, err := Fit(context.Background(), d, o, &Watch{Judge: value, Epoch: func(e Epoch) { whole = append(whole, e) }})
	if err != nil {
		t.Fatal(err)
	}
	want := m.Tensors()
	for every := 1; every <= 7; every++ {
		for _, workers := range []int{1, 8} {
			kept := &memory{every: every}
			o.Workers = workers
			w := Watch{Judge: value, Checkpoint: kept}
			for _, steps := range []int{8, 15, 16, 28} {
				cut(t, d, o, w, steps)
			}
			var epochs []Epoch
			w.Epoch = func(e Epoch) { e.Resumed = false; epochs = append(epochs, e) }
			m, err := Fit(context.Background(), d, o, &w)
			if err != nil {
				t.Fatal(err)
			}
			if !cmp.Equal(m.Tensors(), want) {
				t.Errorf("saved every %d steps, %d workers: the model differs from one that was never cut off", every, workers)
			}
			if diff := cmp.Diff(whole, epochs); diff != "" {
				t.Errorf("epochs:\n%s", diff)
			}
			// A fit that is over is not done again.
			w.Step = func(int, int) { t.Error("a step after the end") }
			if m, err = Fit(context.Background(), d, o, &w); err != nil || !cmp.Equal(m.Tensors(), want) {
				t.Errorf("read back when over: %v, or another model", err)
			}
		}
	}
}

func TestFitRefusesCheckpointsItCannotUse(t *testing.T) {
	d, o := planted(100, 40, 4, 6), small()
	o.Epochs = 2
	kept := &memory{every: 1}
	cut(t, d, o, Watch{Checkpoint: kept}, 7)
	good := kept.data
	refused := func(name string, data []byte, d Data, o Options) {
		t.Helper()
		_, err := Fit(context.Background(), d, o, &Watch{Checkpoint: &memory{every: 1 << 30, data: data}})
		if !errors.Is(err, ErrCheckpoint) {
			t.Errorf("%s: error %v, want ErrCheckpoint", name, err)
		}
	}
	r := rand.New(rand.NewPCG(1, 1))
	for range 200 {
		refused("CutOff", good[:r.IntN(len(good))], d, o)
		bad := slices.Clone(good)
		bad[r.IntN(len(bad))] ^= 1 << r.IntN(8)
		refused("Flipped", bad, d, o)
	}
	other := o
	other.Seed++
	refused("OtherSeed", good, d, other)
	more := d
	more.Pairs = append(slices.Clone(d.Pairs), Pair{Weight: 1})
	refused("OtherData", good, more, o)
	o.Workers = 3
	if _, err := Fit(context.Background(), d, o, &Watch{Checkpoint: &memory{every: 1 << 30, data: good}}); err != nil {
		t.Errorf("another number of workers: %v", err)
	}
}

// A header may be whole and still name tensors that no memory holds.
func TestFitRefusesTensorsOfAnotherModel(t *testing.T) {
	d, o := planted(100, 40, 4, 6), small()
	o.Epochs = 2
	kept := &memory{every: 1}
	cut(t, d, o, Watch{Judge: judge(1), Checkpoint: kept}, 7)
	size := binary.LittleEndian.Uint64(kept.data[len(checkpointMagic):])
	from := len(checkpointMagic) + 8
	head, rest := kept.data[from:from+int(size)], kept.data[from+int(size):]
	users := fmt.Sprintf("[%d,%d]", d.Users, o.EmbeddingSize)
	for shape, refused := range map[string]bool{
		users:             false,
		"[2147483647,64]": true, "[2147483647,64,2147483647]": true, "[4294967296,4294967296]": true,
		"[-1,-1]": true, fmt.Sprintf("[%d,%d]", d.Users+1, o.EmbeddingSize): true,
	} {
		changed := bytes.Replace(head, []byte(`"users","shape":`+users), []byte(`"users","shape":`+shape), 1)
		if bytes.Equal(changed, head) == refused {
			t.Fatalf("no users in %s", head)
		}
		data := binary.LittleEndian.AppendUint64([]byte(checkpointMagic), uint64(len(changed)))
		data = append(append(data, changed...), rest[:len(rest)-8]...)
		data = binary.LittleEndian.AppendUint64(data, xxh3.Hash(data))
		_, err := Fit(context.Background(), d, o, &Watch{Judge: judge(1), Checkpoint: &memory{every: 1 << 30, data: data}})
		if refused != errors.Is(err, ErrCheckpoint) || !refused && err != nil {
			t.Errorf("users of shape %s: %v", shape, err)
		}
	}
}

func TestFitKeepsTheBestEpoch(t *testing.T) {
	d, o := planted(100, 40, 4, 6), small()
	o.Epochs, o.Patience = 9, 3
	var epochs []Epoch
	m, err := Fit(context.Background(), d, o, &Watch{Judge: judge(4), Epoch: func(e Epoch) { epochs = append(epochs, e) }})
	if err != nil {
		t.Fatal(err)
	}
	if len(epochs) != 7 || !epochs[3].Best || epochs[4].Best {
		t.Errorf("epochs %+v, want 7, the best of them the fourth", epochs)
	}
	o.Stop = 4
	if !cmp.Equal(m.Tensors(), fitted(t, d, o).Tensors()) {
		t.Error("the model is not that of the fourth epoch")
	}
}

func TestFitStopsWhenItDiverges(t *testing.T) {
	d, o := planted(200, 200, 4, 10), small()
	o.BiasLearningRate, o.BatchSize = 10, 32
	endless := d
	endless.ItemFeatures = slices.Clone(d.ItemFeatures)
	endless.ItemFeatures[3] = math.MaxFloat32
	for _, c := range []struct {
		name string
		d    Data
		o    Options
	}{{"explodes", d, o}, {"huge feature", endless, small()}} {
		_, err := Fit(context.Background(), c.d, c.o, nil)
		if !errors.Is(err, ErrDiverged) || !strings.Contains(err.Error(), "step ") || !strings.Contains(err.Error(), "largest gradient") {
			t.Errorf("%s: error %v, want ErrDiverged with the step and the largest gradient", c.name, err)
		}
	}
}
