//go:build linux || darwin

package bench

import (
	"syscall"
	"time"
)

// cpuTime is how long this process has kept cores busy; 0 when the system does
// not say.
func cpuTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
