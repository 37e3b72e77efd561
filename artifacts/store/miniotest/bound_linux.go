package miniotest

import (
	"os/exec"
	"runtime"
	"syscall"
)

// startBound starts cmd so that it ends with this process even if that is
// killed. The channel closes when cmd has ended.
func startBound(cmd *exec.Cmd) (exited <-chan struct{}, err error) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	started, done := make(chan error), make(chan struct{})
	go func() {
		defer close(done)
		// The signal comes when the starting thread ends, so that must stay.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			cmd.Wait()
		}
	}()
	return done, <-started
}
