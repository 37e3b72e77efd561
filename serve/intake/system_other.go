//go:build !unix && !windows

package intake

// syncFolder does nothing: these systems offer no call for it.
func syncFolder(string) error { return nil }

func full(error) bool { return false }
