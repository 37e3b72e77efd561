package twotower

import "testing"

// Once warm, the loss and the tables take no memory that grows with a step: what is
// left are the closures that goroutines are started with, and under the race
// detector what the pools of the kernels forget.
func TestStepsDoNotAllocate(t *testing.T) {
	for workers, most := range map[int]float64{1: 30, 2: 60} {
		s := newSoftmax(16, 130, 70, 0.1, workers)
		s.weight, s.positive, s.where = make([]float32, 130), make([]int32, 130), newPlaces(500, 70)
		s.where.set(make([]int32, 70))
		user, item, bias := make([]float32, 130*16), make([]float32, 200*16), make([]float32, 200)
		for i := range item {
			item[i] = float32(i%7) - 3
		}
		copy(user, item)
		table, rows := newTable(500, 16, 0.1, 0.1, stream(1, 1)), newScatter(500, 16)
		step := func() {
			s.run(user, item, bias)
			rows.reset()
			for i := range 200 {
				rows.add(int32(i), 1, s.gradItem[i*16:(i+1)*16])
			}
			table.update(rows, 1, correction(1), workers)
		}
		step()
		if n := testing.AllocsPerRun(20, step); n > most {
			t.Errorf("%d workers: %v allocations a step, want at most %v", workers, n, most)
		}
	}
}
