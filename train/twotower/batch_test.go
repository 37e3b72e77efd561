package twotower

import "testing"

// A row without its embedding is what somebody or something new would be: without
// history, and without what comes of behaviour.
func TestFillTakesSomeForNew(t *testing.T) {
	const users, items = 40, 24
	d := planted(users, items, 4, 4)
	d.UserFeatureSize, d.UserDoneSize, d.ItemFeatureSize, d.ItemDoneSize = 3, 2, 3, 1
	d.UserFeatures, d.ItemFeatures = make([]float32, users*3), make([]float32, items*3)
	for i := range d.UserFeatures {
		d.UserFeatures[i] = 1
	}
	for i := range d.ItemFeatures {
		d.ItemFeatures[i] = 1
	}
	o := small()
	o.IDDropout = 0.4
	tr, err := newTrainer(d, o, &Watch{})
	if err != nil {
		t.Fatal(err)
	}
	defer tr.g.close()
	r := stream(1, 1)
	tr.s.shuffle(r)
	tr.s.fill(0, r)
	kinds := map[[2]bool]int{}
	for b := range tr.s.user {
		id, stranger := tr.s.userID[b], tr.s.stranger[b]
		kinds[[2]bool{id, stranger}]++
		want := [4]float32{1, 1, 1, 1}
		if stranger {
			want = [4]float32{0, 0, 1, 1}
		}
		if got := [4]float32(tr.g.userFeatures[b*4 : b*4+4]); got != want {
			t.Errorf("row %d, stranger %v, has features %v, want %v", b, stranger, got, want)
		}
		row := tr.g.userRows[b*o.EmbeddingSize]
		if (row == 0) != stranger || (tr.s.total[b] == 0) != stranger {
			t.Errorf("row %d, stranger %v, begins with %v and pools %v", b, stranger, row, tr.s.total[b])
		}
	}
	if len(kinds) != 3 || kinds[[2]bool{true, true}] > 0 {
		t.Errorf("rows by (embedding, stranger): %v, want all but strangers with an embedding", kinds)
	}
	for i, id := range tr.s.itemID {
		want := [4]float32{1, 1, 1, 1}
		if !id {
			want[2] = 0
		}
		if got := [4]float32(tr.g.itemFeatures[i*4 : i*4+4]); got != want {
			t.Errorf("item row %d, embedding %v, has features %v, want %v", i, id, got, want)
		}
	}
}
