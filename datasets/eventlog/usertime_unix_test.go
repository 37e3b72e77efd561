//go:build unix

package eventlog

import (
	"syscall"
	"testing"
	"time"
)

// userTime is the CPU time the process has taken outside the kernel.
func userTime(t testing.TB) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Skip(err)
	}
	return time.Duration(u.Utime.Nano())
}
