package evaluate

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func mustHistories(t *testing.T, items int, rows ...[]int32) *Histories {
	t.Helper()
	h, err := NewHistories(len(rows), items, func(u int32) []int32 { return rows[u] })
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestHistories(t *testing.T) {
	row := []int32{3, 1, 3, 0}
	h := mustHistories(t, 4, row, nil, []int32{1})
	if !slices.Equal(row, []int32{3, 1, 3, 0}) {
		t.Errorf("the caller's row was changed to %v", row)
	}
	for user, want := range map[int32][]int32{0: {0, 1, 3}, 1: {}, 2: {1}, 3: nil, -1: nil} {
		if got := h.Of(user); !slices.Equal(got, want) {
			t.Errorf("history of user %d is %v, want %v", user, got, want)
		}
	}
	if got := h.Counts(); !slices.Equal(got, []int64{1, 2, 0, 1}) {
		t.Errorf("counts = %v", got)
	}
	if h.Users() != 3 || h.Items() != 4 {
		t.Errorf("%d users, %d items", h.Users(), h.Items())
	}
	start, user := h.transposed()
	if !slices.Equal(start, []int{0, 1, 3, 3, 4}) || !slices.Equal(user, []int32{0, 0, 2, 0}) {
		t.Errorf("transposed = %v %v", start, user)
	}
}

func TestHistoriesOutsideCatalogue(t *testing.T) {
	for _, item := range []int32{-1, 4} {
		_, err := NewHistories(2, 4, func(u int32) []int32 { return []int32{0, item}[:1+u] })
		if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("history of user 1: item %d", item)) {
			t.Errorf("error = %v", err)
		}
	}
	if _, err := NewHistories(-1, 4, nil); err == nil {
		t.Error("a negative number of users is accepted")
	}
}

// TestHeavyUsers has histories just below, at and above the limit.
func TestHeavyUsers(t *testing.T) {
	items := make([]int32, HeavyUser+1)
	for i := range items {
		items[i] = int32(i)
	}
	for _, n := range []int{HeavyUser - 1, HeavyUser} {
		h := mustHistories(t, len(items), items[:n], items[:3])
		if h.limited(HeavyUser) != h {
			t.Errorf("a history of %d items is cut", n)
		}
	}
	cut := mustHistories(t, len(items), items[:3], items).limited(HeavyUser)
	if got := cut.Of(0); !slices.Equal(got, items[:3]) {
		t.Errorf("a light user's history is cut to %v", got)
	}
	if got := cut.Of(1); len(got) != HeavyUser || !slices.IsSorted(got) || len(slices.Compact(slices.Clone(got))) != HeavyUser {
		t.Errorf("a history of %d items is cut to %d", len(items), len(got))
	}
	spread := mustHistories(t, 10, []int32{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}).limited(4)
	if got := spread.Of(0); !slices.Equal(got, []int32{0, 2, 5, 7}) {
		t.Errorf("ten items are cut to %v, want even distances", got)
	}
}
