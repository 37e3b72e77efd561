//go:build amd64 && !purego

package kernel

// vnniOff does without VNNI until what it returns is called; nil when there is none.
func vnniOff() func() {
	if !vnni {
		return nil
	}
	vnni = false
	return func() { vnni = true }
}
