//go:build !amd64 || purego

package kernel

func vnniOff() func() { return nil }
