//go:build linux || darwin

package main

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// peakRSS returns the largest resident memory of the process so far, in bytes.
func peakRSS() int64 {
	var usage unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	if runtime.GOOS == "darwin" {
		return usage.Maxrss // bytes there, KiB on Linux
	}
	return usage.Maxrss * 1024
}
