//go:build !linux

package miniotest

import "os/exec"

// startBound starts cmd. The channel closes when cmd has ended.
func startBound(cmd *exec.Cmd) (exited <-chan struct{}, err error) {
	done := make(chan struct{})
	if err := cmd.Start(); err != nil {
		close(done)
		return done, err
	}
	go func() {
		defer close(done)
		cmd.Wait()
	}()
	return done, nil
}
