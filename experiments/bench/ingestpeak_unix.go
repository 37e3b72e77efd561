//go:build linux || darwin

package bench

import (
	"os"
	"runtime"
	"syscall"
)

// peakOf is the largest resident memory of a process that has ended, in bytes.
func peakOf(p *os.ProcessState) int64 {
	usage, ok := p.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	return largest(usage)
}

// peakMemory is the largest resident memory of this process so far, in bytes.
func peakMemory() int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return largest(&usage)
}

func largest(usage *syscall.Rusage) int64 {
	if runtime.GOOS == "darwin" {
		return usage.Maxrss // bytes there, KiB on Linux
	}
	return usage.Maxrss * 1024
}
