package split

import "iter"

// Overlap is what CheckFixed found out about a split that came with its data.
type Overlap struct {
	TrainRows  int `json:"train_rows"`
	TestRows   int `json:"test_rows"`
	TrainPairs int `json:"train_pairs"` // distinct
	TestPairs  int `json:"test_pairs"`  // distinct
	Both       int `json:"both"`        // pairs in train and in test
	ColdUsers  int `json:"cold_users"`  // users of the test without any training row
	ColdItems  int `json:"cold_items"`  // items of the test without any training row

	// First is the earliest test row whose pair is in train too, if Both > 0.
	First First `json:"-"`
}

// CheckFixed compares the two parts of a fixed split. An overlap is no error
// here, some published splits have one: the caller decides what to do about the
// pairs in both. Memory grows with the pairs; both sequences are read once.
func CheckFixed(train, test iter.Seq[First]) Overlap {
	var o Overlap
	trained := make(map[pair]struct{})
	users, items := make(map[int32]bool), make(map[int32]bool)
	for f := range train {
		o.TrainRows++
		trained[pair{f.User, f.Item}] = struct{}{}
		users[f.User], items[f.Item] = true, true
	}
	o.TrainPairs = len(trained)
	tested := make(map[pair]struct{})
	for f := range test {
		o.TestRows++
		p := pair{f.User, f.Item}
		if _, again := tested[p]; again {
			continue
		}
		tested[p] = struct{}{}
		if _, both := trained[p]; both {
			if o.Both == 0 {
				o.First = f
			}
			o.Both++
		}
		if known, counted := users[f.User]; !known && !counted {
			users[f.User] = false
			o.ColdUsers++
		}
		if known, counted := items[f.Item]; !known && !counted {
			items[f.Item] = false
			o.ColdItems++
		}
	}
	o.TestPairs = len(tested)
	return o
}
