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
	if runtime.GOOS == "darwin" {
		return usage.Maxrss // bytes there, KiB on Linux
	}
	return usage.Maxrss * 1024
}
