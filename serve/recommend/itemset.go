package recommend

// itemSet is a set of items by index.
type itemSet []uint64

func newItemSet(items int) itemSet { return make(itemSet, (items+63)/64) }

func (b itemSet) has(i int32) bool { return b[i>>6]>>(uint32(i)&63)&1 != 0 }

func (b itemSet) add(i int32) { b[i>>6] |= 1 << (uint32(i) & 63) }
