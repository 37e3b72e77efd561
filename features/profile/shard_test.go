package profile

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"curio/datasets/event"
	"curio/features/vocab"

	"github.com/parquet-go/parquet-go"
)

// tableOf returns rows as the bytes of a Parquet file.
func tableOf[T any](t *testing.T, rows []T) []byte {
	t.Helper()
	var file bytes.Buffer
	w := parquet.NewGenericWriter[T](&file)
	if _, err := w.Write(rows); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func userTable(t *testing.T, users []User, items *vocab.Vocab) []byte {
	t.Helper()
	rows := make([]Row, len(users))
	for i := range users {
		rows[i] = users[i].ToRow(fmt.Sprint("user-", i), items.ID)
	}
	return tableOf(t, rows)
}

func itemTable(t *testing.T, items []Item) []byte {
	t.Helper()
	rows := make([]ItemRow, len(items))
	for i := range items {
		rows[i] = items[i].ToRow(fmt.Sprint("item-", i))
	}
	return tableOf(t, rows)
}

// mergedTree merges parts two at a time, whichever they are, until one is left.
func mergedTree[T any](r *rand.Rand, parts []T, merge func(into, from *T)) T {
	for len(parts) > 1 {
		i, j := r.IntN(len(parts)), r.IntN(len(parts)-1)
		if j >= i {
			j++
		}
		merge(&parts[i], &parts[j])
		parts[j] = parts[len(parts)-1]
		parts = parts[:len(parts)-1]
	}
	return parts[0]
}

// TestShardsInAnyOrderGiveTheSameBytes folds the logs of a few users in shards
// of random events in random orders, merges them along random trees, folds the
// items from random shards of the users likewise, and compares the bytes of both
// tables with those of one fold from first to last.
func TestShardsInAnyOrderGiveTheSameBytes(t *testing.T) {
	const users, items = 12, 20
	r := rand.New(rand.NewPCG(31, 32))
	ids := itemIDs(items)
	o := DefaultOptions()
	for range 25 {
		o.SessionGapMinutes = 1 + r.IntN(90)
		index, logs := make([][]int32, users), make([][]event.Event, users)
		want, wantItems := make([]User, users), make([]Item, items)
		for u := range want {
			index[u], logs[u] = randomEvents(r, r.IntN(150), items)
			want[u] = o.Empty()
			for i := range logs[u] {
				want[u].Fold(index[u][i], &logs[u][i])
			}
			foldItems(wantItems, &want[u], u, index[u], logs[u])
		}
		got := make([]User, users)
		for u := range got {
			shards := make([]User, 1+r.IntN(6))
			for i := range shards {
				shards[i] = o.Empty()
			}
			for _, i := range r.Perm(len(logs[u])) {
				shards[r.IntN(len(shards))].Fold(index[u][i], &logs[u][i])
			}
			got[u] = mergedTree(r, shards, (*User).Merge)
		}
		parts := make([][]Item, 1+r.IntN(5))
		for i := range parts {
			parts[i] = make([]Item, items)
		}
		for _, u := range r.Perm(users) {
			foldItems(parts[r.IntN(len(parts))], &got[u], u, index[u], logs[u])
		}
		gotItems := mergedTree(r, parts, func(into, from *[]Item) {
			for i := range *into {
				(*into)[i].Merge(&(*from)[i])
			}
		})
		if !bytes.Equal(userTable(t, want, ids), userTable(t, got, ids)) {
			t.Fatal("the users of merged shards have other bytes")
		}
		if !bytes.Equal(itemTable(t, wantItems), itemTable(t, gotItems)) {
			t.Fatal("the items of merged shards have other bytes")
		}
	}
}

// foldItems adds all that user u did to the items.
func foldItems(items []Item, p *User, u int, index []int32, log []event.Event) {
	for i := range p.Touches {
		item := &items[p.Touches[i].Item]
		item.Fold(&p.Touches[i])
		item.FoldAge(BandOf(int32(u * 7)))
	}
	for i := range log {
		if index[i] >= 0 {
			items[index[i]].Pay(&log[i])
		}
	}
}
