package intake

import (
	"errors"

	"golang.org/x/sys/windows"
)

// syncFolder does nothing: Windows journals the names itself and offers no call
// for it.
func syncFolder(string) error { return nil }

// full reports whether err says that there is no room.
func full(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL)
}
