package kernel

// path is one implementation of the kernels.
type path uint8

const (
	generic path = iota
	neon
	avx2
	avx512
)

// String returns the name ISA reports.
func (p path) String() string { return [...]string{"generic", "neon", "avx2", "avx512"}[p] }

// ISA names the implementation in use, chosen by what the processor has:
// "avx512", "avx2" (with FMA), "neon" or "generic".
func ISA() string { return active.String() }
