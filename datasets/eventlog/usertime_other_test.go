//go:build !unix

package eventlog

import (
	"testing"
	"time"
)

func userTime(t testing.TB) time.Duration {
	t.Helper()
	t.Skip("the CPU time of a process is read on Unix only")
	return 0
}
