package kernel

// Scan offers scores[i] as item first+i for every i. Once t is full it steps
// over what cannot enter many scores at a time.
func (t *Top) Scan(scores []float32, first int32) {
	i := 0
	for ; i < len(scores) && len(t.heap) < t.k; i++ {
		t.Push(first+int32(i), scores[i])
	}
	if t.k == 0 {
		return
	}
	// A score equal to the worst kept enters only with a smaller index.
	for i < len(scores) {
		worst := t.heap[0]
		end, ties := len(scores), false
		if before := int64(worst.Index) - int64(first); before > int64(i) {
			end, ties = int(min(before, int64(end))), true
		}
		n := reach(scores[i:end], worst.Score, ties)
		i += n
		if i < end {
			t.Push(first+int32(i), scores[i])
			i++
		}
	}
}

// reach returns the index of the first element over the limit, or at it when
// ties is set; len(x) when there is none.
func reach(x []float32, limit float32, ties bool) int {
	if ties {
		return atLeast(x, limit)
	}
	return above(x, limit)
}

func aboveGo(x []float32, limit float32) int {
	for i, v := range x {
		if v > limit {
			return i
		}
	}
	return len(x)
}

func atLeastGo(x []float32, limit float32) int {
	for i, v := range x {
		if v >= limit {
			return i
		}
	}
	return len(x)
}
